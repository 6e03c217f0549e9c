"""The vector sets: the label follows from the latents as the docstring says, the type from presence."""

import numpy as np
import pytest

from i2moe_core.data.vectors import KINDS, vectors
from i2moe_core.errors import InputError

SIZES = (2000, 100, 100)


def columns(samples):
    return np.stack(samples.raw["x1"]), np.stack(samples.raw["x2"])


def linear_accuracy(x, y):
    """Accuracy of least squares on the second half after a fit on the first."""
    x, half = np.c_[x, np.ones(len(x))], len(x) // 2
    weights = np.linalg.lstsq(x[:half], 2 * y[:half] - 1, rcond=None)[0]
    return ((x[half:] @ weights > 0) == y[half:]).mean()


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_splits_and_types(kind):
    samples = vectors(kind, sizes=(40, 10, 20))
    width = 28 if kind == "marker" else 24
    assert samples.raw["x1"][0].shape == samples.raw["x2"][0].shape == (width,)
    assert samples.raw["x1"][0].dtype == np.float32
    assert [len(samples.rows(s)) for s in ("train", "validation", "test")] == [40, 10, 20]
    expected = 4 if KINDS[kind] is None else 1
    assert len(set(samples.truth.interactions)) == expected


@pytest.mark.parametrize(
    ("kind", "first", "second"), [("u1", True, False), ("u2", False, True), ("r", True, True)]
)
def test_pure_sets_can_be_read_where_they_should(kind, first, second):
    samples = vectors(kind, sizes=SIZES)
    for x, readable in zip(columns(samples), (first, second), strict=True):
        accuracy = linear_accuracy(x, samples.targets)
        assert (accuracy > 0.85) if readable else (abs(accuracy - 0.5) < 0.05)


def test_xor_cannot_be_read_from_one_vector_but_from_the_product_of_both():
    samples = vectors("xor", sizes=SIZES)
    x1, x2 = columns(samples)
    assert abs(linear_accuracy(np.c_[x1, x2], samples.targets) - 0.5) < 0.06
    products = (x1[:, :12, None] * x2[:, None, :12]).reshape(len(x1), -1)
    assert linear_accuracy(products, samples.targets) > 0.75


def test_struct_shows_its_type_as_presence_only():
    samples = vectors("struct", sizes=SIZES)
    present = [(x[:, 12:] != 0).any(1) for x in columns(samples)]
    expected = {
        "unique:x1": (True, False),
        "unique:x2": (False, True),
        "synergy": (False, False),
        "redundancy": (True, True),
    }
    for row, name in enumerate(samples.truth.interactions):
        assert (present[0][row], present[1][row]) == expected[name]


@pytest.mark.parametrize(
    ("name", "accuracies"),
    [
        ("unique:x1", (0.95, 0.5)),
        ("unique:x2", (0.5, 0.95)),
        ("redundancy", (0.95, 0.95)),
        ("synergy", (0.5, 0.5)),
    ],
)
def test_struct_vectors_are_informative_exactly_where_the_type_says(name, accuracies):
    samples = vectors("struct", sizes=(8000, 1, 1))
    rows = samples.truth.interactions == name
    for x, accuracy in zip(columns(samples), accuracies, strict=True):
        assert linear_accuracy(x[rows], samples.targets[rows]) == pytest.approx(accuracy, abs=0.045)


def test_struct_synergy_is_the_product_of_both_signs():
    samples = vectors("struct", sizes=(8000, 1, 1))
    rows = samples.truth.interactions == "synergy"
    x1, x2 = (x[rows][:, :12] for x in columns(samples))
    products = (x1[:, :, None] * x2[:, None, :]).reshape(len(x1), -1)
    assert linear_accuracy(products, samples.targets[rows]) > 0.87


def test_marker_is_the_type_in_both_vectors():
    samples = vectors("marker", sizes=(50, 5, 5))
    names = np.array(["unique:x1", "unique:x2", "synergy", "redundancy"])
    for x in columns(samples):
        assert (names[x[:, 24:].argmax(1)] == samples.truth.interactions).all()
        assert (x[:, 24:].sum(1) == 1).all()


def test_one_label_in_twenty_is_flipped():
    samples = vectors("r", sizes=(8000, 1, 1))
    x = np.stack(samples.raw["x1"])[:, 12:]
    accuracy = linear_accuracy(x, samples.targets)
    assert 0.9 < accuracy < 0.96


def test_maps_are_the_same_for_all_seeds_and_samples_are_not():
    first, other = vectors("u1", seed=0, sizes=SIZES), vectors("u1", seed=1, sizes=SIZES)
    x, z = columns(first)[0], columns(other)[0]
    assert not np.array_equal(x, z)
    # Five latent dimensions through one map: the two sets together still span five.
    assert np.linalg.matrix_rank(np.r_[x, z][:, :12], tol=1e-2) == 5


def test_unknown_set_is_refused():
    with pytest.raises(InputError, match="Did you mean 'struct'"):
        vectors("strukt")
