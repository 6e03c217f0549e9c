"""Samples of an analysis as small cards with picture and sentence; a click picks one into the link.

show_sample_cards(table, [5, 17], key="exemplars")
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pandas as pd

from i2moe_core.ui.components.gallery import show_cards
from i2moe_core.ui.components.sample_panel import pick_sample, picked_sample
from i2moe_core.ui.table import Table

_LENGTH = 120  # characters of a sentence


def show_sample_cards(table: Table, places: Sequence[int], key: str) -> None:
    """Show the samples at the given rows; texts are set as text, for they come from data files."""
    rows = table.rows(list(places), ["id", "text", "thumbnail", "label", "prediction"])
    show_cards([_card(row) for _, row in rows.iterrows()], picked_sample(), pick_sample, key)


def _card(row: pd.Series) -> dict[str, str]:
    picture, text = row["thumbnail"], row["text"]
    code = base64.b64encode(picture).decode() if isinstance(picture, bytes) else ""  # else None or NaN
    image = f"data:image/jpeg;base64,{code}" if code else ""
    words = text if isinstance(text, str) and text else f"{row['id']}: {row['label']}"
    return {"id": str(row["id"]), "image": image, "text": str(words)[:_LENGTH]}
