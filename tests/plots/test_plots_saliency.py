"""Maps over pictures: one scale for all, a threshold that hides the weakest, colours by sign, inert words."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from i2moe_core import plots
from i2moe_core.plots import diverging
from i2moe_core.plots.saliency import data_uri

GREY = np.full((4, 4, 3), 128, dtype=np.uint8)
HOSTILE = '<a href="javascript:alert(1)">x</a>'


def test_the_limit_is_common_to_all_maps():
    assert plots.common_limit([np.array([1.0, -3.0]), np.array([2.0])]) == 3
    assert plots.common_limit([np.array([np.nan, 0.5])]) == 0.5
    assert plots.common_limit([]) == plots.common_limit([np.zeros(0)]) == 0


def test_equal_numbers_get_equal_colours_in_every_map():
    first = diverging.tint(np.array([1.0, 0.2]), limit=2.0)
    second = diverging.tint(np.array([-2.0, 1.0]), limit=2.0)
    np.testing.assert_array_equal(first[0], second[1])


def test_the_sign_is_the_colour_and_the_size_its_strength():
    colours = diverging.tint(np.array([1.0, -1.0, 0.5, 0.0, np.nan]), limit=1.0, opacity=0.8)
    assert plots.shade(1.0, 1.0) == "rgba(221, 90, 31, 0.850)"  # FOR
    np.testing.assert_allclose(colours[:, 3], [0.8, 0.8, 0.4, 0, 0])
    np.testing.assert_allclose(colours[0, :3], colours[2, :3])
    assert np.abs(colours[0, :3] - colours[1, :3]).max() > 0.3


@pytest.mark.parametrize(("hidden", "left"), [(0.0, 101), (0.5, 51), (0.9, 11), (1.0, 1)])
def test_the_threshold_hides_the_weakest_of_all_maps(hidden, left):
    maps = [np.linspace(0, 0.5, 51), np.linspace(-1, -0.51, 50)]
    threshold = plots.threshold_of(maps, hidden)
    seen = sum(int((diverging.tint(m, 1.0, threshold=threshold)[:, 3] > 0).sum()) for m in maps)
    assert abs(seen - left) <= 1


def test_a_map_without_numbers_leaves_the_picture_as_it_is():
    np.testing.assert_array_equal(plots.overlay(GREY, np.zeros((4, 4)), 0.0, 1.0, grey=False), GREY)
    np.testing.assert_array_equal(plots.overlay(GREY, np.full((4, 4), np.nan), 1.0, 1.0, grey=False), GREY)


def test_greys_take_all_colour_out_of_the_picture():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    drawn = plots.overlay(pixels, np.zeros((4, 4)), 1.0, 1.0)
    assert (drawn[..., 0] == drawn[..., 1]).all()
    assert (drawn[..., 1] == drawn[..., 2]).all()


def test_a_shape_as_bright_as_its_ground_is_still_seen_in_greys():
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[..., 0], pixels[1:3, 1:3] = 100, (0, 51, 0)  # both have a brightness of 30 of 255
    drawn = plots.overlay(pixels, np.zeros((4, 4)), 1.0, 1.0)[..., 0].astype(int)
    assert abs(drawn[0, 0] - drawn[1, 1]) > 80


def test_the_drawn_picture_keeps_every_pixel_when_enlarged():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    content = base64.b64decode(data_uri(pixels).partition(",")[2])
    large = np.asarray(Image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(large[:: large.shape[0] // 8, :: large.shape[1] // 8], pixels)


def test_a_click_returns_the_number_of_the_part_and_the_picked_one_is_framed():
    parts = plots.Parts([(0, 0, 2, 4), (2, 0, 4, 4)], [0.25, -1.0], ["top", HOSTILE], [5, 9])
    figure = plots.plot_saliency(GREY, np.zeros((4, 4)), 1.0, parts, picked=9)
    assert list(figure.data[0].customdata) == [5, 9]
    assert list(figure.data[0].y) == [1, 3]
    assert figure.data[0].text[0] == "top: +0.250"
    assert {(shape.y0, shape.y1) for shape in figure.layout.shapes} == {(2, 4)}
    assert not plots.plot_saliency(GREY, np.zeros((4, 4)), 1.0, parts, picked=4).layout.shapes
    assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_bars_of_all_panels_have_one_axis():
    small, large = (plots.plot_cells(np.array([v, -v]), list("ab"), 2.0) for v in (0.1, 2.0))
    assert small.layout.yaxis.range == large.layout.yaxis.range
    assert list(small.data[0].marker.color) == [diverging.FOR, diverging.AGAINST]


def test_a_part_is_drawn_on_the_scale_of_its_maps():
    figure = plots.plot_part(["a", HOSTILE], np.array([0.5, np.nan]), 4.0)
    low, high = figure.layout.xaxis.range
    assert high == -low
    assert high >= 4
    assert list(figure.data[0].x) == [0.5, 0]
    assert "<a" not in figure.to_json().replace("\\u003c", "<")


def test_shares_are_stacked_to_one_and_pale_where_nothing_moves():
    shares = np.array([[0.7, 0.3], [0.2, 0.8]])
    figure = plots.plot_input_shares(["a", "b"], ["image", "text"], shares, np.array([10.0, 0.1]))
    np.testing.assert_allclose(sum(np.array(trace.x) for trace in figure.data), 1)
    assert figure.layout.barmode == "stack"
    assert list(figure.data[0].marker.opacity) == [1.0, 0.35]


def test_pairs_keep_their_intervals_and_pale_where_they_hold_zero():
    figure = plots.plot_pairs(["a", "b"], np.array([1.0, -0.5]), np.array([0.2, 0.7]))
    assert list(figure.data[0].error_x.array) == [0.2, 0.7]
    assert list(figure.data[0].marker.opacity) == [1.0, 0.4]


def test_only_the_strongest_patches_are_written_on():
    places = [(n, 0, n + 1, 4) for n in range(4)]
    parts = plots.Parts(places, [0.1, -3.0, 2.0, 0.0], list("abcd"), list(range(4)))
    words = ["one", HOSTILE, "two", "three"]
    figure = plots.plot_words_on_picture(GREY, np.zeros((4, 4)), 1.0, parts, words, shown=2)
    written = [n for n, text in enumerate(figure.data[0].text) if text]
    assert written == [1, 2]
    assert "<a" not in figure.to_json().replace("\\u003c", "<")
