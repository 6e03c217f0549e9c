"""The abstain threshold: calibrated from an analysis, exported with the run, honoured by the pair page.

show_abstain(run, explanation)                  # on the pair page, under the answer
ask_threshold(run, table, measure)              # on the Disagreement page; returns the rule, or None
"""

from __future__ import annotations

import streamlit as st

from i2moe_core.checkpoint import AbstainRecord, Run, abstain_content, read_abstain, write_abstain
from i2moe_core.errors import InputError
from i2moe_core.language import say
from i2moe_core.measures.abstain import AbstainRule
from i2moe_core.types import PairExplanation
from i2moe_core.ui import apart
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import joined, listing, percent, plain

FILE = "abstain.json"
_NAMES = {column: name for name, column in apart.MEASURES.items()}


def show_abstain(run: Run, explanation: PairExplanation) -> None:
    """Say that the model abstains, where the experts disagree more than the run's exported threshold."""
    try:
        record = read_abstain(run.path)
    except InputError as error:
        show_input_error(error)
        return
    if record is None or record.run_id != run.id or record.measure not in explanation.disagreement:
        return
    found = float(explanation.disagreement[record.measure])
    if found > record.most:
        sentence = say(
            "**The model abstains.** The experts disagree more than the threshold: {measure} {found:.3f}, at "
            "most {most:.3f} is allowed. What follows is what it would have said.",
            measure=_name(record.measure), found=found, most=record.most,
        )  # fmt: skip
        st.warning(sentence, icon=":material/front_hand:")
    elif is_full():
        sentence = say(
            "The experts agree enough to answer ({measure} {found:.3f}, at most {most:.3f}): of such answers "
            "at most {share} were promised wrong, on data like the calibration's.",
            measure=_name(record.measure), found=found, most=record.most, share=percent(record.target),
        )  # fmt: skip
        st.caption(f":material/check: {sentence}")


def _name(measure: str) -> str:
    return plain(say(_NAMES[measure])) if measure in _NAMES else plain(measure)


def ask_threshold(run: Run, table: Table, measure: str) -> AbstainRule | None:
    """Ask for the risk that is allowed, and show, offer and export the threshold that keeps it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.slider(
            say("Wrong answers allowed"), 0.5, 30.0, 5.0, 0.5, format="%.1f%%", key="target",
            bind="query-params", width=320,
        )  # fmt: skip
        confidence = st.selectbox(
            say("Confidence"), [0.9, 0.95, 0.99], index=1, key="promise", bind="query-params",
            format_func=lambda level: f"{level:.0%}", width=130,
        )  # fmt: skip
    if table.info.split == "train":
        st.warning(
            say(
                "This analysis is of the training samples, which the model knows: a threshold from them "
                "promises nothing. Pick the analysis of another split."
            ),
            icon=":material/warning:",
        )
        return None
    try:
        rule = apart.rule(table, measure, target / 100, 1 - float(confidence or 0.95))
    except InputError as error:
        st.info(plain(str(error), 400), icon=":material/front_hand:")
        return None
    _describe(rule)
    _export(run, table, measure, rule)
    return rule


def _describe(rule: AbstainRule) -> None:
    if rule.coverage >= 1:
        st.markdown(
            say(
                "No abstaining is needed: answering **everything**, at most {bound} are wrong (with "
                "{confidence:.0%} confidence).",
                bound=percent(rule.bound), confidence=rule.confidence,
            )
        )  # fmt: skip
        return
    st.markdown(
        say(
            "Answer where the experts' disagreement is at most **{most:.3f}**: that answers **{coverage}** "
            "of the {count:,} samples, of which {risk} are wrong; in the long run at most **{bound}**, with "
            "{confidence:.0%} confidence.",
            most=-rule.threshold, coverage=percent(rule.coverage), count=rule.samples,
            risk=percent(rule.risk), bound=percent(rule.bound), confidence=rule.confidence,
        )
    )  # fmt: skip


def record_of(run: Run, table: Table, measure: str, rule: AbstainRule) -> AbstainRecord:
    """Return what is exported; the rule's score is the measure with its sign turned."""
    return AbstainRecord(
        run_id=run.id, measure=measure, most=-rule.threshold, target=rule.target, bound=rule.bound,
        confidence=rule.confidence, coverage=rule.coverage, risk=rule.risk, samples=rule.samples,
        data=table.info.data, split=table.info.split,
    )  # fmt: skip


def _export(run: Run, table: Table, measure: str, rule: AbstainRule) -> None:
    if measure not in apart.HONOURED:
        st.caption(
            say(
                "A threshold on this measure cannot be exported: a single pair's explanation does not have "
                "it. Take one of these: {measures}.",
                measures=listing([_name(measure) for measure in apart.HONOURED]),
            )
        )
        return
    if table.info.run_id != run.id:
        st.caption(
            say("This analysis is of other weights than the run has now, so no threshold is exported.")
        )
        return
    if rule.coverage >= 1:
        return
    if apart.sign_of(table, Filter(), measure).verdict == "bad":
        st.caption(say("Agreement is a bad sign on these samples, so this threshold is not exported."))
        return
    record = record_of(run, table, measure, rule)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("Keep with the run"), icon=":material/save:", key="keep_threshold", on_click=_keep,
            args=(run, record),
            help=say(
                "Written as {file} beside the weights; the page Explain a pair then abstains.", file=FILE
            ),
        )  # fmt: skip
        st.download_button(
            say("Download"), abstain_content(record), FILE, "application/json", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip
    kept = read_abstain(run.path)
    if kept is not None and kept.run_id == run.id:
        held = say("Kept with the run: {measure} at most {most:.3f}.", measure=_name(kept.measure),
                   most=kept.most)  # fmt: skip
        st.caption(joined([held, say("It is this one.")]) if kept == record else held)


def _keep(run: Run, record: AbstainRecord) -> None:
    try:
        write_abstain(run.path, record)
    except InputError as error:
        show_input_error(error)
