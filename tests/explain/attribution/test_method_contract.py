"""What every attribution method in the table promises, those still to come included."""

import inspect
import threading

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.config import EncoderConfig
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.engine import attribute, attribute_problem, build_method, read_targets
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.attribution.problem import build_problem

pytestmark = pytest.mark.filterwarnings("ignore:Setting forward, backward hooks")
NAMES = list(ATTRIBUTIONS)
SMALL = {"samples": 24, "steps": 8, "cuts": 1}  # a contract needs no accuracy
SMALLER = {"shapley_sampling": {"samples": 2}}  # a sample is an order of all cells
HOOKS = (
    "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks",
    "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
)  # fmt: skip


def scenes():
    return _stretched(scenes_run()[0]), {}


def attending():
    encoders = {"image": EncoderConfig("vit", {"patch": 8, "layers": 1})}
    return _stretched(scenes_run(fusion="transformer", width=16, hidden=16, encoders=encoders)[0]), {}


def absent_image():
    return attending()[0], {"image": None}


def absent_text():
    return attending()[0], {"text": None}


def three_arrays():
    return _stretched(array_run("multiclass", 3)[0]), {}


def missing_label():
    return _stretched(array_run("multilabel", 3)[0]), {"x2": None}


def regression():
    return _stretched(array_run("regression", 2, fusion="transformer")[0]), {}


def listening_gate():
    run = _stretched(array_run("multiclass", 3, gate_sees_answers=True)[0])
    torch.manual_seed(0)
    torch.nn.init.normal_(run.model.gate.view.outer.weight)  # it starts at zero
    return run, {}


def _stretched(run):
    stretch(run.model, 1.5)
    run.model.requires_grad_(False)
    return run


CASES = {
    case.__name__: case
    for case in (
        scenes, attending, absent_image, absent_text, three_arrays, missing_label, regression, listening_gate,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def runs():
    return {name: make() for name, make in CASES.items()}


def options(name):
    """The method's options, as small as they go."""
    known = inspect.signature(ATTRIBUTIONS[name]).parameters
    return {k: v for k, v in SMALL.items() if k in known} | SMALLER.get(name, {})


def problem_of(runs, case, row=0):
    run, changed = runs[case]
    return build_problem(run, values_of(run, row) | changed, f"{case}-{row}")


def usable(name, runs, *cases):
    """The first of the cases that the method can be used on."""
    method = build_method(name, options(name))
    for case in cases:
        problem = problem_of(runs, case)
        if method.refusal(problem) is None:
            return runs[case][0], problem, method
    pytest.fail(f"{name} can be used on none of {cases}")


def attributed(run, problem, method, *keys, rows=64):
    return attribute_problem(problem, method, read_targets(run, problem, keys), rows)


def assert_same(problem, one, other, tolerance):
    """Compare per cell; a difference of values that are all but equal keeps the values' own rounding."""
    first, second = problem.sum_cells(one), problem.sum_cells(other)
    value = float(problem.forward(*problem.inputs).logits.abs().max())
    scale = max(np.nanmax(np.abs(first)), value)
    np.testing.assert_allclose(first, second, rtol=0, atol=tolerance * scale)


def state_of(model):
    """All that a method could leave behind: hooks, attributes, modes, gradients."""
    return [
        (
            name, module.training, sorted(module.__dict__),
            [len(getattr(module, kind)) for kind in HOOKS],
            [(p.requires_grad, p.grad is None) for p in module.parameters(recurse=False)],
        )
        for name, module in model.named_modules()
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_the_inputs_and_numbers_are_finite(name, case, runs):
    run, changed = runs[case]
    problem, method = problem_of(runs, case), build_method(name, options(name))
    reason = method.refusal(problem)
    if reason is not None:
        assert reason[0].isupper()
        assert reason.endswith(".")
        with pytest.raises(InputError):
            attribute(run, values_of(run, 0) | changed, name, options=options(name))
        return
    raw = attributed(run, problem, method)
    assert len(raw) == 1 + len(run.model.experts)
    for numbers in raw:
        assert any(values is not None for values in numbers)
        for values, x in zip(numbers, problem.inputs, strict=True):
            assert values is None or (values.shape == x.shape and bool(values.isfinite().all()))
            assert values is None or not values.requires_grad
    assert any(float(v.abs().max()) > 0 for numbers in raw for v in numbers if v is not None)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_a_gap_is_shown_exactly_where_a_sum_is_promised(name, case, runs):
    run, changed = runs[case]
    method = build_method(name, options(name))
    if method.refusal(problem_of(runs, case)) is not None:
        pytest.skip(f"{name} cannot be used on {case}")
    values = values_of(run, 0) | changed
    item = attribute(run, values, name, ["gate/synergy"], options=options(name)).items[0]
    assert (item.gap is not None) == method.complete
    assert item.gap is None or item.gap >= 0
    assert sum(item.shares.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", NAMES)
def test_rows_at_once_change_no_result(name, runs):
    run, problem, method = usable(name, runs, "scenes", "attending")
    keys = ("answer/0", "gate/synergy")
    whole = attributed(run, problem, method, *keys, rows=64)
    for rows in (1, 7):
        for one, other in zip(attributed(run, problem, method, *keys, rows=rows), whole, strict=True):
            # The last digit may put a step of a gradient method on the other side of a ReLU's kink.
            assert_same(problem, one, other, 3e-6 if ATTRIBUTIONS[name].shared else 3e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_alone_and_among_others_is_the_same(name, runs):
    run, problem, method = usable(name, runs, "attending", "three_arrays")
    keys = ("difference/0/1", "disagreement", "contribution/redundancy/1", "expert/synergy/2")
    together = attributed(run, problem, method, *keys)
    for key, numbers in zip(keys, together, strict=True):
        assert_same(problem, attributed(run, problem, method, key)[0], numbers, 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_again_whatever_happens_beside_it(name, runs):
    run, problem, method = usable(name, runs, "attending", "three_arrays")
    first = attributed(run, problem, method, "answer/0")[0]
    torch.rand(3)  # the global generators stand elsewhere now
    np.random.rand(3)
    done = threading.Event()

    def draw():
        other, at = runs["regression"]
        while not done.is_set():
            attribute(
                other, values_of(other, 1) | at, "shapley_sampling", ["answer/0"], options={"samples": 5}
            )

    beside = threading.Thread(target=draw)
    beside.start()
    try:
        assert_same(problem, attributed(run, problem, method, "answer/0")[0], first, 1e-6)
    finally:
        done.set()
        beside.join()


@pytest.mark.parametrize("name", NAMES)
def test_other_samples_and_targets_give_other_numbers(name, runs):
    run, problem, method = usable(name, runs, "attending", "three_arrays")
    case = problem.sample_id.rpartition("-")[0]
    mine, target, sample = (
        torch.cat([v.flatten() for v in attributed(run, p, method, key)[0] if v is not None])
        for p, key in ((problem, "answer/0"), (problem, "answer/1"), (problem_of(runs, case, 4), "answer/0"))
    )
    assert not torch.equal(mine, target)
    assert mine.shape != sample.shape or not torch.equal(mine, sample)


@pytest.mark.parametrize("name", NAMES)
def test_the_model_stays_as_it_was(name, runs):
    run, problem, method = usable(name, runs, "scenes", "attending")
    weights = {k: v.clone() for k, v in run.model.state_dict().items()}
    inputs = [x.clone() for x in problem.inputs]
    before, answer = state_of(run.model), problem.forward(*problem.inputs).logits
    attributed(run, problem, method, "answer/0")
    assert state_of(run.model) == before
    assert all(torch.equal(v, weights[k]) for k, v in run.model.state_dict().items())
    assert torch.equal(problem.forward(*problem.inputs).logits, answer)
    for x, was in zip(problem.inputs, inputs, strict=True):
        assert torch.equal(x, was)
        assert not x.requires_grad


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("place", ["encoder", "fusion", "gate", "backward"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_stays_behind_after_an_error_or_a_stop(name, place, error, runs, monkeypatch):
    run, problem, method = usable(name, runs, "scenes", "attending")
    model = run.model
    part = {
        "encoder": model.encoders["image"], "fusion": model.experts[-1].fusion, "gate": model.gate,
        "backward": model.experts[0].head,
    }[place]  # fmt: skip
    answer = model.mix(problem.encode(*problem.inputs)).logits
    before, draws = state_of(model), (torch.get_rng_state(), np.random.get_state()[1].copy())
    with monkeypatch.context() as patch:
        patch.setattr(part, "forward", _failing(part.forward, error, later=place == "backward"))
        try:
            attributed(run, problem, method, "answer/0")
        except error:
            pass
        else:
            assert place == "backward"  # methods without gradients never go back
    assert state_of(model) == before
    assert torch.equal(torch.get_rng_state(), draws[0])
    assert np.array_equal(np.random.get_state()[1], draws[1])
    assert not any(x.requires_grad for x in problem.inputs)
    assert torch.equal(model.mix(problem.encode(*problem.inputs)).logits, answer)


def _failing(forward, error, later):
    """A forward that fails at once, or when its gradient is asked for."""

    def fail(*ignored):
        raise error("on purpose")

    def call(*args):
        if not later:
            fail()
        out = forward(*args)
        if out.requires_grad:
            out.register_hook(fail)
        return out

    return call


@pytest.mark.parametrize("name", NAMES)
def test_the_menu_has_a_line_for_it(name):
    kind = ATTRIBUTIONS[name]
    first = inspect.getdoc(kind).splitlines()[0]
    assert first.endswith(".")
    assert kind.__doc__ != kind.__mro__[1].__doc__
    with pytest.raises(InputError, match="does not take these options"):
        build_method(name, {"nonsense": 1})
