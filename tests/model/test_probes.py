"""The probe heads: one per modality, one for all, and what they say where something is missing."""

import pytest
import torch
from parts import TASKS, WIDTH, random_features

from i2moe_core.losses.task import evidence, prior_logits
from i2moe_core.measures.pid.pointwise import decompose
from i2moe_core.model.probes import Probes


def build(task, modalities=2):
    torch.manual_seed(0)
    prior = torch.tensor([50.0]) if task == "regression" else torch.tensor([0.5, 0.3, 0.2])
    return Probes(modalities, WIDTH, 8, 0.0, task, prior).eval()


@pytest.mark.parametrize("task", TASKS)
def test_missing_modalities_speak_by_the_prior_or_leave_the_lone_one(task):
    probes, features = build(task), random_features(4)
    present = torch.tensor([[True, True], [True, False], [False, True], [False, False]])
    single, joint = probes(features, present)
    whole, together = probes(features, torch.ones(4, 2, dtype=torch.bool))
    prior = prior_logits(task, probes.prior)
    assert torch.equal(single[0, :2], whole[0, :2])
    assert torch.equal(single[1, [0, 2]], whole[1, [0, 2]])
    for row in (single[1, 1], single[0, 2], joint[3]):
        torch.testing.assert_close(row, prior)
    assert torch.equal(joint[0], together[0])
    torch.testing.assert_close(joint[1], whole[0, 1])
    torch.testing.assert_close(joint[2], whole[1, 2])


def test_with_two_of_three_the_joint_head_speaks():
    probes, features = build("multiclass", 3), random_features(2, (2, 3, 4))
    present = torch.tensor([[True, True, False], [False, False, True]])
    single, joint = probes(features, present)
    assert torch.equal(joint[0], probes.joint(features)[0])
    assert torch.equal(joint[1], single[2, 1])


def test_a_single_head_never_sees_the_other_modality():
    probes, features = build("multiclass"), random_features(4)
    single, _ = probes(features, torch.ones(4, 2, dtype=torch.bool))
    grads = torch.autograd.grad(single[0].sum(), [f.tokens for f in features], allow_unused=True)
    assert grads[0].abs().sum() > 0
    assert grads[1] is None or grads[1].abs().sum() == 0


@pytest.mark.parametrize("task", TASKS)
def test_where_one_modality_is_alone_all_evidence_is_unique_to_it(task):
    probes, features = build(task), random_features(4)
    present = torch.tensor([[True, False]]).expand(4, 2)
    single, joint = (evidence(task, z, probes.prior, 0.01) for z in probes(features, present))
    parts = decompose(single, joint)
    torch.testing.assert_close(parts[1:], torch.zeros_like(parts[1:]), atol=1e-5, rtol=0)
    assert (parts[0].abs().sum(-1) > 0.1).all()
