"""A pasted table: read whatever separates its cells, trained on, and refused in one sentence each."""

import numpy as np
import pytest

from i2moe_core.language import catalogue
from i2moe_core.teaching.playground.own import (
    MOST_BYTES,
    MOST_ROWS,
    OwnTable,
    TableFault,
    decode,
    own_samples,
    read_cells,
)
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.trainer import Setup, Trainer


def table(rows=60, separator=","):
    rng = np.random.default_rng(0)
    lines = [separator.join(["a", "b", "c", "says"])]
    for _ in range(rows):
        a, b, c = rng.uniform(-1, 1, 3)
        lines.append(separator.join([f"{a:.3f}", f"{b:.3f}", f"{c:.3f}", "yes" if a > 0 else "no"]))
    return "\n".join(lines)


def own(text=None, first=("a", "b"), second=("c",), label="says"):
    return OwnTable(table() if text is None else text, first, second, label)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_are_read_whatever_separates_them(separator):
    cells = read_cells("\n" + table(separator=separator) + "\n\n")
    assert cells.columns == ("a", "b", "c", "says")
    assert len(cells.rows) == 60
    assert set(cells.column("says")) == {"yes", "no"}


def test_columns_become_two_inputs_and_a_label():
    samples = own_samples(own(), seed=0)
    assert samples.classes == ("no", "yes")
    assert np.array(samples.raw["x1"]).shape == (60, 2)
    assert np.array(samples.raw["x2"]).shape == (60, 1)
    np.testing.assert_array_equal(samples.targets, np.array(samples.raw["x1"])[:, 0] > 0)
    assert {split: len(samples.rows(split)) for split in ("train", "test")} == {"train": 36, "test": 18}


@pytest.mark.parametrize("recipe", ["faithful", "paper", "vanilla"])
def test_an_own_table_is_trained_on_and_says_nothing_of_recovery(recipe):
    trainer = Trainer(Setup(Settings(recipe=recipe), own()))
    trainer.advance(60)
    look = trainer.look()
    assert look.accuracy > 0.8
    assert look.recovery is None
    assert look.gate is None
    assert len(look.weights) == (0 if recipe == "vanilla" else 1)
    assert trainer.plane.points.shape == (36, 2)


def test_the_axis_of_two_numbers_is_where_they_spread_most():
    rng = np.random.default_rng(1)
    along = rng.normal(0, 5, 80)
    rows = [f"{3 * t + e:.4f},{4 * t:.4f},{e:.4f},{'yes' if t > 0 else 'no'}"
            for t, e in zip(along, rng.normal(0, 0.1, 80), strict=True)]  # fmt: skip
    plane = Trainer(Setup(Settings(), own("a,b,c,says\n" + "\n".join(rows)))).plane
    points = plane.batch.inputs["x1"].reshape(25, 25, 2)[0].numpy()
    direction = (points[-1] - points[0]) / np.linalg.norm(points[-1] - points[0])
    np.testing.assert_allclose(direction, [0.6, 0.8], atol=0.01)


LINES = table().split("\n")
BAD = {
    "needs a header": own("a,b,c,says"),
    "has 2 columns": own("a,says\n1,yes\n2,no"),
    "name of its own": own(table().replace("a,b,c,says", "a,a,c,says")),
    "has 39 rows": own(table(39)),
    f"has {MOST_ROWS + 1} rows": own(table(MOST_ROWS + 1)),
    "Line 5 has 3 cells, but the header has 4": own("\n".join([*LINES[:4], "1,2,yes", *LINES[5:]])),
    "Line 3, column 'b', has 'x'": own("\n".join([*LINES[:2], "1,x,2,yes", *LINES[3:]])),
    "Line 4, column 'c', has 'nan'": own("\n".join([*LINES[:3], "1,2,nan,yes", *LINES[4:]])),
    "Line 2, column 'a', has '1e30'": own("\n".join([LINES[0], "1e30,2,3,yes", *LINES[2:]])),
    "'says' has 3": own("\n".join([*LINES, "1,2,3,maybe"])),
    "has 2 rows only": own("\n".join([LINES[0], *(["1,2,3,yes"] * 2), *(["1,2,3,no"] * 50)])),
    "at least one column": own(first=()),
    "no column 'gone'": own(first=("gone",)),
    "'c' is chosen twice": own(first=("a", "c")),
    "check its quotes": own(table().replace("yes", '"ye"s', 1)),
    "larger than 1000 kB": own("a" * (MOST_BYTES + 1)),
}


@pytest.mark.parametrize("words", BAD)
def test_bad_tables_are_refused_in_one_sentence_that_can_be_translated(words):
    with pytest.raises(TableFault) as caught:
        own_samples(BAD[words], 0)
    assert words in str(caught.value)
    assert str(caught.value).count(".") <= 2
    assert caught.value.sentence in catalogue("zh")
    assert caught.value.sentence.format(**caught.value.values) == str(caught.value)


@pytest.mark.parametrize(("content", "words"), [(b"\xff\xfea", "UTF-8"), (b"a" * (MOST_BYTES + 1), "larger")])
def test_bad_files_are_refused(content, words):
    with pytest.raises(TableFault, match=words):
        decode(content)


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    assert read_cells(decode(b"\xef\xbb\xbf" + table().encode())).columns[0] == "a"
