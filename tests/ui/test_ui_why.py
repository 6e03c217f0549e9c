"""The paragraph on why the measures differ: each sentence where its numbers are there, in either language."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from spoken import SENTENCE

from i2moe_core import language
from i2moe_core.ui.why import why_they_differ

EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")
UNIQUE, TOLD_TWICE, TOGETHER = [0.5, 0.1, 0.0, 0.0], [0.0, 0.0, 0.1, 0.9], [0.1, 0.0, 0.7, 0.2]


def found(**own: object) -> Any:
    """Two samples of which the probes find one redundant, the drop and the model's own PID synergistic."""
    values = {
        "weight": np.array([UNIQUE, TOGETHER]),
        "share": np.array([UNIQUE, TOGETHER]),
        "drop": np.array([UNIQUE, TOGETHER]),
        "component": np.array([UNIQUE, TOLD_TWICE]),
        "model_component": np.array([UNIQUE, TOGETHER]),
    }
    truth = pd.DataFrame({"measure": ["model_component"], "truth": ["all"], "share": [0.4]})
    known = {
        "same": {("weight", "share"): 0.9, ("weight", "drop"): 0.25}, "places": np.arange(1200),
        "values": values, "truth": truth, "noise": 0.19,
    }  # fmt: skip
    return SimpleNamespace(**known | own)


def paragraph(
    asked: Any, unique_bits: float = 0.1, low: float = 0.02, audit: dict[str, object] | None = None
) -> str:
    info = SimpleNamespace(interactions=EXPERTS, draws=2)
    level = SimpleNamespace(parts=pd.DataFrame({"expert": EXPERTS, "bits": [unique_bits, 0.0, 0.3, 0.2]}))
    emap = SimpleNamespace(rows=np.arange(50), additive=0.7, full=0.9, low=low, measure="accuracy")
    return why_they_differ(asked, cast(Any, info), cast(Any, level), cast(Any, emap), audit)


def test_each_finding_is_said_with_its_numbers():
    said = paragraph(found(), audit={"pointwise_argmax": 0.8})
    for part in (
        "Of these 1,200 samples *Gate weight* and *Answer share* name the same interaction in **90.0%**",
        "*Gate weight* and *Modality drop* in only **25.0%**",
        "part in 10.0%",
        "Where *PID of probes* names redundancy (1 samples) the modality drop names synergy in over 99.9%",
        "The probes find 0.45 nats of “Redundancy” a sample, the model's own answers under swaps 0.10",
        "names the true interaction in 40.0%; with many swaps, in the audit, in 80.0%",
        "Only 2 swaps a sample were drawn, which alone makes 19.0%",
        "correlate with them above 0.90",
        "BROJA leaves 0.10 bits unique where the samples one by one average 0.43.",
        "Over a whole set",
        "On 50 samples of the split the best sum of its inputs reaches 0.70 where the model reaches 0.90",
        "synergy's share of 35.0% counts evidence",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("own", "more", "said", "unsaid"),
    [
        ({"same": {("weight", "share"): 0.97}}, {}, "name the same in 97.0%", "part in"),
        ({"noise": float("nan")}, {}, "The probes find", "swaps a sample were drawn"),
        ({}, {"audit": None}, "The probes find", "with many swaps"),
        ({}, {"unique_bits": 0.6}, "tell nearly the same", "Over a whole set"),
        ({}, {"low": 0.0}, "Adding up suffices there, though synergy holds 35.0%", "counts evidence"),
    ],
)
def test_a_sentence_is_left_out_where_its_numbers_do_not_say_it(own, more, said, unsaid):
    text = paragraph(found(**own), **more)
    assert said in text
    assert unsaid not in text


def test_without_numbers_it_says_that_there_is_too_little():
    empty = found(same={}, values={"share": np.zeros((0, 4))}, noise=float("nan"))
    info = SimpleNamespace(interactions=EXPERTS, draws=2)
    assert "too few samples" in why_they_differ(empty, cast(Any, info), None, None, None)


def test_the_paragraph_is_all_in_chinese(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))
    for unique_bits, low, same in ((0.1, 0.02, 0.9), (0.6, 0.0, 0.97)):
        asked = found(same={("weight", "share"): same, ("weight", "drop"): 0.25})
        said = paragraph(asked, unique_bits, low, {"pointwise_argmax": 0.8})
        assert not SENTENCE.search(said)
        assert "。 " not in said
