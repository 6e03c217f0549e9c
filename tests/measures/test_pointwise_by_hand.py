"""The pointwise decomposition: it sums exactly, and each kind of sample gives log 3 on one component."""

import math

import pytest
import torch

from i2moe_core.losses.task import evidence
from i2moe_core.measures.pid.pointwise import decompose, gate_target

PRIOR = torch.full((3,), 1 / 3, dtype=torch.float64)
SURE, BLANK = torch.tensor([1e3, 0.0, 0.0], dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
SCENES = {
    "unique:image": (SURE, BLANK, 0),
    "unique:text": (BLANK, SURE, 1),
    "synergy": (BLANK, BLANK, 2),
    "redundancy": (SURE, SURE, 3),
}


@pytest.mark.parametrize("modalities", [2, 3, 4])
def test_the_parts_sum_to_the_joint_evidence(modalities):
    generator = torch.Generator().manual_seed(0)
    single = torch.randn(modalities, 50, 3, generator=generator, dtype=torch.float64)
    joint = torch.randn(50, 3, generator=generator, dtype=torch.float64)
    parts = decompose(single, joint)
    assert parts.shape == (modalities + 2, 50, 3)
    torch.testing.assert_close(parts.sum(0), joint, atol=1e-14, rtol=0)


@pytest.mark.parametrize("kind", SCENES)
def test_each_kind_of_scene_has_log_3_on_its_own_component(kind):
    image, text, place = SCENES[kind]
    single = torch.stack([evidence("multiclass", x, PRIOR) for x in (image, text)])
    parts = decompose(single, evidence("multiclass", SURE, PRIOR))
    expected = [0.0] * 4
    expected[place] = math.log(3)
    assert parts[:, 0].tolist() == pytest.approx(expected, abs=1e-12)


def test_three_modalities_by_hand():
    single = torch.tensor([[3.0, 3.0, -1.0], [2.0, 2.0, -4.0], [5.0, -1.0, -2.0]])
    parts = decompose(single, torch.tensor([12.0, 1.0, -6.0]))
    assert parts[4].tolist() == [2.0, 0.0, -1.0]  # redundancy
    assert parts[0].tolist() == [1.0, 3.0, 0.0]
    assert parts[1].tolist() == [0.0, 2.0, -3.0]
    assert parts[2].tolist() == [3.0, -1.0, -1.0]
    assert parts[3].tolist() == [6.0, -3.0, -1.0]  # synergy


def test_one_silent_modality_means_no_redundancy():
    parts = decompose(torch.tensor([[2.0], [0.0]]), torch.tensor([2.0]))
    assert parts[:, 0].tolist() == [2.0, 0.0, 0.0, 0.0]


def test_the_order_of_modalities_does_not_matter():
    single, joint = torch.randn(3, 9, 4), torch.randn(9, 4)
    parts, turned = decompose(single, joint), decompose(single[[2, 0, 1]], joint)
    torch.testing.assert_close(turned, parts[[2, 0, 1, 3, 4]])


def test_gate_target_by_hand():
    parts = torch.tensor([[[3.0, 0.0]], [[0.0, -1.0]], [[1.0, 1.0]], [[0.0, 0.0]]])
    weight = torch.tensor([[0.5, 0.5]])
    target = gate_target(parts, weight, floor=0.25)
    assert target.shape == (1, 4)
    assert target[0].tolist() == pytest.approx([1.75 / 4, 0.75 / 4, 1.25 / 4, 0.25 / 4])
