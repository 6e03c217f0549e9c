"""What real pictures, counted shares and models that only add up need beside the made-up data."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from i2moe_core.ui.components.apart.views import _rate
from i2moe_core.ui.components.attribution.pairs import adds_up
from i2moe_core.ui.components.sample_panel import picture_of


def jpeg(side):
    """A picture that is dark on the left and light on the right."""
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[:, side // 2 :] = 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


@pytest.mark.parametrize(("side", "hard"), [(32, True), (64, False)])
def test_few_pixels_keep_hard_edges_and_photographs_do_not(side, hard):
    row = np.asarray(picture_of(jpeg(side)))[96, :, 0].astype(int)
    assert (np.abs(np.diff(row)).max() > 200) == hard


@pytest.mark.parametrize(
    ("hits", "count", "said"),
    [
        (43, 43, "**100%** (91.8% to 100%)"),
        (0, 43, "**0%** (0% to 8.2%)"),
        (219, 237, "**92.4%** (88.3% to 95.1%)"),
    ],
)
def test_a_counted_share_may_be_all_or_nothing(hits, count, said):
    assert _rate(hits, count) == said


@pytest.mark.parametrize(
    ("largest", "size", "verdict"),
    [(3e-7, 12, True), (-3e-7, 12, True), (3e-7, 0.02, False), (-0.2, 12, False)],
)
def test_a_sum_of_parts_is_told_from_an_interaction(largest, size, verdict):
    found = SimpleNamespace(ranked=lambda *asked: (SimpleNamespace(index=largest),))
    assert adds_up(found, "answer/0", size) is verdict
