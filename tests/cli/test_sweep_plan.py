"""What is varied: names and values as they are typed, and every refusal in one sentence."""

import pytest

from i2moe_core.cli.sweep_plan import read_parameters, text_of, trainings
from i2moe_core.errors import InputError


def settings(*texts, recipe="paper"):
    return {p.setting: p.values for p in read_parameters(texts, recipe)}


@pytest.mark.parametrize(
    ("text", "setting", "values"),
    [
        ("margin=.1,.5,1,2", "training.recipe_options.margin", (0.1, 0.5, 1.0, 2.0)),
        ("training.recipe_options.margin=1", "training.recipe_options.margin", (1.0,)),
        ("temperature=1, 2", "model.temperature", (1.0, 2.0)),
        ("lr=1e-3,2e-3", "training.learning_rate", (0.001, 0.002)),
        ("width=32,64", "model.width", (32, 64)),
        ("fusion=concat,tensor", "model.fusion", ("concat", "tensor")),
        ("probes=true,false", "model.probes", (True, False)),
        ("model.fusion_options.rank=2,4", "model.fusion_options.rank", (2, 4)),
        ('source="a,b","c"', "data.source", ("a,b", "c")),
        ("data=vectors:struct,vectors:marker", "data.source", ("vectors:struct", "vectors:marker")),
    ],
)
def test_names_and_values(text, setting, values):
    assert settings(text) == {setting: values}
    assert [type(value) for value in settings(text)[setting]] == [type(value) for value in values]


def test_short_names_are_the_last_part_unless_two_share_it():
    names = [p.name for p in read_parameters(["training.recipe_options.margin=1", "model.width=8"], "paper")]
    assert names == ["margin", "width"]
    both = ["model.encoders.x1.name=a", "model.encoders.x2.name=b"]
    assert [p.name for p in read_parameters(both, "paper")] == [text.partition("=")[0] for text in both]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], "nothing to vary"),
        (["margin"], "needs NAME=VALUE,VALUE, but got 'margin'"),
        (["margin="], "needs NAME=VALUE,VALUE"),
        (["=1"], "needs NAME=VALUE,VALUE"),
        (["margin=1", "margin=2"], "given twice"),
        (["margin=1", "training.recipe_options.margin=2"], "the same setting"),
        (["margin=.5,0.50"], "is to be '0.5' twice"),
        (["margin=1,wide"], "must be a number, but got 'wide'"),
        (["margin=true"], "must be a number, but got 'true'"),
        (["margin=nan"], "must be a finite number"),
        (["margn=1"], "Unknown setting to vary 'margn'. Did you mean 'margin'?"),
        (["swaps=1,2"], "Recipe 'paper' has no option 'swaps'; give --recipe faithful"),
        (
            ["recipe=paper,faithful", "margin=1"],
            "Recipe 'faithful' has no option 'margin'; give --recipe paper",
        ),
        (["recipe=papr"], "Unknown recipe 'papr'"),
        (["seed=0,1"], "--seeds 0,1,2"),
        (["training.seed=0,1"], "--seeds 0,1,2"),
    ],
)
def test_refusals(texts, words):
    with pytest.raises(InputError) as caught:
        read_parameters(texts, "paper")
    assert words in str(caught.value)


def test_every_combination_with_every_seed_the_first_seed_first():
    parameters = read_parameters(["margin=.5,1", "fusion=concat,tensor"], "paper")
    plan = trainings(parameters, (3, 4), {"training.epochs": 2})
    assert [training.name for training in plan[:5]] == [
        "margin=0.5,fusion=concat,seed=3", "margin=0.5,fusion=tensor,seed=3", "margin=1,fusion=concat,seed=3",
        "margin=1,fusion=tensor,seed=3", "margin=0.5,fusion=concat,seed=4",
    ]  # fmt: skip
    assert len(plan) == 8
    assert plan[1].given == {
        "training.epochs": 2, "training.seed": 3, "data.seed": 3, "training.recipe_options.margin": 0.5,
        "model.fusion": "tensor",
    }  # fmt: skip
    assert str(plan[1]) == "margin=0.5, fusion=tensor, seed 3"


def test_the_seed_of_the_data_can_be_held():
    plan = trainings(read_parameters(["margin=1"], "paper"), (0, 1), {"data.seed": 7})
    assert [(t.given["data.seed"], t.given["training.seed"]) for t in plan] == [(7, 0), (7, 1)]


def test_folder_names_are_safe_and_distinct():
    parameters = read_parameters(["data=/data/a b,/data/a-b"], "paper")
    first, second = (training.name for training in trainings(parameters, (0,), {}))
    assert first != second
    assert not {"/", " "} & set(first + second)
    long = read_parameters([f"data={'x' * 300}a,{'x' * 300}b"], "paper")
    names = [training.name for training in trainings(long, (0,), {})]
    assert len(set(names)) == 2
    assert max(map(len, names)) < 80


def test_values_are_written_as_they_are_typed():
    assert [text_of(v) for v in (1.0, 0.1, 2, "a", True, 1e-3, [1, 2])] == [
        "1", "0.1", "2", "a", "true", "0.001", "[1, 2]",
    ]  # fmt: skip
