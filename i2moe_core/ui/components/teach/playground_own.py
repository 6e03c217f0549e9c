"""The visitor's own table on the playground: pasted or uploaded, its columns given to the two inputs."""

from __future__ import annotations

import base64
import binascii
import zlib

import streamlit as st

from i2moe_core.language import say
from i2moe_core.teaching.playground.own import (
    MOST_BYTES,
    Cells,
    OwnTable,
    TableFault,
    decode,
    own_samples,
    read_cells,
)
from i2moe_core.ui.components.teach.playground_settings import LINKED
from i2moe_core.ui.link import recall, remember
from i2moe_core.ui.words import plain

LINK = "table"  # in the link: the table's text, compressed
MOST_LINKED = 6000  # characters


def ask_own_table() -> OwnTable | None:
    """Ask for a table and its columns; None as long as there is none to train on, and the page says why."""
    text = _ask_text()
    if not text.strip():
        st.info(say("Paste a table with a header, or upload a CSV file."), icon=":material/table:")
        return None
    try:
        own = _ask_columns(read_cells(text), text)
        own_samples(own, 0)
    except TableFault as fault:
        show_fault(fault)
        return None
    return own


def show_fault(fault: TableFault) -> None:
    """Say in one sentence what is wrong with the table; what it quotes stays inert."""
    quoted = {name: plain(str(value)) for name, value in fault.values.items()}
    st.error(say(fault.sentence, **quoted), icon=":material/error:")


def _ask_text() -> str:
    st.session_state.setdefault("p_table", _from_link(recall(LINK)))
    pasted: str = st.text_area(
        say("Your table: a header, then numbers and a label"), key="p_table", height=150,
        persist_state="session", placeholder="a,b,label\n0.3,-0.8,yes\n-0.6,0.1,no",
    )  # fmt: skip
    file = st.file_uploader(say("Or a CSV file"), type=["csv", "tsv", "txt"], key="p_file", max_upload_size=1)
    text = pasted
    if file is not None:
        try:
            text = decode(file.getvalue())
        except TableFault as fault:
            show_fault(fault)
            return ""
    code = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode() if text.strip() else ""
    remember(LINK, code if len(code) <= MOST_LINKED else "")
    if len(code) > MOST_LINKED:
        st.caption(say("This table is too large for a link: whoever opens the link must give it again."))
    return text


def _ask_columns(cells: Cells, text: str) -> OwnTable:
    columns = list(cells.columns)
    label = st.selectbox(say("Column of the label"), columns, index=len(columns) - 1, key="p_label", **LINKED)
    rest = [name for name in columns if name != label]
    half = max(1, len(rest) // 2)
    first = st.multiselect(
        say("Columns of input 1"), rest, default=rest[:half], key="p_first", **LINKED
    )  # fmt: skip
    second = st.multiselect(
        say("Columns of input 2"), rest, default=rest[half:], key="p_second", **LINKED
    )  # fmt: skip
    return OwnTable(text, tuple(first), tuple(second), str(label))


def _from_link(code: str) -> str:
    """Return the table's text; a damaged one is none."""
    try:
        return zlib.decompressobj().decompress(base64.urlsafe_b64decode(code), MOST_BYTES).decode()
    except (zlib.error, binascii.Error, ValueError):
        return ""
