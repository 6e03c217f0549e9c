"""Hiding modalities in training, and what the model is told of its data."""

import numpy as np
import pytest
import torch
from parts import tiny_data

from i2moe_core.training.info import describe_data
from i2moe_core.training.step import hide_modalities, precision_context


def test_hiding_takes_one_modality_of_complete_samples_only():
    data = tiny_data(modalities=3, size=600, missing=0.3)
    batch = data.batch(range(600))
    hidden = hide_modalities(batch, 0.5, torch.Generator().manual_seed(0)).present
    whole = batch.present.all(1)
    assert torch.equal(hidden[~whole], batch.present[~whole])
    lost = 3 - hidden[whole].sum(1)
    assert set(lost.tolist()) == {0, 1}
    assert lost.double().mean().item() == pytest.approx(0.5, abs=0.08)
    assert (~hidden[whole]).double().mean(0).tolist() == pytest.approx([1 / 6] * 3, abs=0.06)


def test_hiding_nothing_returns_the_batch_itself():
    batch = tiny_data(size=12).batch(range(12))
    assert hide_modalities(batch, 0.0, torch.Generator()) is batch


def test_autocast_is_asked_for_by_name():
    with precision_context(torch.device("cpu"), "bf16"):
        assert torch.is_autocast_enabled("cpu")
    for precision in ("fp32", "auto"):
        with precision_context(torch.device("cpu"), precision):
            assert not torch.is_autocast_enabled("cpu")


def test_priors_come_from_the_training_split():
    data = tiny_data()
    rows = data.samples.rows("train")
    counts = np.bincount(data.samples.targets[rows], minlength=3) + 1
    info = describe_data(data, None)
    assert info.prior == pytest.approx((counts / counts.sum()).tolist())
    assert info.shapes == {"x1": [4], "x2": [4]}
    assert info.modalities == {"x1": "array", "x2": "array"}
    labels = tiny_data("multilabel")
    expected = (labels.samples.targets[rows].sum(0) + 1) / (len(rows) + 2)
    assert describe_data(labels, None).prior == pytest.approx(expected.tolist())
    amounts = tiny_data("regression")
    info = describe_data(amounts, None)
    assert info.prior == pytest.approx([amounts.samples.targets[rows].mean()])
    assert info.scale == pytest.approx(amounts.samples.targets[rows].std())
