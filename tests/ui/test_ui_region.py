"""Regions of a map: points in polygons by hand, links there and back, damaged links."""

import numpy as np
import pytest

from i2moe_core.ui.region import MOST, decode_region, encode_region, inside, region_code

# A U: its notch lies between the arms.
U = np.array([[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]], dtype=float)


def test_the_notch_of_a_u_is_outside():
    x, y = np.array([0.5, 1.5, 2.5, 1.5, 4.0]), np.array([2.0, 2.0, 2.0, 0.5, 0.5])
    assert inside(U, x, y).tolist() == [True, False, True, True, False]


def test_a_box_comes_back_from_its_link():
    code = region_code("umap_embedding", {"box": [{"x": [2.0, 1.0], "y": [0.25, 4.0]}]})
    corners = decode_region("umap_embedding", code)
    assert corners.tolist() == [[1, 0.25], [2, 0.25], [2, 4], [1, 4]]
    assert decode_region("pca_embedding", code) is None


def test_a_lasso_keeps_its_form_with_few_corners():
    angle = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    lasso = {"lasso": [{"x": np.cos(angle).tolist(), "y": np.sin(angle).tolist()}]}
    corners = decode_region("m", region_code("m", lasso))
    assert len(corners) == MOST
    assert np.abs(np.hypot(*corners.T) - 1).max() < 1e-3
    assert inside(corners, np.array([0.0, 0.9, 1.1]), np.zeros(3)).tolist() == [True, True, False]


@pytest.mark.parametrize("code", ["", "m", "m:", "m:1,2 3", "m:a,b c,d e,f", "m:1,1 2,2", "m:nan,1 2,2 3,3"])
def test_a_damaged_link_is_no_region(code):
    assert decode_region("m", code) is None


def test_nothing_drawn_is_no_region():
    assert region_code("m", {"points": [1], "box": [], "lasso": []}) == ""
    assert encode_region("m", np.zeros((2, 2))) == ""
