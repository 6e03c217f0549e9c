"""Kept attributions: an edit of input, run or wish makes another one; equal ones are computed once."""

import os
import threading
from dataclasses import replace

import made_up
import numpy as np
import pytest
import tiny_runs

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution import engine
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.turn import turn
from i2moe_core.ui import attributed
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.shelf import Shelf

WISH = Wish("occlusion", ("answer/0",), Baseline())


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """A run and the list of what was really computed for it."""
    run, done = made_up.install(monkeypatch, tmp_path), []

    def attribute(*args, **options):
        done.append(args)
        return made_up.made_attributions(*args, **options)

    monkeypatch.setattr(engine, "attribute", attribute)
    return run, done


def picture(edit=None):
    pixels = np.random.default_rng(0).integers(0, 255, (600, 600, 3), dtype=np.uint8)
    if edit is not None:
        pixels[edit] += 1
    return Pair({"image": pixels, "text": "a"})


def test_one_pixel_is_never_served_from_another_pictures_cache(counted):
    run, done = counted
    edits = [None, *((n * 29, n * 17, n % 3) for n in range(20))]
    for edit in edits:
        attributed.compute(run, picture(edit), WISH)
    assert len(done) == len(edits)
    attributed.compute(run, picture((29, 17, 1)), WISH)
    assert len(done) == len(edits)


def test_a_real_edit_gives_the_edited_pictures_numbers(tmp_path):
    run, _ = tiny_runs.scenes_run()
    run = replace(run, path=tmp_path / run.name)
    values = tiny_runs.values_of(run, 0)
    edited = values | {"image": 255 - values["image"]}
    first = attributed.compute(run, Pair(values, "same"), WISH)
    second = attributed.compute(run, Pair(edited, "same"), WISH)
    alone = engine.attribute(run, edited, "occlusion", ("answer/0",), sample_id="same")
    np.testing.assert_array_equal(second.items[0].cells, alone.items[0].cells)
    assert not np.array_equal(first.items[0].cells, second.items[0].cells)


@pytest.mark.parametrize(
    "other",
    [
        replace(WISH, method="kernel_shap"),
        replace(WISH, targets=("answer/1",)),
        replace(WISH, baseline=Baseline(image="zero")),
        replace(WISH, options=(("steps", 3),)),
    ],
)
def test_another_wish_is_another_attribution(counted, other):
    run, done = counted
    attributed.compute(run, picture(), WISH)
    attributed.compute(run, picture(), other)
    assert len(done) == 2


def test_a_retrained_run_and_another_name_of_the_sample_start_anew(counted):
    run, done = counted
    attributed.compute(run, picture(), WISH)
    attributed.compute(run, replace(picture(), sample_id="s1"), WISH)
    attributed.compute(replace(run, id="other"), picture(), WISH)
    run.path.mkdir()
    (run.path / "manifest.json").write_text("{}")
    os.utime(run.path / "manifest.json", ns=(1, 1))
    attributed.compute(run, picture(), WISH)
    assert len(done) == 4


def test_visitors_who_ask_for_the_same_at_once_are_served_by_one_computation(counted):
    run, done = counted
    found = []
    visitors = [
        threading.Thread(target=lambda: found.append(attributed.compute(run, picture(), WISH)))
        for _ in range(8)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(done) == 1
    assert len({id(one) for one in found}) == 1


def test_work_that_fails_frees_the_model_and_is_not_kept(counted, monkeypatch):
    run, _ = counted

    def fail(*args, **options):
        raise InputError("no")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "attribute", fail)
        with pytest.raises(InputError):
            attributed.compute(run, picture(), WISH)
    with turn(run.model, wait=0.01):
        assert attributed.look(run, picture(), WISH) is None
    assert attributed.compute(run, picture(), WISH).method == "occlusion"


def test_the_tests_name_the_best_method_and_report_their_steps(counted):
    run, done = counted
    steps = []
    found = attributed.gather_evidence(run, picture(), WISH, lambda *step: steps.append(step))
    assert found.choice.methods[0] == "integrated_gradients"  # the second method's made-up badge is the best
    assert {"occlusion", "integrated_gradients"} <= set(found.badges)
    assert steps[-1][0] == attributed.TESTS
    assert [step[1] for step in steps] == list(range(len(steps)))
    count = len(done)
    assert attributed.look_evidence(run, picture(), WISH) is found
    assert attributed.look_evidence(run, picture(), replace(WISH, method="kernel_shap")) is None
    assert len(done) == count


def test_a_full_shelf_drops_what_was_used_longest_ago():
    shelf = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    assert shelf.get("a") == 1
    assert shelf.put("c", 3) == 3
    assert [shelf.get(key) for key in "abc"] == [1, None, 3]
    assert len(shelf) == 2
