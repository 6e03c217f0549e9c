"""The contact sheet: one cell a sample, pictures as they are, every task, missing parts."""

from dataclasses import replace

import numpy as np
import pytest

from i2moe_core.data.preview import preview
from i2moe_core.data.scenes import scenes
from i2moe_core.data.vectors import vectors
from i2moe_core.errors import InputError


@pytest.fixture(scope="module")
def samples():
    return scenes(sizes=(6, 1, 1))


def test_pictures_are_enlarged_by_whole_pixels(samples):
    sheet = np.asarray(preview(samples, [2]))
    enlarged = np.repeat(np.repeat(samples.raw["image"][2], 5, 0), 5, 1)
    assert np.array_equal(sheet[12 : 12 + 160, 12 : 12 + 160], enlarged)


def test_rows_of_four(samples):
    one, two = preview(samples, range(4)), preview(samples, range(5))
    assert one.width == two.width
    assert two.height > 1.8 * one.height - 24


@pytest.mark.parametrize(
    ("task", "targets"),
    [("regression", np.linspace(0, 1, 8)), ("multilabel", np.eye(3)[np.arange(8) % 3])],
)
def test_other_tasks_without_truth_and_with_missing_parts(samples, task, targets):
    raw = {"image": [None, *samples.raw["image"][1:]], "text": [None, *samples.raw["text"][1:]]}
    other = replace(samples, task=task, targets=targets, truth=None, raw=raw)
    assert preview(other, range(8)).mode == "RGB"


def test_no_samples_give_an_empty_sheet(samples):
    assert np.asarray(preview(samples, [])).min() == 255


def test_a_set_without_pictures_is_refused():
    with pytest.raises(InputError, match="vectors:u1"):
        preview(vectors("u1", sizes=(3, 1, 1)), [0])
