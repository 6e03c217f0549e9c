"""A training's history as rows of figures: epochs through all phases, losses by phase, nothing made up."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core import language
from i2moe_core.plots.palette import FIXED, INK
from i2moe_core.ui import curved
from i2moe_core.ui.curved import Span

NAN = float("nan")
HISTORY = pd.DataFrame(
    {
        "phase": ["probes", "probes", "probes", "experts", "experts"],
        "phase_index": [0, 0, 0, 1, 1],
        "epoch": [0, 1, 2, 0, 1],
        "best_epoch": [0, 1, 1, 0, 0],
        "score": [3.0, 2.0, 2.5, 1.0, 1.2],
        "seconds": 1.0,
        "train.image": [1.0, 0.8, 0.6, NAN, NAN],
        "validation.image": [1.1, 0.9, 0.7, NAN, NAN],
        "train.alignment": [9.0, 8.0, 7.0, NAN, NAN],
        "train.synergy": [NAN, NAN, NAN, 0.5, 0.4],
        "validation.synergy": [NAN, NAN, NAN, 0.6, 0.7],
        "validation.accuracy": [0.5, 0.6, 0.7, 0.8, 0.9],
        "conflict.image~alignment": [-0.5, 0.1, 0.2, NAN, NAN],
        "conflict.task~gate": [NAN, NAN, NAN, 0.0, 0.0],
        "gradient.synergy": [NAN, NAN, NAN, 0.3, 0.2],
    }
)


def test_epochs_are_counted_through_all_phases():
    assert curved.spans_of(HISTORY) == [Span("probes", 1, 3, 2), Span("experts", 4, 5, 4)]


def test_a_phase_that_stopped_early_is_as_long_as_it_was():
    assert curved.spans_of(HISTORY.iloc[:2]) == [Span("probes", 1, 2, 2)]


def test_every_loss_of_every_phase_is_a_panel():
    panels = curved.losses_of(HISTORY, ("image", "text"))
    assert [(p.phase, p.name, p.title, p.best) for p in panels] == [
        ("probes", "image", "Probe of image", 2),
        ("probes", "alignment", "Alignment", 2),
        ("experts", "synergy", "Synergy", 4),
    ]
    assert [p.colour for p in panels] == [INK, INK, FIXED["synergy"]]
    synergy = panels[2].rows
    assert synergy[synergy.part == "validation"][["epoch", "value"]].to_numpy().tolist() == [
        [4, 0.6],
        [5, 0.7],
    ]
    assert set(panels[1].rows["part"]) == {"training"}


def test_the_measure_is_no_loss():
    key, rows = curved.measure_of(HISTORY)
    assert key == "accuracy"
    np.testing.assert_array_equal(rows["value"], HISTORY["validation.accuracy"])
    assert "accuracy" not in {p.name for p in curved.losses_of(HISTORY)}


def test_losses_that_share_nothing_are_not_said_to_agree():
    rows = curved.cosines_of(HISTORY)
    assert rows["name"].unique().tolist() == ["Image and Alignment"]
    assert rows["value"].tolist() == [-0.5, 0.1, 0.2]
    assert curved.shares_of(HISTORY)[["name", "epoch"]].to_numpy().tolist() == [
        ["synergy", 4],
        ["synergy", 5],
    ]


@pytest.mark.parametrize("history", [pd.DataFrame(), HISTORY.iloc[:0]])
def test_before_the_first_epoch_there_is_nothing(history):
    assert curved.spans_of(history) == []
    assert curved.losses_of(history) == []
    assert all(f(history).empty for f in (curved.scores_of, curved.cosines_of, curved.shares_of))


def test_a_history_of_another_version_is_drawn_as_far_as_it_goes():
    old = pd.DataFrame({"phase": ["all", "all"], "epoch": [0, 1], "train.task": [1.0, 0.5]})
    assert curved.spans_of(old) == [Span("all", 1, 2, None)]
    assert curved.losses_of(old)[0].rows["value"].tolist() == [1.0, 0.5]


def test_what_is_no_expert_has_a_name_of_its_own():
    both = ("image", "text")
    names = ["all", "image+text", "joint:image", "task", "ogm_ge:heads", "unique:image", "probes"]
    assert [curved.loss_title(name, both) for name in names] == [
        "Probe of all", "Probe of image and text", "Head of image", "Task", "Heads of OGM-GE", "Image alone",
        "Probes",
    ]  # fmt: skip
    assert curved.phase_title("a later one") == "a later one"


def test_losses_and_phases_are_named_in_the_visitors_language(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))
    titles = [panel.title for panel in curved.losses_of(HISTORY, ("image", "text"))]
    alignment = language.say("Alignment")
    assert titles == ["图像的探针", alignment, "协同"]
    assert curved.phase_title("experts") == "专家"
    cosines = curved.cosines_of(HISTORY, ("image", "text"))
    assert cosines["name"].unique().tolist() == [f"图像的探针和{alignment}"]
