"""Every page with another set of experts: names, colours and labels hold, and nothing falls over."""

from dataclasses import replace
from pathlib import Path

import made_up
import pandas as pd
import pytest
import tiny_runs
from made_up import words
from parts import tiny_config, tiny_model_config, tiny_samples

from i2moe_core.analysis.audit import audit_run
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import write_analysis
from i2moe_core.analysis.weak.points import weak_points
from i2moe_core.checkpoint import save_run
from i2moe_core.cli.output import json_content
from i2moe_core.config import ExpertConfig

PAGES = sorted(path.name for path in (Path(__file__).resolve().parents[2] / "pages").glob("*.py"))
OWN = [
    ExpertConfig("unique", ["image"]),
    ExpertConfig("synergy"),
    ExpertConfig("synergy"),
    ExpertConfig("redundancy"),
]


def of_pairs():
    """Pairs of three arrays, untrained, with true interactions unknown."""
    samples = tiny_samples("multiclass", 3, 48)
    samples = replace(samples, splits=samples.splits.copy())
    samples.splits[::4] = "test"
    model = tiny_model_config(experts="pairwise")
    run, data = tiny_runs.as_run("of-pairs", samples, tiny_config("faithful", model))
    tiny_runs.stretch(run.model, 3.0)
    return run, data


def of_ones_own():
    """Two synergy experts and none for the text, on scenes, whose true interactions are known."""
    return tiny_runs.scenes_run(experts="custom", custom_experts=OWN)


@pytest.fixture(scope="module", params=[of_pairs, of_ones_own])
def ready(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("i2moe_core.analysis.weak.gradients.BATCHES", 1)
        patch.setattr("i2moe_core.analysis.weak.draws.DRAWS", 2)
        patch.setattr("i2moe_core.analysis.weak.cost.ROUNDS", 1)
        patch.setattr("i2moe_core.analysis.weak.cost.SECONDS", 0.0)
        run, data = request.param()
        points = weak_points(run, data)
    return replace(run, audit=audit_run(run, data)), analyze_run(run, data, draws=2), points


@pytest.fixture
def run(ready, monkeypatch, tmp_path):
    run, frame, points = ready
    run = replace(run, path=tmp_path / run.name, history=_history(run.model.expert_names))
    save_run(run.path, run.model, run.config, run.info, run.vocabulary, run.reference, run.history)
    write_analysis(frame, run.path / "analysis.parquet")
    (run.path / "weak_points.json").write_bytes(json_content(points | {"run_id": run.id}))
    made_up.let_open(monkeypatch, tmp_path, run)
    return run


def _history(names):
    row = {"phase": "experts", "phase_index": 0, "score": 1.0, "best_epoch": 0, "seconds": 1.0}
    losses = {f"{part}.{name}": 0.5 for part in ("train", "validation") for name in names}
    gradients = {f"gradient.{name}": 1 / len(names) for name in names}
    return pd.DataFrame([row | {"epoch": n} | losses | gradients for n in range(3)])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_any_set(page, run):
    at = made_up.opened(f"pages/{page}")
    assert not at.exception
    assert [e.value for e in at.error if "Misleading" not in e.value] == []


@pytest.mark.parametrize("look", ["The audit", "Weak points"])
def test_the_trust_page_names_them_in_words(look, run):
    at = made_up.opened("pages/trust.py", look=look)
    assert not at.exception
    expected = "Synergy of x1 and x2" if len(run.info.modalities) == 3 else "Synergy 2"
    assert expected in words(at).replace("\\", "")


@pytest.mark.parametrize("look", ["Interactions", "Classes", "Words"])
def test_every_look_at_a_data_set_counts_them(look, run):
    at = made_up.opened("pages/data_set.py", look=look)
    assert not at.exception
    assert [e.value for e in at.error if "Misleading" not in e.value] == []
