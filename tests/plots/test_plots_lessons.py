"""The lessons' figures: what is drawn where, and nothing to draw."""

import numpy as np
import pytest

from i2moe_core.plots.palette import INK
from i2moe_core.plots.teach_atoms import plot_answers, plot_atoms
from i2moe_core.plots.teach_circle import plot_angle_losses, plot_circle
from i2moe_core.plots.teach_experts import plot_stand_ins, plot_sureness, plot_weight_change
from i2moe_core.plots.teach_removal import plot_family, plot_removal
from i2moe_core.plots.teach_triplet import GRID, plot_triplet
from i2moe_core.plots.teach_types import plot_type_weights

RED, BLUE = "#AA0000", "#0000AA"
TWO = (RED, BLUE)


def test_atoms_keep_their_order_and_colours():
    bar = plot_atoms(("a", "b"), (0.25, 1.5), TWO, "bits").data[0]
    assert list(bar.y) == ["a", "b"]
    assert list(bar.marker.color) == list(TWO)
    assert list(bar.text) == ["0.250", "1.500"]


def test_the_mean_of_the_answers_is_marked():
    figure = plot_answers(("x", "y"), (np.array([1.0, 0]), np.array([0.5, 0.5])), ("first", "second"), TWO)
    np.testing.assert_allclose(figure.data[-1].x, [0.75, 0.25])
    assert [bar.name for bar in figure.data[:2]] == ["first", "second"]


def test_arrows_start_at_their_points_and_still_points_have_none():
    points = [np.zeros(2), np.array([1.0, 0]), np.array([0, 1.0])]
    moves = [np.zeros(2), np.array([-1.0, 0]), np.array([0, 1.0])]
    figure = plot_triplet(points, moves, ("a", "p", "n"), RED, 1.5)
    arrows = [(a.ax, a.ay) for a in figure.layout.annotations]
    assert arrows == [(1, 0), (0, 1)]
    assert figure.layout.annotations[0].x < 1
    ring = np.hypot(figure.data[0].x, figure.data[0].y)
    np.testing.assert_allclose(ring, 1.5)
    assert [*figure.data[3].customdata[0]] == [GRID[0], GRID[0]]
    assert len(figure.data[3].x) == len(GRID) ** 2


def test_a_circle_has_two_arrows_and_a_step_if_there_is_one():
    assert len(plot_circle(60, 0.8, RED, ("a", "b")).layout.annotations) == 3
    assert len(plot_circle(0, 0.0, RED, ("a", "b")).layout.annotations) == 2
    tip = plot_circle(90, 0.0, RED, ("a", "b")).layout.annotations[1]
    assert (tip.x, tip.y) == pytest.approx((0, 1), abs=1e-9)


def test_losses_are_marked_at_the_angle():
    angles = np.array([0.0, 90, 180])
    figure = plot_angle_losses(angles, np.array([[1.0, 0, -1], [2, 1, 0]]), ("a", "b"), 45, RED, ("x", "y"))
    assert [figure.data[n].y[0] for n in (1, 3)] == pytest.approx([0.5, 1.5])


def test_before_and_after_are_both_drawn():
    before, after = np.array([0.2, 0.8]), np.array([0.6, 0.4])
    figure = plot_weight_change(("a", "b"), TWO, before, after, ("then", "now"))
    np.testing.assert_allclose(figure.data[0].x, after)
    np.testing.assert_allclose(figure.data[1].x, before)
    sure = plot_sureness(("a", "b"), TWO, before, after, ("then", "now"))
    assert list(sure.data[0].x) == [0.2, 0.6]
    assert sure.data[0].marker.symbol == ("circle", "diamond-open")


def test_stand_ins_are_named():
    figure = plot_stand_ins(np.zeros((3, 2)), np.ones((3, 2)), RED, ("real", "drawn"))
    assert [(t.name, float(t.x[0])) for t in figure.data] == [("real", 0), ("drawn", 1)]


def test_the_expert_that_should_lead_is_framed():
    weights = np.array([[0.9, 0.1], [0.5, 0.5]])
    figure = plot_type_weights(weights, ("t0", "t1"), ("e0", "e1"), TWO, "{expert}: {share}")
    assert [list(bar.marker.line.width) for bar in figure.data] == [[3, 0], [0, 3]]
    assert figure.data[0].hovertext[0] == "e0: 90%"


def test_removal_marks_how_much_is_gone():
    own, random = np.array([1.0, 0.4, 0.1]), np.array([[1.0, 0.8, 0.1], [1.0, 0.6, 0.1]])
    figure = plot_removal(own, random, 1, ("map", "chance"), ("x", "y"))
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(float(d.x[0]), float(d.y[0])) for d in dots] == [(0.5, 0.4), (0.5, pytest.approx(0.7))]
    assert [trace.name for trace in figure.data if trace.showlegend is None] == ["map", "chance"]


def test_a_family_names_the_picked_one_alone():
    groups = [("plain", ["a", "b"], np.array([10.0, 20]), np.array([1.0, 2]))]
    figure = plot_family(groups, "b", RED, ("x", "y"))
    assert list(figure.data[0].text) == ["", "<b>b</b>"]
    assert list(figure.data[0].marker.color) == [INK, RED]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot_atoms((), (), (), "bits"),
        lambda: plot_answers((), (), (), ()),
        lambda: plot_angle_losses(np.zeros(0), np.zeros((0, 0)), (), 0, RED, ("x", "y")),
        lambda: plot_weight_change((), (), np.zeros(0), np.zeros(0), ("a", "b")),
        lambda: plot_sureness((), (), np.zeros(0), np.zeros(0), ("a", "b")),
        lambda: plot_stand_ins(np.zeros((0, 2)), np.zeros((0, 2)), RED, ("a", "b")),
        lambda: plot_type_weights(np.zeros((0, 0)), (), (), (), ""),
        lambda: plot_removal(np.zeros(0), np.zeros((0, 0)), 0, ("a", "b"), ("x", "y")),
    ],
)
def test_nothing_to_draw_is_said(draw):
    assert draw().layout.annotations


def test_labels_stay_inert():
    figure = plot_atoms(("<img src=x>",), (1.0,), (RED,), "bits")
    assert figure.data[0].y[0] == "&lt;img src=x&gt;"
