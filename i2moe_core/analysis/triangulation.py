"""Several measures of interaction on the same samples: one (N, E) array each, from an analysis' columns.

E are the M + 2 interactions; what several experts of one interaction hold is summed.

Every measure gives each sample one number an interaction; "names" means: this one is the largest. EMAP gives
no number for redundancy and has none of most samples; not known is NaN throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.schema import MIXTURE, column, modalities_of, swapped_column
from i2moe_core.expert_set import summed
from i2moe_core.language import marked
from i2moe_core.measures.association import Correlation, rank_correlation
from i2moe_core.measures.intervals import mean_interval, wilson_interval
from i2moe_core.types import REDUNDANCY, SYNERGY

DROP, EMAP = "drop", "emap"
_DRAWS = 200  # resamples of a correlation's interval


@dataclass(frozen=True)
class Measure:
    """One way to say how much of which interaction a sample holds; all is said where it is shown.

    label: at most 16 characters.
    """

    label: str
    unit: str
    meaning: str


MEASURES = {
    "weight": Measure(
        marked("Gate weight"), marked("share"),
        marked("How much say the gate gives each expert; sums to 1."),
    ),
    "share": Measure(
        marked("Answer share"), marked("share"),
        marked("How much of the answer each expert holds; sums to 1."),
    ),
    "contribution": Measure(
        marked("Contribution"), marked("logits"),
        marked("What each expert adds to the answer: weight x logit."),
    ),
    DROP: Measure(
        marked("Modality drop"), marked("prob."),
        marked("How far the answer's probability falls after a swap."),
    ),
    "component": Measure(
        marked("PID of probes"), marked("nats"),
        marked("What small probes find in the inputs for the answer."),
    ),
    "model_component": Measure(
        marked("PID of model"), marked("nats"),
        marked("The same decomposition of the model's own answers, by swapped inputs."),
    ),
    EMAP: Measure(
        marked("EMAP"), marked("logits"),
        marked("What adding up explains of the answer's logit, and what it does not."),
    ),
}  # fmt: skip


def measures_of(info: AnalysisInfo, emap: Emap | None = None) -> list[str]:
    """Return the keys of the measures that an analysis holds.

    Without probes their PID is the model's own; a drop is of a probability, which a regression has not.
    """
    absent = {"component"} if info.components != "probes" else set()
    absent |= {DROP} if info.task == "regression" else set()
    absent |= {EMAP} if emap is None else set()
    return [key for key in MEASURES if key not in absent]


def columns_needed(info: AnalysisInfo) -> list[str]:
    """Return the columns that ``measure_values`` reads."""
    kinds = [key for key in measures_of(info) if key != DROP]
    swaps = [name for m in info.modalities for name in (swapped_column(m, MIXTURE), _spread(m))]
    return [*(column(kind, e) for kind in kinds for e in info.experts), *swaps, "probability", "row"]


def measure_values(
    table: pd.DataFrame, info: AnalysisInfo, emap: Emap | None = None
) -> dict[str, np.ndarray]:
    """Return measure -> (N, E), NaN where it is not known."""
    return {key: _values(table, info, key, emap) for key in measures_of(info, emap)}


def drop_parts(full: np.ndarray, swapped: np.ndarray, chance: float, experts: Sequence[str]) -> np.ndarray:
    """Return how a swap's falls are read as interactions, (N, E); they sum to ``full - chance``.

        d_m = max(full - swapped_m, 0), in order d_(1) >= d_(2) >= ...
        unique to the input of d_(1): d_(1) - d_(2);  synergy: d_(2);  redundancy: full - d_(1) - chance

    full: (N,), the answer's probability; swapped: (M, N), while another sample's modality m stands in. What
    falls whichever of two inputs is swapped needs both; what stays above chance whichever is swapped is told
    twice. A swap may also contradict what stays: then redundancy reads as synergy. With M > 2, "unique" is
    how far the most needed input exceeds the second.
    """
    falls = np.clip(full - swapped, 0, None)  # (M, N)
    ordered = np.sort(falls, axis=0)[::-1]
    lead = np.where(np.isnan(falls).any(0), np.nan, ordered[0] - ordered[1])
    first = np.argmax(falls, axis=0)
    names = modalities_of(experts)
    parts = {f"unique:{m}": np.where(first == k, lead, 0 * lead) for k, m in enumerate(names)}
    parts |= {SYNERGY: ordered[1] + 0 * lead, REDUNDANCY: full - ordered[0] - chance + 0 * lead}
    return np.stack([parts[expert] for expert in experts], axis=1)


def swap_noise(table: pd.DataFrame, info: AnalysisInfo) -> float:
    """Return which part of the drops' variance over samples comes from having drawn K swaps only, 0 to 1.

        mean over m of  E[s_m^2 / (K - 1)] / Var(full - swapped_m),  s_m: the spread over a sample's K swaps

    NaN where K is 1 or there is no probability. The drops' correlation with a measure that does not
    rest on the same swaps cannot much exceed sqrt(1 - this), however well the two agree.
    """
    full, parts = table["probability"].to_numpy(dtype=float), []
    for m in info.modalities if info.draws > 1 and info.task != "regression" else ():
        drop = full - table[swapped_column(m, MIXTURE)].to_numpy(dtype=float)
        known = ~np.isnan(drop)
        error = (table[_spread(m)].to_numpy(dtype=float)[known] ** 2).sum() / (info.draws - 1)
        total = float(((drop[known] - drop[known].mean()) ** 2).sum()) if known.any() else 0.0
        parts += [min(1.0, error / total)] if total > 0 else []
    return float(np.mean(parts)) if parts else float("nan")


def named(values: np.ndarray) -> np.ndarray:
    """Return which interaction each sample's measure names, (N,) int; -1 where it is not known.

    values: (N, E). A measure that has nothing to say of some interaction (EMAP) names none.
    """
    unknown = np.isnan(values).any(axis=1)
    return np.where(unknown, -1, np.argmax(np.where(np.isnan(values), -np.inf, values), axis=1))


def mean_table(values: Mapping[str, np.ndarray], experts: Sequence[str]) -> pd.DataFrame:
    """Return the mean of each measure and interaction: ``measure expert mean low high samples``."""
    records = []
    for key, array in values.items():
        for k, expert in enumerate(experts):
            known = array[:, k][~np.isnan(array[:, k])]
            low, high = mean_interval(known, draws=_DRAWS)
            mean = float(known.mean()) if len(known) else np.nan
            records.append((key, expert, mean, low, high, len(known)))
    return pd.DataFrame(records, columns=["measure", "expert", "mean", "low", "high", "samples"])


def correlations(values: Mapping[str, np.ndarray], expert: int) -> dict[tuple[str, str], Correlation]:
    """Return Spearman's correlation of each two measures of one interaction, of those that know it."""
    columns = {key: array[:, expert] for key, array in values.items() if not np.isnan(array[:, expert]).all()}
    keys = list(columns)
    return {
        (a, b): rank_correlation(columns[a], columns[b], draws=_DRAWS)
        for n, a in enumerate(keys)
        for b in keys[n + 1 :]
    }


def same_name(values: Mapping[str, np.ndarray]) -> dict[tuple[str, str], float]:
    """Return in which share of the samples each two measures name the same interaction."""
    codes = {key: found for key, array in values.items() if ((found := named(array)) >= 0).any()}
    keys, result = list(codes), {}
    for n, a in enumerate(keys):
        for b in keys[n + 1 :]:
            known = (codes[a] >= 0) & (codes[b] >= 0)
            result[a, b] = float((codes[a] == codes[b])[known].mean()) if known.any() else np.nan
    return result


def recovery(values: Mapping[str, np.ndarray], truth: pd.Series, experts: Sequence[str]) -> pd.DataFrame:
    """Return how often each measure names the truth: ``measure truth hits samples share low high``.

    truth: (N,) names, null where not known; one line for each of them, and one for "all". Wilson intervals.
    """
    place = {name: k for k, name in enumerate(experts)}
    true = np.array([place.get(name, -1) if isinstance(name, str) else -1 for name in truth], dtype=np.int64)
    records = []
    for key, array in values.items():
        said = named(array)
        known = (said >= 0) & (true >= 0)
        if not known.any():
            continue
        for name, wanted in [("all", known), *((e, known & (true == k)) for e, k in place.items())]:
            hits, samples = int((said == true)[wanted].sum()), int(wanted.sum())
            low, high = wilson_interval(hits, samples)
            records.append((key, name, hits, samples, hits / samples if samples else np.nan, low, high))
    return pd.DataFrame(
        records, columns=["measure", "truth", "hits", "samples", "share", "low", "high"]
    ).astype({"hits": int, "samples": int})


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return how many ranks lie between two measures of each sample, (N,) from -1 to 1; NaN: not known."""
    known = ~(np.isnan(a) | np.isnan(b))
    result = np.full(len(a), np.nan)
    ranks = [pd.Series(x[known]).rank(method="average").to_numpy() for x in (a, b)]
    result[known] = (ranks[0] - ranks[1]) / max(1, int(known.sum()) - 1)
    return result


def _spread(modality: str) -> str:
    return f"spread_{modality}"


def _values(table: pd.DataFrame, info: AnalysisInfo, key: str, emap: Emap | None) -> np.ndarray:
    if key == DROP:
        swapped = [table[swapped_column(m, MIXTURE)].to_numpy(dtype=float) for m in info.modalities]
        chance = 0.5 if info.task == "multilabel" else 1 / max(1, len(info.classes))
        return drop_parts(
            table["probability"].to_numpy(dtype=float), np.stack(swapped), chance, info.interactions
        )
    if key == EMAP and emap is not None:
        return _emap_values(table["row"].to_numpy(), info, emap)
    by_expert = [table[column(key, e)].to_numpy(dtype=float) for e in info.experts]
    return summed(np.stack(by_expert, axis=1), info.experts, info.interactions)


def _emap_values(rows: np.ndarray, info: AnalysisInfo, emap: Emap) -> np.ndarray:
    """Return EMAP's account of the samples that it was computed of, (N, E); the others are not known."""
    values = np.full((len(rows), len(info.interactions)), np.nan)
    order = np.argsort(emap.rows)
    ordered = np.asarray(emap.rows)[order]
    place = np.clip(np.searchsorted(ordered, rows), 0, len(ordered) - 1)
    here = ordered[place] == rows
    parts = {f"unique:{m}": main for m, main in emap.main.items()} | {SYNERGY: emap.rest}
    for k, expert in enumerate(info.interactions):
        if expert in parts:
            values[here, k] = np.asarray(parts[expert])[order][place[here]]
    return values
