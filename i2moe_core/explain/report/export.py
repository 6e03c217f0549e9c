"""The report's figures as files of their own: SVG for all, and PNG for the maps at the method's own grain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.result import Attribution, Attributions
from i2moe_core.explain.attribution.tops import largest
from i2moe_core.explain.report.answer import shares_figure, sum_figure
from i2moe_core.explain.report.figures import STYLE
from i2moe_core.explain.report.maps import overlay_pixels, patch_map, png
from i2moe_core.explain.report.markup import Markup
from i2moe_core.explain.report.material import ALIKE, Material, seen_pictures
from i2moe_core.types import PairExplanation

_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" style="color:#1d2129;background:#fff"><style>{STYLE}</style>'
)


def figure_files(
    run: Run,
    values: Mapping[str, Any],
    explanation: PairExplanation,
    attributions: Attributions | None = None,
) -> dict[str, bytes]:
    """Return file name -> content: shares, the sum, each picture as seen, and each target's maps."""
    pictures = seen_pictures(run, values, explanation.sample_id)
    material = Material(run, values, explanation, attributions, pictures=pictures)
    files = {"shares.svg": standalone(shares_figure(material)), "sum.svg": standalone(sum_figure(material))}
    files |= {f"{file_stem(name)}.png": png(pixels) for name, pixels in pictures.items()}
    for item in attributions.items if attributions is not None else ():
        files |= dict(_maps(material, item))
    return files


def standalone(figure: Markup) -> bytes:
    """Return a figure as an SVG file with its own style."""
    head, _, rest = figure.partition(">")
    opening = _HEAD.replace("<svg", head, 1)
    return f"{opening}{rest}\n".encode()


def file_stem(name: str) -> str:
    """Return a name that every file system takes: ``expert/unique:image/0`` is ``expert-unique-image-0``."""
    return re.sub(r"[^\w.]+", "-", name).strip("-.") or "unnamed"


def _maps(material: Material, item: Attribution) -> Iterator[tuple[str, bytes]]:
    found = material.attributions
    kind = item.target.partition("/")[0]
    alike = material.items(*(ALIKE if kind in ALIKE else (kind,)))
    for name, pixels in material.pictures.items():
        if found is None or name not in item.maps:
            continue
        stem = f"map_{file_stem(item.target)}_{file_stem(name)}"
        drawn = patch_map(found, item, name, pixels, largest(found, name, alike), f"{item.label}: {name}")
        yield f"{stem}.svg", standalone(drawn)
        top = max(float(np.nanmax(np.abs(other.maps[name]))) for other in alike if name in other.maps)
        yield f"{stem}.png", png(overlay_pixels(item.maps[name], pixels, top))
