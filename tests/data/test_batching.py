"""Preparing once, cutting batches, missing modalities, and one sample for the app."""

import numpy as np
import pytest
import torch

from i2moe_core.config import DataConfig
from i2moe_core.data.batching import build_vocabulary, encode_sample, prepare
from i2moe_core.errors import InputError
from i2moe_core.types import Modality, Samples

CONFIG = DataConfig(image_size=4, max_tokens=5)
PICTURE = np.full((4, 4, 3), 9, dtype=np.uint8)


def samples(**changes):
    values = {
        "name": "toy",
        "task": "multiclass",
        "modalities": (Modality("image", "image"), Modality("text", "text"), Modality("x", "array")),
        "classes": ("a", "b"),
        "ids": ("s0", "s1", "s2"),
        "raw": {
            "image": [PICTURE, None, PICTURE + 1],
            "text": ["one two", "two", None],
            "x": [np.ones((2, 3)), np.ones((1, 3)), None],
        },
        "targets": np.array([0, 1, 0]),
        "splits": np.array(["train", "train", "test"]),
    }
    return Samples(**(values | changes))


def test_prepare_pads_and_marks_what_is_missing():
    toy = samples()
    data = prepare(toy, CONFIG, build_vocabulary(toy, CONFIG))
    assert data.inputs["image"].shape == (3, 3, 4, 4)
    assert data.inputs["image"].dtype == torch.uint8
    assert data.inputs["text"].shape == (3, 5)
    assert data.inputs["x"].tolist()[1] == [[1, 1, 1], [0, 0, 0]]
    assert data.present.tolist() == [[True, True, True], [False, True, True], [True, False, False]]
    assert (data.inputs["image"][1] == 0).all()
    assert (data.inputs["text"][2] == 0).all()


def test_batches_follow_rows_and_shuffle_only_with_a_generator():
    toy = samples()
    data = prepare(toy, CONFIG, build_vocabulary(toy, CONFIG))
    plain = list(data.batches([2, 0, 1], 2))
    assert [b.ids for b in plain] == [("s2", "s0"), ("s1",)]
    assert plain[0].targets.tolist() == [0, 0]
    orders = set()
    for seed in range(20):
        generator = torch.Generator().manual_seed(seed)
        orders.add(next(data.batches(np.arange(3), 3, generator)).ids)
    assert len(orders) > 2
    assert all(sorted(order) == ["s0", "s1", "s2"] for order in orders)


def test_vocabulary_sees_training_only():
    toy = samples(raw={**samples().raw, "text": ["aa aa", "aa", "zz zz zz zz"]})
    pieces = build_vocabulary(toy, CONFIG).pieces("aa zz", 9)
    assert [p.text for p in pieces] == ["aa", "z", "z"]


def test_one_sample_equals_its_row_in_the_set():
    toy = samples()
    vocabulary = build_vocabulary(toy, CONFIG)
    row = prepare(toy, CONFIG, vocabulary).batch([1])
    values = {name: column[1] for name, column in toy.raw.items()}
    single = encode_sample(values, toy.modalities, CONFIG, vocabulary, "s1", {"x": (2, 3)})
    assert single.ids == ("s1",)
    assert single.present.equal(row.present)
    for name, x in row.inputs.items():
        assert single.inputs[name].equal(x)


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_blank_text_is_missing(text):
    toy = samples()
    single = encode_sample(
        {"image": PICTURE, "text": text}, toy.modalities[:2], CONFIG, build_vocabulary(toy, CONFIG)
    )
    assert single.present.tolist() == [[True, False]]


def test_nothing_given_is_refused():
    toy = samples()
    with pytest.raises(InputError, match="image, text"):
        encode_sample({}, toy.modalities[:2], CONFIG, build_vocabulary(toy, CONFIG))


def test_a_modality_that_never_occurs_is_refused():
    toy = samples(raw={**samples().raw, "x": [None, None, None]})
    with pytest.raises(InputError, match="'x'"):
        prepare(toy, CONFIG, build_vocabulary(toy, CONFIG))


def test_arrays_that_do_not_fit_are_named():
    toy = samples(raw={**samples().raw, "x": [np.ones(3), np.ones(4), np.ones(3)]})
    with pytest.raises(InputError, match=r"s1.*\(4,\)"):
        prepare(toy, CONFIG, build_vocabulary(toy, CONFIG))


def test_several_unreadable_pictures_are_counted(tmp_path):
    paths = []
    for number in range(7):
        path = tmp_path / f"p{number}.png"
        path.write_bytes(b"no picture")
        paths.append(path)
    toy = samples(
        modalities=(Modality("image", "image"),),
        ids=tuple(map(str, range(7))),
        raw={"image": paths},
        targets=np.zeros(7, dtype=np.int64),
        splits=np.array(["train"] * 7),
    )
    with pytest.raises(InputError, match=r"7 faults.*p0\.png.*p4\.png.*and 2 more") as caught:
        prepare(toy, CONFIG, None)
    assert "p5" not in str(caught.value)
