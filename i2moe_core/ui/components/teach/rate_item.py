"""A rater at work: the code, one explanation after the other, five answers and a remark.

Neither the page nor the session holds the arm of an item: a placebo is drawn by the very same steps.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from i2moe_core.errors import InputError
from i2moe_core.explain.numbers import rounded_to_sum, signed
from i2moe_core.language import marked, say
from i2moe_core.plots import digits_for, plot_waterfall
from i2moe_core.plots.palette import expert_label, expert_meaning
from i2moe_core.teaching.rating.ledger import CODE, COMMENT, Rating, check_rater
from i2moe_core.teaching.rating.study import Item, Study, order_for
from i2moe_core.ui import studies
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.teach.shown_sample import show_sample, values_of
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.words import plain

ANSWERS = {
    1: marked("1: does not fit at all"),
    2: marked("2: fits badly"),
    3: marked("3: fits in part"),
    4: marked("4: fits well"),
    5: marked("5: fits fully"),
}
_PROBLEM = "rating_problem"


def rate_items(study: Study) -> None:
    """Ask for the rater's code, then for one rating after the other."""
    rater = _ask_code()
    if rater is None:
        return
    done = {item for who, item in studies.ratings_of(study).latest() if who == rater}
    left = [number for number in order_for(study, rater) if number not in done]
    count = len(study.items)
    said = say(
        "Rater {rater}: {done} of {count} rated", rater=plain(rater), done=count - len(left), count=count
    )
    st.progress((count - len(left)) / count, said)
    if _PROBLEM in st.session_state:
        show_input_error(st.session_state.pop(_PROBLEM))
    if not left:
        st.success(say("All is rated. Thank you; every rating is kept."), icon=":material/check:")
        return
    _show_item(study, rater, left[0])


def _ask_code() -> str | None:
    try:
        return check_rater(st.query_params.get("rater", ""))
    except InputError:
        pass
    st.markdown(
        say("You will see samples, the model's answer to each, and an explanation: which expert moved the "
            "answer how far. Judge whether the explanation fits what you see. There is no right or wrong.")
    )  # fmt: skip
    with st.form("rater", border=True):
        st.text_input(say("Your code"), max_chars=CODE, key="rater_code",
                      help=say("Any name that you will use again; ratings are kept under it."))  # fmt: skip
        st.form_submit_button(say("Begin"), type="primary", on_click=_begin)
    if _PROBLEM in st.session_state:
        show_input_error(st.session_state.pop(_PROBLEM))
    return None


def _begin() -> None:
    try:
        st.query_params["rater"] = check_rater(st.session_state["rater_code"])
    except InputError as error:
        st.session_state[_PROBLEM] = error


def _show_item(study: Study, rater: str, number: int) -> None:
    item, run = study.items[number], studies.run_of(study)
    left, right = st.columns([2, 3], gap="large")
    with left:
        show_sample(run, values_of(run, run.reference.ids.index(item.sample)))
        st.markdown(say("The model answers **{answer}**.", answer=plain(item.answer)))
    with right:
        _show_explanation(study, item)
    _ask_rating(study, rater, number)


def _show_explanation(study: Study, item: Item) -> None:
    labels = [expert_label(name) for name in study.experts]
    digits = digits_for([*item.parts, item.total])
    parts, _ = rounded_to_sum(item.parts, item.total, digits)
    figure = plot_waterfall(study.experts, parts, say("Score of {answer}", answer=item.answer), labels=labels)
    show_figure(figure, key="rated_parts", alt=say("Each expert's part in the score, adding up to it"))
    frame = pd.DataFrame(
        {
            say("Expert"): [plain(label) for label in labels],
            say("Weight"): [f"{weight:.1%}" for weight in item.weights],
            say("Part of the score"): [signed(float(part), digits) for part in parts],
        }
    )
    st.dataframe(frame, hide_index=True, alt=say("The experts' weights and parts"))
    lines = zip(labels, study.experts, strict=True)
    st.caption("  \n".join(f"**{plain(label)}**: {plain(expert_meaning(name))}" for label, name in lines))
    reading_note(
        say("Each bar is an expert's part in the score of the model's answer; the last one is their sum."),
        say("Whether the explanation is true: that is what you are asked to judge."),
    )


def _ask_rating(study: Study, rater: str, number: int) -> None:
    with st.form(f"rate_item_{number}", border=True):
        st.radio(
            say("Does this explanation fit?"), list(ANSWERS), index=None, key=f"score_{number}",
            format_func=lambda score: say(ANSWERS[score]),
        )  # fmt: skip
        st.text_input(say("Remark (optional)"), max_chars=COMMENT, key=f"remark_{number}")
        st.form_submit_button(
            say("Save and go on"), type="primary", on_click=_save, args=(study, rater, number)
        )


def _save(study: Study, rater: str, number: int) -> None:
    score = st.session_state[f"score_{number}"]
    try:
        if score is None:
            raise InputError(say("Choose one of the five answers first."))
        studies.rate(study, Rating(number, rater, int(score), st.session_state[f"remark_{number}"]))
    except InputError as error:
        st.session_state[_PROBLEM] = error
