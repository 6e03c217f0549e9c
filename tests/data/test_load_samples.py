"""Sources by name, with an argument, by path; what is refused, and how."""

import numpy as np
import pytest

from i2moe_core.config import DataConfig
from i2moe_core.data import DATASETS, load_samples
from i2moe_core.errors import InputError
from i2moe_core.registry import describe


@pytest.mark.parametrize("name", DATASETS)
def test_each_data_set_has_a_one_line_description(name):
    assert 20 < len(describe(DATASETS[name])) < 110


def test_options_and_seed_reach_the_reader():
    first, other = (
        load_samples(DataConfig(source="vectors:u1", seed=seed, options={"sizes": [3, 2, 1]}))
        for seed in (0, 1)
    )
    assert first.name == "vectors:u1"
    assert len(first) == 6
    assert not np.array_equal(first.raw["x1"][0], other.raw["x1"][0])


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("scene", {}, "Did you mean 'scenes'"),
        ("vectors:mark", {}, "Did you mean 'marker'"),
        ("scenes:hard", {}, "'hard'"),
        ("image_text_folder", {}, "needs a path"),
        ("feature_arrays:", {}, "needs a path"),
        ("", {}, "no data set"),
        ("no/such/folder", {}, "no/such/folder"),
        ("no_such.npz", {}, r"no_such\.npz"),
        ("image_text_folder:no/such", {}, "no/such"),
        ("scenes", {"size": 3}, "'size'"),
        ("vectors:u1", {"seed": 3}, "'seed'"),
    ],
)
def test_wrong_sources_are_refused(source, options, message):
    with pytest.raises(InputError, match=message):
        load_samples(DataConfig(source=source, options=options))


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"table\.xlsx.*\.csv"):
        load_samples(DataConfig(source=str(path)))
