"""The engine: what comes out adds up, names what it explains, and says no in one sentence."""

import numpy as np
import pytest
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.pair import explain_pair


@pytest.fixture(scope="module")
def scenes():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


def test_the_first_look_is_the_answer_and_every_expert(scenes):
    values = values_of(scenes, 0)
    result, explanation = attribute(scenes, values), explain_pair(scenes, values)
    place = int(explanation.probabilities.argmax())
    assert result.items[0].target == f"answer/{place}"
    assert [item.expert for item in result.items] == [None, *(e.name for e in explanation.experts)]
    centred = explanation.logits - explanation.logits.mean()
    assert result.items[0].value == pytest.approx(centred[place], rel=1e-4)


def test_maps_and_cells_tell_the_same(scenes):
    result = attribute(scenes, values_of(scenes, 1), targets=["answer/0"])
    item = result["answer/0"]
    patches = item.maps["image"].reshape(8, 4, 8, 4).sum((1, 3)).ravel()
    np.testing.assert_allclose(item.cells[:64], patches, rtol=1e-6, atol=1e-9)
    assert item.cells[64:].sum() == pytest.approx(item.maps["text"].sum())
    assert sum(item.shares.values()) == pytest.approx(1)
    assert item.shares["image"] == pytest.approx(np.abs(item.cells[:64]).sum() / np.abs(item.cells).sum())


def test_an_expert_that_sees_one_modality_owes_the_other_nothing(scenes):
    result = attribute(scenes, values_of(scenes, 0), targets=["expert/unique:text/0"])
    assert np.abs(result.items[0].maps["image"]).max() == 0
    assert result.items[0].shares == {"image": 0.0, "text": 1.0}


def test_three_modalities_and_a_missing_one():
    run, _ = array_run("multilabel", 3)
    values = values_of(run, 0) | {"x2": None}
    result = attribute(run, values, targets=["gate/synergy"])
    assert set(result.items[0].maps) == {"x1", "x3"}
    assert [cell.modality for cell in result.cells] == ["x1"] * 4 + ["x3"] * 4


def test_progress_counts_the_targets(scenes):
    told = []
    attribute(scenes, values_of(scenes, 0), targets=["answer/0", "gate/synergy"],
              progress=lambda done, of: told.append((done, of)))  # fmt: skip
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "integrated_gradient"}, "Did you mean 'integrated_gradients'"),
        ({"options": {"depth": 3}}, "does not take these options"),
        ({"options": {"steps": 0}}, "1 step or more"),
        ({"targets": ["answer/9"]}, "class number '9'"),
    ],
)
def test_refusals(scenes, arguments, message):
    with pytest.raises(InputError, match=message):
        attribute(scenes, values_of(scenes, 0), **arguments)
