"""The numbers of the Disagreement page under a filter: small frames, kept for all sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from i2moe_core.analysis.columns import sample_rows, sorted_rows
from i2moe_core.analysis.schema import column
from i2moe_core.analysis.store import read_rows
from i2moe_core.analysis.summaries import contradictions, distributions, quadrants
from i2moe_core.explain.numbers import with_interval
from i2moe_core.language import marked
from i2moe_core.measures.abstain import AbstainRule, abstain_rule
from i2moe_core.measures.selective import RiskCoverage, Sign, risk_coverage, score_sign
from i2moe_core.ui.filters import Filter, apply
from i2moe_core.ui.table import Key, Table

# Plain name -> column, all of them larger where the experts are farther apart.
MEASURES = {
    marked("divergence of all answers"): "jensen_shannon",
    marked("mean divergence of pairs"): "pairwise_jensen_shannon",
    marked("entropy of the votes"): "vote_entropy",
    marked("variance of the contributions"): "contribution_variance",
}
MEANINGS = {
    "jensen_shannon": marked(
        "Jensen-Shannon divergence among all answers: 0 all say the same, 1 all differ."
    ),
    "pairwise_jensen_shannon": marked("The mean Jensen-Shannon divergence of each two experts, 0 to 1 bit."),
    "vote_entropy": marked(
        "How evenly the experts' first choices are spread: 0 one choice, 1 as even as can be."
    ),
    "contribution_variance": marked(
        "How far apart the experts' evidence for the answer is, by their weights."
    ),
}
HONOURED = ("jensen_shannon", "vote_entropy")  # that a single pair's explanation also has
AGREEMENT, CONFIDENCE = "agreement", "confidence"  # what orders a curve
DRAWN = 200_000  # samples from which curves are made
JUDGED = 50_000  # samples from which signs and label splits are made
POINTS = 240  # of a curve
LEAST = 50  # answers at its left end
CARDS = 12


@dataclass(frozen=True)
class Selective:
    """Accuracy by coverage as ``plots.plot_risk_coverage`` takes it, the areas and the signs behind it.

    area, best: mean risk over all coverages, and what the best order would have. samples: of the curve.
    """

    curves: pd.DataFrame
    overall: float
    area: float
    best: float
    confidence_area: float
    sign: Sign
    samples: int


def knows_right(table: Table) -> bool:
    """Say whether of any sample it is known if its answer is right."""
    return bool(table.columns(["correct"])["correct"].notna().any())


def cells(table: Table, chosen: Filter) -> np.ndarray:
    """Return the counts of agree and disagree by right and wrong, (2, 2); zeros where right is not known."""
    return _cells(table.key, chosen, _table=table)


def cell_rows(table: Table, chosen: Filter, agree: bool, right: bool) -> np.ndarray:
    """Return the first samples of a cell, (n,): those that agree by confidence, the others by divergence."""
    frame = table.columns(["correct", "agreement", "jensen_shannon", "probability"])
    rows = apply(table, chosen) & (_agrees(frame) == agree) & frame["correct"].eq(right).to_numpy(dtype=bool)
    return _first(frame, rows, "probability" if agree else "jensen_shannon")


def contradicting_rows(table: Table, chosen: Filter, first: str, second: str) -> np.ndarray:
    """Return the first samples in which two experts answer differently, (n,), the most divergent first."""
    names = [column("answer", first), column("answer", second)]
    frame = table.columns([*names, "jensen_shannon"])
    differ = frame[names[0]].astype(str).to_numpy() != frame[names[1]].astype(str).to_numpy()
    return _first(frame, apply(table, chosen) & differ, "jensen_shannon")


def spread_of(table: Table, chosen: Filter, measure: str) -> pd.DataFrame:
    """Return how a measure is spread over right and wrong answers, for ``plot_spread``."""
    return _spread(table.key, chosen, measure, _table=table)


def sign_of(table: Table, chosen: Filter, measure: str) -> Sign:
    """Return whether a low ``measure`` is a good sign, from at most JUDGED samples."""
    return _sign(table.key, chosen, measure, _table=table)


def chance_of(sign: Sign) -> str:
    """Return how often a right answer has less of a measure than a wrong one, with its interval, in words."""
    return with_interval(f"{sign.value:.0%}", f"{sign.low:.0%}", f"{sign.high:.0%}")


def splits(table: Table, chosen: Filter) -> pd.DataFrame:
    """Return for each label how the share of experts in favour is spread, for ``plot_spread``."""
    return _splits(table.key, chosen, _table=table)


def contradicting(table: Table, chosen: Filter) -> pd.DataFrame:
    """Return how often each two experts answer differently, (E, E) by name."""
    return _contradicting(table.key, chosen, _table=table)


def selective(table: Table, chosen: Filter, measure: str) -> Selective | None:
    """Return accuracy by coverage; None where right and wrong are not known."""
    return _selective(table.key, chosen, measure, _table=table)


def rule(table: Table, measure: str, target: float, delta: float) -> AbstainRule:
    """Return the abstain threshold on all samples of the table, whatever the filter.

    Raises:
        InputError: no threshold keeps the promise.
    """
    return _rule(table.key, measure, target, delta, _table=table)


@st.cache_data(max_entries=64, show_spinner=False)
def _cells(key: Key, chosen: Filter, _table: Table) -> np.ndarray:
    frame = _table.columns(["correct", "agreement"])
    found = quadrants(frame, _agrees(frame), apply(_table, chosen)).set_index(["agree", "right"])["count"]
    return np.array([[found[agree, right] for right in (True, False)] for agree in (True, False)])


@st.cache_data(max_entries=128, show_spinner=False)
def _spread(key: Key, chosen: Filter, measure: str, _table: Table) -> pd.DataFrame:
    frame = _table.columns([measure, "correct"]).rename(columns={measure: column("measure", measure)})
    known = frame["correct"].notna().any()
    found = distributions(frame, "measure", [measure], "correct" if known else None, apply(_table, chosen))
    return found.assign(name=found["group"], label=found["group"])


@st.cache_data(max_entries=128, show_spinner=False)
def _sign(key: Key, chosen: Filter, measure: str, _table: Table) -> Sign:
    score, right = _scored(_table, chosen, measure, JUDGED)
    return score_sign(score, right)


@st.cache_data(max_entries=16, show_spinner=False)
def _splits(key: Key, chosen: Filter, _table: Table) -> pd.DataFrame:
    places = sample_rows(apply(_table, chosen), JUDGED)
    lists = read_rows(_table.path, places.tolist(), ["sign_split_by_label"])["sign_split_by_label"].dropna()
    if lists.empty:
        return distributions(pd.DataFrame(), "split", [])
    values = np.stack(lists.to_numpy())  # (n, C)
    frame = pd.DataFrame(values, columns=[column("split", name) for name in _table.classes])
    found = distributions(frame, "split", _table.classes)
    return found.assign(name=found["expert"], label=found["expert"])


@st.cache_data(max_entries=32, show_spinner=False)
def _contradicting(key: Key, chosen: Filter, _table: Table) -> pd.DataFrame:
    names = [column("answer", expert) for expert in _table.experts]
    return contradictions(_table.columns(names), _table.experts, apply(_table, chosen))


@st.cache_data(max_entries=64, show_spinner=False)
def _selective(key: Key, chosen: Filter, measure: str, _table: Table) -> Selective | None:
    score, right = _scored(_table, chosen, measure, DRAWN)
    if not len(score):
        return None
    sure, sure_right = _scored(_table, chosen, "probability", DRAWN)
    curve = risk_coverage(score, ~right)
    other = risk_coverage(sure, ~sure_right)
    frame = pd.concat(
        [_curve(AGREEMENT, curve, len(score)), _curve(CONFIDENCE, other, len(sure))], ignore_index=True
    )
    return Selective(
        frame, float(right.mean()), curve.aurc, curve.aurc - curve.excess, other.aurc,
        sign_of(_table, chosen, measure), len(score),
    )  # fmt: skip


@st.cache_data(max_entries=32, show_spinner=False)
def _rule(key: Key, measure: str, target: float, delta: float, _table: Table) -> AbstainRule:
    score, right = _scored(_table, Filter(), measure, _table.length)
    return abstain_rule(score, ~right, target, delta)


def _scored(table: Table, chosen: Filter, measure: str, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a number that is high where agreement (or confidence) is, and whether the answer is right."""
    frame = table.columns([measure, "correct"])
    known = frame.notna().all(axis=1).to_numpy() & apply(table, chosen)
    places = sample_rows(known, most)
    values = frame[measure].to_numpy(dtype=np.float32)[places]
    right = frame["correct"].to_numpy()[places].astype(bool)
    return (values if measure == "probability" else -values), right


def _curve(name: str, curve: RiskCoverage, samples: int) -> pd.DataFrame:
    """Return some points of a curve; the accuracy of fewer than LEAST answers would only show noise."""
    coverage, risk = curve.coverage, curve.risk
    start = min(LEAST / samples, 1.0)
    kept = np.unique(np.searchsorted(coverage, np.linspace(start, 1, POINTS)).clip(0, len(coverage) - 1))
    return pd.DataFrame({"name": name, "coverage": coverage[kept], "accuracy": 1 - risk[kept]})


def _agrees(frame: pd.DataFrame) -> np.ndarray:
    """Return where every expert gives the model's answer, (N,) bool."""
    agrees: np.ndarray = frame["agreement"].to_numpy(dtype=np.float32) > 1 - 1e-6
    return agrees


def _first(frame: pd.DataFrame, rows: np.ndarray, by: str) -> np.ndarray:
    return sorted_rows(frame[by].to_numpy(dtype=np.float32), rows, descending=True)[:CARDS]
