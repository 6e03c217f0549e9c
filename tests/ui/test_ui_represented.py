"""The Representations page's frames and sentences, from figures made by hand."""

from dataclasses import replace

import pytest

from i2moe_core.analysis.retrieval.file import Direction, GapMeasures, Matched, Plane, Retrieval
from i2moe_core.measures.retrieval import Figure
from i2moe_core.ui import represented, represented_words


def direction(query, item, by="alignment", ten=(0.4, 0.3, 0.5), median=(12.0, 9.0, 15.0)):
    figures = {
        f"recall@{k}": Figure(k * ten[0] / 10, k * ten[1] / 10, k * ten[2] / 10, k / 100) for k in (1, 5)
    }
    figures |= {"recall@10": Figure(*ten, 0.1), "median_rank": Figure(*median, 50.0)}
    return Direction(query, item, by, 1.0, figures | {"mean_reciprocal_rank": Figure(0.2, 0.1, 0.3, 0.05)})


PAIR = Matched(
    first="image", second="text", main="alignment",
    directions=[
        direction("image", "text"), direction("text", "image"),
        direction("image", "text", "pooled", (0.11, 0.05, 0.2), (48.0, 40.0, 55.0)),
        direction("text", "image", "pooled", (0.09, 0.05, 0.2), (51.0, 40.0, 55.0)),
    ],
    gap=GapMeasures(1.1, 0.999, 2.02, [-1.0, -2.0]),
    plane=Plane(0.5, ["s1", "s2"], ["a red one", ""], [[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]),
    maps=[],
)  # fmt: skip
FOUND = Retrieval("r", "made", "test", 0, 100, 100, "alignment", [PAIR], [])


def test_recalls_stand_direction_by_direction_with_every_kind():
    rows = represented.recall_rows(PAIR)
    assert list(dict.fromkeys(rows["label"])) == [
        "image → text, first", "image → text, first 5", "image → text, first 10",
        "text → image, first", "text → image, first 5", "text → image, first 10",
    ]  # fmt: skip
    assert list(dict.fromkeys(rows["kind"])) == represented.kinds_of(PAIR)
    ten = rows[rows["label"] == "text → image, first 10"]
    assert ten["value"].tolist() == [0.4, 0.09]
    assert ten["chance"].tolist() == [0.1, 0.1]
    assert set(ten["group"]) == {"text"}


def test_the_table_ends_each_direction_with_chance():
    table = represented.figure_table(PAIR)
    assert table["By"].tolist() == [*represented.kinds_of(PAIR), "chance"] * 2
    assert table["First 10"].tolist()[:3] == ["40%", "11%", "10%"]
    assert table["Median rank"].tolist()[:3] == ["12", "48", "50"]


def test_the_sentence_has_the_main_kinds_figures_and_says_when_they_are_chance():
    said = represented_words.recall_sentence(FOUND, PAIR, "text")
    assert "**12** of 100" in said
    assert "**40%** (chance 10%)" in said
    assert "no better than chance" not in said
    weak = replace(PAIR, directions=PAIR.directions[2:])
    assert "no better than chance" in represented_words.recall_sentence(FOUND, weak, "image")


@pytest.mark.parametrize(
    ("trained", "words"),
    [("alignment", "attends by"), ("contrastive", "*contrastive*"), ("", "nothing brought")],
)
def test_what_brought_them_together_is_said(trained, words):
    assert words in represented_words.together_sentence(replace(FOUND, trained=trained))


@pytest.mark.parametrize(
    ("auroc", "words"),
    [(0.99, "**apart**"), (0.8, "**overlap in part**"), (0.5, "**mixed**"), (None, "too few")],
)
def test_the_gap_in_words(auroc, words):
    gap = replace(PAIR.gap, separability=auroc)
    assert words in represented_words.gap_sentence(replace(PAIR, gap=gap))


def test_near_partners_are_called_near():
    near = replace(PAIR, gap=replace(PAIR.gap, alignment=0.4))
    assert "nearer to each other than" in represented_words.gap_sentence(near)
    assert "no nearer" in represented_words.gap_sentence(PAIR)


def test_the_plane_joins_partners_and_names_them():
    frame = represented.gap_frame(PAIR)
    assert frame.iloc[1].tolist() == [2, 3, 6, 7, "s2"]
    assert frame["label"][0] == "a red one"
