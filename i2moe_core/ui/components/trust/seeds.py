"""Over trainings: would the same model, trained again, share its answers among the experts alike?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.analysis.comparison.samples import difference_sentence
from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.explain.numbers import joined
from i2moe_core.language import marked, say
from i2moe_core.plots import plot_against, plot_stability
from i2moe_core.ui import jobs
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.lights import badge
from i2moe_core.ui.components.trust.jobs import followed, start
from i2moe_core.ui.language import is_full
from i2moe_core.ui.repeated import (
    alike,
    comparable,
    comparison_path,
    find_comparison,
    lead_light,
    lead_rows,
    lead_sentence,
    least_stable,
    rank_rows,
    seed_command,
    seed_sentence,
    split_of,
    weight_rows,
)
from i2moe_core.ui.table import split_label
from i2moe_core.ui.words import plain

VERB = "compare"
WORST = 5  # samples
SAME_LEAD_BRIEFLY = marked(
    "A mark is how often both trainings give the largest part of the answer to the same expert; the line is "
    "how often they give the same answer."
)
SAME_LEAD = marked(
    "A mark is the share of the samples in which both trainings give the largest part of the answer to the "
    "same expert, with its 95% interval; the line is how often they give the same answer. Same answers with "
    "other leading experts are answers whose reason is not settled."
)


def show_seeds(run: Run) -> None:
    """Ask with which other trainings to compare, and show how far they agree."""
    st.header(say("Would another training tell the same?"))
    st.markdown(
        say(
            "A training begins at random. If the experts' parts describe the data, the same model trained "
            "again shares out its answers alike; if they change, they describe that one training."
        )
    )
    others = comparable(run)
    if not others:
        _show_none(run)
        return
    chosen = _ask(run, others)
    if not chosen:
        st.info(say("Choose at least one other run."), icon=":material/compare_arrows:")
        return
    _show_or_offer(run, chosen)


def _ask(run: Run, others: Sequence[RunSummary]) -> list[RunSummary]:
    by_name = {other.name: other for other in others}
    names = st.multiselect(
        say("Compare {run} with", run=plain(run.name)), list(by_name), default=alike(run, others),
        key=f"trust_others_{run.name}",
        max_selections=7, format_func=lambda name: f"{name} ({by_name[name].recipe})",
    )  # fmt: skip
    return [by_name[name] for name in names if name in by_name]


def _show_or_offer(run: Run, chosen: Sequence[RunSummary]) -> None:
    split = split_of(run)
    path = comparison_path([run.id, *(other.id for other in chosen)], split)
    busy = followed(jobs.folder_of(VERB, path.stem))
    found = find_comparison(path)
    if found is not None:
        _show(found)
    elif busy:
        st.info(say("The figures appear here when it is ready."), icon=":material/hourglass_top:")
    else:
        st.button(
            say("Compare these {count} runs", count=len(chosen) + 1), icon=":material/play_arrow:",
            type="primary", key="make_comparison", on_click=start_comparison, args=(run, chosen, split, path),
        )  # fmt: skip
        st.caption(say("All of them answer the same samples of the split, once."))


def start_comparison(run: Run, chosen: Sequence[RunSummary], split: str, path: Path) -> None:
    """Start the comparison; for use in a callback."""
    runs = [run.path, *(other.path for other in chosen)]
    options = ["--compare", *runs, "--split", split, "--json", path]
    title = marked("The comparison of '{run}' with {count} more")
    start(VERB, path.stem, options, title, run=run.name, count=str(len(chosen)))


def _show(found: Comparison) -> None:
    said = joined([lead_sentence(found), seed_sentence(found), _on_samples(found)])
    st.markdown(f"{badge(lead_light(found))} {said}")
    rows = lead_rows(found)
    if rows.empty:
        return
    figure = plot_against(rows, say("same leading expert"), say("same answer"))
    show_figure(figure, "trust_lead", say("How often two trainings name the same leading expert"))
    reading_note(
        say(SAME_LEAD if is_full() else SAME_LEAD_BRIEFLY),
        say("Which of the two is right: trainings can agree on a wrong reason."),
    )
    if is_full():
        _show_weights(found)
        _show_differences(found)


def _on_samples(found: Comparison) -> str:
    counts = {"count": len(found.samples), "split": plain(split_label(found.split))}
    if len(found.samples) == found.total:
        return say("({count:,} {split} samples.)", **counts)
    return say("({count:,} {split} samples of {total:,}, drawn at random.)", total=found.total, **counts)


def _show_weights(found: Comparison) -> None:
    st.subheader(say("Do the same samples get the same weights?"))
    st.markdown(least_stable(found))
    ranks = rank_rows(found)
    low = -1.0 if ranks[["value", "low"]].min().min() < 0 else 0.0
    alt = say("Rank correlation of each expert's weight between two trainings")
    show_figure(plot_stability(ranks, (low, 1.0), ".1f"), "trust_ranks", alt)
    reading_note(
        say(
            "A mark is Spearman's correlation of one expert's weight over the samples in two trainings: 1 "
            "means the same order of samples, 0 no relation, below 0 opposite. The line is its 95% interval."
        ),
        say(
            "The size of the weights: an order can be kept while an expert gets twice the say. That is below."
        ),
    )
    st.subheader(say("Does each expert get as much say?"))
    rows = weight_rows(found)
    top = min(1.0, 1.15 * float(rows["value"].max())) if len(rows) else 1.0
    alt = say("Each expert's mean weight in every training")
    show_figure(plot_stability(rows, (0.0, top)), "trust_says", alt)
    reading_note(
        say(
            "A mark is an expert's mean weight in one training. Marks that lie together are a stable "
            "division."
        ),
        say("Single samples, and what the experts say with their weight."),
    )


def _show_differences(found: Comparison) -> None:
    rows = found.differences.head(WORST).to_dict("records")
    if not rows:
        return
    st.subheader(say("Where do they part most?"))
    lines = [
        f"- **{plain(str(row['id']), 60)}** ({plain(str(row['label']), 60)}): "
        f"{plain(difference_sentence(row), 500)}"
        for row in rows
    ]
    st.markdown("\n".join(lines))
    reading_note(
        say(
            "The samples whose answers and experts' parts differ most between two of the trainings, first "
            "the greatest, with the expert that changed most."
        ),
        say(
            "The many samples in which nothing differs: the share above counts those. The Runs page lists "
            "more."
        ),
    )


def _show_none(run: Run) -> None:
    st.info(
        say(
            "There is no other mixture of the data {data} to compare with. Train it once more with another "
            "seed, on the Runs page or in a terminal:",
            data=plain(run.info.name),
        ),
        icon=":material/model_training:",
    )
    st.code(seed_command(run), language=None, wrap_lines=True)
