"""All passes of an analysis: as they are what the mixture says, and the same in slices of any size."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run

from i2moe_core.analysis import swaps
from i2moe_core.analysis.swaps import Pool
from i2moe_core.explain.reference import reference_of


def three_run():
    return array_run(modalities=3)


def tokens_run():
    """Experts that make nothing of one modality by itself, and samples that lack one."""
    return array_run(fusion="transformer", missing=0.2)


@pytest.fixture(params=[scenes_run, three_run, tokens_run])
def asked(request):
    """A pool, encoded samples, and the partners of each."""
    run, data = request.param()
    batch = data.batch(np.arange(9))
    pool = Pool(run.model.eval(), reference_of(run))
    with torch.inference_mode():
        return pool, run.model.encode(batch), pool.partners(batch.ids, 2)


@torch.inference_mode()
def test_samples_as_they_are_get_the_mixtures_answer(asked):
    pool, features, partners = asked
    own, _ = pool.answer(features, partners)
    expected = pool.model.mix(features)
    torch.testing.assert_close(own.logits, expected.logits)
    torch.testing.assert_close(own.weights, expected.weights)
    torch.testing.assert_close(own.expert_logits, expected.expert_logits)


@torch.inference_mode()
def test_a_swapped_sample_is_the_composed_one(asked):
    pool, features, partners = asked
    _, swapped = pool.answer(features, partners)
    for m in range(len(features)):
        for k in range(2):
            composed = list(features)
            composed[m] = pool.reference.features[m][partners[m, k]]
            said = pool.model.mix(composed)
            torch.testing.assert_close(swapped.logits[m, k], said.logits)
            torch.testing.assert_close(swapped.expert_logits[:, m, k], said.expert_logits[:, 0])


@torch.inference_mode()
def test_slices_equal_the_whole(asked, monkeypatch):
    pool, features, partners = asked
    own, swapped = pool.answer(features, partners)
    monkeypatch.setattr(swaps, "COMPOSED", 4 * sum(f.tokens[0].numel() for f in features))
    sliced, again = pool.answer(features, partners)
    torch.testing.assert_close(sliced.expert_logits, own.expert_logits)
    torch.testing.assert_close(sliced.weights, own.weights)
    torch.testing.assert_close(again.logits, swapped.logits)
    torch.testing.assert_close(again.expert_logits, swapped.expert_logits)
    torch.testing.assert_close(again.kept, swapped.kept)
