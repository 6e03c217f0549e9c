"""One visitor at a time: who waits too long is told so; seeded draws leave the global state alone."""

import threading

import numpy as np
import pytest
import torch
from tiny_runs import scenes_run, values_of
from torch import nn

from i2moe_core.errors import InputError
from i2moe_core.explain import mismatch, pair, passes
from i2moe_core.explain.mismatch import mismatch_probe
from i2moe_core.explain.turn import seeded_draws, turn


def test_a_second_thread_waits_and_is_sent_away():
    model, inside, leave, said = nn.Linear(1, 1), threading.Event(), threading.Event(), []

    def hold():
        with turn(model):
            inside.set()
            leave.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(5)
    try:
        with pytest.raises(InputError, match="busy"), turn(model, wait=0.01):
            said.append("entered")
    finally:
        leave.set()
        holder.join()
    assert said == []
    with turn(model, wait=0.01):
        said.append("free again")
    assert said == ["free again"]


def test_models_do_not_wait_for_each_other_and_a_thread_may_enter_twice():
    one, other = nn.Linear(1, 1), nn.Linear(1, 1)
    with turn(one), turn(one, wait=0.01), turn(other, wait=0.01):
        pass


def test_the_turn_is_given_back_after_an_error():
    model = nn.Linear(1, 1)
    with pytest.raises(KeyboardInterrupt), turn(model):
        raise KeyboardInterrupt
    freed = []

    def enter():
        with turn(model, wait=0.01):
            freed.append(True)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert freed == [True]


def test_draws_are_seeded_inside_and_untouched_outside():
    torch.manual_seed(1)
    np.random.seed(1)
    expected = torch.rand(2), np.random.rand(2)
    torch.manual_seed(1)
    np.random.seed(1)
    drawn = []
    for _ in range(2):
        with seeded_draws(2**62 + 5):
            drawn.append((torch.rand(1).item(), np.random.rand()))
    assert drawn[0] == drawn[1]
    assert torch.equal(torch.rand(2), expected[0])
    assert np.array_equal(np.random.rand(2), expected[1])


@pytest.mark.parametrize(
    "act",
    [
        lambda run, values: pair.explain_pair(run, values),
        lambda run, values: mismatch_probe(run, values, "text"),
    ],
    ids=["explain_pair", "mismatch_probe"],
)
def test_explaining_takes_its_turn_in_the_model(act, monkeypatch):
    run, _ = scenes_run()
    free, real = [], passes.run_passes

    def watched(*arguments):
        def other():
            try:
                with turn(run.model, wait=0.01):
                    free.append(True)
            except InputError:
                free.append(False)

        visitor = threading.Thread(target=other)
        visitor.start()
        visitor.join()
        return real(*arguments)

    for module in (pair, mismatch):
        monkeypatch.setattr(module, "run_passes", watched)
    act(run, values_of(run, 0))
    assert free == [False]
    with turn(run.model, wait=0.01):
        pass
