"""Arrays from .npz, .h5 and .parquet: the contract, and a named refusal for every breach of it."""

import h5py
import numpy as np
import pandas as pd
import pytest

from i2moe_core.config import DataConfig
from i2moe_core.data import load_samples
from i2moe_core.data.arrays_read import read_arrays
from i2moe_core.data.batching import prepare
from i2moe_core.data.feature_arrays import feature_arrays
from i2moe_core.errors import InputError

N = 40
GOOD = {
    "x_a": np.arange(N * 3, dtype=np.float64).reshape(N, 3),
    "x_b": np.ones((N, 5, 2), dtype=np.float32),
    "y": np.arange(N) % 2,
}


def save(path, **changes):
    arrays = {name: value for name, value in (GOOD | changes).items() if value is not None}
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    elif path.suffix == ".h5":
        with h5py.File(path, "w") as file:
            for name, value in arrays.items():
                file[name] = value.astype("S") if value.dtype.kind == "U" else value
    else:
        pd.DataFrame({name: list(value.tolist()) for name, value in arrays.items()}).to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", [".npz", ".h5", ".parquet"])
def test_the_three_formats_hold_the_same(tmp_path, suffix):
    splits = np.array(["train"] * 30 + ["val"] * 5 + ["test"] * 5)
    types = np.array(["unique:a", "unique:b", "synergy", "redundancy"] * 10)
    samples = load_samples(
        DataConfig(source=str(save(tmp_path / f"set{suffix}", split=splits, interaction=types)))
    )
    assert samples.name == "set"
    assert [(m.name, m.kind) for m in samples.modalities] == [("a", "array"), ("b", "array")]
    assert np.array_equal(np.stack(samples.raw["a"]), GOOD["x_a"])
    assert samples.raw["b"][0].shape == (5, 2)
    assert samples.raw["a"][0].dtype == np.float32
    assert samples.classes == ("0", "1")
    assert samples.targets.tolist() == GOOD["y"].tolist()
    assert [len(samples.rows(s)) for s in ("train", "validation", "test")] == [30, 5, 5]
    assert samples.truth.interactions.tolist() == types.tolist()
    data = prepare(samples, DataConfig(), None)
    assert data.inputs["b"].shape == (N, 5, 2)
    assert data.present.all()


def test_splits_are_drawn_where_none_are_given(tmp_path):
    samples = feature_arrays(save(tmp_path / "set.npz"))
    assert [len(samples.rows(s)) for s in ("train", "validation", "test")] == [28, 6, 6]


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        (np.array(["cat", "dog"] * 20), "multiclass", ("cat", "dog")),
        (np.arange(N) % 3 + 5, "multiclass", ("5", "6", "7")),
        (np.arange(N) % 2 == 0, "multiclass", ("False", "True")),
        (np.linspace(0, 1, N), "regression", ("y",)),
        (np.linspace(0, 1, N)[:, None], "regression", ("y",)),
        (np.eye(4)[np.arange(N) % 4], "multilabel", ("label_0", "label_1", "label_2", "label_3")),
        (np.eye(2, dtype=int)[np.arange(N) % 2], "multilabel", ("label_0", "label_1")),
    ],
)
def test_the_task_follows_from_y(tmp_path, y, task, classes):
    samples = feature_arrays(save(tmp_path / "set.npz", y=y))
    assert samples.task == task
    assert samples.classes == classes


def test_three_modalities_and_what_is_not_read(tmp_path):
    samples = feature_arrays(save(tmp_path / "set.npz", x_c=np.ones((N, 1)), extra=np.ones(2)))
    assert [m.name for m in samples.modalities] == ["a", "b", "c"]
    assert samples.notes == ("Not read: extra.",)


def test_label_names(tmp_path):
    path = save(tmp_path / "set.npz", y=np.eye(2)[np.arange(N) % 2])
    assert feature_arrays(path, label_names=["drama", "war"]).classes == ("drama", "war")
    assert feature_arrays(save(tmp_path / "set.npz"), label_names=["no", "yes"]).classes == ("no", "yes")


def test_parquet_rows_may_be_missing_or_shorter(tmp_path):
    path = tmp_path / "set.parquet"
    sequences = [[[1.0, 2.0]] * (1 + n % 3) for n in range(N)]
    vectors = [None if n == 0 else [1.0, 2.0, 3.0] for n in range(N)]
    pd.DataFrame({"x_a": vectors, "x_b": sequences, "y": GOOD["y"]}).to_parquet(path)
    data = prepare(feature_arrays(path), DataConfig(), None)
    assert data.present[:2].tolist() == [[False, True], [True, True]]
    assert data.inputs["b"].shape == (N, 3, 2)
    assert data.inputs["b"][0].tolist() == [[1, 2], [0, 0], [0, 0]]


def test_the_film_set_is_known_by_its_keys(tmp_path, monkeypatch):
    monkeypatch.setattr("i2moe_core.data.arrays_read._FILM_PARTS", {"train": 30, "validation": 4, "test": 6})
    path = tmp_path / "multimodal_imdb.hdf5"
    with h5py.File(path, "w") as file:
        file["features"], file["vgg_features"] = np.ones((N, 3)), np.ones((N, 4))
        file["genres"] = np.eye(4)[np.arange(N) % 4]
    samples = load_samples(DataConfig(source=str(path)))
    assert samples.task == "multilabel"
    assert samples.raw["image"][0].shape == (4,)
    assert samples.raw["text"][0].shape == (3,)
    assert (
        samples.splits[[0, 29, 30, 33, 34, 39]].tolist() == ["train"] * 2 + ["validation"] * 2 + ["test"] * 2
    )


BAD = {
    "no_y": ({"y": None}, "no array 'y'"),
    "one_modality": ({"x_b": None}, "at least two arrays"),
    "no_modality": ({"x_a": None, "x_b": None}, "at least two arrays"),
    "rows_differ": ({"x_a": np.ones((N - 1, 3))}, "'x_a' has 39 rows, but 'y' has 40"),
    "flat": ({"x_a": np.ones(N)}, "'x_a' has shape"),
    "four_axes": ({"x_a": np.ones((N, 2, 2, 2))}, "'x_a' has shape"),
    "no_columns": ({"x_a": np.ones((N, 0))}, "'x_a' has shape"),
    "words": ({"x_a": np.array([["a", "b"]] * N)}, "'x_a'"),
    "nan": ({"x_a": np.where(np.arange(N)[:, None] == 7, np.nan, 1.0)}, "'x_a' has 1 rows with NaN.*row 7"),
    "infinite": ({"x_b": np.full((N, 2, 2), np.inf)}, "'x_b' has 40 rows"),
    "too_large": ({"x_a": np.full((N, 2), 1e300)}, "'x_a'"),
    "nan_label": ({"y": np.where(np.arange(N) == 3, np.nan, 1.0)}, "'y' is NaN or infinite in row 3"),
    "label_sets_of_twos": ({"y": np.full((N, 3), 2)}, "only 0 and 1"),
    "three_axes_of_labels": ({"y": np.ones((N, 2, 2))}, "'y' has shape"),
    "one_class": ({"y": np.zeros(N, dtype=int)}, "one class only"),
    "equal_numbers": ({"y": np.zeros(N)}, "nothing to learn"),
    "blank_label": ({"y": np.array(["a", ""] * 20)}, "row 1 has no label"),
    "split_rows": ({"split": np.array(["train"] * 3)}, "'split' has 3 rows"),
    "split_name": ({"split": np.array(["train"] * 39 + ["rest"])}, "row 39 has the split 'rest'"),
    "empty_split": ({"split": np.array(["train"] * N)}, "no samples in the split 'validation'"),
    "unknown_type": ({"interaction": np.array(["unique:z"] * N)}, "row 0 is 'unique:z'"),
    "type_rows": ({"interaction": np.array(["synergy"])}, "'interaction' has 1 rows"),
    "repeated_ids": ({"ids": np.array(["same"] * N)}, "repeated names"),
}


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
@pytest.mark.parametrize("name", BAD)
def test_breaches_are_named(tmp_path, name, suffix):
    changes, message = BAD[name]
    path = save(tmp_path / f"set{suffix}", **changes)
    with pytest.raises(InputError, match=message) as caught:
        feature_arrays(path)
    assert str(path) in str(caught.value)


def test_python_objects_are_never_loaded(tmp_path):
    path = tmp_path / "set.npz"
    np.savez(path, **(GOOD | {"x_a": np.array([{"a": 1}] * N, dtype=object)}))
    with pytest.raises(InputError, match="'x_a' holds Python objects"):
        feature_arrays(path)


@pytest.mark.parametrize("suffix", [".npz", ".h5", ".hdf5", ".parquet"])
@pytest.mark.parametrize("damage", ["empty", "foreign", "cut"])
def test_damaged_files_are_named(tmp_path, suffix, damage):
    path = save(tmp_path / f"set{'.h5' if suffix == '.hdf5' else suffix}").rename(tmp_path / f"bad{suffix}")
    whole = path.read_bytes()
    path.write_bytes(
        {"empty": b"", "foreign": b"\x80\x04 no such file", "cut": whole[: len(whole) // 2]}[damage]
    )
    with pytest.raises(InputError, match=f"bad{suffix}"):
        feature_arrays(path)


def test_missing_file_and_other_suffix(tmp_path):
    with pytest.raises(InputError, match=r"gone\.npz"):
        read_arrays(tmp_path / "gone.npz")
    path = tmp_path / "set.pkl"
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match=r"\.npz"):
        read_arrays(path)


def test_parquet_rows_of_other_widths_are_listed(tmp_path):
    path = tmp_path / "set.parquet"
    vectors = [[1.0] * (2 + (n == 5)) for n in range(N)]
    pd.DataFrame({"x_a": vectors, "x_b": [[1.0]] * N, "y": GOOD["y"]}).to_parquet(path)
    with pytest.raises(InputError, match=r"'x_a': row 5 has shape \(3,\), expected \(2,\)"):
        feature_arrays(path)
