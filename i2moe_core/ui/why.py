"""Why the measures of interaction differ, as one paragraph of sentences made from this run's own numbers.

A sentence is written only where its numbers are there, and says the finding before its likely reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.set_level import SetLevel
from i2moe_core.analysis.triangulation import DROP, MEASURES, named
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE
from i2moe_core.ui.triangulated import Triangulation
from i2moe_core.ui.words import joined, listing, percent, plain

BITS = math.log(2)
PROBES, MODEL = "component", "model_component"


def why_they_differ(
    found: Triangulation,
    info: AnalysisInfo,
    level: SetLevel | None,
    emap: Emap | None,
    audit: Mapping[str, object] | None,
) -> str:
    """Return the paragraph, in Markdown; one sentence at least."""
    sentences = [
        *_extremes(found),
        *_weight_or_share(found),
        *_drop_and_redundancy(found, info.interactions),
        *_probes_or_model(found, info, audit),
        *_noise(found, info),
        *_samples_or_set(found, level, info.interactions),
        *_sums(found, emap, info.interactions),
    ]
    return joined(sentences or [say("There are too few samples or measures here to compare.")])


def _extremes(found: Triangulation) -> list[str]:
    known = {pair: share for pair, share in found.same.items() if not math.isnan(share)}
    if len(known) < 2:
        return []
    most, least = max(known, key=lambda k: known[k]), min(known, key=lambda k: known[k])
    return [
        say(
            "Of these {count:,} samples {most} name the same interaction in **{often}**, {least} in only "
            "**{seldom}**.",
            count=len(found.places), most=_two(most), often=percent(known[most]), least=_two(least),
            seldom=percent(known[least]),
        )
    ]  # fmt: skip


def _weight_or_share(found: Triangulation) -> list[str]:
    same = found.same.get(("weight", "share"), math.nan)
    if math.isnan(same):
        return []
    if same >= 0.95:
        return [
            say(
                "Gate weight and answer share name the same in {share}: the experts that get the say also "
                "fill it.",
                share=percent(same),
            )
        ]
    return [
        say(
            "Gate weight and answer share part in {share}: the weight is the say that an expert gets, the "
            "share counts what it says with it, and an expert that tells nothing holds nothing.",
            share=percent(1 - same),
        )
    ]


def _drop_and_redundancy(found: Triangulation, experts: Sequence[str]) -> list[str]:
    key = PROBES if PROBES in found.values else "share"
    if DROP not in found.values or key not in found.values:
        return []
    told_twice = named(found.values[key]) == list(experts).index(REDUNDANCY)
    drops = named(found.values[DROP])
    here = told_twice & (drops >= 0)
    part = float((drops == list(experts).index(SYNERGY))[here].mean()) if here.any() else 0.0
    if part < 0.02:
        return []
    return [
        say(
            "Where {measure} names redundancy ({count:,} samples) the modality drop names synergy in "
            "{share}: an input from another sample is not absent, it contradicts the one that stays.",
            measure=_label(key), count=int(here.sum()), share=percent(part),
        )
    ]  # fmt: skip


def _probes_or_model(
    found: Triangulation, info: AnalysisInfo, audit: Mapping[str, object] | None
) -> list[str]:
    if PROBES not in found.values or MODEL not in found.values:
        return []
    probes, model = (np.nanmean(found.values[key], axis=0) for key in (PROBES, MODEL))
    k = int(np.argmax(np.abs(model - probes)))
    told = say(
        "The probes find {offered} nats of “{kind}” a sample, the model's own answers under swaps {used}: "
        "the probes say what the inputs offer, the swaps what this model makes of them.",
        offered=_nats(probes[k]), kind=plain(expert_label(info.interactions[k])), used=_nats(model[k]),
    )  # fmt: skip
    return [told, *_too_few_swaps(found, info, audit)]


def _too_few_swaps(found: Triangulation, info: AnalysisInfo, audit: Mapping[str, object] | None) -> list[str]:
    many = (audit or {}).get("pointwise_argmax")
    rows = found.truth[(found.truth["measure"] == MODEL) & (found.truth["truth"] == "all")]
    if not isinstance(many, float) or rows.empty or many <= float(rows["share"].iloc[0]) + 0.02:
        return []
    return [
        say(
            "Much of it is the number of swaps: the logarithm of a mean of {count} answers is too low on "
            "average, which is booked as synergy. So taken, the model's PID names the true interaction in "
            "{few}; with many swaps, in the audit, in {many}.",
            count=info.draws, few=percent(float(rows["share"].iloc[0])), many=percent(many),
        )
    ]  # fmt: skip


def _noise(found: Triangulation, info: AnalysisInfo) -> list[str]:
    if math.isnan(found.noise) or found.noise < 0.02:
        return []
    return [
        say(
            "Only {count} swaps a sample were drawn, which alone makes {share} of the variance of the drops: "
            "even a measure that agrees fully would hardly correlate with them above {most:.2f}, except the "
            "model's PID, which rests on the same swaps.",
            count=info.draws, share=percent(found.noise), most=math.sqrt(1 - found.noise),
        )
    ]  # fmt: skip


def _samples_or_set(found: Triangulation, level: SetLevel | None, experts: Sequence[str]) -> list[str]:
    if level is None or PROBES not in found.values or len(experts) != 4:
        return []
    alone = [k for k, name in enumerate(experts) if name.startswith(UNIQUE)]
    by_sample = float(np.nanmean(found.values[PROBES], axis=0)[alone].sum()) / BITS
    parts = level.parts.set_index("expert")["bits"]
    at_once = float(parts[[experts[k] for k in alone]].sum())
    left = say(
        "BROJA leaves {set:.2f} bits unique where the samples one by one average {one:.2f}.",
        set=at_once, one=by_sample,
    )  # fmt: skip
    if by_sample <= at_once + 0.05:
        return [left, say("Here the set as a whole and its samples tell nearly the same.")]
    return [
        left,
        say(
            "Over a whole set of different samples it may let one input's clue stand in for the other's, and "
            "books what is unique within samples as redundancy and synergy of the set."
        ),
    ]


def _sums(found: Triangulation, emap: Emap | None, experts: Sequence[str]) -> list[str]:
    if emap is None:
        return []
    share = float(np.nanmean(found.values["share"][:, list(experts).index(SYNERGY)]))
    reached = say(
        "On {count} samples of the split the best sum of its inputs reaches {sum:.2f} where the model "
        "reaches {full:.2f} ({measure}).",
        count=len(emap.rows), sum=emap.additive, full=emap.full, measure=plain(emap.measure),
    )  # fmt: skip
    return [reached, _what_sums_mean(emap, share)]


def _what_sums_mean(emap: Emap, share: float) -> str:
    if emap.low > 0:
        return say(
            "This is what interaction is worth to the answers; synergy's share of {share} counts evidence, "
            "also where adding up would have given the same answer.",
            share=percent(share),
        )
    if share >= 0.02:
        return say(
            "Adding up suffices there, though synergy holds {share} of the answers here.",
            share=percent(share),
        )
    return say(
        "Adding up suffices there, and synergy holds {share} of the answers here.", share=percent(share)
    )


def _label(key: str) -> str:
    return f"*{say(MEASURES[key].label)}*"


def _two(pair: tuple[str, str]) -> str:
    return listing([_label(key) for key in pair])


def _nats(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
