"""What every entry of ENCODERS promises, and a few things each encoder promises for itself."""

import pytest
import torch
from parts import WIDTH, save_hub_model

from i2moe_core.encoders import DEFAULT_ENCODERS, ENCODERS
from i2moe_core.encoders.base import masked_mean
from i2moe_core.errors import InputError

SHAPES = {
    "cnn": [3, 16, 16], "vit": [3, 16, 16], "hub_image": [3, 16, 16],
    "text_transformer": [6], "hub_text": [6], "text_bag": [6], "array_mlp": [5],
}  # fmt: skip
HUB = {"hub_image": "clip", "hub_text": "bert"}


@pytest.fixture(scope="module")
def hub_paths(tmp_path_factory):
    return {name: save_hub_model(kind, tmp_path_factory.mktemp(kind)) for name, kind in HUB.items()}


@pytest.fixture
def build(hub_paths):
    def make(name):
        torch.manual_seed(0)
        options = {"path": str(hub_paths[name])} if name in hub_paths else {}
        return ENCODERS[name](SHAPES[name], WIDTH, 43, **options)

    return make


def inputs(name, batch=4):
    generator = torch.Generator().manual_seed(1)
    shape = (batch, *SHAPES[name])
    if len(shape) == 4:
        return torch.randint(0, 256, shape, generator=generator).to(torch.uint8)
    if name == "array_mlp":
        return torch.randn(shape, generator=generator)
    ids = torch.randint(5, 40, shape, generator=generator)
    ids[0, 3:] = 0
    return ids


def test_every_encoder_is_covered():
    assert set(SHAPES) == set(ENCODERS)
    assert set(DEFAULT_ENCODERS.values()) <= set(ENCODERS)


@pytest.mark.parametrize("name", ENCODERS)
def test_shapes_and_finite_values(name, build):
    features = build(name)(inputs(name))
    batch, tokens, width = features.tokens.shape
    assert (batch, width) == (4, WIDTH)
    assert features.mask.shape == (4, tokens)
    assert features.mask.dtype == torch.bool
    assert features.pooled.shape == (4, WIDTH)
    assert features.tokens.isfinite().all()
    assert features.pooled.isfinite().all()
    assert features.mask.any(1).all()


@pytest.mark.parametrize("name", ENCODERS)
def test_every_parameter_learns(name, build):
    encoder = build(name).train()
    features = encoder(inputs(name))
    weight = torch.randn(features.tokens.shape, generator=torch.Generator().manual_seed(2))
    ((features.tokens * weight).sum() + (features.pooled * weight[:, 0]).sum()).backward()
    for key, parameter in encoder.named_parameters():
        assert parameter.grad is not None, key
        assert parameter.grad.isfinite().all(), key
        assert parameter.grad.abs().sum() > 0, key


@pytest.mark.parametrize("name", ENCODERS)
def test_a_sample_alone_is_a_sample_in_a_batch(name, build):
    encoder, x = build(name).eval(), inputs(name)
    together = encoder(x)
    for row in range(len(x)):
        alone = encoder(x[row : row + 1])
        length = alone.tokens.shape[1]
        torch.testing.assert_close(alone.tokens[0], together.tokens[row, :length], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(alone.pooled[0], together.pooled[row], atol=1e-5, rtol=1e-5)
        assert not together.mask[row, length:].any()


@pytest.mark.parametrize("name", ["text_transformer", "text_bag", "hub_text"])
def test_an_empty_text_has_no_token_and_stays_finite(name, build):
    x = inputs(name)
    x[2] = 0
    encoder = build(name).eval()
    for ids, row in ((x, 2), (x[2:3], 0)):
        features = encoder(ids)
        assert not features.mask[row].any()
        assert features.tokens[row].abs().sum() == 0
        assert features.pooled[row].abs().sum() == 0
        assert features.tokens.isfinite().all()


@pytest.mark.parametrize("name", ["text_transformer", "text_bag", "hub_text"])
def test_a_text_is_marked_as_long_as_it_is(name, build):
    features = build(name)(inputs(name))
    assert features.mask.sum(1).tolist() == [3, 6, 6, 6]
    assert features.tokens[0, 3:].abs().sum() == 0


def test_masked_mean_by_hand():
    tokens = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [9.0, 9.0]], [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]])
    mask = torch.tensor([[True, True, False], [False, False, False]])
    assert masked_mean(tokens, mask).tolist() == [[2.0, 4.0], [0.0, 0.0]]


def test_arrays_are_standardised_by_the_training_statistics():
    encoder = ENCODERS["array_mlp"]([2], 2)
    encoder.fit_statistics(torch.tensor([[0.0, 10.0], [2.0, 30.0]]))
    assert encoder.mean.tolist() == [1.0, 20.0]
    with torch.no_grad():
        encoder.layers[0].weight.copy_(torch.eye(2))
        encoder.layers[0].bias.zero_()
    tokens = encoder(torch.tensor([[2.0, 20.0]])).tokens
    torch.testing.assert_close(tokens, torch.tensor([[[1.0, 0.0]]]))


def test_all_zero_steps_of_a_sequence_are_padding():
    x = torch.randn(2, 3, 5)
    x[0, 2] = 0
    features = ENCODERS["array_mlp"]([3, 5], WIDTH)(x)
    assert features.mask.tolist() == [[True, True, False], [True, True, True]]
    torch.testing.assert_close(features.pooled[0], features.tokens[0, :2].mean(0))


@pytest.mark.parametrize(("size", "tokens"), [(16, 16), (32, 64), (64, 64), (50, 49)])
def test_cnn_grid_is_at_most_8_by_8(size, tokens):
    assert ENCODERS["cnn"]([3, size, size], WIDTH)(torch.zeros(1, 3, size, size)).tokens.shape[1] == tokens


def test_vit_refuses_a_size_that_is_no_multiple_of_the_patch():
    with pytest.raises(InputError, match="30 is not a multiple of the patch 4"):
        ENCODERS["vit"]([3, 30, 30], WIDTH)


@pytest.mark.parametrize("name", ENCODERS)
def test_embedded_inputs_are_encoded_as_the_inputs_themselves(name, build):
    encoder, x = build(name).eval(), inputs(name)
    own, again = encoder(x), encoder.from_embedded(encoder.embed(x), x)
    torch.testing.assert_close(again.tokens, own.tokens)
    torch.testing.assert_close(again.pooled, own.pooled)
    assert torch.equal(again.mask, own.mask)


@pytest.mark.parametrize("name", ENCODERS)
def test_many_versions_of_one_sample_move_the_tokens_and_keep_its_padding(name, build):
    encoder, x = build(name).eval(), inputs(name)[:1]
    embedded = encoder.embed(x)
    # Not embedded + 1: a layer norm takes a constant away again.
    versions = torch.cat([embedded, 0.5 * embedded, embedded.flip(-1)]).detach().requires_grad_()
    features = encoder.from_embedded(versions, x)
    assert features.mask.tolist() == encoder(x).mask.tolist() * 3
    assert not torch.allclose(features.tokens[0], features.tokens[2])
    features.tokens.square().sum().backward()
    assert versions.grad.abs().sum() > 0
    whole = (encoder, *getattr(encoder, "_held", ()))  # a frozen network is held outside the modules
    assert not any(module._forward_hooks for part in whole for module in part.modules())
