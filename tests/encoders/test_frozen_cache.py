"""The cache of a frozen network: each row once, bounded, right in every order."""

import torch

from i2moe_core.encoders.frozen_cache import FrozenCache


class Counting:
    """Doubles its input and counts the rows it was asked for."""

    def __init__(self):
        self.rows = 0

    def __call__(self, x):
        self.rows += len(x)
        return 2.0 * x


def test_rows_are_computed_once_over_two_shuffled_epochs():
    x, compute, cache = torch.arange(12.0).view(6, 2), Counting(), FrozenCache(10_000)
    for order in ([0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4]):
        for start in (0, 2, 4):
            part = x[order[start : start + 2]]
            assert torch.equal(cache.rows(part, compute), 2 * part)
    assert compute.rows == 6
    assert len(cache) == 6


def test_equal_rows_of_a_batch_are_computed_once():
    x, compute = torch.ones(5, 3), Counting()
    assert torch.equal(FrozenCache(1000).rows(x, compute), 2 * x)
    assert compute.rows == 1


def test_a_full_cache_keeps_what_it_has_and_still_answers():
    x, compute, cache = torch.arange(8.0).view(4, 2), Counting(), FrozenCache(2 * 2 * 4)
    for _ in range(2):
        assert torch.equal(cache.rows(x, compute), 2 * x)
    assert len(cache) == 2
    assert cache.size == 16
    assert compute.rows == 4 + 2


def test_the_same_bytes_of_another_type_are_another_row():
    compute, cache = Counting(), FrozenCache(1000)
    cache.rows(torch.zeros(1, 4, dtype=torch.int32), compute)
    result = cache.rows(torch.zeros(1, 4, dtype=torch.float32), compute)
    assert compute.rows == 2
    assert result.dtype == torch.float32


def test_rows_remembered_in_inference_mode_serve_training():
    x, cache, weight = torch.ones(2, 2), FrozenCache(1000), torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        cache.rows(x, lambda rows: 3 * rows)
    (cache.rows(x, lambda rows: 3 * rows) * weight).sum().backward()
    assert weight.grad.tolist() == [6.0, 6.0]


def test_no_graph_is_kept():
    weight = torch.ones(2, requires_grad=True)
    assert not FrozenCache(1000).rows(torch.ones(2, 2), lambda rows: rows * weight).requires_grad
