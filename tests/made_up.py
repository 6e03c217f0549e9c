"""Explanations, probes and runs made by hand, for tests of figures and pages that need no trained model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
import torch
from streamlit.testing.v1 import AppTest

from i2moe_core import checkpoint
from i2moe_core.checkpoint import Run, RunSummary
from i2moe_core.config import DataInfo, RunConfig
from i2moe_core.explain import pair
from i2moe_core.explain.attribution import choose, engine
from i2moe_core.explain.attribution.badge import HOLDS, Badge
from i2moe_core.explain.attribution.faithfulness import ALL, Faithfulness
from i2moe_core.explain.attribution.result import Attribution, Attributions, Cell
from i2moe_core.types import (
    ExpertView,
    Modality,
    PairExplanation,
    Probe,
    Samples,
    Truth,
    interaction_names,
)
from i2moe_core.ui import attributed

ROOT = Path(__file__).resolve().parents[1]
PAIR = {"image": "image", "text": "text"}
GOOD_AUDIT = {
    "accuracy": 0.99,
    "gate_argmax": 0.98,
    "contribution_argmax": 0.97,
    "auroc": 0.99,
    "leak": 0.6,
    "irs": 0.94,
    "split": "test",
    "samples": 1500,
    "roles": {"unique:image": 0.95, "unique:text": 0.96, "synergy": 0.9, "redundancy": 0.85},
}
BAD_AUDIT = GOOD_AUDIT | {"contribution_argmax": 0.26, "leak": 0.93}
HOSTILE = (
    "<img src=x onerror=alert(1)> ![x](http://evil.invalid/a.png) <script>alert(2)</script> **b** :red[c] $x$"
)


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def sigmoid(scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-scores))


def made_explanation(
    task: str = "multiclass",
    modalities: Sequence[str] = ("image", "text"),
    classes: Sequence[str] = ("circle", "triangle", "cross"),
    missing: Sequence[str] = (),
    far: float = 40.0,
    seed: int = 0,
) -> PairExplanation:
    """An explanation whose contributions add up and whose synergy expert holds most of the answer."""
    rng = np.random.default_rng(seed)
    names = interaction_names(modalities)
    experts, inputs, count = len(names), len(modalities), len(classes)
    weights = softmax(np.where(np.array(names) == "synergy", 2.0, 0.0))
    logits = rng.normal(0, 0.5, (experts, count))
    logits[names.index("synergy"), 0] += 6
    contribution = weights[:, None] * logits
    said = {"multiclass": softmax, "multilabel": sigmoid, "regression": lambda z: z}[task]
    own, whole = said(logits), said(contribution.sum(axis=0))
    shares = weights * np.abs(logits).max(axis=1)
    best = classes[int(whole.argmax())]
    views = tuple(
        ExpertView(
            name=name,
            weight=float(weights[e]),
            share=float(shares[e] / shares.sum()),
            prediction=classes[int(own[e].argmax())],
            logits=logits[e],
            probabilities=own[e],
            contribution=contribution[e],
        )
        for e, name in enumerate(names)
    )
    perturbed = said(logits[:, None, None] + rng.normal(0, 1, (experts, inputs, 5, count)))
    return PairExplanation(
        run_id="made-000000000000",
        sample_id="s0",
        task=task,
        classes=tuple(classes),
        modalities=tuple(modalities),
        missing=tuple(missing),
        prediction="3.2" if task == "regression" else best,
        probability=float("nan") if task == "regression" else float(whole.max()),
        logits=contribution.sum(axis=0),
        probabilities=whole,
        experts=views,
        perturbed=perturbed,
        mixture_perturbed=perturbed.mean(axis=0),
        components=rng.normal(0, 0.3, (experts, count)),
        components_source="probes",
        disagreement={"jensen_shannon": 0.3, "vote_entropy": 0.5},
        sign_split=(contribution > 0).mean(axis=0),
        far=dict.fromkeys(modalities, far),
        mean_weights=np.full(experts, 1 / experts),
    )


def made_probe(explanation: PairExplanation, replaced: str, ids: Sequence[str], seed: int = 0) -> Probe:
    rng = np.random.default_rng(seed)
    count, experts = len(ids), len(explanation.experts)
    even = np.full((count, experts), 1 / experts)
    return Probe(
        replaced=replaced,
        ids=tuple(ids),
        labels=("circle",) * count,
        predictions=(explanation.prediction,) * count,
        weights=even,
        shares=even,
        expert_probability=rng.random((count, experts)),
        mixture_probability=rng.random(count),
    )


def made_cells(values: dict) -> tuple[Cell, ...]:
    """16 patches of a picture of 32 pixels, the words between blanks, one cell a number."""
    cells = []
    for name, value in values.items():
        if isinstance(value, str):
            cells += [Cell(name, "text", m.group(), m.span()) for m in re.finditer(r"\S+", value)]
        elif value is not None and value.ndim == 3:
            edges = range(0, 32, 8)
            cells += [
                Cell(name, "image", f"row {r // 8 + 1}, column {c // 8 + 1}", (r, c, r + 8, c + 8))
                for r in edges for c in edges
            ]  # fmt: skip
        elif value is not None:
            cells += [Cell(name, "array", f"number {n + 1}", (n, n + 1)) for n in range(len(value))]
    return tuple(cells)


def made_attributions(
    run: Run, values: dict, method: str = "integrated_gradients", targets: Sequence[str] = (),
    baseline: object = None, sample_id: str | None = None, options: object = None, rows: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> Attributions:  # fmt: skip
    """Numbers drawn anew for each method, target and content."""
    cells = made_cells(values)
    own = np.array([cell.modality for cell in cells])
    items = []
    for done, key in enumerate(targets):
        if progress is not None:
            progress(done, len(targets))
        rng = np.random.default_rng(crc32(f"{method}{key}".encode()))
        numbers = rng.normal(0, 1, len(cells))
        size = np.abs(numbers).sum()
        shares = {name: float(np.abs(numbers[own == name]).sum() / size) for name in dict.fromkeys(own)}
        name = key.split("/")[1] if key.startswith(("expert", "contribution", "gate")) else None
        maps = {m: rng.normal(0, 0.1, (32, 32)) for m, kind in run.info.modalities.items() if kind == "image"}
        maps = {m: numbers for m, numbers in maps.items() if m in shares}
        items.append(Attribution(key, key, name, maps, numbers, 1.0, -1.0, 0.01, shares))
    return Attributions(run.id, sample_id or "own", method, {}, cells, tuple(items))


def made_badges(run: Run, values: dict, maps: Sequence[Attributions]) -> list[dict[str, Badge]]:
    """Badges that hold; the second method's are the best."""
    curve = np.full(5, 0.5)
    badges = []
    for place, found in enumerate(maps):
        gap = 0.1 if place == 1 else 0.4
        parts = {ALL: Faithfulness(ALL, curve, curve * gap, np.full((20, 5), 0.1), np.full((20, 5), 0.5))}
        one = Badge("", "probability", 0.01, parts, 0.8, "occlusion", HOLDS)
        badges.append({item.target: replace(one, target=item.target) for item in found.items})
    return badges


def made_samples(
    kinds: dict[str, str], task: str, classes: Sequence[str], caption: str, truth: bool
) -> Samples:
    rng = np.random.default_rng(0)
    size = 24
    raw = {
        "image": lambda n: rng.integers(0, 256, (16, 16, 3), dtype=np.uint8),
        "text": lambda n: f"{caption} {n}",
        "array": lambda n: rng.standard_normal(4).astype(np.float32),
    }
    types = np.array([interaction_names(list(kinds))[n % (len(kinds) + 2)] for n in range(size)])
    targets = {
        "multiclass": np.arange(size) % len(classes),
        "multilabel": (rng.random((size, len(classes))) > 0.5).astype(np.float32),
        "regression": rng.normal(50, 10, size).astype(np.float32),
    }[task]
    return Samples(
        name="made",
        task=task,
        modalities=tuple(Modality(name, kind) for name, kind in kinds.items()),
        classes=tuple(classes),
        ids=tuple(f"s{n}" for n in range(size)),
        raw={name: [raw[kind](n) for n in range(size)] for name, kind in kinds.items()},
        targets=targets,
        splits=np.full(size, "test"),
        truth=Truth(types) if truth else None,
    )


def made_run(
    path: Path,
    kinds: dict[str, str] | None = None,
    task: str = "multiclass",
    classes: Sequence[str] = ("circle", "triangle", "cross"),
    audit: dict | None = None,
    caption: str = "pick the crimson one",
    truth: bool = True,
) -> Run:
    """A run without a trained model: its answers come from ``made_explanation``."""
    kinds = kinds or PAIR
    shapes = {"image": [3, 32, 32], "text": [32], "array": [4]}
    info = DataInfo(
        name="made",
        task=task,
        modalities=kinds,
        classes=list(classes),
        shapes={name: shapes[kind] for name, kind in kinds.items()},
        vocabulary_size=0,
        prior=[1 / len(classes)] * len(classes),
    )
    return Run(
        path=path,
        name="made",
        id="made-000000000000",
        config=RunConfig(),
        info=info,
        model=torch.nn.Linear(2, 2),
        vocabulary=None,
        device=torch.device("cpu"),
        reference=made_samples(kinds, task, classes, caption, truth),
        audit=audit,
        card="# A card\n" + HOSTILE,
        history=pd.DataFrame(),
    )


def let_open(monkeypatch: pytest.MonkeyPatch, folder: Path, run: Run) -> None:
    """Let the app open ``run`` as its only run, next to a damaged one."""
    recipe, fusion = run.config.training.recipe, run.config.model.fusion
    summary = RunSummary(
        run.path, run.name, run.id, recipe, fusion, run.info.name, run.info.task, accuracy=0.99
    )
    damaged = RunSummary(folder / "broken", "broken", problem="broken is damaged <b>")
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(folder))
    monkeypatch.setattr(checkpoint, "list_runs", lambda folder: [summary, damaged])
    monkeypatch.setattr(checkpoint, "load_run", lambda path, device="auto": run)


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, **options: object) -> Run:
    """Let the app open ``made_run(**options)``, whose answers are made up."""
    run = made_run(folder / "made", **options)

    def explained(run: Run, values: dict, sample_id: str | None = None) -> PairExplanation:
        missing = [name for name, value in values.items() if value is None]
        return made_explanation(run.info.task, list(run.info.modalities), run.info.classes, missing)

    def probed(run: Run, values: dict, replaced: str, count: int = 20, seed: int = 0) -> Probe:
        return made_probe(explained(run, values), replaced, run.reference.ids[:count])

    let_open(monkeypatch, folder, run)
    monkeypatch.setattr(pair, "explain_pair", explained)
    monkeypatch.setattr(pair, "mismatch_probe", probed)
    monkeypatch.setattr(engine, "attribute", made_attributions)
    monkeypatch.setattr(choose, "judge_maps", made_badges)
    monkeypatch.setattr(attributed, "refusals", lambda run, pair: {})
    return run


def opened(page: str, /, **query: str) -> AppTest:
    """A page by itself, with what its link says (``class_`` for a word that Python keeps)."""
    at = AppTest.from_file(str(ROOT / page), default_timeout=60)
    for name, value in query.items():
        at.query_params[name.rstrip("_")] = value
    return at.run()


def words(at: AppTest) -> str:
    """All that a page says in sentences."""
    parts: list[Any] = [*at.markdown, *at.caption, *at.title, *at.header, *at.subheader, *at.text, *at.html]
    return " ".join(str(part.value) for part in [*parts, *at.info, *at.warning, *at.error, *at.success])
