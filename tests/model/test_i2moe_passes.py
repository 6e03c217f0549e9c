"""Stacked passes are the looped ones, slices the whole, and what an expert does not see changes nothing."""

import pytest
import torch
from torch import nn

from i2moe_core.config import ModelConfig
from i2moe_core.encoders.base import as_features
from i2moe_core.fusion import FUSIONS
from i2moe_core.model import passes as module
from i2moe_core.model.build import build_fusion
from i2moe_core.model.expert import Expert
from i2moe_core.model.gate import Gate
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.replace import Missing, Permutation
from i2moe_core.types import Features

WIDTH, CLASSES = 8, 3
SIZES = (4, 2, 3)  # tokens of each modality


class WithBatchNorm(nn.Module):
    """A fusion whose training statistics depend on the rows it is called with."""

    def __init__(self) -> None:
        super().__init__()
        self.out_dim = WIDTH
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, features):
        return self.norm(torch.stack([f.pooled for f in features]).sum(0))


def fusion_of(name: str, count: int):
    if name == "batch norm":
        return WithBatchNorm()
    return build_fusion(ModelConfig(width=WIDTH, fusion=name, hidden=WIDTH, dropout=0.0), count)


def mixture(name: str = "transformer", count: int = 2, masked: bool = True) -> I2MoE:
    torch.manual_seed(0)
    everything = list(range(count))
    seen = [[m] if masked else everything for m in everything] + [everything, everything]
    experts = [Expert(fusion_of(name, len(s)), CLASSES, s) for s in seen]
    parts = Permutation(count, WIDTH), Missing(count, WIDTH), torch.full((CLASSES,), 1 / CLASSES)
    encoders = {f"m{m}": nn.Identity() for m in everything}
    return I2MoE("multiclass", encoders, experts, Gate(count, WIDTH, count + 2), *parts)


def draw(count: int, rows: int = 5) -> list[Features]:
    return [as_features(torch.randn(rows, SIZES[m], WIDTH)) for m in range(count)]


def looped(expert: Expert, features: list[Features], replaced: list[Features]) -> torch.Tensor:
    versions = range(-1, len(features))  # -1: nothing is replaced
    return torch.stack(
        [expert([replaced[j] if j == m else f for j, f in enumerate(features)]) for m in versions]
    )


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("name", FUSIONS)
def test_stacking_equals_looping(name, count, masked):
    model = mixture(name, count, masked)
    features, replaced = draw(count), draw(count)
    output = model.mix(features, replaced)
    expected = torch.stack([looped(expert, features, replaced) for expert in model.experts])
    torch.testing.assert_close(output.expert_logits, expected)
    assert output.expert_logits.shape == (count + 2, count + 1, 5, CLASSES)
    for expert, logits in zip(model.experts, expected, strict=True):
        torch.testing.assert_close(model.passes(expert, features, replaced), logits)
        torch.testing.assert_close(model.passes(expert, features), logits[:1])


def test_gradients_of_stacked_passes_equal_those_of_the_loop():
    model, features, replaced = mixture(), draw(2), draw(2)
    model.mix(features, replaced).expert_logits.square().sum().backward()
    stacked = [p.grad.clone() for p in model.experts.parameters()]
    model.zero_grad()
    torch.stack([looped(e, features, replaced) for e in model.experts]).square().sum().backward()
    for one, other in zip(stacked, [p.grad for p in model.experts.parameters()], strict=True):
        torch.testing.assert_close(one, other)


def test_what_a_masked_expert_does_not_see_changes_nothing():
    model, features, replaced = mixture(), draw(2), draw(2)
    logits = model.mix(features, replaced).expert_logits
    assert torch.equal(logits[0, 2], logits[0, 0])  # unique:0, modality 1 replaced
    assert torch.equal(logits[1, 1], logits[1, 0])
    assert not torch.allclose(logits[0, 1], logits[0, 0])
    assert not torch.allclose(logits[1, 2], logits[1, 0])
    other = model.mix([features[0], draw(2)[1]]).expert_logits
    assert torch.equal(other[0], model.mix(features).expert_logits[0])


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_sees_one_pass_at_a_time(training):
    model = mixture("batch norm", masked=False).train(training)
    features, replaced = draw(2), draw(2)
    with torch.no_grad():
        result = model.mix(features, replaced).expert_logits
        expected = torch.stack([looped(e, features, replaced) for e in model.experts])
    torch.testing.assert_close(result, expected)


def test_batch_norm_statistics_are_those_of_the_loop():
    torch.manual_seed(1)
    features, replaced = draw(2), draw(2)
    ours, plain = mixture("batch norm"), mixture("batch norm")
    ours.mix(features, replaced)
    for expert in plain.experts:
        for m in (-1, *expert.sees):
            expert([replaced[j] if j == m else f for j, f in enumerate(features)])
    for one, other in zip(ours.experts.buffers(), plain.experts.buffers(), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("name", FUSIONS)
def test_slices_equal_the_whole(name, monkeypatch):
    model, features, replaced = mixture(name).eval(), draw(2, 11), draw(2, 11)
    whole = model.mix(features, replaced).expert_logits.detach()  # with a graph: never sliced
    calls = []
    handles = [e.register_forward_hook(lambda *_: calls.append(1)) for e in model.experts]
    monkeypatch.setattr(module, "SLICE", 4 * 6 * WIDTH)  # four samples of both modalities
    with torch.no_grad():
        sliced = model.mix(features, replaced).expert_logits
    torch.testing.assert_close(sliced, whole)
    assert len(calls) > 2 * len(handles)


def test_training_batch_norm_is_not_sliced(monkeypatch):
    model, features, replaced = mixture("batch norm", masked=False), draw(2, 11), draw(2, 11)
    whole = model.mix(features, replaced).expert_logits.detach()
    monkeypatch.setattr(module, "SLICE", 1)
    with torch.no_grad():
        assert torch.equal(model.mix(features, replaced).expert_logits, whole)


def test_hooks_fire_once_an_expert_and_the_state_dict_round_trips():
    model, features, replaced = mixture(), draw(2), draw(2)
    seen = []
    for index, expert in enumerate(model.experts):
        expert.register_forward_hook(lambda *_, index=index: seen.append(index))
    before = model.mix(features, replaced).logits
    assert seen == [0, 1, 2, 3]
    other = mixture()
    for p in other.parameters():
        nn.init.zeros_(p)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other.mix(features, replaced).logits, before)


def test_no_samples_give_no_rows():
    model = mixture().eval()
    with torch.no_grad():
        assert model.mix(draw(2, 0)).logits.shape == (0, CLASSES)
