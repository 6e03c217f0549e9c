"""Examples as small pictures with their sentences; a click picks one.

The texts come from data files: they are set as text, never as HTML.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from i2moe_core.data.images import encode_png
from i2moe_core.language import say
from i2moe_core.types import Samples

_THUMB = 96  # pixels
_HTML = """
<div class="gallery" role="group"></div>
"""
_CSS = """
.gallery {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(88px, 1fr)); gap: 8px; padding: 2px;
}
.gallery button {
  display: flex; flex-direction: column; gap: 6px; padding: 7px; text-align: left; cursor: pointer;
  color: var(--st-text-color); background: var(--st-secondary-background-color); font: inherit;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); min-width: 0;
}
.gallery button:hover { border-color: var(--st-primary-color); }
.gallery button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.gallery button[aria-pressed="true"] {
  border-color: var(--st-primary-color); box-shadow: 0 0 0 2px var(--st-primary-color);
}
.gallery img {
  width: 100%; aspect-ratio: 1; object-fit: contain; border-radius: 4px;
}
.gallery span {
  font-size: 12px; line-height: 1.3; height: 2.6em; overflow: hidden; overflow-wrap: anywhere;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical;
}
@media (max-width: 640px) {
  .gallery {
    grid-template-columns: none; grid-auto-flow: column; grid-auto-columns: 112px; overflow-x: auto;
  }
}
"""
_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".gallery")
  root.setAttribute("aria-label", data.label)
  const cards = data.items.map((item) => {
    const card = document.createElement("button")
    card.type = "button"
    card.setAttribute("aria-pressed", String(item.id === data.selected))
    card.title = item.text || item.id
    if (item.image) {
      const image = document.createElement("img")
      // Few pixels are shown as pixels; a photograph would only get jagged.
      image.onload = () => {
        image.style.imageRendering = image.naturalWidth < 48 ? "pixelated" : "auto"
      }
      image.src = item.image
      image.alt = ""
      card.appendChild(image)
    }
    const words = document.createElement("span")
    words.textContent = item.text || item.id
    card.appendChild(words)
    card.onclick = () => setTriggerValue("picked", item.id)
    return card
  })
  root.replaceChildren(...cards)
  const chosen = cards.find((card) => card.getAttribute("aria-pressed") === "true")
  if (chosen) root.scrollLeft = chosen.offsetLeft - root.offsetLeft - 8
}
"""
_gallery = st.components.v2.component("i2moe_gallery", html=_HTML, css=_CSS, js=_JS)


def show_gallery(samples: Samples, rows: list[int], selected: str, on_pick: Callable[[str], None]) -> None:
    """Show the samples of ``rows``; ``on_pick`` gets the id of the one that is clicked."""

    def known(found: str) -> None:
        if found in samples.ids:
            on_pick(found)

    show_cards([card_of(samples, row) for row in rows], selected, known)


def show_cards(
    items: list[dict[str, str]], selected: str, on_pick: Callable[[str], None], key: str = "gallery"
) -> None:
    """Show cards, each with an ``id``, an ``image`` (a data URI or "") and a ``text``; a click picks one."""

    def picked() -> None:
        state: Any = st.session_state.get(key) or {}
        if state.get("picked") in {item["id"] for item in items}:
            on_pick(state["picked"])

    _gallery(
        key=key,
        data={"items": items, "selected": selected, "label": say("Examples")},
        on_picked_change=picked,
    )


def card_of(samples: Samples, row: int) -> dict[str, str]:
    """Return a sample's card: its id, its first picture small, its first text."""
    item = {"id": samples.ids[row], "image": "", "text": ""}
    for modality in samples.modalities:
        value = samples.raw[modality.name][row]
        if modality.kind == "image" and value is not None and not item["image"]:
            item["image"] = _thumbnail(value)
        elif modality.kind == "text" and value and not item["text"]:
            item["text"] = value[:120]
    return item


def _thumbnail(pixels: np.ndarray) -> str:
    image = Image.fromarray(pixels)
    image.thumbnail((_THUMB, _THUMB))
    return "data:image/png;base64," + base64.b64encode(encode_png(np.asarray(image))).decode()
