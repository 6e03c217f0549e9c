"""What every entry of FUSIONS promises, for one, two and three modalities."""

import inspect
from pathlib import Path

import pytest
import torch
from parts import WIDTH, random_features, rows, tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.encoders.base import as_features
from i2moe_core.fusion import FUSIONS, Fusion
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.step import parameters, train_step
from i2moe_core.types import Features

LENGTHS = {1: (4,), 2: (3, 5), 3: (3, 5, 1)}
EACH = pytest.mark.parametrize("name", FUSIONS)
CASES = pytest.mark.parametrize(
    ("name", "count"),
    [(name, count) for name, kind in FUSIONS.items() for count in LENGTHS if count >= kind.least],
)
OUT = 6


def build(name, count):
    torch.manual_seed(0)
    return FUSIONS[name](count, WIDTH, OUT).eval()


@CASES
def test_shape(name, count):
    fusion = build(name, count)
    fused = fusion(random_features(7, LENGTHS[count]))
    assert fused.shape == (7, fusion.out_dim)
    assert fusion.out_dim == (count * WIDTH if name == "pooled" else OUT)
    assert fused.isfinite().all()


@CASES
def test_gradient_reaches_every_modality_and_parameter(name, count):
    fusion, features = build(name, count), random_features(16, LENGTHS[count])
    weight = torch.randn(16, fusion.out_dim, generator=torch.Generator().manual_seed(1))
    (fusion(features) * weight).sum().backward()
    assert all(f.tokens.grad.abs().sum() > 0 for f in features)
    missing = [key for key, p in fusion.named_parameters() if p.grad is None]
    assert not missing


@CASES
def test_gradient_at_zero_is_finite(name, count):
    tokens = [torch.zeros(2, n, WIDTH, requires_grad=True) for n in LENGTHS[count]]
    build(name, count)([as_features(t) for t in tokens]).sum().backward()
    assert all(t.grad.isfinite().all() for t in tokens)


@CASES
def test_samples_do_not_touch_each_other(name, count):
    features = random_features(4, LENGTHS[count])
    build(name, count)(features)[1].sum().backward()
    for f in features:
        assert f.tokens.grad[[0, 2, 3]].abs().sum() == 0


@CASES
def test_alone_as_in_a_batch(name, count):
    fusion, features = build(name, count), random_features(5, LENGTHS[count], padded=True)
    together = fusion(features)
    for row in range(5):
        alone = fusion(rows(features, slice(row, row + 1)))
        torch.testing.assert_close(alone[0], together[row], atol=1e-5, rtol=1e-5)


@CASES
def test_padding_is_ignored(name, count):
    fusion, lengths = build(name, count), [n + 1 for n in LENGTHS[count]]
    features = random_features(4, lengths, padded=True)
    other = []
    for f in features:
        tokens = torch.where(f.mask.unsqueeze(-1), f.tokens, 100.0)
        other.append(as_features(tokens, f.mask))
    torch.testing.assert_close(fusion(other), fusion(features), atol=1e-5, rtol=1e-5)


@CASES
def test_a_sample_of_nothing_but_padding_stays_finite(name, count):
    features = [
        as_features(torch.zeros(2, n, WIDTH, requires_grad=True), torch.zeros(2, n, dtype=torch.bool))
        for n in LENGTHS[count]
    ]
    fused = build(name, count)(features)
    fused.sum().backward()
    assert fused.isfinite().all()
    assert all(f.tokens.grad.isfinite().all() for f in features)


@CASES
def test_what_is_made_of_one_modality_is_never_dropped(name, count):
    """It serves several passes, and dropout has to fall on each apart."""
    fusion = FUSIONS[name](count, WIDTH, OUT, 0.5).train()
    for place, f in enumerate(random_features(4, LENGTHS[count])):
        once, again = fusion.embed(place, f), fusion.embed(place, f)
        assert (once is None) == (again is None)
        if once is not None and again is not None:
            torch.testing.assert_close(once, again)


@CASES
def test_no_token_is_read_where_none_is_said_to_be(name, count):
    fusion, features = build(name, count), random_features(4, LENGTHS[count])
    hidden = [Features(f.tokens * torch.nan, f.mask, f.pooled) for f in features]
    unread = bool(fusion(hidden).isfinite().all())
    assert unread != fusion.reads_tokens


@EACH
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("count", [2, 3])
def test_it_works_as_the_experts_backbone_in_every_recipe(name, recipe, count):
    config, data = tiny_config(recipe, tiny_model_config(name)), tiny_data(modalities=count, size=24)
    model = tiny_model(config, data)
    for phase in RECIPES[recipe](config.training).phases():
        learning = parameters(model, phase)
        before = [p.detach().clone() for p in learning]
        optimizer = torch.optim.AdamW(learning, 1e-2)
        losses = train_step(model, phase, [], data.batch(range(8)), optimizer, 2.0, "fp32")
        assert all(value == value for value in losses.values())
        assert any(not torch.equal(a, b) for a, b in zip(before, learning, strict=True))


def test_no_file_of_a_fusion_is_over_100_lines():
    folder = Path(inspect.getfile(Fusion)).parent
    files = sorted(folder.glob("*/*.py"))
    assert len(files) > 40
    assert [path.name for path in files if len(path.read_text("utf-8").splitlines()) > 100] == []
