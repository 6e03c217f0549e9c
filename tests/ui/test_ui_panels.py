"""Panels: named by what they are about, painted where their patches lie, subtracted number by number."""

import made_up
import numpy as np
import pytest

from i2moe_core.explain.attribution.result import Cell
from i2moe_core.ui.panels import describe_cell, difference, painted, panel_label, panels_of, places_of

CLASSES = ("circle", "triangle")
EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")


@pytest.mark.parametrize(
    ("target", "expert", "label"),
    [
        ("answer/0", None, "Whole model"),
        ("expert/unique:image/1", "unique:image", "Image alone"),
        ("gate/synergy", "synergy", "Synergy"),
        ("difference/1/0", None, "triangle rather than circle"),
        ("disagreement", None, "Disagreement"),
    ],
)
def test_a_panel_is_named_by_what_it_is_about(target, expert, label):
    assert panel_label(target, expert, CLASSES) == label


def test_several_answers_are_told_apart(tmp_path):
    run = made_up.made_run(tmp_path)
    found = made_up.made_attributions(
        run, {"text": "a b"}, targets=("difference/0/1", "answer/0", "answer/1")
    )
    labels = [panel.label for panel in panels_of(found, EXPERTS, CLASSES)]
    assert labels == ["circle rather than triangle", "For circle", "For triangle"]


def test_patches_are_painted_in_their_places():
    cells = [Cell("image", "image", "", (0, 0, 2, 4)), Cell("image", "image", "", (2, 0, 3, 2))]
    picture = painted(cells, np.array([1.0, -2.0]), 4)
    assert (picture[:2] == 1).all()
    assert (picture[2, :2] == -2).all()
    assert np.isnan(picture[3]).all()


def test_a_difference_is_taken_number_by_number(tmp_path):
    run = made_up.made_run(tmp_path)
    values = {"image": np.zeros((8, 8, 3), dtype=np.uint8), "text": "a b"}
    found = made_up.made_attributions(run, values, targets=("expert/synergy/0", "expert/redundancy/0"))
    first, second = panels_of(found, EXPERTS, CLASSES)
    both = difference(first, second)
    np.testing.assert_allclose(both.cells + second.cells, first.cells)
    np.testing.assert_allclose(both.maps["image"] + second.maps["image"], first.maps["image"])
    assert both.label == "Synergy − Redundancy"
    assert places_of(found, "text").tolist() == [16, 17]


def test_cells_are_described_in_words():
    assert describe_cell(Cell("text", "text", "red", (0, 3))) == "the word “red”"
    assert (
        describe_cell(Cell("photo", "image", "row 1, column 2", (0, 0, 4, 4)))
        == "row 1, column 2 of the photo"
    )
    assert "frame" in describe_cell(Cell("text", "text", "(frame)", (0, 0)))
