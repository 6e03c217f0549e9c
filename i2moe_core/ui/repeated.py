"""Would another training tell the same? Which runs can be compared, their comparison, and its sentences."""

from __future__ import annotations

import hashlib
import math
import shlex
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.analysis.comparison.file import read_comparison
from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.explain.numbers import counted, joined
from i2moe_core.explain.verdict import Light, light_of
from i2moe_core.language import say
from i2moe_core.plots import expert_label
from i2moe_core.ui import cached
from i2moe_core.ui.believed import Belief
from i2moe_core.ui.cached import runs_folder
from i2moe_core.ui.words import listing, plain

VANILLA = "vanilla"
FOLDER = ".compared"
AT_MOST = 4  # runs that are offered at first
SAME_GOAL, SAME_LEAST = 0.9, 0.75  # share of the samples in which the same expert leads


def comparable(run: Run) -> list[RunSummary]:
    """Return the other mixtures of the same data, inputs and classes, those trained alike first."""
    training, fusion = run.config.training, run.config.model.fusion
    mine = (run.info.name, tuple(run.info.modalities), tuple(run.info.classes))
    others = [
        other
        for other in cached.list_runs()
        if other.problem is None
        and other.recipe != VANILLA
        and other.name != run.name
        and (other.data, other.modalities, other.classes) == mine
    ]
    return sorted(others, key=lambda other: (other.recipe, other.fusion) != (training.recipe, fusion))


def alike(run: Run, others: Sequence[RunSummary]) -> list[str]:
    """Return the names of the first few that differ in their seed at most, as far as a summary tells."""
    wanted = (run.config.training.recipe, run.config.model.fusion)
    return [other.name for other in others if (other.recipe, other.fusion) == wanted][: AT_MOST - 1]


def stability_belief(run: Run) -> Belief:
    """Return the question of stability, answered from the comparison with the runs trained alike."""
    question = say("Would another training tell the same?")
    others = comparable(run)
    names = alike(run, others)
    if not names:
        alone = say("Not known: there is no other training like this one to compare.")
        return Belief(question, "unknown", alone)
    ids = [run.id, *(other.id for other in others if other.name in names)]
    found = find_comparison(comparison_path(ids, split_of(run)))
    if found is None:
        later = say("Not known yet: compare the trainings under *Over trainings*.")
        return Belief(question, "unknown", later)
    return Belief(question, lead_light(found), lead_sentence(found))


def split_of(run: Run) -> str:
    """Return the split that the run was audited on."""
    return str((run.audit or {}).get("split", "test"))


def comparison_path(ids: Sequence[str], split: str) -> Path:
    """Return where the comparison of these runs lies; any order of them is the same comparison."""
    key = hashlib.sha256("\n".join([split, *sorted(ids)]).encode()).hexdigest()[:16]
    return runs_folder() / FOLDER / f"{key}.json"


def find_comparison(path: Path) -> Comparison | None:
    """Return a finished comparison; None where there is none.

    Raises:
        InputError: the file is damaged.
    """
    return _read(str(path), path.stat().st_mtime_ns) if path.is_file() else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(path: str, written: int) -> Comparison | None:
    return read_comparison(Path(path))


def lead_light(found: Comparison) -> Light:
    """Judge the pair that agrees least on the leading expert."""
    shares = found.agreement["same_dominant"].dropna()
    return light_of(float(shares.min()) if len(shares) else None, SAME_GOAL, SAME_LEAST)


def lead_sentence(found: Comparison) -> str:
    """Say how often two trainings name the same leading expert, and answer the same."""
    shares = found.agreement["same_dominant"].dropna()
    if shares.empty:
        return say("These runs have no experts in common.")
    parts = [_same_lead(shares)]
    same = found.agreement["same_answer"].dropna()
    if not same.empty:
        parts.append(say("They give the same answer in {share}.", share=counted(float(same.mean()))))
    return joined(parts)


def _same_lead(shares: pd.Series) -> str:
    mean, least = (counted(float(share)) for share in (shares.mean(), shares.min()))
    if len(shares) == 1:
        return say("In **{share}** of the samples two trainings name the same leading expert.", share=mean)
    return say(
        "On average two trainings name the same leading expert in **{share}** of the samples, in the worst "
        "case in {least}.",
        share=mean, least=least,
    )  # fmt: skip


def seed_sentence(found: Comparison) -> str:
    """Say which of the runs differ in their seed only."""
    groups = found.table.groupby("group")["run"].apply(list)
    alike = [names for names in groups if len(names) > 1]
    if not alike:
        return say(
            "These runs differ in more than their seed: what they disagree on may be their recipe or size, "
            "not chance."
        )
    if len(groups) == 1:
        return say("They differ in nothing but their seed, so what they disagree on is chance.")
    names = "; ".join(", ".join(plain(name, 40) for name in group) for group in alike)
    return say("Only these differ in nothing but their seed: {names}.", names=names)


def lead_rows(found: Comparison) -> pd.DataFrame:
    """Return the rows of ``plot_against``: the same leading expert, against the same answer, per pair."""
    known = found.agreement.dropna(subset=["same_dominant"])
    return pd.DataFrame(
        {
            "key": _pairs(known),
            "label": _pairs(known),
            "value": known["same_dominant"],
            "low": known["same_dominant_low"],
            "high": known["same_dominant_high"],
            "rest": known["same_answer"],
            "colour": "#4E86A6",
            "sure": True,
        }
    )


def weight_rows(found: Comparison) -> pd.DataFrame:
    """Return the rows of ``plot_stability``: every run's mean weight of every expert."""
    rows = [
        (name, line["run"], line[f"weight.{name}"], math.nan, math.nan)
        for name in found.experts
        for _, line in found.table.iterrows()
    ]
    return pd.DataFrame(rows, columns=["expert", "label", "value", "low", "high"]).dropna(subset=["value"])


def rank_rows(found: Comparison) -> pd.DataFrame:
    """Return the rows of ``plot_stability``: each pair's rank correlation of every expert's weight."""
    labels = _pairs(found.agreement)
    rows = [
        (name, label, line[f"rank.{name}"], line[f"rank_low.{name}"], line[f"rank_high.{name}"])
        for name in found.experts
        for label, (_, line) in zip(labels, found.agreement.iterrows(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["expert", "label", "value", "low", "high"]).dropna(subset=["value"])


def least_stable(found: Comparison) -> str:
    """Name the expert whose weight is repeated least, with its correlation."""
    rows = rank_rows(found)
    if rows.empty:
        return ""
    line = rows.loc[rows["value"].idxmin()]
    return say(
        "The least repeatable weight is that of **{expert}**: rank correlation {value} between {runs}.",
        expert=plain(expert_label(line["expert"])), value=f"{line['value']:.2f}",
        runs=plain(str(line["label"]), 90),
    )  # fmt: skip


def seed_command(run: Run) -> str:
    """Return the command that trains the same model with another seed, as far as a command tells it."""
    training, data = run.config.training, run.config.data
    seed = training.seed + 1
    return (
        f"i2moe train --data {shlex.quote(data.source)} --recipe {training.recipe} "
        f"--fusion {run.config.model.fusion} --seed {seed} --out {shlex.quote(f'{run.path}-seed-{seed}')}"
    )


def _pairs(agreement: pd.DataFrame) -> list[str]:
    return [listing(pair) for pair in zip(agreement["a"], agreement["b"], strict=True)]
