"""The decomposition for any set of experts: by hand, by its sums, and against the published set's own."""

import pytest
import torch

from i2moe_core.config import ExpertConfig, ModelConfig
from i2moe_core.errors import InputError
from i2moe_core.expert_set import default_roles, expert_roles, groups_of
from i2moe_core.measures.pid.allotment import allot, overlaps
from i2moe_core.measures.pid.pointwise import consensus, decompose

TWO, THREE = ("a", "b"), ("a", "b", "c")


def custom(modalities, *experts):
    model = ModelConfig(experts="custom", custom_experts=[ExpertConfig(*e) for e in experts])
    return expert_roles(model, modalities)


def evidence(modalities, groups=0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shape = (len(modalities) + 1 + groups, 50, 4)
    values = torch.randn(shape, generator=generator, dtype=torch.float64)
    return values[: len(modalities)], values[len(modalities)], values[len(modalities) + 1 :]


def column(*values):
    return torch.tensor(values, dtype=torch.float64).view(-1, 1)


@pytest.mark.parametrize("modalities", [TWO, THREE])
def test_the_published_set_is_the_published_decomposition(modalities):
    single, joint, none = evidence(modalities)
    parts = allot(single, joint, none, default_roles(modalities), modalities)
    assert torch.equal(parts.credited, decompose(single, joint))
    assert torch.equal(parts.told, decompose(single, joint))


def test_nested_overlaps_by_hand():
    # a tells 5, b 3, c 2, all for the class: 2 by all, 1 more by a and b, 2 more by a alone.
    parts = overlaps(column(5, 3, 2))
    found = {group: value.item() for group, value in parts.items() if value.item()}
    assert found == {(0,): 2, (0, 1): 1, (0, 1, 2): 2}
    # b against the class shares nothing with the others.
    parts = overlaps(column(5, -3, 2))
    found = {group: value.item() for group, value in parts.items() if value.item()}
    assert found == {(0,): 3, (1,): -3, (0, 2): 2}


@pytest.mark.parametrize("modalities", [TWO, THREE])
def test_overlaps_sum_to_what_the_modalities_tell_one_by_one(modalities):
    single, _, _ = evidence(modalities)
    expected = single.relu().amax(0) - (-single).relu().amax(0)
    torch.testing.assert_close(sum(overlaps(single).values()), expected)


def test_pairs_of_three_by_hand():
    roles = expert_roles(ModelConfig(experts="pairwise"), THREE)
    single, joint, grouped = column(5, 3, 2), torch.tensor([11.0], dtype=torch.float64), column(6, 5, 4)
    parts = allot(single, joint, grouped, roles, THREE)
    third = 2 / 3  # what all three tell, shared by the three pairs
    expected = [2, 0, 0, 6 - 5, 1 + third, 5 - 5, third, 4 - 3, third]
    torch.testing.assert_close(parts.credited, column(*expected))
    # A pair's expert sees its pair alone: what it can tell is their consensus, whoever else tells it too.
    told = [2, 0, 0, 1, 3, 0, 2, 1, 2]
    torch.testing.assert_close(parts.told, column(*told))
    # What only the three together tell has no expert here.
    assert (joint - parts.credited.sum(0)).item() == pytest.approx(11 - 5 - 2)


def test_what_is_exchanged_is_exchanged_in_the_parts():
    roles = expert_roles(ModelConfig(experts="pairwise"), THREE)
    single, joint, grouped = evidence(THREE, 3)
    parts = allot(single, joint, grouped, roles, THREE).credited
    turned = allot(single[[1, 0, 2]], joint, grouped[[0, 2, 1]], roles, THREE).credited
    torch.testing.assert_close(turned, parts[[1, 0, 2, 3, 4, 7, 8, 5, 6]])


def test_with_a_synergy_of_all_and_an_expert_for_each_the_credits_sum_to_the_joint():
    uniques = [("unique", [name]) for name in THREE]
    for further in ([], [("synergy", ["a", "b"])], [("redundancy", ["a", "c"]), ("redundancy",)]):
        roles = custom(THREE, *uniques, ("synergy",), *further, ("synergy",))
        single, joint, grouped = evidence(THREE, len(groups_of(roles, THREE)))
        parts = allot(single, joint, grouped, roles, THREE)
        torch.testing.assert_close(parts.credited.sum(0), joint)


def test_two_experts_of_one_kind_share_the_credit_of_what_each_tells():
    single, joint, none = evidence(TWO)
    parts = allot(single, joint, none, custom(
        TWO, ("unique", ["a"]), ("synergy",), ("unique", ["b"]), ("synergy",), ("redundancy",)
    ), TWO)  # fmt: skip
    whole = decompose(single, joint)[[0, 2, 1, 2, 3]]
    torch.testing.assert_close(parts.told, whole)
    torch.testing.assert_close(parts.credited, whole / column(1, 2, 1, 2, 1).unsqueeze(-1))


def test_without_an_expert_of_redundancy_what_is_shared_counts_half_for_each():
    single, joint, none = evidence(TWO)
    parts = allot(single, joint, none, custom(TWO, ("unique", ["a"]), ("unique", ["b"]), ("synergy",)), TWO)
    unique_a, unique_b, synergy, shared = decompose(single, joint)
    expected = torch.stack([unique_a + shared / 2, unique_b + shared / 2, synergy])
    torch.testing.assert_close(parts.credited, expected)


def test_a_redundancy_of_all_takes_what_all_share_before_that_of_two():
    roles = custom(THREE, ("redundancy",), ("redundancy", ["a", "b"]))
    parts = allot(column(5, 3, 2), torch.zeros(1), torch.zeros(0, 1), roles, THREE)
    torch.testing.assert_close(parts.credited, column(2, 1))
    torch.testing.assert_close(parts.told, torch.stack([consensus(column(5, 3, 2)), consensus(column(5, 3))]))


def test_more_modalities_than_their_groups_can_be_counted_are_refused():
    names = tuple("abcdefghijk")
    roles = custom(names, ("unique", ["a"]), ("redundancy",))
    with pytest.raises(
        InputError, match=r"10 modalities or fewer, but there are 11; set model\.experts=m_plus_2"
    ):
        allot(torch.zeros(11, 1), torch.zeros(1), torch.zeros(0, 1), roles, names)
