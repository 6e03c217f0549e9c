"""Other data for a saved run: its classes take the run's order, and what does not fit is refused."""

import re

import numpy as np
import pytest

from i2moe_core.cli.run_data import align
from i2moe_core.config import DataInfo
from i2moe_core.errors import InputError
from i2moe_core.types import Modality, Samples

KINDS = {"a": "array", "b": "array"}


def samples(task, classes, targets):
    return Samples(
        "own", task, tuple(Modality(n, k) for n, k in KINDS.items()), classes, ("s0", "s1"),
        {"a": [], "b": []}, targets, np.array(["test", "test"]),
    )  # fmt: skip


def info(task, classes, kinds=KINDS):
    return DataInfo("run", task, dict(kinds), classes, {"a": [2], "b": [2]}, 0, [0.3] * len(classes))


def test_classes_are_matched_by_name():
    made = samples("multiclass", ("blue", "red"), np.array([0, 1]))
    back = align(made, info("multiclass", ["red", "green", "blue"]))
    assert back.classes == ("red", "green", "blue")
    assert back.targets.tolist() == [2, 0]


def test_labels_are_matched_by_name():
    made = samples("multilabel", ("blue", "red"), np.array([[1, 0], [1, 1]], np.float32))
    back = align(made, info("multilabel", ["red", "green", "blue"]))
    assert back.targets.tolist() == [[0, 0, 1], [1, 0, 1]]


def test_a_quantity_may_have_another_name():
    made = samples("regression", ("price",), np.array([0.5, 1.5], np.float32))
    assert align(made, info("regression", ["cost"])) is made


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (info("multiclass", ["red"]), "does not know class 'blue'. It knows: red."),
        (
            info("multilabel", ["red", "blue"]),
            "is multiclass with a (array) and b (array), but the run was trained for",
        ),
        (
            info("multiclass", ["red", "blue"], {"a": "array", "b": "text"}),
            "multiclass with a (array) and b (text)",
        ),
    ],
)
def test_what_does_not_fit(given, message):
    with pytest.raises(InputError, match=re.escape(message)):
        align(samples("multiclass", ("blue", "red"), np.array([0, 1])), given)
