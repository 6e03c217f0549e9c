"""Links carry a small picture without loss, and refuse a damaged one in one sentence."""

import numpy as np
import pytest

from i2moe_core.errors import InputError
from i2moe_core.ui.link import MAX_PICTURE, picture_code, picture_from


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
