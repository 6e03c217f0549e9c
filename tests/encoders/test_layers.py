"""What encoders hand out of their layers, and that it changes nothing of what they give today."""

import numpy as np
import pytest
import torch
from parts import WIDTH, random_features

from i2moe_core.encoders import ENCODERS
from i2moe_core.encoders.base import masked_mean
from i2moe_core.model.replace import REPLACEMENTS, Missing
from i2moe_core.types import Features

BUILT = {
    "cnn": ([3, 16, 16], {"channels": [3, 5, 7]}, 3),
    "vit": ([3, 16, 16], {"layers": 2, "dropout": 0.0}, 3),
    "text_transformer": ([6], {"layers": 2}, 3),
    "array_mlp": ([5], {"hidden": 4}, 3),
}
EACH = pytest.mark.parametrize("name", BUILT)


def built(name):
    shape, options, _ = BUILT[name]
    torch.manual_seed(0)
    encoder = ENCODERS[name](shape, WIDTH, 43, **options)
    return encoder.eval()


def inputs(name):
    draws = np.random.default_rng(1)
    if name == "array_mlp":
        return torch.tensor(draws.standard_normal((4, 5)), dtype=torch.float32)
    if name != "text_transformer":
        return torch.tensor(draws.integers(0, 256, (4, 3, 16, 16)), dtype=torch.uint8)
    return torch.tensor(draws.integers(5, 40, (4, 6)) * (np.arange(6) < np.array([[3], [6], [6], [6]])))


@EACH
def test_asked_for_they_are_there_and_the_rest_stays(name):
    encoder, x = built(name), inputs(name)
    before = encoder(x)
    assert before.layers is None
    encoder.hand_out_layers()
    features = encoder(x)
    assert features.layers.shape == (4, BUILT[name][2], WIDTH)
    assert len(encoder.layer_widths) == BUILT[name][2] - 1
    for key in ("tokens", "mask", "pooled"):
        torch.testing.assert_close(getattr(features, key), getattr(before, key))
    torch.testing.assert_close(features.layers[:, -1], features.pooled)
    assert all(not torch.allclose(features.layers[:, n], features.pooled) for n in range(BUILT[name][2] - 1))


@EACH
def test_alone_as_in_a_batch(name):
    encoder, x = built(name), inputs(name)
    encoder.hand_out_layers()
    together = encoder(x).layers
    for row in range(4):
        torch.testing.assert_close(encoder(x[row : row + 1]).layers[0], together[row], atol=1e-5, rtol=1e-5)


def test_an_encoder_of_one_layer_goes_on_as_it_is():
    encoder = ENCODERS["text_bag"]([6], WIDTH, 43)
    encoder.hand_out_layers()
    assert encoder.to_width is None
    assert encoder(inputs("text_transformer")).layers is None


def test_layers_of_an_array_by_hand():
    encoder = built("array_mlp")
    encoder.hand_out_layers()
    x = inputs("array_mlp")
    hidden = torch.relu(x @ encoder.layers[0].weight.T + encoder.layers[0].bias)
    for place, given in enumerate((x, hidden)):
        brought = given @ encoder.to_width[place].weight.T + encoder.to_width[place].bias
        torch.testing.assert_close(encoder(x).layers[:, place], brought)


def test_the_first_layer_of_a_text_is_the_mean_of_its_real_pieces():
    encoder, x = built("text_transformer"), inputs("text_transformer")
    encoder.hand_out_layers()
    embedded = encoder.embedding(x) + encoder.position
    torch.testing.assert_close(encoder(x).layers[:, 0], masked_mean(embedded, x != 0))
    torch.testing.assert_close(encoder(x).layers[0, 0], embedded[0, :3].mean(0))


def test_the_first_layer_of_a_picture_is_the_mean_of_its_channels():
    encoder, x = built("cnn"), inputs("cnn")
    encoder.hand_out_layers()
    net = encoder.to_width[0]
    channels = encoder.convolutions[0](x / 127.5 - 1).mean((2, 3))
    torch.testing.assert_close(encoder(x).layers[:, 0], channels @ net.weight.T + net.bias)


def with_layers(batch=5, length=3, seed=0):
    (plain,) = random_features(batch, (length,), seed=seed, padded=True)
    layers = torch.randn(batch, 2, WIDTH, generator=torch.Generator().manual_seed(seed + 9))
    return Features(plain.tokens, plain.mask, plain.pooled, torch.cat([layers, plain.pooled[:, None]], 1))


def test_rows_of_features_keep_their_layers():
    one, other = with_layers(), with_layers(3, 5, 1)
    rows = torch.tensor([2, 0])
    assert torch.equal(one[rows].layers, one.layers[rows])
    assert torch.equal(Features.cat([one, other]).layers, torch.cat([one.layers, other.layers]))
    assert one.layers.requires_grad
    assert not one.detach().layers.requires_grad
    (plain,) = random_features(3, (4,))
    assert Features.cat([plain, plain]).layers is plain[rows].layers is plain.detach().layers is None


def test_features_with_and_without_layers_do_not_go_together():
    (plain,) = random_features(3, (4,))
    with pytest.raises(ValueError, match="layers"):
        Features.cat([plain, with_layers()])


@pytest.mark.parametrize("name", REPLACEMENTS)
def test_a_replacement_has_layers_that_say_nothing_of_the_sample(name):
    features = with_layers(6)
    torch.manual_seed(7)
    module = REPLACEMENTS[name](2, WIDTH)
    changed = Features(features.tokens, features.mask, features.pooled, features.layers.clone())
    changed.layers[0, :2] += 100
    one, other = (module(f, 1, torch.Generator().manual_seed(3)).layers for f in (features, changed))
    assert one.shape == features.layers.shape
    moved = (one - other)[0, :2].abs().max()
    assert moved <= 100 / 6 + 1e-3 if name == "mean" else moved == 0
    stand_in = module(features, 1, torch.Generator().manual_seed(3))
    torch.testing.assert_close(stand_in.layers[:, -1], stand_in.pooled)
    if name == "mean":
        torch.testing.assert_close(one[3, 0], features.layers[:, 0].mean(0))


def test_a_missing_modality_has_its_learned_vector_at_every_layer():
    missing, features = Missing(2, WIDTH), [with_layers(), with_layers(seed=1)]
    torch.nn.init.normal_(missing.vectors)
    present = torch.ones(5, 2, dtype=torch.bool)
    present[1, 0] = False
    filled, other = missing(features, present)
    torch.testing.assert_close(filled.layers[1], missing.vectors[0].expand(3, WIDTH))
    torch.testing.assert_close(filled.layers[0], features[0].layers[0])
    torch.testing.assert_close(other.layers, features[1].layers)
