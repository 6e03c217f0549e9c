"""A model laid out for answering is the same function of the same values."""

import torch
from torch import nn

from i2moe_core.model.layout import input_major


def test_only_strides_change() -> None:
    """Shape, values and answers stay; the matrix's rows are what was its columns."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3))
    x = torch.randn(4, 5)
    weight, said = model[0].weight.detach().clone(), model(x)
    input_major(model)
    assert model[0].weight.shape == (7, 5)
    assert model[0].weight.stride() == (1, 7)
    torch.testing.assert_close(model[0].weight.detach(), weight, rtol=0, atol=0)
    torch.testing.assert_close(model(x), said)


def test_weights_can_be_loaded_after_it() -> None:
    """New values go into the layout that is there."""
    torch.manual_seed(0)
    model, other = nn.Linear(3, 2), nn.Linear(3, 2)
    input_major(model)
    model.load_state_dict(other.state_dict())
    assert model.weight.stride() == (1, 2)
    torch.testing.assert_close(model.weight, other.weight, rtol=0, atol=0)
