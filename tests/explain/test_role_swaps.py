"""The role test on experts written by hand: those that are what they are called score 1, others do not.

Each modality is one token [class signal (3), code (3), key]: the signal names the class or is absent, the
codes add up to it modulo 3, and the keys of a true pair agree.
"""

import pytest
import torch
from torch import nn

from i2moe_core.encoders.base import as_features
from i2moe_core.expert_set import default_roles
from i2moe_core.explain.roles import RoleTest, choose_partners, role_scores
from i2moe_core.measures.outcomes import outcome_targets

COUNT, CLASSES = 400, 3
CERTAIN = 40.0


class Signal(nn.Module):
    """Says what modality m's own signal says."""

    def __init__(self, m):
        super().__init__()
        self.m = m

    def forward(self, features):
        return CERTAIN * features[self.m].pooled[:, :3]


class Codes(nn.Module):
    """Adds the codes where no signal is there and the keys agree."""

    def forward(self, features):
        a, b = (f.pooled for f in features)
        number = (a[:, 3:6].argmax(1) + b[:, 3:6].argmax(1)) % CLASSES
        belongs = (a[:, 6] == b[:, 6]) & (a[:, :3].sum(1) + b[:, :3].sum(1) == 0)
        return CERTAIN * torch.eye(CLASSES)[number] * belongs.unsqueeze(1)


class Shared(nn.Module):
    """Says what both signals say."""

    def forward(self, features):
        a, b = (f.pooled[:, :3] for f in features)
        return CERTAIN * a * b


class Silent(nn.Module):
    def forward(self, features):
        return torch.zeros(len(features[0].tokens), CLASSES)


class HandMade:
    """As much of a mixture as the role test looks at."""

    modalities, task = ("x1", "x2"), "multiclass"
    prior = torch.full((CLASSES,), 1 / CLASSES)

    roles = default_roles(modalities)

    def __init__(self, *experts):
        self.experts = experts


PERFECT = HandMade(Signal(0), Signal(1), Codes(), Shared())


def world(known=True, seed=0):
    """A role test on samples whose four types are drawn evenly."""
    generator = torch.Generator().manual_seed(seed)
    types = torch.arange(COUNT) % 4
    classes = torch.randint(CLASSES, (COUNT,), generator=generator)
    first = torch.randint(CLASSES, (COUNT,), generator=generator)
    tokens = torch.zeros(2, COUNT, 7)
    eye = torch.eye(CLASSES)
    tokens[0, :, :3] = eye[classes] * ((types == 0) | (types == 3)).unsqueeze(1)
    tokens[1, :, :3] = eye[classes] * ((types == 1) | (types == 3)).unsqueeze(1)
    tokens[0, :, 3:6], tokens[1, :, 3:6] = eye[first], eye[(classes - first) % CLASSES]
    tokens[:, :, 6] = torch.arange(COUNT)
    targets = outcome_targets("multiclass", classes, PERFECT.prior)
    return RoleTest(
        features=[as_features(t.unsqueeze(1)) for t in tokens],
        targets=targets,
        types=types if known else None,
        says=targets.expand(2, -1, -1) if known else tokens[:, :, :3].argmax(-1, keepdim=True),
        chance=1 / 3,
        ceiling=2 / 3,
    )


def scores(model, test):
    return [role.score for role in role_scores(model, test).values()]


def test_perfect_experts_score_one():
    found = role_scores(PERFECT, world())
    assert list(found) == ["unique:x1", "unique:x2", "synergy", "redundancy"]
    assert found["unique:x1"].score == found["unique:x2"].score == 1
    assert found["synergy"].specificity == pytest.approx(1)
    # A silent expert names the first class, which is right a third of the time in the long run.
    assert found["synergy"].score == pytest.approx(1, abs=0.1)
    assert found["redundancy"].score == 1


def test_silent_experts_score_nothing():
    assert scores(HandMade(*[Silent()] * 4), world()) == pytest.approx([0, 0, 0, 0], abs=0.2)
    assert scores(HandMade(*[Silent()] * 4), world())[:3] == [0, 0, 0]


def test_experts_under_wrong_names_score_low():
    swapped = HandMade(Signal(1), Signal(0), Shared(), Codes())
    assert scores(swapped, world()) == pytest.approx([0, 0, 0, 0], abs=0.1)


def test_one_modality_is_no_redundancy():
    found = role_scores(HandMade(Signal(0), Signal(1), Codes(), Signal(0)), world())["redundancy"]
    # Right after agreeing swaps, but certain after contradicting ones of either modality.
    assert found.ability == pytest.approx(1.5 * (1 - 1 / 3), abs=0.1)
    assert found.specificity == pytest.approx(0, abs=0.01)


def test_the_samples_of_the_type_are_taken_where_known():
    found = role_scores(PERFECT, world())
    assert [role.samples for role in found.values()] == [COUNT // 4 * 4] * 4
    assert role_scores(PERFECT, world(known=False))["synergy"].samples == COUNT * 4


def test_on_all_samples_an_expert_is_right_on_its_share_only():
    found = role_scores(PERFECT, world(known=False))
    # Half of the samples carry its signal, the rest it guesses: .5 + .5 / 3.
    assert found["unique:x1"].ability == pytest.approx((0.5 + 0.5 / 3 - 1 / 3) / (2 / 3), abs=0.1)


def test_a_role_without_samples_is_unknown():
    test = world()
    only = RoleTest(
        test.features, test.targets, torch.zeros(COUNT, dtype=torch.int64), test.says, 1 / 3, 2 / 3
    )
    found = role_scores(PERFECT, only)
    assert found["unique:x1"] is not None
    assert [found[name] for name in ("unique:x2", "synergy", "redundancy")] == [None] * 3


def test_the_same_seed_gives_the_same_scores():
    noisy = HandMade(Signal(0), Shared(), Signal(1), Signal(0))
    assert scores(noisy, world()) == scores(noisy, world())


@pytest.mark.parametrize("agree", [True, False])
def test_partners_say_what_is_wanted_and_are_others(agree):
    says = torch.tensor([0, 0, 1, 1, 1, 2]).unsqueeze(1)
    rows = torch.arange(6).repeat(30)
    partners, found = choose_partners(says, rows, torch.arange(6), agree, torch.Generator().manual_seed(0))
    chosen = found[:, 0]
    assert ((says[partners] == says[rows])[chosen] == agree).all()
    assert (partners != rows)[chosen].all()
    # Row 5 alone says 2, so it has no agreeing partner.
    assert set(rows[~chosen].tolist()) == ({5} if agree else set())
    assert set(partners[chosen & (rows == 2)].tolist()) == ({3, 4} if agree else {0, 1, 5})


def test_partners_come_from_the_candidates():
    says = torch.zeros(10, 1, dtype=torch.int64)
    rows = torch.arange(10)
    partners, _ = choose_partners(says, rows, torch.tensor([2, 7]), True, torch.Generator().manual_seed(0))
    assert set(partners.tolist()) == {2, 7}


def test_several_labels_are_compared_one_by_one():
    says = torch.tensor([[0, 1], [0, 0], [1, 1]])
    rows = torch.arange(3).repeat(20)
    generator = torch.Generator().manual_seed(0)
    partners, found = choose_partners(says, rows, torch.arange(3), True, generator)
    other = partners != rows
    assert torch.equal(found[other], says[partners][other] == says[rows][other])
    assert not found[~other].any()
