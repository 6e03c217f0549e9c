"""Traffic lights: a run that fails its audit is called misleading, an unaudited one unproven."""

import numpy as np
import pytest
from made_up import BAD_AUDIT, GOOD_AUDIT

from i2moe_core.ui.verdicts import audit_frame, checks_of, trust

NONE = {"contribution_argmax": None, "gate_argmax": None}
WEAK_ROLES = {"roles": dict.fromkeys(GOOD_AUDIT["roles"], 0.3)}


@pytest.mark.parametrize(
    ("audit", "light", "words"),
    [
        (GOOD_AUDIT, "good", "97.0%"),
        (BAD_AUDIT, "poor", "Misleading"),
        (GOOD_AUDIT | {"leak": 0.93}, "poor", "leak 0.93"),
        (GOOD_AUDIT | WEAK_ROLES, "poor", "do not react"),
        (GOOD_AUDIT | {"contribution_argmax": 0.8}, "partly", "hint"),
        (GOOD_AUDIT | {"roles": GOOD_AUDIT["roles"] | {"synergy": 0.3}}, "partly", "hint"),
        (GOOD_AUDIT | NONE, "partly", "not known"),
        (GOOD_AUDIT | NONE | {"leak": 0.95}, "partly", "not known"),
        (GOOD_AUDIT | NONE | WEAK_ROLES, "poor", "do not react"),
        (None, "unknown", "audited"),
        ({}, "unknown", "audited"),
    ],
)
def test_the_verdict(audit, light, words):
    found, sentence = trust(audit)
    assert found == light
    assert words in sentence


def test_a_leak_is_good_when_it_is_low():
    lights = [checks_of(GOOD_AUDIT | {"leak": leak})[3].light for leak in (0.5, 0.65, 0.68, 0.75)]
    assert lights == ["good", "good", "partly", "poor"]


def test_what_is_not_known_is_not_drawn():
    assert audit_frame(None).empty
    frame = audit_frame(
        {"accuracy": 0.9, "roles": {"synergy": 0.4, "redundancy": None}, "leak": float("nan")}
    )
    assert frame["label"].tolist() == ["Accuracy", "Roles kept", "Role of Synergy"]
    assert np.isfinite(frame["value"]).all()


def test_a_single_model_has_only_its_accuracy():
    assert [check.light for check in checks_of({"accuracy": 0.95, "roles": None})] == ["good"] + [
        "unknown"
    ] * 3
