"""Keys of the caches tell every change apart."""

import numpy as np

from i2moe_core.ui import cached


def test_one_pixel_changes_the_key():
    pixels = np.random.default_rng(0).integers(0, 255, (1024, 1024, 3), dtype=np.uint8)
    keys = {cached.fingerprint({"image": pixels})}
    for n in range(20):
        edited = pixels.copy()
        edited[n * 50, n * 31, n % 3] += 1
        keys.add(cached.fingerprint({"image": edited}))
    assert len(keys) == 21


def test_the_key_knows_names_shapes_and_what_is_missing():
    flat = np.zeros(4, dtype=np.uint8)
    values = [
        {"a": flat},
        {"b": flat},
        {"a": flat.reshape(2, 2)},
        {"a": flat.astype(np.int8)},
        {"a": None},
        {"a": "None"},
        {"a": "", "b": "x"},
        {"a": "x", "b": ""},
        {"ab": "x"},
        {"a": "bx"},
    ]
    assert len({cached.fingerprint(v) for v in values}) == len(values)


def test_the_order_of_the_inputs_does_not_matter():
    assert cached.fingerprint({"a": "x", "b": "y"}) == cached.fingerprint({"b": "y", "a": "x"})


def test_runs_are_looked_for_where_the_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path / "absent"))
    assert cached.list_runs() == []
    monkeypatch.delenv("I2MOE_CHECKPOINTS")
    assert cached.runs_folder().name == "checkpoints"
