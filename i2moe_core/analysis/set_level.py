"""The decomposition of a whole set (BROJA) from the probes' answers and the labels, and what chance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from i2moe_core.analysis.schema import probe_column
from i2moe_core.measures.intervals import percentile_interval
from i2moe_core.measures.pid.broja import broja
from i2moe_core.measures.pid.tables import chance_parts, joint_table, miller_madow, most_frequent
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE

MOST = 8  # answers and labels that are told apart; the rarer ones become one
DRAWS = 20  # shuffles of the labels


@dataclass(frozen=True)
class SetLevel:
    """BROJA of two modalities and the label, in bits.

    parts: ``expert bits chance low high``: what is found, and with shuffled labels the mean and the range of
    the middle 95%. joint: I(both answers; label). bias: by how much chance alone raises ``joint`` (Miller).
    merged: how many rare answers and labels were made one. gap: no part is further off the optimum.
    """

    parts: pd.DataFrame
    joint: float
    bias: float
    samples: int
    merged: int
    gap: float


def set_level(table: pd.DataFrame, first: str, second: str, draws: int = DRAWS) -> SetLevel | None:
    """Return the decomposition for two modalities; None where there are no probes or no known labels.

    table: the columns ``label`` and the two modalities' ``probe_*``.
    """
    names = [probe_column(first), probe_column(second), "label"]
    known = table[names].dropna()
    if known.empty:
        return None
    codes = [pd.factorize(known[name].astype(str))[0] for name in names]
    merged = sum(max(0, len(np.unique(c)) - MOST) for c in codes)
    a, b, y = (most_frequent(c, MOST) for c in codes)
    counts = joint_table(a, b, y)
    found = broja(counts, tolerance=1e-4)
    chance = chance_parts(a, b, y, draws, seed=0)
    low, high = percentile_interval(chance)
    bits = [found.unique_1, found.unique_2, found.synergy, found.redundancy]
    experts = [f"{UNIQUE}:{first}", f"{UNIQUE}:{second}", SYNERGY, REDUNDANCY]
    parts = pd.DataFrame(
        {"expert": experts, "bits": bits, "chance": chance.mean(0), "low": low, "high": high}
    )
    bias = miller_madow(counts.reshape(-1, counts.shape[-1]))
    return SetLevel(parts, found.joint, bias, len(known), merged, found.gap)
