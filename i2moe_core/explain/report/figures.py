"""Figures as SVG, drawn for a phone's width and enlarged from there; colours follow the page's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np

from i2moe_core.explain.numbers import digits_for, signed
from i2moe_core.explain.palette import INK
from i2moe_core.explain.report.markup import Markup, tag

WIDTH = 330
ROW = 40
_END = 2.0  # room for round ends
_LONGEST = 34  # Latin letters of a label
STYLE = (
    "text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:currentColor;"
    "paint-order:stroke;stroke:var(--card,#fff);stroke-width:5px;stroke-linejoin:round}"
    ".quiet{opacity:.72}.value{font-variant-numeric:tabular-nums;font-weight:600}"
    "text.mark{fill:#14161b;stroke:#fff;font-weight:700}"
    ".track{fill:currentColor;opacity:.08}.line{stroke:currentColor;opacity:.3;stroke-width:1.5}"
)


@dataclass(frozen=True)
class Bar:
    """A row: its label, its length, its colour, the number as shown, and a mark to compare with."""

    label: str
    value: float
    colour: str
    shown: str
    mark: float | None = None
    pale: bool = False


def figure(
    height: float, alt: str, *children: Markup | Sequence[Markup], width: float = WIDTH, **attributes: str
) -> Markup:
    """Return an SVG with a name for those who cannot see it."""
    attributes = {"class_": "figure"} | attributes
    return tag(
        "svg", tag("title", alt), children, viewBox=f"0 0 {width:g} {height:g}", role="img", **attributes
    )


def bars(rows: Sequence[Bar], alt: str, upper: float = 1.0, width: float = WIDTH) -> Markup:
    """Draw one bar a row, from 0 to ``upper``; a row's mark is an upright line."""
    parts = []
    for place, row in enumerate(rows):
        y = place * ROW
        parts += [*_heading(y, row.label, row.shown, width), _track(y, width)]
        length = width * _share(row.value, upper)
        opacity = 0.5 if row.pale else None
        parts.append(
            tag("rect", x=0, y=y + 22, width=length, height=10, rx=3, fill=row.colour, opacity=opacity)
        )
        if row.mark is not None:
            parts.append(_upright(width * _share(row.mark, upper), y + 18, width))
    return figure(ROW * len(rows), alt, parts, width=width)


def waterfall(rows: Sequence[tuple[str, float, str]], total_label: str, alt: str) -> Markup:
    """Draw the running sum of the rows' parts (label, part, colour), and their total in the last row."""
    parts = np.array([part for _, part, _ in rows])
    ends = np.cumsum(parts)
    starts = ends - parts
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    span = max(high - low, 1e-9)
    digits = digits_for([*parts, ends[-1]])

    def at(value: float) -> float:
        return _END + (WIDTH - 2 * _END) * (value - low) / span

    drawn = [tag("line", x1=at(0), x2=at(0), y1=18, y2=ROW * (len(rows) + 1), class_="line")]
    steps = [*zip((r[0] for r in rows), starts, ends, (r[2] for r in rows), strict=True)]
    for place, (label, start, end, colour) in enumerate([*steps, (total_label, 0.0, ends[-1], INK)]):
        y = place * ROW
        drawn += _heading(y, label, signed(float(end - start), digits))
        left, right = sorted((at(float(start)), at(float(end))))
        drawn.append(
            tag("rect", x=left, y=y + 22, width=max(right - left, 1.5), height=10, rx=2, fill=colour)
        )
        if place < len(rows):
            x = at(float(end))
            drawn.append(tag("line", x1=x, x2=x, y1=y + 22, y2=y + ROW + 32, class_="line"))
    return figure(ROW * (len(rows) + 1), alt, drawn)


def stacked(parts: Sequence[tuple[str, float, str]], alt: str) -> Markup:
    """Draw shares (label, share, colour) that sum to 1 as one bar."""
    drawn, x = [], 0.0
    for label, share, colour in parts:
        width = WIDTH * share
        box = tag(
            "rect", tag("title", f"{label}: {share:.1%}"), x=x, y=0, width=width, height=12, fill=colour
        )
        drawn.append(box)
        x += width
    return figure(12, alt, drawn, class_="figure stack", preserveAspectRatio="none")


def series(values: np.ndarray, colour: str, alt: str) -> Markup:
    """Draw an array's numbers as upright bars around zero; a sequence by its steps' means."""
    flat = np.nan_to_num(np.asarray(values, dtype=float))
    flat = flat.mean(1) if flat.ndim > 1 else flat
    top = max(float(np.abs(flat).max(initial=0.0)), 1e-9)
    step = WIDTH / max(len(flat), 1)
    drawn = [tag("line", x1=0, x2=WIDTH, y1=40, y2=40, class_="line")]
    for place, value in enumerate(flat):
        size = 38 * abs(float(value)) / top
        y = 40 - size if value >= 0 else 40
        drawn.append(tag("rect", x=place * step, y=y, width=max(step * 0.8, 0.4), height=size, fill=colour))
    return figure(80, alt, drawn)


def shortened(label: str, limit: int = _LONGEST) -> str:
    """Return a label on one line, cut to the width of ``limit`` Latin letters; a Chinese one is two."""
    line = " ".join(label.split())
    if _width(line) <= limit:
        return line
    fitting = [end for end in range(len(line)) if _width(line[:end]) < limit]
    return line[: max(fitting, default=0)] + "…"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _heading(y: float, label: str, shown: str, width: float = WIDTH) -> list[Markup]:
    room = int((width - 8 * _width(shown)) / 7.5)
    name = tag("text", shortened(label, min(_LONGEST, room)), tag("title", label), x=0, y=y + 15)
    return [name, tag("text", shown, x=width, y=y + 15, text_anchor="end", class_="value")]


def _track(y: float, width: float) -> Markup:
    return tag("rect", x=0, y=y + 22, width=width, height=10, rx=3, class_="track")


def _share(value: float, upper: float) -> float:
    return float(np.clip(value / upper, 0.0, 1.0)) if upper > 0 else 0.0


def _upright(x: float, y: float, end: float) -> Markup:
    x = float(np.clip(x - 1.5, 0, end - 3))
    return tag("rect", x=x, y=y, width=3, height=18, rx=1, fill="currentColor")
