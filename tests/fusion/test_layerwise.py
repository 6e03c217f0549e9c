"""The fusion of chosen layers against a plain loop, its columns for experts that see less, its refusals."""

import pytest
import torch
from parts import WIDTH, random_features, tiny_config, tiny_data, tiny_model, tiny_model_config
from torch.nn.functional import layer_norm

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS, OneModality
from i2moe_core.fusion.simple.layerwise import ACTIVATIONS, Layerwise
from i2moe_core.types import Features

STEPS = [[0, 2, "relu"], [1, -1, "tanh"], [2, 1, "sigmoid"]]


def layered(batch=4, layers=3, modalities=2):
    result = []
    for m, plain in enumerate(random_features(batch, (3,) * modalities)):
        own = torch.randn(batch, layers - 1, WIDTH, generator=torch.Generator().manual_seed(m))
        result.append(
            Features(plain.tokens, plain.mask, plain.pooled, torch.cat([own, plain.pooled[:, None]], 1))
        )
    return result


def test_against_a_plain_loop():
    torch.manual_seed(0)
    fusion, features = Layerwise(2, WIDTH, 6, steps=STEPS).double(), layered()
    features = [f.map(lambda x: x if x.dtype is torch.bool else x.double()) for f in features]
    fused = fusion(features)
    for row in range(4):
        hidden = torch.zeros(0, dtype=torch.float64)
        for number, (first, second, name) in enumerate(STEPS):
            chosen = [features[0].layers[row, first], features[1].layers[row, second]]
            inputs = torch.cat(
                [*((x - x.mean()) / (x.var(correction=0) + 1e-5).sqrt() for x in chosen), hidden]
            )
            net = fusion.maps[number]
            sums = torch.stack([(w * inputs).sum() for w in net.weight]) + net.bias
            hidden = {"relu": sums.clamp(min=0), "tanh": sums.tanh(), "sigmoid": 1 / (1 + (-sums).exp())}[
                name
            ]
        torch.testing.assert_close(fused[row], hidden, atol=1e-9, rtol=1e-9)


def test_by_default_it_reads_the_last_layers():
    torch.manual_seed(0)
    fusion, features = Layerwise(2, WIDTH, 6), layered()
    inputs = torch.cat([layer_norm(f.pooled, (WIDTH,)) for f in features], -1)
    torch.testing.assert_close(fusion(features), fusion.maps[0](inputs).relu())
    bare = [Features(f.tokens, f.mask, f.pooled) for f in features]
    torch.testing.assert_close(fusion(bare), fusion(features))


def test_it_reads_the_chosen_layers_alone():
    fusion, features = Layerwise(2, WIDTH, 6, steps=[[0, 1, "tanh"]]), layered()
    leaves = [f.layers.detach().requires_grad_() for f in features]
    fusion(
        [Features(f.tokens, f.mask, f.pooled, x) for f, x in zip(features, leaves, strict=True)]
    ).sum().backward()
    read = [x.grad.abs().sum((0, 2)) > 1e-9 for x in leaves]
    assert [r.tolist() for r in read] == [[True, False, False], [False, True, False]]


def test_an_expert_that_sees_less_gets_its_columns():
    config = tiny_config(
        "faithful", tiny_model_config("layerwise", fusion_options={"steps": [[0, 1, "tanh"]]})
    )
    model = tiny_model(config, tiny_data())
    assert [e.fusion.steps for e in model.experts] == [
        [((0,), "tanh")], [((1,), "tanh")], [((0, 1), "tanh")], [((0, 1), "tanh")],
    ]  # fmt: skip
    assert not any(isinstance(e.fusion, OneModality) for e in model.experts)
    assert all(e.to_width is not None for e in model.encoders.values())


def test_other_fusions_ask_for_no_layers():
    model = tiny_model(tiny_config(), tiny_data())
    assert all(e.to_width is None for e in model.encoders.values())
    assert [name for name, kind in FUSIONS.items() if kind.reads_layers] == ["layerwise"]


@pytest.mark.parametrize(
    "steps",
    [[], [[0, "relu"]], [[0, 1, "rleu"]], [[0, 1.0, "relu"]], [[0, True, "relu"]], ["relu"], 3, [[0, 1, []]],
     [[0, 1, 2, "relu"]]],
)  # fmt: skip
def test_other_steps_are_refused(steps):
    config = tiny_config("faithful", tiny_model_config("layerwise", fusion_options={"steps": steps}))
    with pytest.raises(InputError, match="relu"):
        tiny_model(config, tiny_data())


@pytest.mark.parametrize("number", [3, -4])
def test_a_layer_that_is_not_there_is_named(number):
    fusion = Layerwise(2, WIDTH, 6, steps=[[0, number, "relu"]])
    with pytest.raises(InputError, match=rf"layer {number} of modality 2, which has 3"):
        fusion(layered())


def test_every_activation_is_finite_far_out():
    far = torch.tensor([-1e4, 0.0, 1e4])
    assert all(act(far).isfinite().all() for act in ACTIVATIONS.values())
