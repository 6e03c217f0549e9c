"""Integrated places: sharing by hand, the same mixture at its places, sums, and what lies nowhere."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.config import EncoderConfig
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute, attribute_problem, build_method, read_targets
from i2moe_core.explain.attribution.methods.integrated_places import share
from i2moe_core.explain.attribution.methods.places import at_places
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.types import Features


def run_of(encoder="cnn"):
    run, _ = scenes_run(encoders={"image": EncoderConfig(encoder, {})})
    stretch(run.model, 1.5)
    run.model.requires_grad_(False)
    return run


def picture(*places):
    """A picture (1, 3, 2, 2) from the three channels of each place."""
    return torch.tensor(places).T.reshape(1, 3, 2, 2)


def test_sharing_by_hand():
    # Places 4, -2, 0, 6 and nothing nowhere; a picture's pixel lies in one place. Weights |fine| A / 3:
    # (4, 4/3, 4/3) and (2, 2, 2) speak for, 38/3 in all, and shall sum to 10; (2/3, 0, 2/3) against, to 2.
    coarse = torch.tensor([[[4.0], [-2], [0], [6], [0]]])
    fine = picture([-3.0, 1, 1], [1.0, 0, -1], [5.0, 5, 5], [1.0, 1, 1])
    found = share(coarse, (2, 2), fine)
    scale = 10 / (38 / 3)
    expected = picture([4 * scale, 4 / 3 * scale, 4 / 3 * scale], [-1.0, 0, -1], [0.0, 0, 0], [2 * scale] * 3)
    torch.testing.assert_close(found, expected)


def test_what_lies_nowhere_is_shared_by_all_places():
    coarse = torch.tensor([[[0.0, 1], [0, 0], [0, 0], [0, 0], [3, 5]]])  # 1 at a place, 8 nowhere
    found = share(coarse, (2, 2), picture(*[[1.0, 1, 1]] * 4))
    torch.testing.assert_close(found.sum(1)[0], torch.tensor([[3.0, 2], [2, 2]]))


def test_sums_stay_on_an_uneven_grid_and_where_no_pixel_moved():
    coarse = torch.randn(1, 13, 4, generator=torch.Generator().manual_seed(0))
    fine = torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    found = share(coarse, (3, 4), fine)
    assert float(found.sum()) == pytest.approx(float(coarse.sum()), rel=1e-4)
    fine[..., :16] = 0
    assert not share(coarse, (3, 4), fine)[..., :16].any()
    assert not share(coarse, (3, 4), torch.zeros_like(fine)).any()


@pytest.mark.parametrize("encoder", ["cnn", "vit"])
def test_at_its_places_the_mixture_says_the_same(encoder):
    run = run_of(encoder)
    problem = build_problem(run, values_of(run, 0))
    places = at_places(problem)
    for ends in ("inputs", "baselines"):
        one, other = problem.forward(*getattr(problem, ends)), places.forward(*getattr(places, ends))
        torch.testing.assert_close(one.logits, other.logits)
        torch.testing.assert_close(one.weights, other.weights)
    assert places.inputs[0].shape[1] == np.prod(places.grids["image"]) + 1
    assert not places.inputs[0][:, -1].any()  # these encoders pool by the mean
    assert places.inputs[1] is problem.inputs[1]
    assert len(places.cells) == max(int(n.max()) for n in places.cell_numbers) + 1


def test_a_class_token_comes_in_beside_the_places(monkeypatch):
    run = run_of()
    encoder = run.model.encoders["image"]
    plain = encoder.from_embedded

    def with_class_token(embedded, x):
        found = plain(embedded, x)
        return Features(found.tokens, found.mask, found.pooled + 2 * found.tokens[:, 3])

    monkeypatch.setattr(encoder, "from_embedded", with_class_token)
    problem = build_problem(run, values_of(run, 0))
    places = at_places(problem)
    assert places.inputs[0][:, -1].abs().max() > 0
    torch.testing.assert_close(problem.forward(*problem.inputs).logits, places.forward(*places.inputs).logits)


def test_the_parts_sum_to_the_difference():
    run = run_of()
    found = attribute(run, values_of(run, 0), "integrated_places", options={"steps": 32})
    assert max(item.gap for item in found.items) < 0.05
    assert set(found.items[0].maps) == {"image", "text"}


def test_the_places_give_the_sums_and_the_pixels_the_detail():
    run = run_of()
    problem = build_problem(run, values_of(run, 1))
    targets = read_targets(run, problem, ["expert/synergy/0"])

    def raw(name, of):
        return attribute_problem(of, build_method(name, {"steps": 16}), targets)[0]

    image, text = raw("integrated_places", problem)
    pixels, places = raw("integrated_gradients", problem), raw("integrated_gradients", at_places(problem))
    tokens = places[0].sum(-1)
    assert float(image.clamp(min=0).sum()) == pytest.approx(float(tokens.clamp(min=0).sum()), rel=1e-4)
    assert float(image.sum()) == pytest.approx(float(tokens.sum()), rel=1e-3, abs=1e-5)
    assert not image[pixels[0] == 0].any()
    torch.testing.assert_close(text, places[1])


def test_without_a_grid_it_says_why():
    run, _ = array_run()
    with pytest.raises(InputError, match="need a picture whose encoder keeps a grid"):
        attribute(run, values_of(run, 0), "integrated_places")
