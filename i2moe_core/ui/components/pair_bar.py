"""The pair in one line above its maps: what it is, what the model answers, and the ways to change it."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAPIException

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots.palette import input_label
from i2moe_core.types import PairExplanation
from i2moe_core.ui import cached
from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.components.trust.line import show_trust
from i2moe_core.ui.components.upload_pair import Pair, upload_pair
from i2moe_core.ui.words import answer_label, cut_sentences, far_warnings, missing_sentence, percent, plain

PAIR_PAGE, MAPS_PAGE = "pages/explain_pair.py", "pages/attributions.py"
SIDE = 128  # pixels of the shown picture
SHARED = ("run", "from", "example", "given", "class", "rather")


def ask_pair(run: Run) -> Pair | None:
    """Ask for a pair, folded away as long as there is one."""
    with st.expander(say("Choose another pair, or bring your own"), icon=":material/photo_library:"):
        return upload_pair(run)


def show_pair_bar(run: Run, pair: Pair, explanation: PairExplanation) -> None:
    """Show the pair and the model's answer, and lead back to its breakdown."""
    given = [(name, kind) for name, kind in run.info.modalities.items() if pair.values[name] is not None]
    with st.container(border=True, horizontal=True, gap="medium", vertical_alignment="center"):
        for name, kind in given:
            if kind == "image":
                seen = cached.seen(pair.values[name], run.config.data.image_size)
                st.image(
                    enlarged(seen), width=SIDE, alt=say("The {input} of this pair", input=input_label(name))
                )
        with st.container(width="stretch", gap="small"):
            for name, kind in given:
                if kind == "text":
                    st.text(shortened(pair.values[name]), width="stretch")
            st.markdown(_answer(explanation))
            for note in _notes(pair, explanation):
                st.caption(note)
            show_trust(run)
            link_with_pair(run, PAIR_PAGE, say("Back to the answer"), ":material/arrow_back:")


def _notes(pair: Pair, explanation: PairExplanation) -> list[str]:
    noticed = [plain(note, 300) for note in (*pair.notes, *cut_sentences(explanation))]
    missing = missing_sentence(explanation.missing)
    return [*far_warnings(explanation), *([missing] if missing else []), *noticed]


def shortened(text: str, limit: int = 600) -> str:
    """Return a text cut to what a reader wants to see of it here."""
    return text if len(text) <= limit else text[:limit] + " …"


def link_with_pair(run: Run, page: str, label: str, icon: str) -> None:
    """Link another page of the app that opens with the same pair."""
    names = [*SHARED, *(f"my_{name}" for name in run.info.modalities)]
    query = [(name, value) for name in names for value in st.query_params.get_all(name)]
    try:
        st.page_link(page, label=label, icon=icon, query_params=query)
    except StreamlitAPIException:  # a page that was opened alone knows no other
        return


def _answer(explanation: PairExplanation) -> str:
    answer = plain(answer_label(explanation.task, explanation.prediction), 80)
    if explanation.task != "multiclass":
        return say("The model answers **{answer}**.", answer=answer)
    return say(
        "The model answers **{answer}** with a probability of {share}.",
        answer=answer, share=percent(explanation.probability),
    )  # fmt: skip
