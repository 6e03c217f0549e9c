"""The cells: every number of an input belongs to exactly one, and its place is where the numbers are."""

import pytest
import torch
from spoken import speak_chinese

from i2moe_core.explain.attribution.cells import (
    array_cells,
    cell_label,
    image_cells,
    short_label,
    text_cells,
)
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.attribution.words import Word


@pytest.mark.parametrize("size", [1, 5, 8, 17, 32, 224])
@pytest.mark.parametrize("first", [0, 70])
def test_patches_tile_the_picture(size, first):
    cells, numbers = image_cells("photo", size, first)
    assert numbers.shape == (1, 1, size, size)
    assert len(cells) == min(8, size) ** 2
    assert numbers.unique().tolist() == list(range(first, first + len(cells)))
    for n, cell in enumerate(cells):
        top, left, bottom, right = cell.place
        inside = torch.zeros(size, size, dtype=torch.bool)
        inside[top:bottom, left:right] = True
        assert torch.equal(numbers[0, 0] == first + n, inside)
    assert cells[-1].label == f"row {min(8, size)}, column {min(8, size)}"


def test_words_own_their_pieces_and_framing_has_a_cell():
    words = (Word("one", 0, 3, (1,)), Word("two", 4, 7, (2, 3)), Word("cut", 8, 11, (9,)))
    cells, numbers = text_cells("caption", words, 5, 10)
    assert numbers.shape == (1, 5, 1)
    assert numbers[0, :, 0].tolist() == [13, 10, 11, 11, 13]
    assert [cell.label for cell in cells] == ["one", "two", "cut", "(frame)"]
    assert cells[1].place == (4, 7)


@pytest.mark.parametrize(
    ("shape", "real", "count", "last"),
    [((4,), 4, 4, "number 4"), ((100,), 100, 32, "numbers 98 to 100"), ((9, 3), 6, 6, "step 6")],
)
def test_runs_of_numbers(shape, real, count, last):
    cells, numbers = array_cells("x", shape, real, 5)
    flat = numbers.reshape(-1)
    assert len(cells) == count
    assert cells[-1].label == last
    assert flat.tolist() == sorted(flat.tolist())
    assert flat.unique().tolist() == list(range(5, 5 + count))
    for n, cell in enumerate(cells):
        assert (flat[cell.place[0] : cell.place[1]] == 5 + n).all()
    assert (flat[real:] == 4 + count).all()  # padding belongs to the last run


@pytest.mark.parametrize(
    ("label", "english", "chinese", "short"),
    [
        ("row 3, column 12", "row 3, column 12", "第 3 行第 12 列", "3 行 12 列"),
        ("number 4", "number 4", "第 4 个数", "第 4 个数"),
        ("numbers 98 to 100", "numbers 98 to 100", "第 98 至 100 个数", "第 98 至 100 个数"),
        ("step 6", "step 6", "第 6 步", "第 6 步"),
        ("steps 7 to 8", "steps 7 to 8", "第 7 至 8 步", "第 7 至 8 步"),
        ("a band of 3", "a band of 3", "a band of 3", "a band of 3"),
    ],
)
def test_labels_are_said_in_the_visitors_language(label, english, chinese, short, monkeypatch):
    cell = Cell("x", "image", label, (0, 0, 4, 4))
    assert cell_label(cell) == english
    speak_chinese(monkeypatch)
    assert (cell_label(cell), short_label(cell)) == (chinese, short)


def test_a_visitors_word_is_never_translated(monkeypatch):
    speak_chinese(monkeypatch)
    assert cell_label(Cell("text", "text", "number 4", (0, 8))) == "number 4"
    assert short_label(Cell("text", "text", "row 1, column 2", (0, 15))) == "“row 1, column 2”"
