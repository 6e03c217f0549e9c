"""What the Representations page says of its figures: sentences in the visitor's language."""

from __future__ import annotations

from i2moe_core.analysis.retrieval.file import Direction, Matched, Retrieval
from i2moe_core.analysis.similarity import ALIGNMENT, KINDS, MAP
from i2moe_core.language import say
from i2moe_core.plots.palette import input_label
from i2moe_core.ui.words import plain


def recall_sentence(found: Retrieval, pair: Matched, query: str) -> str:
    """Say what asking with one modality finds by the main similarity, against chance."""
    d = towards(pair, query)[0]
    middle, ten = d.figures["median_rank"], d.figures["recall@10"]
    rank = say(
        "Asked with the **{query}**, {similarity} puts the right {item} at rank **{rank:,.0f}** of {count:,} "
        "in the middle (median; chance {chance:,.0f}).",
        query=plain(input_label(query)), similarity=say(KINDS[d.by]), item=plain(input_label(d.item)),
        rank=middle.value, count=found.samples, chance=middle.chance,
    )  # fmt: skip
    share = say("It is among the first ten in **{share}** (chance {chance}).",
                share=short_percent(ten.value), chance=short_percent(ten.chance))  # fmt: skip
    said = f"{rank} {share}"
    better = ten.low > ten.chance or middle.high < middle.chance
    return said if better else f"{said} {say('**This is no better than chance.**')}"


def ties_sentence(pair: Matched) -> str:
    """Say how equal values and equal scores count."""
    right = max(d.right for d in pair.directions)
    scores = say("Equal scores count by their mean over all orders.")
    if right <= 1.005:
        return f"{say('Equal values count as right, as nobody could tell them apart.')} {scores}"
    values = say(
        "Equal values count as right, as nobody could tell them apart: here {right} right answers a query on "
        "average.",
        right=f"{right:.1f}",
    )
    return f"{values} {scores}"


def together_sentence(found: Retrieval) -> str:
    """Say what brought the modalities together in training."""
    if found.trained == ALIGNMENT:
        return say(
            "In training the method *alignment* matched partners by the scores that the fusion attends by."
        )
    if found.trained:
        return say(
            "In training the method *{method}* brought partners together.", method=plain(found.trained)
        )
    return say("In training nothing brought partners together: only a map fitted afterwards can find them.")


def gap_sentence(pair: Matched) -> str:
    """Say what the gap's figures come to."""
    apart = pair.gap.separability
    if apart is None:
        return say("There are too few different samples to say whether the two lie apart.")
    auroc = f"{apart:.3f}"
    if apart > 0.95:
        how = say("The two lie **apart**: a straight cut tells which is which (AUROC {auroc}).", auroc=auroc)
    elif apart > 0.7:
        how = say(
            "The two **overlap in part**: a straight cut often tells which is which (AUROC {auroc}).",
            auroc=auroc,
        )
    else:
        how = say("The two are **mixed**: a straight cut hardly tells which is which (AUROC {auroc}).",
                  auroc=auroc)  # fmt: skip
    return f"{how} {_partners(pair.gap.alignment)}"


def harmless_sentence(pair: Matched) -> str:
    """Say why a gap need not do harm to this run."""
    if pair.main == ALIGNMENT:
        return say(
            "Nor that a gap does harm: the run's own matching compares single tokens, not these vectors, and "
            "finds partners across it."
        )
    return say("Nor that a gap does harm: a fusion can turn each input by itself before it compares them.")


def way_sentence(by: str, count: int) -> str:
    """Say among how many examples and by what similarity a query is answered."""
    if by == ALIGNMENT:
        return say(
            "The nearest of the run's {count:,} examples, by the run's own matching, as it was trained.",
            count=count,
        )
    if by == MAP:
        return say(
            "The nearest of the run's {count:,} examples, by a linear map that was fitted on the training "
            "samples.",
            count=count,
        )
    return say(
        "The nearest of the run's {count:,} examples, by the cosine of the encoders' vectors, which nothing "
        "brought together: expect chance.",
        count=count,
    )


def way_label(query: str, item: str) -> str:
    """Return from which input to which is asked."""
    return f"{input_label(query)} → {input_label(item)}"


def towards(pair: Matched, query: str) -> list[Direction]:
    """Return what asking with one modality comes to, by each similarity."""
    return [d for d in pair.directions if d.query == query]


def short_percent(share: float) -> str:
    """Return a share as a percentage with the digits that small ones need."""
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"


def _partners(distance: float) -> str:
    number = f"{distance:.2f}"
    if distance < 1.9:
        return say(
            "Partners lie nearer to each other than vectors at right angles (mean squared distance "
            "{distance}; those have 2).",
            distance=number,
        )
    return say(
        "Partners lie no nearer to each other than vectors at right angles (mean squared distance "
        "{distance}; those have 2).",
        distance=number,
    )
