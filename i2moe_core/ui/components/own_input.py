"""A visitor's own picture and text: read safely, shown as the model sees them, kept in the link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.data.images import FORMATS
from i2moe_core.errors import InputError
from i2moe_core.language import say
from i2moe_core.plots.palette import input_label
from i2moe_core.ui import cached, link
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.ready import ready_row
from i2moe_core.ui.words import plain

OWN = "own"
ENDINGS = [ending.lower() for ending in FORMATS] + ["jpg"]
_VERSION = "uploader_version"  # a new number empties the file uploaders


def can_be_given(run: Run) -> bool:
    """Say whether a visitor can bring something: only pictures and texts can be."""
    return any(kind in ("image", "text") for kind in run.info.modalities.values())


def ask_own(run: Run) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Ask for the inputs; returns modality -> value (None where left out) and what was noticed."""
    values: dict[str, Any] = dict.fromkeys(run.info.modalities)
    notes: list[str] = []
    _follow_link(run)
    askable = [(name, kind) for name, kind in run.info.modalities.items() if kind != "array"]
    for (name, kind), column in zip(askable, st.columns(len(askable)), strict=True):
        with column:
            values[name] = _ask_text(run, name, notes) if kind == "text" else _ask_picture(run, name, notes)
    if len(askable) < len(values):
        notes.append(say("Feature arrays cannot be brought along here; they count as missing."))
    return values, tuple(notes)


def start_from(values: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """Make an example the visitor's own, to be changed; for use in a callback."""
    pictures = {name: values.get(name) for name, kind in kinds.items() if kind == "image"}
    codes = {name: "" if v is None else link.picture_code(v) or "" for name, v in pictures.items()}
    bring({name: values.get(name) or "" for name, kind in kinds.items() if kind == "text"}, codes)


def bring(texts: Mapping[str, str], pictures: Mapping[str, str]) -> None:
    """Set the visitor's own inputs, pictures as a link's letters, "" for none; for use in a callback."""
    st.session_state["from"] = OWN
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    for name, text in texts.items():
        st.session_state[f"typed_{name}"] = text
        _keep_text(name, text)
    for name, code in pictures.items():
        link.remember(f"my_{name}", code)


def _follow_link(run: Run) -> None:
    """Take over what a link or a step in the browser's history brought, which was not last kept there."""
    brought = [name for name in run.info.modalities if link.is_new(f"my_{name}")]
    for name in brought:
        if run.info.modalities[name] == "text":
            st.session_state[f"typed_{name}"] = link.recall(f"my_{name}")
        link.remember(f"my_{name}", link.recall(f"my_{name}"))
    if brought:  # an uploaded file would win over the link's picture
        st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def _ask_text(run: Run, name: str, notes: list[str]) -> str | None:
    key = f"typed_{name}"
    if key not in st.session_state:
        st.session_state[key] = link.recall(f"my_{name}")
    typed = st.text_area(
        say("Your {input}", input=plain(input_label(name))),
        key=key,
        height=120,
        placeholder=_example_text(run, name),
        persist_state="session",
    )
    if not _keep_text(name, typed or ""):
        notes.append(say(link.TOO_LONG))
    return typed if typed and typed.strip() else None


def _example_text(run: Run, name: str) -> str:
    text = run.reference.raw[name][ready_row(run)] or ""
    if not text:
        return say("Type a sentence")
    return say("Type a sentence, for example: {text}", text=text[:200])


def _keep_text(name: str, text: str) -> bool:
    fits = len(text) <= link.MAX_TEXT
    link.remember(f"my_{name}", text if fits else "")
    return fits


def _ask_picture(run: Run, name: str, notes: list[str]) -> np.ndarray | None:
    size = run.config.data.image_size
    file = st.file_uploader(
        say("Your {input}", input=plain(input_label(name))),
        type=ENDINGS,
        key=f"upload_{name}_{st.session_state.get(_VERSION, 0)}",
        help=say("PNG, JPEG, WebP, BMP or GIF, up to 20 MB. It stays on this computer."),
    )
    if file is None:
        return _kept_picture(name, size)
    try:
        picture, pixels = cached.read_picture(file.getvalue(), file.name, size)
    except InputError as error:
        link.remember(f"my_{name}", "")  # else a reload would show an earlier picture
        show_input_error(error)
        return None
    notes.extend(picture.notes)
    code = link.picture_code(pixels)
    link.remember(f"my_{name}", code or "")
    if code is None:
        notes.append(say(link.TOO_LARGE))
    elif not link.is_exact(code):
        notes.append(say(link.ALMOST))
    return pixels


def _kept_picture(name: str, size: int) -> np.ndarray | None:
    code = link.recall(f"my_{name}")
    if not code:
        return None
    try:
        pixels = cached.seen(link.picture_from(code).pixels, size)
    except InputError as error:
        show_input_error(error)
        return None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            say("The picture from the link is used.")
            if link.is_exact(code)
            else say("The picture from the link is used, slightly compressed.")
        )
        st.button(
            say("Take it away"),
            key=f"drop_{name}",
            on_click=link.remember,
            args=(f"my_{name}", ""),
            type="tertiary",
        )
    return pixels
