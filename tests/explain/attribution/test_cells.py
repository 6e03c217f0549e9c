"""The cells: every number of an input belongs to exactly one, and its place is where the numbers are."""

import pytest
import torch

from i2moe_core.explain.attribution.cells import array_cells, image_cells, text_cells
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
