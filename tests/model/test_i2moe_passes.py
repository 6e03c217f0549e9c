"""Stacked passes are the looped ones, slices the whole, and what an expert does not see changes nothing."""

import pytest
import torch
from torch import nn

from i2moe_core.config import ModelConfig
from i2moe_core.encoders.base import as_features
from i2moe_core.fusion import FUSIONS, Fusion
from i2moe_core.model import passes as module
from i2moe_core.model.build import build_fusion
from i2moe_core.model.expert import Expert
from i2moe_core.model.gate import Gate
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.model.replace import Missing, Permutation
from i2moe_core.types import Features

WIDTH, CLASSES = 8, 3
SIZES = (4, 2, 3)  # tokens of each modality


class WithBatchNorm(Fusion):
    """A fusion whose training statistics depend on the rows it is called with."""

    def __init__(self, count: int) -> None:
        super().__init__(count, WIDTH, WIDTH)
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, features):
        return self.norm(torch.stack([f.pooled for f in features]).sum(0))


def fusion_of(name: str, count: int, dropout: float):
    if name == "batch norm":
        return WithBatchNorm(count)
    return build_fusion(ModelConfig(width=WIDTH, fusion=name, hidden=WIDTH, dropout=dropout), count)


def mixture(name: str = "transformer", count: int = 2, masked: bool = True, dropout: float = 0.0) -> I2MoE:
    torch.manual_seed(0)
    everything = list(range(count))
    seen = [[m] if masked else everything for m in everything] + [everything, everything]
    experts = [Expert(fusion_of(name, len(s), dropout), CLASSES, s, dropout) for s in seen]
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


def gradients(model: I2MoE, features: list[Features], logits: torch.Tensor) -> dict[str, torch.Tensor]:
    learned = dict(model.experts.named_parameters()) | {
        f"tokens {m}": f.tokens for m, f in enumerate(features)
    }
    loss, inputs = logits.square().sum(), list(learned.values())
    found = torch.autograd.grad(loss, inputs, retain_graph=True, allow_unused=True)
    return {name: g for name, g in zip(learned, found, strict=True) if g is not None}


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("name", FUSIONS)
def test_gradients_of_stacked_passes_equal_those_of_the_loop(name, count):
    model, features, replaced = mixture(name, count), draw(count), draw(count)
    features = [as_features(f.tokens.requires_grad_()) for f in features]
    stacked = gradients(model, features, model.mix(features, replaced).expert_logits)
    plain = gradients(model, features, torch.stack([looped(e, features, replaced) for e in model.experts]))
    assert stacked.keys() == plain.keys()
    for key, gradient in stacked.items():
        torch.testing.assert_close(gradient, plain[key], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["mfb", "mutan", "tensor_attention"])
def test_each_version_is_embedded_once(name, monkeypatch):
    model, rows = mixture(name, 3, masked=False), []
    plain = Expert.embed

    def counted(expert, features):
        rows.append([len(f.pooled) for f in features])
        return plain(expert, features)

    monkeypatch.setattr(Expert, "embed", counted)
    model.mix(draw(3), draw(3))
    assert rows == [[10, 10, 10]] * 5  # of five samples, as they are and replaced


@pytest.mark.parametrize("name", ["mfb", "mutan", "mfb_attention", "transformer"])
def test_dropout_falls_on_each_pass_apart(name):
    model, features = mixture(name, masked=False, dropout=0.5), draw(2)
    logits = model.mix(features, features).expert_logits  # nothing but dropout tells the passes apart
    for one, other in ((0, 1), (0, 2), (1, 2)):
        apart = (logits[:, one] - logits[:, other]).abs().amax(-1).gt(1e-6)  # (E, B)
        assert apart.float().mean() > 0.8
    still = model.eval().mix(features, features).expert_logits
    torch.testing.assert_close(still[:, 1:], still[:, :1].expand(-1, 2, -1, -1))


@pytest.mark.parametrize("name", ["mfb", "mfb_attention"])
def test_a_stand_in_of_another_length_is_padded(name):
    model, features = mixture(name), draw(2)
    replaced = [as_features(torch.randn(5, n, WIDTH)) for n in (6, 1)]
    expected = torch.stack([looped(expert, features, replaced) for expert in model.experts])
    torch.testing.assert_close(model.mix(features, replaced).expert_logits, expected)


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
    # Where only pooled vectors are read, twelve samples: the experts that see both modalities have 33 rows.
    assert len(calls) >= 2 * len(handles)


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
