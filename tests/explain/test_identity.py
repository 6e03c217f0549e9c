"""Samples are told apart by what they contain."""

import numpy as np
import torch

from i2moe_core.explain.identity import fingerprint, seeded_generator

PIXELS = np.arange(12, dtype=np.uint8)


def test_same_contents_same_name():
    assert fingerprint({"a": "x", "b": PIXELS}) == fingerprint({"b": PIXELS.copy(), "a": "x"})
    assert fingerprint({"a": "x", "b": None}) == fingerprint({"a": "x"})


def test_anything_else_another_name():
    given = [
        {"a": "x"},
        {"b": "x"},
        {"a": b"x"},
        {"a": "xb"},
        {"a": "x", "b": ""},
        {"a": PIXELS},
        {"a": PIXELS.reshape(3, 4)},
        {"a": PIXELS.reshape(4, 3)},
        {"a": PIXELS.astype(np.float32)},
        {"a": PIXELS[::-1]},
    ]
    assert len({fingerprint(values) for values in given}) == len(given)


def test_a_file_counts_by_its_contents(tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"same")
    assert fingerprint({"x": tmp_path / "a.png"}) == fingerprint({"x": tmp_path / "b.png"})


def test_draws_follow_from_the_names():
    draw = lambda *names: torch.rand(3, generator=seeded_generator(*names)).tolist()  # noqa: E731
    assert draw("a", 1) == draw("a", "1")
    assert draw("a", 1) != draw("a", 2)
    assert draw("ab", "c") != draw("a", "bc")
