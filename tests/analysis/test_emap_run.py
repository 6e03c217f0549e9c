"""EMAP of a run: the shortcut of composing gives what the whole model gives; sums and gaps by brute force."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, stretch

from i2moe_core.analysis.emap_run import Composer, measure_emap
from i2moe_core.analysis.job import Job
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import encode_rows, run_mixture
from i2moe_core.fusion import FUSIONS
from i2moe_core.measures.emap import additive_projection


def job(**options):
    run, data = array_run(**options)
    stretch(run.model, 2.0)
    return Job(run, data.samples, run.config.data, "train"), data


def composed(run, data, rows, sources):
    features = encode_rows(run.model, data, rows)
    return run_mixture(run.model, features, [torch.from_numpy(s) for s in sources.T])[0].numpy()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_composing_is_asking_the_mixture(fusion):
    asked, data = job(fusion=fusion)
    rows = np.arange(6)
    sources = np.array([[0, 5], [3, 3], [4, 1]])
    said = Composer(asked.run.model.eval(), encode_rows(asked.run.model, data, rows)).logits(sources)
    np.testing.assert_allclose(said, composed(asked.run, data, rows, sources), atol=1e-5)


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_the_gap_is_that_of_all_pairs(task):
    asked, data = job(task=task)
    seen = []
    found = measure_emap(asked, samples=7, seed=3, watch=lambda done, total: seen.append((done, total)))
    rows = np.array(found.rows)
    n = len(rows)
    assert n == 7
    assert set(rows) <= set(asked.rows())
    assert (seen[0], seen[-1]) == ((0, 49), (49, 49))
    pairs = np.array([[i, j] for i in range(n) for j in range(n)])
    logits = composed(asked.run, data, rows, pairs).reshape(n, n, -1)
    if task == "multiclass":
        logits -= logits.mean(-1, keepdims=True)
    projected, own = additive_projection(logits), logits[np.arange(n), np.arange(n)]
    place = own.argmax(-1)
    np.testing.assert_allclose(found.rest, (own - projected)[np.arange(n), place], atol=1e-5)
    parts = np.array([*found.main.values()]).sum(0) + found.rest
    np.testing.assert_allclose(parts, (own - logits.mean((0, 1)))[np.arange(n), place], atol=1e-5)
    assert found.exact
    assert found.gap == pytest.approx(found.full - found.additive)
    assert found.low <= found.high
    assert (found.changed is None) == (task == "regression")
    if task == "multiclass":
        assert found.changed == pytest.approx((own.argmax(-1) != projected.argmax(-1)).mean())
        assert found.full == pytest.approx((own.argmax(-1) == data.samples.targets[rows]).mean())


def test_three_modalities_are_estimated_and_seeded():
    asked, _ = job(modalities=3)
    first, second = (measure_emap(asked, samples=8, draws=5, seed=1) for _ in range(2))
    assert first == second
    assert not first.exact
    assert (first.draws, len(first.main)) == (5, 3)
    assert measure_emap(asked, samples=8, draws=5, seed=2).rows != first.rows


def test_samples_that_lack_an_input_are_not_combined():
    asked, data = job(missing=0.5, size=60)
    found = measure_emap(asked, samples=100)
    complete = [r for r in asked.rows() if all(v[r] is not None for v in data.samples.raw.values())]
    assert found.rows == complete
    with pytest.raises(InputError, match="lack no"):
        measure_emap(asked, samples=1)
