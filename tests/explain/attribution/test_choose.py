"""Choosing a method: the verdict first, then the gap, then the given order; and why, in one sentence."""

import numpy as np
import pytest
from spoken import speak_chinese
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, WEAK, Badge
from i2moe_core.explain.attribution.choose import QUICK, choose_method, compare_methods
from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.attribution.faithfulness import ALL, Faithfulness
from i2moe_core.explain.attribution.method_names import NAMES, method_label
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS


def badge(verdict, gap, unit="probability"):
    whole = Faithfulness(ALL, np.full(5, gap), np.full(5, -gap), np.zeros((20, 5)), np.zeros((20, 5)))
    return Badge("answer/0", unit, None, {ALL: whole}, None, None, verdict)


def test_verdict_then_gap_then_order():
    badges = {
        "a": badge(WEAK, 0.5), "b": badge(HOLDS, 0.300), "c": badge(HOLDS, 0.304), "d": badge(HOLDS, 0.4),
        "e": badge(CHANCE, 0.9),
    }  # fmt: skip
    choice = choose_method(badges)
    assert choice.methods == ("d", "b", "c", "a", "e")
    assert choice.sentence == (
        "D comes first: the parts it names move the probability by 40 points more than random parts do. "
        "B comes next."
    )


def test_a_doubtful_best_is_called_doubtful():
    assert choose_method({"kernel_shap": badge(WEAK, 0.25, "logit")}).sentence == (
        "Kernel SHAP comes first (still weak): the parts it names move the logit by 0.25 more than random "
        "parts do."
    )
    assert choose_method({"a": badge(CHANCE, 0.01), "b": badge(CHANCE, 0.0)}).sentence == (
        "No map names parts that matter more than random ones; a comes first by habit."
    )
    with pytest.raises(ValueError, match="one method or more"):
        choose_method({})


def test_the_quick_set_on_a_pair_gives_what_each_method_gives_alone():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    values, told = values_of(run, 0), []
    found = compare_methods(
        run, values, targets=["answer/0"], progress=lambda done, of: told.append((done, of))
    )
    assert [m.method for m in found.maps] == list(QUICK)
    assert told == sorted(told)  # a method's own runs tell the same number again
    assert list(dict.fromkeys(told)) == [(n, len(QUICK)) for n in range(len(QUICK) + 1)]
    for one in found.maps:
        alone = attribute(run, values, one.method, ["answer/0"])
        np.testing.assert_allclose(one.items[0].cells, alone.items[0].cells, rtol=1e-5, atol=1e-6)
    choice = choose_method({m.method: b["answer/0"] for m, b in zip(found.maps, found.badges, strict=True)})
    assert sorted(choice.methods) == sorted(QUICK)


def test_methods_that_cannot_be_used_are_left_out():
    run, _ = array_run()
    values = values_of(run, 0) | {"x1": None}
    values["x2"] = values["x2"][:4]
    assert [m.method for m in compare_methods(run, values, ("occlusion", "kernel_shap")).maps] == [
        "occlusion", "kernel_shap",
    ]  # fmt: skip
    with pytest.raises(InputError, match="Unknown attribution method"):
        compare_methods(run, values, ("shapely_sampling",))


def test_every_method_has_a_name_of_its_own():
    assert set(NAMES) == set(ATTRIBUTIONS)
    assert len({method_label(name) for name in ATTRIBUTIONS}) == len(ATTRIBUTIONS)


def test_a_choice_is_told_in_the_language_of_who_asks(monkeypatch):
    choice = choose_method({"occlusion": badge(WEAK, 0.25), "kernel_shap": badge(CHANCE, 0.0)})
    assert choice.sentence == (
        "Occlusion comes first (still weak): the parts it names move the probability by 25 points more than "
        "random parts do. Kernel SHAP comes next."
    )
    speak_chinese(monkeypatch)
    assert choice.sentence == (
        "遮挡法排在最前（但仍然较弱）：它点出的部分对概率的影响比随机的部分多 25 个百分点。其次是核 SHAP。"
    )
