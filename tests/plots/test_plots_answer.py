"""The bars of the answer: honest ends, and room for the number beside a full bar with a long name."""

import numpy as np
import pandas as pd

from i2moe_core.plots import plot_answer, plot_shares
from i2moe_core.plots.playground import plot_progress

NAMES = ["Smileys & Emotion", "Animals & Nature", "Travel & Places"]


def test_a_rounded_share_is_no_certainty():
    figure = plot_answer(NAMES, np.array([0.99996, 0.00003, 0.00001]))
    assert list(figure.data[0].text) == ["> 99.9%", "< 0.1%", "< 0.1%"]


def test_a_number_has_room_beside_a_full_bar():
    figure = plot_answer(NAMES, np.array([0.9, 0.06, 0.04]))
    assert list(figure.data[0].text) == ["90.0%", "6.0%", "4.0%"]
    assert figure.layout.margin.r >= 50


def test_hover_texts_keep_words_and_values_apart():
    figure = plot_shares(["synergy", "redundancy"], np.array([0.4, 0.6]), np.array([0.3, 0.7]))
    hovers = [trace.hovertemplate for trace in figure.data if trace.hovertemplate]
    assert hovers
    assert all(hover.endswith(" %{x:.1%}<extra></extra>") for hover in hovers)
    lines = pd.DataFrame({"name": ["a"], "step": [1], "value": [0.5]})
    course = plot_progress(lines, {"a": "Recovery"}, {}, 10, "step")
    assert course.data[0].hovertemplate == "Recovery, step %{x}: %{y:.0%}<extra></extra>"
