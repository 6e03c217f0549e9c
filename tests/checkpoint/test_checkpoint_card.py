"""The model card says what the run is, how to make it again, and what its audit found."""

from i2moe_core.checkpoint import Settings, model_card
from i2moe_core.checkpoint.settings import SINGLE
from i2moe_core.config import override


def test_card_holds_figures_with_their_meaning(parts):
    audit = {"accuracy": 0.98765, "irs": None, "roles": {"synergy": 0.5}, "samples": 30, "split": "test"}
    card = model_card("mine", Settings(parts.config, parts.info), 1234567, audit)
    assert card.startswith("# mine\n")
    assert "mixture of 4 interaction experts" in card
    assert "1,234,567 parameters" in card
    assert "i2moe train --config checkpoints/mine/config.json" in card
    assert 'i2moe explain checkpoints/mine --image FILE --text "..."' in card
    assert "| accuracy | 0.988 |" in card
    assert "| irs | not known |" in card
    assert "| role of synergy | 0.500 |" in card
    assert "30 samples of the test split" in card


def test_card_of_a_baseline_without_audit(vector_parts):
    card = model_card("v", Settings(vector_parts.config, vector_parts.info, SINGLE), 5, None)
    assert "single fusion without experts" in card
    assert "Not audited yet" in card
    assert "--example ID" in card


def test_card_names_a_gate_that_sees_the_answers(parts):
    seeing = override(parts.config, {"model.gate_sees_answers": True})
    told = [model_card("m", Settings(config, parts.info), 5, None) for config in (parts.config, seeing)]
    assert ["| gate | also sees the experts' answers |" in card for card in told] == [False, True]
