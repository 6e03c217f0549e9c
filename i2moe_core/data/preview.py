"""A contact sheet of image-text samples: each picture with its class, its known type and its text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from i2moe_core.data.batching import is_missing
from i2moe_core.data.images import read_image
from i2moe_core.data.transforms import image_tensor
from i2moe_core.errors import InputError
from i2moe_core.types import Samples

_CELL, _PICTURE, _GAP, _LINE = 220, 160, 12, 14
_LINES = 6
_COLUMNS = 4


def preview(samples: Samples, rows: Sequence[int] | np.ndarray) -> Image.Image:
    """Return the contact sheet of the given rows.

    Raises:
        InputError: the set has no pictures, or one cannot be read.
    """
    names = [m.name for m in samples.modalities if m.kind == "image"]
    if not names:
        raise InputError(f"'{samples.name}' has no pictures to show.")
    height = _PICTURE + _LINES * _LINE + 2 * _GAP
    lines = max(1, math.ceil(len(rows) / _COLUMNS))
    sheet = Image.new("RGB", (_COLUMNS * (_CELL + _GAP) + _GAP, lines * height + _GAP), "white")
    for number, row in enumerate(rows):
        left = _GAP + (number % _COLUMNS) * (_CELL + _GAP)
        _place(sheet, samples, names[0], int(row), left, _GAP + (number // _COLUMNS) * height)
    return sheet


def _place(sheet: Image.Image, samples: Samples, name: str, row: int, left: int, top: int) -> None:
    """Draw one sample: picture, headline, text."""
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((left, top, left + _PICTURE, top + _PICTURE), outline="#cccccc")
    value = samples.raw[name][row]
    if value is not None:
        sheet.paste(_picture(value, samples.ids[row]), (left, top))
    font = ImageFont.load_default(12)
    captions = [_answer(samples, row), *textwrap.wrap(_text(samples, row), 36)][:_LINES]
    for number, caption in enumerate(captions):
        colour = "#005a9c" if number == 0 else "#222222"
        draw.text((left, top + _PICTURE + 4 + number * _LINE), caption, fill=colour, font=font)


def _picture(value: Any, name: str) -> Image.Image:
    pixels = read_image(value, name).pixels
    # Small pictures are enlarged by whole pixels, so that what the model sees is what is shown.
    whole = max(pixels.shape[:2]) <= _PICTURE
    fitted = image_tensor(pixels, max(pixels.shape[:2]) if whole else _PICTURE).permute(1, 2, 0).numpy()
    return Image.fromarray(fitted).resize((_PICTURE, _PICTURE), Image.Resampling.NEAREST)


def _answer(samples: Samples, row: int) -> str:
    """Return the label(s) and, where known, the type."""
    target = samples.targets[row]
    if samples.task == "regression":
        label = f"{float(target):g}"
    elif samples.task == "multilabel":
        label = ", ".join(c for c, on in zip(samples.classes, target, strict=True) if on) or "none"
    else:
        label = samples.classes[int(target)]
    return label if samples.truth is None else f"{label} ({samples.truth.interactions[row]})"


def _text(samples: Samples, row: int) -> str:
    texts = [samples.raw[m.name][row] for m in samples.modalities if m.kind == "text"]
    return " / ".join(str(text) for text in texts if not is_missing(text)) or "(no text)"
