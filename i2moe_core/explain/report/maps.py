"""Attributions drawn: patches over the grey picture, words in colour, each also told apart without colour."""

from __future__ import annotations

import base64
import io
from unicodedata import bidirectional

import numpy as np
from PIL import Image

from i2moe_core.explain.attribution.cells import FRAME, cell_label
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.explain.palette import DOWN, UP
from i2moe_core.explain.report.figures import figure
from i2moe_core.explain.report.markup import Markup, foreign, join, number, tag, woven
from i2moe_core.language import say

SIDE = 240  # of a map, in the figure's units
_SMALL = 96  # pictures below it keep their pixels as squares
_SHOWN = 0.08  # of the scale: from here on a word's number is written and the strongest patch is framed


def data_uri(pixels: np.ndarray) -> str:
    """Return a picture (H, W, 3) as a PNG inside an address."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode("ascii")


def png(pixels: np.ndarray) -> bytes:
    """Return the content of a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def greyed(pixels: np.ndarray) -> np.ndarray:
    """Return a picture without its colours and paler, so that colours laid over it are the map's."""
    grey = pixels @ np.array([0.299, 0.587, 0.114])
    low, high = np.percentile(grey, (2, 98))
    pale: np.ndarray = np.rint(168 + 80 * ((grey - low) / max(high - low, 1.0)).clip(0, 1)).astype(np.uint8)
    return np.repeat(pale[..., None], 3, axis=2)


def patch_map(
    found: Attributions, item: Attribution, modality: str, pixels: np.ndarray, scale: float, alt: str
) -> Markup:
    """Draw each patch as dense as its number is large on the common scale; the strongest one is framed.

    pixels: (S, S, 3), as the model sees it; patches that push down are hatched by a stroke.
    """
    unit = SIDE / pixels.shape[0]
    places = [n for n, cell in enumerate(found.cells) if cell.modality == modality]
    values = np.nan_to_num(item.cells[places])
    strongest = int(np.abs(values).argmax()) if np.abs(values).max() >= _SHOWN * scale > 0 else -1
    image = tag(
        "image", href=data_uri(greyed(pixels)), width=SIDE, height=SIDE, preserveAspectRatio="none",
        style="image-rendering:pixelated" if pixels.shape[0] < _SMALL else None,
    )  # fmt: skip
    drawn = [image]
    for place, value in zip(places, values, strict=True):
        cell = found.cells[place]
        drawn += _patch(cell.place, cell_label(cell), float(value), scale, unit)
    if strongest >= 0:
        drawn.append(_frame(found.cells[places[strongest]].place, unit))
    return figure(SIDE, alt, drawn, width=SIDE)


def words_strip(found: Attributions, item: Attribution, modality: str, text: str, scale: float) -> Markup:
    """Return the text with its words tinted; strong ones also carry their number, and a line below.

    Words that push up have a solid line, words that push down a dotted one.
    """
    cells = [
        (cell, float(value))
        for cell, value in zip(found.cells, item.cells, strict=True)
        if cell.modality == modality and cell.label != FRAME
    ]
    digits = digits_for([scale])
    parts: list[Markup] = []
    done = 0
    for cell, value in cells:
        start, end = cell.place
        parts += [join(text[done:start]), _word(text[start:end], value, scale, digits)]
        done = end
    rest = text[done:]
    if rest.strip():
        parts.append(tag("span", tag("small", f" {say('not read:')} "), rest, class_="unread"))
    return tag("p", parts, class_="strip", dir=direction(text))


def direction(text: str) -> str:
    """Return which way a text runs, by its first letter that has a direction.

    A browser that is to find out by itself does not look into the words, which are set apart.
    """
    strong = (bidirectional(character) for character in text)
    return "rtl" if next((d for d in strong if d in ("L", "R", "AL")), "L") != "L" else "ltr"


def legend(scale: float, what: str) -> Markup:
    """Return the key to a colour scale: from the most against to the most for."""
    digits = digits_for([scale])
    bar = tag(
        "span", class_="ramp", aria_hidden="true",
        style=f"background:linear-gradient(90deg,{DOWN},{DOWN}00 50%,{UP}00 50%,{UP})",
    )  # fmt: skip
    low, high = (tag("span", signed(end, digits), class_="figures") for end in (-scale, scale))
    ends = woven(say("{low} against {bar} for {high}"), low=low, bar=bar, high=high)
    return tag("p", tag("span", f"{what} "), ends, class_="legend")


def overlay_pixels(numbers: np.ndarray, pixels: np.ndarray, scale: float, least: int = 512) -> np.ndarray:
    """Return a map (S, S) at the method's own grain over the grey picture, enlarged to ``least`` pixels."""
    share = np.clip(np.abs(np.nan_to_num(numbers)) / max(scale, 1e-12), 0, 1)[..., None]
    colour = np.where(numbers[..., None] >= 0, _rgb(UP), _rgb(DOWN))
    mixed = np.rint(greyed(pixels) * (1 - share) + colour * share).astype(np.uint8)
    times = max(1, least // mixed.shape[0])
    return mixed.repeat(times, 0).repeat(times, 1)


def _patch(place: tuple[int, ...], label: str, value: float, scale: float, unit: float) -> list[Markup]:
    share = min(abs(value) / scale, 1.0) if scale > 0 else 0.0
    if share < 0.004:  # no printer and no eye shows it
        return []
    top, left, bottom, right = (unit * edge for edge in place)
    name = tag("title", f"{label}: {signed(value, digits_for([scale]))}")
    box = tag(
        "rect", name, x=left, y=top, width=right - left, height=bottom - top,
        fill=UP if value >= 0 else DOWN, fill_opacity=round(0.95 * share, 4), data_value=repr(value),
    )  # fmt: skip
    if value >= 0 or share < 0.15:
        return [box]
    stroke = tag("line", x1=left, y1=bottom, x2=right, y2=top, stroke="#fff", stroke_width=1.2, opacity=0.8)
    return [box, stroke]


def _frame(place: tuple[int, ...], unit: float) -> Markup:
    top, left, bottom, right = (unit * edge for edge in place)
    outer = {"x": left - 1, "y": top - 1, "width": right - left + 2, "height": bottom - top + 2}
    white = tag("rect", **outer, fill="none", stroke="#fff", stroke_width=5, rx=2)
    return join([white, tag("rect", **outer, fill="none", stroke="#14161B", stroke_width=2.5, rx=2)])


def _word(text: str, value: float, scale: float, digits: int) -> Markup:
    if not np.isfinite(value):
        return join(text)
    share = min(abs(value) / scale, 1.0) if scale > 0 else 0.0
    colour, line = (UP, "solid") if value >= 0 else (DOWN, "dotted")
    strong = share >= _SHOWN
    kind = "word strong" if strong else "word"
    style = f"background:{colour}{round(150 * share):02x}" + (f";border-bottom:2px {line} {colour}" * strong)
    shown = tag("small", number(value, signed(value, digits)), dir="ltr") if strong else None
    return tag(
        "span", foreign(text), shown, class_=kind, style=style, title=signed(value, max(digits, 3)),
        data_value=repr(value),
    )  # fmt: skip


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)], dtype=float)
