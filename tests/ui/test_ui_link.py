"""Links carry a small picture without loss, and refuse a damaged one in one sentence."""

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.ui.link import MAX_PICTURE, is_exact, picture_code, picture_from


@pytest.mark.parametrize("side", [1, 16, 32])
def test_a_picture_survives_the_link(side):
    pixels = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    code = picture_code(pixels)
    assert len(code) <= MAX_PICTURE
    assert code.replace("-", "").replace("_", "").isalnum()
    np.testing.assert_array_equal(picture_from(code).pixels, pixels)


def test_a_large_picture_stays_out():
    assert picture_code(np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)) is None


@pytest.mark.parametrize("code", ["", "!!!!", "abc", "A" * 5000, "é", "iVBORw0KGgo"])
def test_a_damaged_code_is_refused(code):
    with pytest.raises(InputError, match="upload the picture again"):
        picture_from(code)


def photograph(size=64):
    """Soft shapes with a little grain: too many different pixels for a link without loss."""
    y, x = np.mgrid[:size, :size] / size
    soft = np.stack([np.sin(5 * x) + y, np.cos(4 * y) * x, x * y], axis=-1) * 90 + 100
    grain = np.random.default_rng(0).normal(0, 5, soft.shape)
    return np.clip(soft + grain, 0, 255).astype(np.uint8)


def test_a_picture_of_many_colours_is_kept_almost_as_it_is():
    pixels = photograph()
    code = picture_code(pixels)
    assert code is not None
    assert len(code) <= MAX_PICTURE
    assert not is_exact(code)
    kept = picture_from(code).pixels
    assert kept.shape == pixels.shape
    assert np.abs(kept.astype(int) - pixels.astype(int)).mean() < 6


def test_few_colours_are_kept_exactly():
    assert is_exact(picture_code(np.zeros((32, 32, 3), np.uint8)))
