"""The methods that remove cells, on functions whose answers are known by hand."""

import numpy as np
import pytest
import torch
from cell_toys import array_toy, logit, pair_toy
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute, attribute_problem, build_method
from i2moe_core.explain.attribution.methods.cell_function import CellFunction, spread
from i2moe_core.explain.attribution.methods.shapley_sampling import paired_orders

NAMES = ("occlusion", "feature_ablation", "shapley_sampling", "kernel_shap")


def attributed(name, toy, *targets, rows=64, **options):
    """Each target's numbers, one a cell."""
    raw = attribute_problem(toy, build_method(name, options), targets or [logit()], rows)
    return [toy.sum_cells(numbers) for numbers in raw]


def product(x):
    return x.prod(-1)


@pytest.mark.parametrize("name", NAMES)
def test_a_linear_function_gives_each_cell_its_term(name):
    weights = torch.tensor([2.0, -1.0, 0.0, 0.5, 3.0], dtype=torch.float64)
    toy = array_toy(lambda x: x @ weights + 7, [1.0, 2.0, 5.0, -4.0, 0.1])
    np.testing.assert_allclose(attributed(name, toy)[0], [2, -2, 0, -2, 0.3], atol=1e-4)


class Stopped(Exception):
    pass


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_stopped_between_its_runs(name):
    seen, draws = [], torch.get_rng_state()

    def function(x):
        seen.append(len(x))
        return x.sum(-1)

    def stop(done, total):
        assert (done, total) == (0, 2)
        if len(seen) == 2:
            raise Stopped

    toy = array_toy(function, [1.0] * 20)
    with pytest.raises(Stopped):
        attribute_problem(toy, build_method(name, {}), [logit(), logit()], 5, stop)
    assert sum(seen) <= 10  # two runs of five versions
    assert torch.equal(torch.get_rng_state(), draws)
    assert attributed(name, toy, rows=5)[0] == pytest.approx([1] * 20, abs=1e-2)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("feature_ablation", 1),  # each is needed for the whole product
        ("occlusion", 1),
        ("shapley_sampling", 1 / 2),  # alone nothing, after the other all
        ("kernel_shap", 1 / 2),
    ],
)
def test_a_product_of_two(name, expected):
    tolerance = 0.02 if name == "kernel_shap" else 1e-6  # it is a fit to random subsets
    found = attributed(name, array_toy(product, [1.0, 1.0]))[0]
    np.testing.assert_allclose(found, [expected] * 2, atol=tolerance)


def test_three_that_are_needed_together_share_alike():
    toy = array_toy(product, [1.0, 1.0, 1.0])
    np.testing.assert_allclose(attributed("shapley_sampling", toy)[0], [1 / 3] * 3, atol=1e-6)
    np.testing.assert_allclose(attributed("kernel_shap", toy, samples=4000)[0], [1 / 3] * 3, atol=0.05)
    assert attributed("feature_ablation", toy)[0].tolist() == [1, 1, 1]


def test_two_that_say_the_same_share_what_ablation_does_not_see():
    toy = array_toy(lambda x: x.amax(-1), [1.0, 1.0])
    assert attributed("feature_ablation", toy)[0].tolist() == [0, 0]
    np.testing.assert_allclose(attributed("shapley_sampling", toy)[0], [1 / 2] * 2, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_shapley_samples_sum_to_the_difference(seed):
    generator = torch.Generator().manual_seed(seed)
    first, second = (torch.randn(30, 30, generator=generator, dtype=torch.float64) for _ in range(2))
    x = torch.randn(30, generator=generator).tolist()
    toy = array_toy(lambda x: torch.tanh(x @ first) @ second[0] + 2, x, str(seed))
    both = toy.forward(*toy.inputs).logits - toy.forward(*toy.baselines).logits
    for samples in (1, 7):
        found = attributed("shapley_sampling", toy, samples=samples)[0]
        assert found.sum() == pytest.approx(float(both), abs=1e-5)
    assert attributed("kernel_shap", toy, samples=200)[0].sum() == pytest.approx(float(both), abs=1e-2)


def test_many_orders_come_close_to_the_exact_values():
    x = [1.0] * 6
    toy = array_toy(lambda x: x[:, 0] * x[:, 1] * x[:, 2] + x[:, 3].maximum(x[:, 4]), x)
    found = attributed("shapley_sampling", toy, samples=700)[0]  # 720 orders would be all
    np.testing.assert_allclose(found, [1 / 3] * 3 + [1 / 2] * 2 + [0], atol=0.05)


def test_orders_come_with_their_reverse():
    torch.manual_seed(0)
    orders = list(paired_orders(9, 5))
    assert orders[1] == orders[0][::-1]
    assert orders[3] == orders[2][::-1]
    assert all(sorted(order) == list(range(9)) for order in orders)
    assert orders[0] != orders[2]


def test_occlusion_of_a_known_patch_and_word():
    # The picture is 16 x 16: a patch is 2 x 2, the window 2 x 2, its step one pixel.
    toy = pair_toy(lambda image, text: image[:, 0, 4:6, 6:8].sum((1, 2)) + 5 * text[:, 2, 0])
    found = attributed("occlusion", toy)[0]
    patches = found[:64].reshape(8, 8)
    # A pixel of the patch lies under four windows, which cover 4, 2, 2 and 1 of the patch's pixels.
    assert patches[2, 3] == pytest.approx((4 + 2 + 2 + 1) / 4)
    assert patches.max() == patches[2, 3]
    # Of the patch to the left only the right column is under windows that reach over: 0, 0, 2, 1.
    assert patches[2, 2] == pytest.approx(((2 + 1 + 0 + 0) / 4 + 0) / 2)
    assert np.count_nonzero(patches) == 9
    np.testing.assert_allclose(found[64:], [0, 5, 0], atol=1e-6)


def test_occlusion_at_the_borders_counts_the_windows_there_are():
    toy = pair_toy(lambda image, text: image[:, 0, 0, 0])
    found = attributed("occlusion", toy)[0]
    # The corner pixel is under one window (1); the two beside it under two (1, 0), the next under four.
    assert found[0] == pytest.approx((1 + 1 / 2 + 1 / 2 + 1 / 4) / 4)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_alone_among_others_and_in_slices_is_the_same(name):
    toy = array_toy(lambda x: torch.stack([product(x), x.sum(-1), x.amax(-1)], 1), [1.0, 2.0, 3.0, 1.5, 0.5])
    options = {"samples": 40} if name in ("shapley_sampling", "kernel_shap") else {}
    together = attributed(name, toy, logit(0), logit(1), logit(2), **options)
    for place in range(3):
        alone = attributed(name, toy, logit(place), rows=3, **options)[0]
        np.testing.assert_allclose(alone, together[place], rtol=1e-12, atol=1e-12)


def test_targets_share_the_versions_and_none_is_run_twice():
    seen = []

    def function(x):
        seen.extend(map(tuple, x.tolist()))
        return torch.stack([product(x), x.sum(-1)], 1)

    for name in NAMES:
        seen.clear()
        attributed(name, array_toy(function, [1.0, 2.0, 3.0, 4.0]), logit(0), logit(1))
        assert len(seen) == len(set(seen)), name


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("i2moe_core.explain.attribution.methods.cell_function.KEPT", 3)
    function = CellFunction(array_toy(product, [2.0, 3.0]), [logit()], 64)
    every = torch.tensor([[0, 0], [1, 0], [0, 1], [1, 1.0]])
    for _ in range(2):
        assert function(every)[:, 0].tolist() == [0, 0, 0, 6]
        assert len(function._known) <= 4


def test_spread_numbers_sum_up_again():
    toy = pair_toy(lambda image, text: image.sum((1, 2, 3)))
    values = torch.arange(67, dtype=torch.float64)
    raw = spread(toy, values)
    assert [tuple(numbers.shape) for numbers in raw] == [tuple(x.shape) for x in toy.inputs]
    np.testing.assert_allclose(toy.sum_cells(raw), values)


def test_kernel_shap_says_no_to_a_single_cell():
    with pytest.raises(InputError, match="two cells or more"):
        attributed("kernel_shap", array_toy(product, [1.0]))
    assert attributed("shapley_sampling", array_toy(product, [3.0]))[0].tolist() == [3]


@pytest.mark.parametrize(
    ("name", "options"),
    [("occlusion", {"window": 0}), ("occlusion", {"run": 0}), ("shapley_sampling", {"samples": 0}),
     ("kernel_shap", {"samples": 2})],
)  # fmt: skip
def test_options_out_of_range_are_refused(name, options):
    with pytest.raises(InputError, match="but got"):
        build_method(name, options)


def test_real_mixtures_pictures_texts_and_arrays():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    for name in NAMES:
        found = attribute(run, values_of(run, 0), name, ["answer/0", "expert/unique:text/0"])
        assert np.isfinite(found.items[0].cells).all()
        # This expert does not see the picture; a regression leaves some noise there.
        assert np.abs(found.items[1].cells[:64]).max() < (0.05 if name == "kernel_shap" else 1e-5)
        if name == "shapley_sampling":
            assert max(item.gap for item in found.items) < 1e-5
    run, _ = array_run("regression", 3)
    for name in NAMES:
        cells = attribute(run, values_of(run, 0) | {"x2": None}, name, ["answer/0"]).items[0].cells
        assert cells.shape == (8,)
        assert np.isfinite(cells).all()
