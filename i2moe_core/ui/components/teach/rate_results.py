"""What a study found, behind a question: whoever looks knows the arms from then on."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from i2moe_core.language import say
from i2moe_core.measures.agreement import Agreement
from i2moe_core.plots.ratings import plot_arm_scores, plot_differences
from i2moe_core.teaching.rating.placebo import PLACEBO, REAL
from i2moe_core.teaching.rating.results import Difference, Results, results_frame
from i2moe_core.teaching.rating.study import Study
from i2moe_core.teaching.safe_csv import frame_as_csv
from i2moe_core.ui import studies
from i2moe_core.ui.components.figure import reading_note, show_figure


def show_results(study: Study) -> None:
    """Ask before the arms are told; then show the difference, the agreement, the raters, the table."""
    opened = f"unblinded_{study.name}"
    if not st.session_state.get(opened):
        st.warning(
            say("The results tell which explanations are placebos. Whoever sees them can no longer rate "
                "blind, and what is rated from then on is marked."),
            icon=":material/visibility:",
        )  # fmt: skip
        st.button(say("Unblind and show the results"), type="primary", key="unblind", on_click=_unblind,
                  args=(study, opened))  # fmt: skip
        return
    found = studies.found(study)
    if not found.ratings:
        st.info(say("Nothing has been rated yet."), icon=":material/hourglass_empty:")
        return
    _show_difference(found)
    _show_agreement(found)
    _show_raters(found)
    _show_table(study, found)
    _say_limits()


def _unblind(study: Study, opened: str) -> None:
    studies.unblind(study)
    st.session_state[opened] = True


def _show_difference(found: Results) -> None:
    gap = found.difference
    st.header(say("Are real explanations rated higher?"))
    with st.container(horizontal=True, gap="large"):
        st.metric(say("Real"), _number(gap.real), width="content")
        st.metric(say("Placebo"), _number(gap.placebo), width="content")
        st.metric(say("Difference"), _number(gap.difference, "+.2f"), width="content")
        st.metric(say("Ratings"), str(found.ratings), width="content")
    st.markdown(_verdict(gap))
    counts = {say("Real"): found.scores[REAL], say("Placebo"): found.scores[PLACEBO]}
    figure = plot_arm_scores(counts, say("Rating"), say("Share of the arm's ratings"))
    show_figure(figure, key="arm_scores", alt=say("How the ratings of each arm are spread"))
    reading_note(
        say("Bars show how often each rating was given within its arm. The difference is of the samples' "
            "mean ratings; its interval draws samples and raters anew, p deals the arms anew."),
        say("Why somebody gave a rating; the remarks in the table may tell."),
    )  # fmt: skip
    if found.late:
        st.warning(say("{count} ratings came after the results were first opened.", count=found.late))


def _verdict(gap: Difference) -> str:
    if math.isnan(gap.low):
        return say("Both arms need ratings before they can be compared.")
    low, high = (_number(end, "+.2f") for end in (gap.low, gap.high))
    interval = say("95% interval {low} to {high}, p = {p}.", low=low, high=high, p=f"{gap.p:.3f}")
    if gap.low > 0:
        return say("Real explanations are rated higher than placebos.") + " " + interval
    if gap.high < 0:
        return say("Placebos are rated higher than real explanations.") + " " + interval
    return say("The ratings do not tell real explanations from placebos.") + " " + interval


def _show_agreement(found: Results) -> None:
    st.header(say("Do the raters agree?"))
    names = [
        say("Fleiss' kappa"),
        say("Krippendorff's alpha, ordinal"),
        say("Krippendorff's alpha, interval"),
    ]
    rows = [
        _agreement(name, a)
        for name, a in zip(names, (found.kappa, found.ordinal, found.interval), strict=True)
    ]
    columns = [say("Measure"), say("Value"), say("95% interval"), say("Samples")]
    st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, alt=say("The raters' agreement"))
    st.caption(
        say("1 is full agreement, 0 what chance gives. Kappa takes ratings as mere names, alpha as steps of "
            "a scale; only samples with two or more ratings count.")
    )  # fmt: skip


def _agreement(name: str, a: Agreement) -> tuple[str, str, str, int]:
    between = "" if math.isnan(a.low) else f"{_number(a.low, '.3f')} … {_number(a.high, '.3f')}"
    return name, _number(a.value, ".3f"), between, a.items


def _show_raters(found: Results) -> None:
    whole, gap = say("All raters"), found.difference
    known = found.raters[found.raters["difference"].notna()]
    if known.empty or math.isnan(gap.difference):
        return
    st.header(say("Rater by rater"))
    figure = plot_differences(
        [whole, *known["rater"]], [gap.difference, *known["difference"]], [gap.low, *known["low"]],
        [gap.high, *known["high"]], say("Real less placebo"),
    )  # fmt: skip
    show_figure(figure, key="rater_differences", alt=say("Each rater's difference between the arms"))
    reading_note(
        say(
            "Right of the line a rater prefers real explanations, left of it placebos. "
            "Lines are 95% intervals."
        ),
        say("Who rates well: a rater without a difference may have seen what is there."),
    )


def _show_table(study: Study, found: Results) -> None:
    ledger = studies.ratings_of(study)
    st.download_button(
        say("All ratings as CSV"), frame_as_csv(results_frame(study, ledger)), f"ratings_{study.name}.csv",
        "text/csv", icon=":material/table:", on_click="ignore", key="ratings_csv",
    )  # fmt: skip
    if ledger.unreadable:
        st.caption(say("{count} lines of the file are torn and were left out.", count=ledger.unreadable))


def _say_limits() -> None:
    st.subheader(say("What such a study does not show"))
    st.markdown(
        say(
            "People like explanations that sound plausible, true or not: a high rating alone says little, "
            "and the published study of this method had no control arm (Fleiss' kappa .003). A difference "
            "from the placebo says that people notice when parts stand at the wrong experts, no more; "
            "whether the weights mean what they say is measured on the page Trust, with known truth."
        )
    )


def _number(value: float, form: str = ".2f") -> str:
    return "–" if math.isnan(value) else format(value, form).replace("-", "−")
