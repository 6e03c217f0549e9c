"""The bars of the answer: honest ends, and room for the number beside a full bar with a long name."""

import numpy as np

from i2moe_core.plots import plot_answer

NAMES = ["Smileys & Emotion", "Animals & Nature", "Travel & Places"]


def test_a_rounded_share_is_no_certainty():
    figure = plot_answer(NAMES, np.array([0.99996, 0.00003, 0.00001]))
    assert list(figure.data[0].text) == ["> 99.9%", "< 0.1%", "< 0.1%"]


def test_a_number_has_room_beside_a_full_bar():
    figure = plot_answer(NAMES, np.array([0.9, 0.06, 0.04]))
    assert list(figure.data[0].text) == ["90.0%", "6.0%", "4.0%"]
    assert figure.layout.margin.r >= 50
