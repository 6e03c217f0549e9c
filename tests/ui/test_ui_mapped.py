"""What is special in a region and what agreement says, on tables with planted differences."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from i2moe_core import language
from i2moe_core.analysis.store import read_analysis, write_analysis
from i2moe_core.plots import expert_label
from i2moe_core.ui import apart, coloured, mapped
from i2moe_core.ui.filters import Filter, apply
from i2moe_core.ui.table import read_table

NAME = "umap_embedding"
BOX = np.array([[9.0, 9.0], [11.0, 9.0], [11.0, 11.0], [9.0, 11.0]])


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    """600 made-up samples, 80 of them in a far corner: often wrong, led by synergy, of one word and class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
        patch.delitem(sys.modules, "generated_analysis", raising=False)
        from generated_analysis import write_generated

    path = tmp_path_factory.mktemp("made") / "analysis.parquet"
    write_generated(path, 600, seed=1)
    table = read_analysis(path)
    far = np.arange(600) < 80
    rng = np.random.default_rng(0)
    table.loc[far, [f"{NAME}_x", f"{NAME}_y"]] = rng.normal(10, 0.1, (80, 2)).astype(np.float32)
    rest = rng.normal(0, 1, (520, 2)).astype(np.float32)
    table.loc[~far, [f"{NAME}_x", f"{NAME}_y"]] = rest
    table["correct"] = np.where(far, np.arange(600) % 2 == 0, np.arange(600) % 50 != 0)
    table.loc[far, "text"] = "a zebra"
    table.loc[far, "label"] = "star"
    table.loc[far, "share_synergy"] = 0.9
    table.loc[~far, "share_synergy"] = 0.1
    table["jensen_shannon"] = np.where(table["correct"], 0.1, 0.8) + 0.1 * rng.random(600)
    table["agreement"] = np.where(table["correct"], 1.0, 0.5)
    return table


def written(frame, folder):
    """The frame as an analysis of its own, open."""
    from i2moe_core.analysis.info import AnalysisInfo
    from i2moe_core.analysis.store import INFO
    from i2moe_core.config import to_dict
    from i2moe_core.types import interaction_names

    experts = list(interaction_names(("image", "text")))
    classes = sorted(set(frame["label"]))
    info = AnalysisInfo("r", "made", "test", "multiclass", classes, ["image", "text"], experts, 1, "probes")
    made = frame.copy()
    made.attrs[INFO] = to_dict(info)
    write_analysis(made, folder / "analysis.parquet")
    return read_table(folder / "analysis.parquet")


@pytest.fixture
def table(frame, tmp_path):
    return written(frame, tmp_path)


def test_a_region_shows_what_was_planted_in_it(table):
    found = mapped.facts(table, NAME, BOX, Filter())
    assert (found.count, found.rest) == (80, 520)
    wrong = found.errors.iloc[0]
    assert wrong["value"] == 0.5
    assert wrong["sure"]
    synergy = found.experts.set_index("key").loc["synergy"]
    assert synergy["value"] == pytest.approx(0.9, abs=1e-4)
    assert synergy["rest"] == pytest.approx(0.1, abs=1e-4)
    assert synergy["sure"]
    assert found.classes.iloc[0]["key"] == "star"
    assert found.words[0].word == "zebra"
    assert set(found.exemplars) <= set(range(80))


def test_exemplars_lie_at_the_centre(table, frame):
    found = mapped.facts(table, NAME, BOX, Filter())
    flat = frame[[f"{NAME}_x", f"{NAME}_y"]].to_numpy()[:80]
    far = np.hypot(*(flat - np.median(flat, 0)).T)
    assert sorted(found.exemplars) == sorted(np.argsort(far)[: mapped.EXEMPLARS].tolist())


def test_the_filter_holds_on_both_sides(table):
    found = mapped.facts(table, NAME, BOX, Filter(correct="wrong"))
    assert found.count == 40
    assert found.rest == int((apply(table, Filter(correct="wrong"))[80:]).sum())
    assert mapped.facts(table, NAME, BOX + 100, Filter()) is None


def test_the_planted_slice_is_found_and_named(table):
    found, places = mapped.slices(table, NAME, mapped.ERRORS)
    assert found[0].name.startswith("zebra")
    assert set(places[found[0].rows]) <= set(range(80))


def test_maps_without_a_place_for_a_sample_leave_it_out(table, frame, tmp_path):
    assert mapped.maps_of(table)[0] == NAME
    assert len(mapped.points_on(table, NAME)) == 600


def test_large_tables_are_drawn_by_seed(table, monkeypatch):
    monkeypatch.setattr(mapped, "POINTS", 100)
    mapped._places.clear()
    first = mapped.places_on(table, NAME)
    mapped._places.clear()
    np.testing.assert_array_equal(first, mapped.places_on(table, NAME))
    assert len(first) == 100
    mapped._places.clear()


def test_a_classs_colour_does_not_depend_on_what_else_is_shown(table):
    by = coloured.colouring(table, NAME, "label")
    assert len(by.groups) == 600
    assert set(by.groups) <= set(by.colours)
    right = coloured.colouring(table, NAME, "correct")
    assert set(right.groups) == {"right", "wrong"}


def test_each_point_has_its_rows_group(table, frame):
    places = mapped.places_on(table, NAME)
    by = coloured.colouring(table, NAME, "dominant")
    assert list(by.groups) == list(frame["dominant"].iloc[places])
    assert all(by.labels[name] == expert_label(name) for name in set(by.groups))
    right = coloured.colouring(table, NAME, "correct")
    assert list(right.groups) == ["right" if one else "wrong" for one in frame["correct"].iloc[places]]


@pytest.mark.parametrize("first", ["en", "zh"])
def test_experts_are_named_in_each_visitors_language_whoever_came_first(table, monkeypatch, first):
    coloured._colouring.clear()
    mapped._facts.clear()
    wanted = {"en": "Synergy", "zh": "协同"}
    for code in (first, *(set(wanted) - {first})):
        monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda code=code: code))
        assert wanted[code] in set(coloured.colouring(table, NAME, "dominant").labels.values())
        found = mapped.facts(table, NAME, BOX, Filter())
        assert wanted[code] in set(found.experts["label"])


def test_groups_have_a_name_and_a_colour_and_a_class_called_others_is_none_of_the_rest(frame, tmp_path):
    classes = [f"kind {n % 11}" for n in range(599)] + ["others"]  # eleven large ones, and one of a sample
    by = coloured.colouring(written(frame.assign(label=classes), tmp_path), NAME, "label")
    assert set(by.groups) <= set(by.colours) == set(by.labels)
    assert by.labels[coloured.REST] == "others"
    assert "others" not in by.colours


def test_groups_without_a_colour_of_their_own_and_missing_values():
    values = pd.Series(["a", None, "b", "c", "a"], dtype="category")
    known = coloured._renamed(values, lambda value: "few" if value in "bc" else value, "not known")
    assert list(known) == ["a", "not known", "few", "few", "a"]
    assert list(coloured._renamed(pd.Series([True, None], dtype=object), str, "?")) == ["True", "?"]


def test_every_offered_colour_is_a_column(table):
    for column in coloured.colourings(table):
        found = coloured.colouring(table, NAME, column)
        assert (found.values is None) != (found.groups is None)


def test_quadrants_and_their_samples(table, frame):
    counts = apart.cells(table, Filter())
    wrong = int((~frame["correct"].astype(bool)).sum())
    assert counts.tolist() == [[600 - wrong, 0], [0, wrong]]
    rows = apart.cell_rows(table, Filter(), agree=False, right=False)
    said = frame["jensen_shannon"].to_numpy()[rows]
    assert len(rows) == apart.CARDS
    assert (np.diff(said) <= 0).all()


def test_agreement_that_tells_right_from_wrong_is_a_good_sign(table):
    found = apart.selective(table, Filter(), "jensen_shannon")
    assert found.sign.verdict == "good"
    assert found.area == pytest.approx(found.best)
    curve = found.curves[found.curves["name"] != apart.CONFIDENCE]
    assert curve["accuracy"].iloc[0] == 1
    assert curve["accuracy"].iloc[-1] == pytest.approx(found.overall)


def test_the_threshold_keeps_the_wrong_ones_out(table, frame):
    rule = apart.rule(table, "jensen_shannon", 0.05, 0.05)
    answered = frame["jensen_shannon"].to_numpy(dtype=np.float32) <= -rule.threshold
    assert answered.mean() == pytest.approx(rule.coverage)
    assert rule.bound <= 0.05


def test_contradictions_lead_to_their_samples(table, frame):
    rows = apart.contradicting_rows(table, Filter(), "synergy", "redundancy")
    said = frame.iloc[rows]
    assert (said["answer_synergy"] != said["answer_redundancy"]).all()


def test_the_meaning_of_a_colour_is_said_without_the_words_of_the_file(table):
    said = [coloured.meaning(table, name) for name in coloured.colourings(table)]
    assert "The answer's probability." in said
    assert "Is the answer right, in all labels?" in said
    assert not any("null" in words.lower() for words in said)
