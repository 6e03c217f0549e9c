"""The samples kept with a run: an even choice of unseen ones, of every kind and task, read back exactly."""

from pathlib import Path

import numpy as np
import pytest

from i2moe_core.checkpoint.reference import MIN_SIDE, choose_rows, read_reference, reference_bytes
from i2moe_core.config import DataInfo
from i2moe_core.types import Modality, Samples, Truth


def samples(task="multiclass", targets=None, splits=None, **raw) -> Samples:
    count = len(next(iter(raw.values())))
    kinds = {"i": "image", "t": "text", "a": "array"}
    return Samples(
        name="made",
        task=task,
        modalities=tuple(Modality(name, kinds[name[0]]) for name in raw),
        classes=("amount",) if task == "regression" else ("red", "blue"),
        ids=tuple(f"s{n}" for n in range(count)),
        raw=raw,
        targets=np.zeros(count, dtype=np.int64) if targets is None else np.asarray(targets),
        splits=np.full(count, "test") if splits is None else np.asarray(splits),
    )


def info_of(made: Samples, **shapes) -> DataInfo:
    kinds = {m.name: m.kind for m in made.modalities}
    return DataInfo(made.name, made.task, kinds, list(made.classes), shapes, 9, [0.5] * len(made.classes))


def read_back(made: Samples, tmp_path: Path, **shapes) -> Samples:
    path = tmp_path / "reference.parquet"
    path.write_bytes(reference_bytes(made, range(len(made)), 32))
    return read_reference(path, info_of(made, **shapes))


def test_every_label_and_type_has_its_share():
    targets, types = np.array([0] * 90 + [1] * 10), np.array(["synergy"] * 50 + ["redundancy"] * 50)
    made = samples(targets=targets, t=["x"] * 100)
    made = Samples(**{**made.__dict__, "truth": Truth(types)})
    rows = choose_rows(made, 30)
    keys = list(zip(targets[rows].tolist(), types[rows].tolist(), strict=True))
    assert [keys.count(k) for k in ((0, "synergy"), (0, "redundancy"), (1, "redundancy"))] == [10, 10, 10]


def test_test_samples_come_first_and_training_ones_only_alone():
    splits = np.array(["train"] * 10 + ["validation"] * 10 + ["test"] * 10)
    assert choose_rows(samples(splits=splits, t=["x"] * 30), 12).tolist() == [10, 11, *range(20, 30)]
    assert choose_rows(samples(splits=splits[:10], t=["x"] * 10), 4).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("task", "targets"),
    [
        ("multilabel", np.array([[0, 1], [1, 1], [0, 0]], np.float32)),
        ("regression", np.array([0.5, -2.25, 7], np.float32)),
    ],
)
def test_targets_of_other_tasks(task, targets, tmp_path):
    back = read_back(samples(task, targets, t=["a", "b", "c"]), tmp_path, t=[4])
    assert np.array_equal(back.targets, targets)
    assert back.targets.dtype == np.float32
    assert back.truth is None


def test_missing_values_and_arrays_of_any_length(tmp_path):
    vectors = [np.array([1.5, -2.0], np.float32), None]
    sequences = [np.arange(6, dtype=np.float32).reshape(3, 2), np.ones((1, 2), np.float32)]
    pictures = [None, np.full((5, 7, 3), 9, np.uint8)]
    made = samples(a1=vectors, a2=sequences, i=pictures, t=["  ", "日本語 😀 <b>"])
    back = read_back(made, tmp_path, a1=[2], a2=[3, 2], i=[3, 32, 32], t=[4])
    assert back.raw["a1"][1] is None
    assert np.array_equal(back.raw["a1"][0], vectors[0])
    assert all(np.array_equal(x, y) for x, y in zip(back.raw["a2"], sequences, strict=True))
    assert back.raw["i"][0] is None
    assert np.array_equal(back.raw["i"][1], pictures[1])
    assert list(back.raw["t"]) == [None, "日本語 😀 <b>"]


def test_large_pictures_are_kept_small(tmp_path):
    back = read_back(samples(i=[np.zeros((300, 600, 3), np.uint8)]), tmp_path, i=[3, 32, 32])
    assert back.raw["i"][0].shape == (MIN_SIDE // 2, MIN_SIDE, 3)
