"""Products by the faster library are the same: values, gradients, changed weights, copies, threads."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor, nn

from i2moe_core import linear
from i2moe_core.linear import Linear, is_faster, serves

SHAPES = ((2048, 32), (16, 128, 32), (2, 8, 128, 32))  # all large for 32 to 32


@pytest.fixture(autouse=True)
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oneDNN serve on any processor that has it."""
    if not linear.has_operations():
        pytest.skip("this build of PyTorch has no oneDNN, or an older one")
    monkeypatch.setattr(linear, "is_faster", lambda: True)
    torch.manual_seed(0)


def exact(layer: nn.Linear, x: Tensor) -> Tensor:
    """x W' + b in double precision, from the formula."""
    result = x.double() @ layer.weight.detach().double().t()
    return result if layer.bias is None else result + layer.bias.detach().double()


def near(found: Tensor, expected: Tensor) -> bool:
    """The same to 1e-5 of the largest number."""
    return torch.allclose(found.double(), expected, rtol=0, atol=1e-5 * float(expected.abs().max()))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
def test_values(shape: tuple[int, ...], bias: bool) -> None:
    layer, x = Linear(32, 32, bias=bias), torch.randn(shape)
    assert serves(x, layer.weight)
    with torch.no_grad():
        without_graph = layer(x)
    for found in (without_graph, layer(x)):
        assert found.shape == (*shape[:-1], 32)
        assert near(found, exact(layer, x))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
def test_gradients(shape: tuple[int, ...], bias: bool) -> None:
    layer, x = Linear(32, 48, bias=bias), torch.randn(shape, requires_grad=True)
    into = torch.randn(*shape[:-1], 48)
    layer(x).backward(into)
    rows, seen = into.double().flatten(0, -2), x.detach().double().flatten(0, -2)
    assert x.grad is not None
    assert layer.weight.grad is not None
    assert near(x.grad, into.double() @ layer.weight.detach().double())
    assert near(layer.weight.grad, rows.t() @ seen)
    if bias:
        assert layer.bias.grad is not None
        assert near(layer.bias.grad, rows.sum(0))


def test_gradients_of_inputs_alone_and_of_weights_alone() -> None:
    layer, x = Linear(32, 32), torch.randn(2048, 32)
    layer(x).sum().backward()
    assert x.grad is None
    assert layer.weight.grad is not None
    layer.requires_grad_(False).weight.grad = None
    x.requires_grad_()
    layer(x).sum().backward()
    assert x.grad is not None
    assert layer.weight.grad is None
    layer.bias.requires_grad_().grad = None
    layer(x.detach()).sum().backward()
    assert layer.bias.grad is not None
    assert layer.bias.grad.tolist() == [2048] * 32


def test_gradients_of_gradients() -> None:
    found = []
    for kind in (Linear, nn.Linear):
        torch.manual_seed(1)
        layer, x = kind(32, 32).double().float(), torch.randn(2048, 32, requires_grad=True)
        (slope,) = torch.autograd.grad(layer(x).tanh().sum(), x, create_graph=True)
        slope.square().sum().backward()
        assert x.grad is not None
        assert layer.weight.grad is not None
        found.append((x.grad, layer.weight.grad))
    for ours, theirs in zip(*found, strict=True):
        assert near(ours, theirs.double())


def test_what_oneDNN_would_get_wrong_is_left_to_pytorch() -> None:
    layer, x = Linear(32, 48), torch.randn(2048, 32)
    layer.bias = nn.Parameter(torch.randn(96)[::2])
    with torch.no_grad():
        assert near(layer(x), exact(layer, x))
        layer.bias = nn.Parameter(torch.randn(48))
        start = torch.randn(2048, 48, dtype=torch.float64)
        assert layer.onto(start, x).dtype == torch.float64


def test_inputs_and_gradients_that_lie_scattered_in_memory() -> None:
    layer = Linear(32, 32)
    x = torch.randn(32, 64, 64)[:, ::2, ::2].transpose(0, 1).requires_grad_()
    y = layer(x)
    y.sum().backward()  # a gradient of one number, expanded
    assert near(y, exact(layer, x.detach()))
    assert x.grad is not None
    assert near(x.grad, layer.weight.detach().double().sum(0).expand(x.shape))


def optimized(layer: Linear) -> None:
    optimizer = torch.optim.AdamW(layer.parameters(), 0.1, fused=True)  # versions stay as they are
    layer(torch.randn(2048, 32)).square().sum().backward()
    optimizer.step()


def loaded(layer: Linear) -> None:
    layer.load_state_dict(Linear(32, 32).state_dict())


def exchanged(layer: Linear) -> None:
    layer.weight = nn.Parameter(torch.randn(32, 32))


def renewed(layer: Linear) -> None:
    """Free the weight, and try to get its place in memory for another one."""
    del layer.weight
    layer.weight = nn.Parameter(torch.randn(32, 32))


def doubled(layer: Linear) -> None:
    with torch.no_grad():
        layer.weight *= 2


@pytest.mark.parametrize("change", [optimized, loaded, exchanged, renewed, doubled])
def test_a_changed_weight_is_seen(change: Callable[[Linear], None]) -> None:
    layer, x = Linear(32, 32), torch.randn(2048, 32)
    with torch.no_grad():
        before = layer(x)
    change(layer)
    with torch.no_grad():
        after = layer(x)
    assert not torch.allclose(before, after)
    assert near(after, exact(layer, x))


def test_copies_stand_alone() -> None:
    layer, x = Linear(32, 32), torch.randn(2048, 32)
    with torch.no_grad():
        expected = layer(x)
        other = copy.deepcopy(layer)
        doubled(other)
        assert near(other(x), exact(other, x))
        assert torch.equal(layer(x), expected)
    assert set(layer.state_dict()) == {"weight", "bias"}


@pytest.mark.parametrize("frozen", [True, False])
def test_weights_made_for_inference(frozen: bool) -> None:
    with torch.inference_mode(frozen):
        layer = Linear(32, 32)
    x = torch.randn(2048, 32)
    with torch.inference_mode():
        assert near(layer(x), exact(layer, x))


def test_gelu_in_the_same_step() -> None:
    layer, x = Linear(32, 32), torch.randn(2048, 32)
    expected = nn.functional.gelu(exact(layer, x))
    with torch.no_grad():
        assert near(layer.then(nn.GELU(), x), expected)
        tanh = nn.GELU("tanh")
        assert near(layer.then(tanh, x), nn.functional.gelu(exact(layer, x), approximate="tanh"))
    called: list[nn.Module] = []
    activation = nn.GELU()
    for part in (layer, activation):
        part.register_forward_hook(lambda module, *_: called.append(module))
    assert near(layer.then(activation, x), expected)
    assert called == [layer, activation]


def test_what_is_left_to_pytorch() -> None:
    weight = torch.randn(32, 32)
    assert not serves(torch.randn(1023, 32), weight)
    assert not serves(torch.randn(0, 32), weight)
    assert Linear(1024, 1024)(torch.randn(1024)).shape == (1024,)
    assert not serves(torch.randn(2048, 32, dtype=torch.float64), weight.double())
    with torch.autocast("cpu", torch.bfloat16):
        assert not serves(torch.randn(2048, 32), weight)


def test_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    for features, expected in (
        ({"avx512_f": True, "cpu_name": "AMD EPYC"}, True),
        ({"avx512_f": True, "cpu_name": "Intel(R) Xeon(R)"}, False),
        ({"avx512_f": False, "cpu_name": "AMD EPYC"}, False),
        ({"avx512_f": True}, False),
        ({}, False),
        (None, False),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda found=features: found)
        if features is None:  # PyTorch 2.10
            monkeypatch.delattr(torch.cpu, "get_capabilities")
        is_faster.cache_clear()
        assert is_faster() is expected
    monkeypatch.undo()
    is_faster.cache_clear()


def test_added_in_the_same_step() -> None:
    layer, x, start = Linear(32, 48), torch.randn(16, 128, 32), torch.randn(16, 128, 48)
    before = start.clone()
    with torch.no_grad():
        assert near(layer.onto(start, x), before.double() + exact(layer, x))
    assert torch.equal(start, before)  # nothing is added in place
    start.requires_grad_()
    layer.onto(start, x).sum().backward()
    assert start.grad is not None
    assert layer.weight.grad is not None


def test_many_threads_get_the_same() -> None:
    layer, x = Linear(32, 32), torch.randn(2048, 32)

    def answer(_: int) -> Tensor:
        with torch.no_grad():
            return layer(x)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(answer, range(64)))
    assert all(torch.equal(answers[0], found) for found in answers)
