"""Sets of experts: what each table entry gives, how experts are named, and what is refused."""

import re

import numpy as np
import pytest

from i2moe_core.config import ExpertConfig, ModelConfig, RunConfig, from_dict, override, to_dict
from i2moe_core.errors import InputError
from i2moe_core.expert_set import (
    EXPERT_SETS,
    default_roles,
    expert_names,
    expert_roles,
    groups_of,
    interaction_of,
    places_of,
    read_name,
    summed,
)
from i2moe_core.registry import describe
from i2moe_core.types import interaction_names

THREE = ("image", "text", "sound")


def custom(*experts):
    return ModelConfig(experts="custom", custom_experts=[ExpertConfig(*e) for e in experts])


@pytest.mark.parametrize("modalities", [("a", "b"), THREE])
def test_the_default_is_the_published_set(modalities):
    assert expert_names(ModelConfig(), modalities) == interaction_names(modalities)
    assert groups_of(default_roles(modalities), modalities) == ()


def test_pairs_of_two_modalities_are_the_published_set():
    assert expert_roles(ModelConfig(experts="pairwise"), ("a", "b")) == default_roles(("a", "b"))


def test_pairs_of_three_modalities():
    roles = expert_roles(ModelConfig(experts="pairwise"), THREE)
    assert [role.name for role in roles] == [
        "unique:image", "unique:text", "unique:sound",
        "synergy:image+text", "redundancy:image+text",
        "synergy:image+sound", "redundancy:image+sound",
        "synergy:text+sound", "redundancy:text+sound",
    ]  # fmt: skip
    assert places_of(roles[5], THREE) == (0, 2)
    assert groups_of(roles, THREE) == ((0, 1), (0, 2), (1, 2))


def test_a_set_of_ones_own_numbers_experts_of_one_kind():
    model = custom(
        ("synergy", ["text", "image"]), ("synergy", ["image", "text"]), ("synergy",), ("unique", ["sound"]),
        ("synergy", [*THREE]), ("unique", ["sound"]),
    )  # fmt: skip
    names = ["synergy:image+text", "synergy:image+text#2", "synergy", "unique:sound", "synergy#2"]
    assert expert_names(model, THREE) == (*names, "unique:sound#2")
    assert groups_of(expert_roles(model, THREE), THREE) == ((0, 1),)
    assert expert_roles(model, THREE)[-1].loss_name(THREE) == "unique:2#2"


@pytest.mark.parametrize("name", EXPERT_SETS)
def test_every_set_is_described(name):
    assert len(describe(EXPERT_SETS[name])) > 20


@pytest.mark.parametrize("kind", [*EXPERT_SETS])
def test_names_read_back_as_the_roles_they_came_from(kind):
    model = ModelConfig(experts=kind)
    if kind == "custom":
        model = custom(("synergy", ["image", "sound"]), ("redundancy",), ("redundancy",))
    for role in expert_roles(model, THREE):
        parts = read_name(role.name)
        assert (parts.role, parts.number) == (role.role, role.number)
        assert parts.modalities == (() if role.whole else role.modalities)
        assert interaction_of(role.name) in interaction_names(THREE)


def test_other_names_are_themselves():
    assert read_name("gate").role == "gate"
    assert read_name("probe:image").role == "probe:image"
    assert interaction_of("synergy:image+text#2") == "synergy"
    assert interaction_of("unique:image#2") == "unique:image"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (ModelConfig(experts="pairs"), "Unknown set of experts 'pairs'. Did you mean 'pairwise'?"),
        (custom(("synergy",)), "needs 2 experts or more in model.custom_experts, but has 1"),
        (custom(("synergie",), ("synergy",)), "Did you mean 'synergy'?"),
        (custom(("synergy",), ("unique", ["txt"])), "Did you mean 'text'?"),
        (custom(("synergy",), ("unique",)), "[1] is unique to one modality, but names 0"),
        (custom(("synergy",), ("unique", ["text", "image"])), "but names 2"),
        (custom(("synergy", ["text"]), ("synergy",)), "synergy of 'text' alone, which needs two"),
        (ModelConfig(custom_experts=[ExpertConfig("synergy")]), "set it to custom"),
    ],
)
def test_a_wrong_set_is_refused_with_what_to_do(model, said):
    with pytest.raises(InputError, match=re.escape(said)):
        expert_roles(model, THREE)


def test_modalities_whose_names_would_mislead_are_refused_in_sets_that_name_pairs():
    names = ("a+b", "c", "d")
    assert expert_names(ModelConfig(), names) == interaction_names(names)
    with pytest.raises(InputError, match="rename it"):
        expert_roles(ModelConfig(experts="pairwise"), names)


def test_a_set_of_ones_own_survives_json_and_the_command_line():
    listed = [{"role": "synergy", "modalities": ["image", "text"]}, {"role": "redundancy"}]
    given = {"model.experts": "custom", "model.custom_experts": listed}
    config = override(RunConfig(), given)
    assert config.model.custom_experts == [
        ExpertConfig("synergy", ["image", "text"]),
        ExpertConfig("redundancy"),
    ]
    assert from_dict(RunConfig, to_dict(config)) == config
    with pytest.raises(InputError, match="Unknown key 'sees'"):
        override(RunConfig(), {"model.custom_experts": [{"role": "synergy", "sees": []}]})


def test_values_are_summed_by_interaction():
    experts = expert_names(ModelConfig(experts="pairwise"), THREE)
    values = np.arange(18.0).reshape(2, 9)
    assert summed(values, experts, interaction_names(THREE)).tolist() == [
        [0, 1, 2, 3 + 5 + 7, 4 + 6 + 8],
        [9, 10, 11, 12 + 14 + 16, 13 + 15 + 17],
    ]
    same = interaction_names(THREE)
    assert summed(values[:, :5], same, same) is not None
    few = ("synergy:a+b", "synergy:a+b#2")
    assert summed(values[:, :2], few, interaction_names(("a", "b", "c"))).tolist() == [
        [0, 0, 0, 1, 0],
        [0, 0, 0, 19, 0],
    ]
