"""The gradient methods on functions whose attributions are worked out by hand."""

import numpy as np
import pytest
import torch
from cell_toys import array_toy, pair_toy
from tiny_runs import array_run, scenes_run, stretch, values_of
from toys import Folded, Levelled, cam_toy, logit, module_toy

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute, attribute_problem, build_method, describe_raw

pytestmark = pytest.mark.filterwarnings("ignore:Setting forward, backward hooks")
POINTS = ("input_x_gradient", "deep_lift", "smooth_grad")  # look at the sample
WAYS = ("integrated_gradients", "integrated_in_turn", "gradient_shap")  # look at the way to it
NAMES = POINTS + WAYS


def attributed(name, toy, *targets, **options):
    """Each target's numbers, one a cell."""
    raw = attribute_problem(toy, build_method(name, options), targets or [logit()])
    return [toy.sum_cells(numbers) for numbers in raw]


class Weighted(torch.nn.Module):
    """f(x) = w x + 7."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.tensor(weights, dtype=torch.float64)

    def forward(self, x):
        return x @ self.weights + 7


class Product(torch.nn.Module):
    """f(x) = x_1 x_2."""

    def forward(self, x):
        return x.prod(-1)


@pytest.mark.parametrize("name", NAMES)
def test_a_linear_mixture_gives_each_cell_its_term(name):
    # f(x) = w x + 7 has the same slope w everywhere: w_i (x_i - b_i), whatever the way or the noise; only
    # GradientShap's noise also moves the end of the way, so it is left out there.
    toy = module_toy(Weighted([2.0, -1.0, 0.0, 0.5]), [1.0, 2.0, 5.0, -4.0], [0.5, 0.0, 1.0, 1.0])
    options = {"noise": 0} if name == "gradient_shap" else {}
    np.testing.assert_allclose(attributed(name, toy, **options)[0], [1, -2, 0, -2.5], atol=1e-6)


def test_a_product_of_two():
    # f = x_1 x_2 from (0, 0) to (3, 2). On the way t: df/dx_1 = 2 t, so a_1 = 3 * 2 * 1/2 = 3, half of f = 6,
    # and a_2 = 2 * 3 * 1/2 = 3. At the sample df/dx_1 = 2: 3 * 2 = 6 each, twice too much.
    toy = module_toy(Product(), [3.0, 2.0])
    np.testing.assert_allclose(attributed("integrated_gradients", toy)[0], [3, 3], atol=1e-6)
    np.testing.assert_allclose(attributed("gradient_shap", toy, samples=4000, noise=0)[0], [3, 3], atol=0.1)
    np.testing.assert_allclose(attributed("input_x_gradient", toy)[0], [6, 6])
    # From (1, 0): df/dx_1 = x_2 = 2 t, a_1 = 2 * 1 = 2; df/dx_2 = x_1 = 1 + 2 t, a_2 = 2 * 2 = 4; f = 6.
    shifted = module_toy(Product(), [3.0, 2.0], [1.0, 0.0])
    np.testing.assert_allclose(attributed("integrated_gradients", shifted)[0], [2, 4], atol=1e-6)


def test_a_target_that_has_levelled_off():
    # f(x) = 1 - relu(1 - x) from 0 to 2. The slope is 1 below x = 1 and 0 above: half of the way has slope 1,
    # so 2 * 1/2 = 1 = f(2) - f(0). At x = 2 the slope is 0. The rescale rule: (0 - 1) / (-1 - 1) = 1/2 for
    # the relu between 1 - 2 and 1 - 0, so 2 * 1/2 = 1. (Sundararajan et al. 2017, section 2.1.)
    toy = module_toy(Levelled(), [2.0])
    assert attributed("integrated_gradients", toy)[0] == pytest.approx([1], abs=1e-3)
    assert attributed("gradient_shap", toy, samples=4000, noise=0)[0] == pytest.approx([1], abs=0.05)
    assert attributed("deep_lift", toy)[0] == pytest.approx([1])
    assert attributed("input_x_gradient", toy)[0] == pytest.approx([0])
    # Noise of sd 0.5 * 2 = 1: the slope is 1 where the draw falls below -1, with probability 0.1587.
    noisy = attributed("smooth_grad", toy, samples=4000, noise=0.5)[0]
    assert noisy == pytest.approx([2 * 0.1587], abs=0.04)


def test_two_units_and_a_third_above():
    # f(a, b) = relu(relu(a) - 1 - relu(b)) from (0, 0) to (3, 1): 0 to 1. On the way the outer unit sees
    # 2 t - 1: it is on for the second half, with slopes 1 by a and -1 by b: 3/2 and -1/2, sum 1.
    # Rescale rule: the outer unit goes 0 to 1 while its input goes -1 to 1: 1/2; the inner ones 1:
    # 3 * 1/2 and -1 * 1/2. At the sample the outer unit is on: 3 and -1, sum 2.
    toy = module_toy(Folded(), [3.0, 1.0])
    np.testing.assert_allclose(attributed("integrated_gradients", toy)[0], [1.5, -0.5], atol=0.02)
    np.testing.assert_allclose(attributed("deep_lift", toy)[0], [1.5, -0.5])
    np.testing.assert_allclose(attributed("input_x_gradient", toy)[0], [3, -1])


def test_deep_lift_shows_what_its_rules_do_not_cover():
    # A product passes by its slopes at the sample and at the baseline: not by the difference.
    toy = module_toy(Product(), [3.0, 2.0])
    method = build_method("deep_lift", {})
    item = describe_raw(toy, method, [logit()], attribute_problem(toy, method, [logit()]))[0]
    assert item.gap == pytest.approx(1)  # 6 + 6 against 6


def test_a_kink_close_to_the_sample_is_found_by_cutting_the_way():
    # relu(x - 0.995) from 0 to 1: all of the change lies in the last 0.5% of the way.
    class Late(torch.nn.Module):
        def forward(self, x):
            return torch.relu(x[:, 0] - 0.995)

    toy = module_toy(Late(), [1.0])
    once = attributed("integrated_gradients", toy, cuts=0, steps=10)[0]
    cut = attributed("integrated_gradients", toy, steps=10)[0]
    assert abs(once[0] - 0.005) > 0.0025
    assert cut == pytest.approx([0.005], abs=0.0003)


def test_the_way_is_walked_once_where_once_is_enough():
    calls = []

    def function(x):
        calls.append(len(x))
        return x @ torch.tensor([1.0, 2.0], dtype=torch.float64)

    attributed("integrated_gradients", array_toy(function, [1.0, 1.0]))
    assert sum(n for n in calls if n > 2) == 50


def test_grad_cam_of_a_two_by_two_picture():
    # Slopes: by the first feature 3 at all four places, mean 3; by the second -1 at one of four, mean -1/4.
    # So a = 3 red - (green - blue) / 4, place by place.
    picture = torch.tensor([[[1.0, 2], [3, 4]], [[8, 0], [0, 4]], [[0, 4], [0, 0]]])
    toy = cam_toy(picture)
    raw = attribute_problem(toy, build_method("grad_cam", {}), [logit()])[0]
    expected = 3 * picture[0] - (picture[1] - picture[2]) / 4
    torch.testing.assert_close(raw[0].sum(1)[0], expected)
    np.testing.assert_allclose(toy.sum_cells(raw), expected.flatten().numpy(), rtol=1e-6)


def test_inputs_that_come_in_turn():
    # f = p^2 q; ones make p = 6 and q = 4, so f goes from 0 to 144. Picture first: it brings nothing, then
    # the words bring 144; words first: the picture brings 144. So 72 each. On the straight way t the
    # picture gets the integral of 2 p^2 q t^2 = 2/3 of 144, the words that of p^2 q t^2 = 1/3.
    def squared(image, text):
        return image[:, 0, 0, :6].sum(1) ** 2 * text[:, 0].sum(1)

    cells = {name: attributed(name, pair_toy(squared))[0] for name in ("integrated_gradients", WAYS[1])}
    assert cells["integrated_gradients"][:64].sum() == pytest.approx(144 * 2 / 3, rel=1e-4)
    assert cells["integrated_in_turn"][:64].sum() == pytest.approx(144 / 2, rel=1e-4)
    assert cells["integrated_in_turn"].sum() == pytest.approx(144, rel=1e-4)


@pytest.mark.parametrize("encoder", ["cnn", "vit"])
def test_grad_cam_of_pictures_says_nothing_of_texts(encoder):
    from i2moe_core.config import EncoderConfig

    run, _ = scenes_run(encoders={"image": EncoderConfig(encoder, {})})
    found = attribute(run, values_of(run, 0), "grad_cam", ["answer/0"]).items[0]
    assert set(found.maps) == {"image"}
    assert found.maps["image"].shape == (32, 32)
    assert np.isfinite(found.cells[:64]).all()
    assert np.ptp(found.cells[:64]) > 0
    assert np.isnan(found.cells[64:]).all()


def test_methods_that_cannot_be_used_say_why():
    run, _ = array_run()
    with pytest.raises(InputError, match="needs a picture"):
        attribute(run, values_of(run, 0), "grad_cam")
    with pytest.raises(InputError, match="experts that attend"):
        attribute(run, values_of(run, 0), "attention_rollout")
    scenes, _ = scenes_run()
    with pytest.raises(InputError, match="needs a picture"):
        attribute(scenes, values_of(scenes, 0) | {"image": None}, "grad_cam")


def test_noise_follows_the_range_of_each_input():
    toy = pair_toy(lambda image, text: (image**2).sum((1, 2, 3)) + (1000 * text**2).sum((1, 2)))
    # f = sum of squares: the slope at 1 + e is 2 (1 + e), so noise averages out; sizes are per input.
    picture, words = attribute_problem(toy, build_method("smooth_grad", {"samples": 400}), [logit()])[0]
    assert float(picture.mean()) == pytest.approx(2, abs=0.01)
    assert float(words.mean()) == pytest.approx(2000, abs=20)
    assert float(picture.std()) == pytest.approx(2 * 0.15 / 400**0.5, rel=0.2)


@pytest.mark.parametrize(
    ("name", "options"),
    [("integrated_gradients", {"steps": 0}), ("integrated_gradients", {"cuts": -1}),
     ("smooth_grad", {"samples": 0}), ("smooth_grad", {"noise": -1}), ("gradient_shap", {"samples": 0}),
     ("gradient_shap", {"noise": -0.1})],
)  # fmt: skip
def test_options_out_of_range_are_refused(name, options):
    with pytest.raises(InputError, match="but got"):
        build_method(name, options)


def test_an_expert_that_does_not_see_the_picture_owes_it_nothing():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    for name in (*NAMES, "grad_cam", "attention_rollout"):
        cells = attribute(run, values_of(run, 0), name, ["expert/unique:text/0"]).items[0].cells
        assert np.abs(cells[:64]).max() == 0, name
