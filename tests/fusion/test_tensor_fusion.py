"""Tensor fusion against the outer product written out, and its bounded size."""

import pytest
import torch

from i2moe_core.fusion.bilinear.tensor import TensorFusion


def test_outer_product_of_two_by_einsum():
    fusion, x, y = TensorFusion(2, 4, 3, rank=2), torch.randn(5, 4), torch.randn(5, 4)
    one = torch.ones(5, 1)
    left = torch.cat([x @ fusion.projections[0].weight.T + fusion.projections[0].bias, one], 1)
    right = torch.cat([y @ fusion.projections[1].weight.T + fusion.projections[1].bias, one], 1)
    expected = torch.einsum("bi,bj->bij", left, right).reshape(5, 9)
    torch.testing.assert_close(fusion.join([fusion.project(0, x), fusion.project(1, y)]), expected)


def test_outer_product_of_three_by_hand():
    fusion = TensorFusion(3, 1, 3, rank=1)
    with torch.no_grad():
        for projection in fusion.projections:
            projection.weight.fill_(1.0)
            projection.bias.zero_()
    product = fusion.join([fusion.project(m, torch.tensor([[x]])) for m, x in enumerate((2.0, 3.0, 5.0))])
    assert product.tolist() == [[30.0, 6.0, 10.0, 2.0, 15.0, 3.0, 5.0, 1.0]]


@pytest.mark.parametrize(
    ("modalities", "width", "rank"), [(1, 64, 64), (2, 64, 31), (3, 64, 9), (2, 8, 8), (9, 64, 2)]
)
def test_the_default_rank_bounds_the_products(modalities, width, rank):
    fusion = TensorFusion(modalities, width, 4)
    assert fusion.rank == rank
    assert (rank + 1) ** modalities <= 1024 or rank == 2
