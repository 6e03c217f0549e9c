"""Compact bilinear pooling against the sketch of the outer product, and in expectation against the truth."""

import itertools

import pytest
import torch
from parts import random_features

from i2moe_core.fusion.bilinear.compact_bilinear import FLOOR, CompactBilinear

WIDTH, SIZE = 5, 16
COUNTS = pytest.mark.parametrize("count", [2, 3])


def build(count, seed=0, size=SIZE):
    return CompactBilinear(count, WIDTH, 4, size=size, seed=seed).double().eval()


def draw(count, seed, batch=3):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(batch, WIDTH, generator=generator, dtype=torch.float64) for _ in range(count)]


def sketched(fusion, vectors):
    return fusion.convolve([fusion.project(m, x) for m, x in enumerate(vectors)])


def true_sketch(fusion, vectors):
    """The outer product written out, each product put into its bin with its sign."""
    result = torch.zeros(len(vectors[0]), fusion.size, dtype=torch.float64)
    for places in itertools.product(range(WIDTH), repeat=len(vectors)):
        numbered = list(enumerate(places))
        where = sum(int(fusion.hashes[m, i]) for m, i in numbered) % fusion.size
        value = torch.ones(len(result), dtype=torch.float64)
        for m, i in numbered:
            value = value * fusion.signs[m, i] * vectors[m][:, i]
        result[:, where] += value
    return result


@COUNTS
@pytest.mark.parametrize("size", [16, 15])
def test_convolved_sketches_are_the_sketch_of_the_outer_product(count, size):
    fusion, x = build(count, size=size), draw(count, 1)
    torch.testing.assert_close(sketched(fusion, x), true_sketch(fusion, x), atol=1e-12, rtol=1e-12)


def test_one_sketch_by_hand():
    fusion = build(2, size=3)
    fusion.hashes[0], fusion.signs[0] = torch.tensor([0, 2, 0, 2, 2]), torch.tensor([1.0, 1, -1, -1, 1])
    x = torch.tensor([[1.0, 2, 4, 8, 16]], dtype=torch.float64)
    assert fusion.sketch(0, x).tolist() == [[1 - 4, 0, 2 - 8 + 16]]


@COUNTS
def test_normalised_by_root_and_length(count):
    fusion, x = build(count), draw(count, 2)
    unit = true_sketch(fusion, x)
    unit = unit / unit.norm(dim=-1, keepdim=True)
    rooted = unit.sign() * ((unit.abs() + FLOOR).sqrt() - FLOOR**0.5)
    expected = rooted / rooted.norm(dim=-1, keepdim=True)
    joined = fusion.join([fusion.project(m, v) for m, v in enumerate(x)])
    torch.testing.assert_close(joined, expected, atol=1e-9, rtol=1e-9)


@COUNTS
def test_inner_products_of_sketches_estimate_those_of_outer_products(count):
    """E <sketch(x1 (x) x2), sketch(y1 (x) y2)> = <x1, y1> <x2, y2> over the hashes."""
    x, y = draw(count, 3, 1), draw(count, 4, 1)
    truth = torch.stack([(a * b).sum() for a, b in zip(x, y, strict=True)]).prod()
    drawn = []
    for seed in range(400):
        fusion = build(count, seed)
        drawn.append((sketched(fusion, x) * sketched(fusion, y)).sum())
    estimates = torch.stack(drawn)
    error = estimates.std() / len(estimates) ** 0.5
    assert abs(estimates.mean() - truth) < 4 * error
    assert error < 0.2 * x[0].norm() * x[1].norm() * y[0].norm() * y[1].norm()


def test_each_product_can_be_read_back_in_expectation():
    """E s(i) s(j) sketch[h(i) + h(j)] = x_i y_j: the whole outer product."""
    x, y = draw(2, 5, 1)
    seeds, read = 400, torch.zeros(400, WIDTH, WIDTH, dtype=torch.float64)
    for seed in range(seeds):
        fusion = build(2, seed)
        z = sketched(fusion, [x, y])[0]
        bins = (fusion.hashes[0].unsqueeze(1) + fusion.hashes[1]) % SIZE
        read[seed] = torch.outer(fusion.signs[0], fusion.signs[1]) * z[bins]
    error = read.std(0) / seeds**0.5
    assert ((read.mean(0) - torch.outer(x[0], y[0])).abs() < 4.5 * error).all()


def test_hashes_come_from_the_seed_and_are_saved():
    torch.manual_seed(1)
    first = build(2)
    torch.manual_seed(2)
    second, other = build(2), build(2, seed=1)
    assert torch.equal(first.hashes, second.hashes)
    assert not torch.equal(first.hashes, other.hashes)
    assert not torch.equal(first.hashes[0], first.hashes[1])
    other.load_state_dict(first.state_dict())
    x = random_features(3, (2, 2), WIDTH)
    x = [type(f)(f.tokens.double(), f.mask, f.pooled.double()) for f in x]
    assert torch.equal(other(x), first(x))
