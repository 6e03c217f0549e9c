"""The picker of the class that is explained; every page that has it shares it through the link."""

from __future__ import annotations

from i2moe_core.language import say
from i2moe_core.types import PairExplanation
from i2moe_core.ui.components.choice import choose

ANSWER = ""  # the code of the class that the model answers; classes go by their names


def ask_class(explanation: PairExplanation) -> int:
    """Return the number of the class that is asked for; by default the answer's."""
    if explanation.task == "regression":
        return 0
    names = {ANSWER: say("the model's answer")} | {name: name for name in explanation.classes}
    chosen = choose(say("Explain the class"), names, ANSWER, "class", menu=True, width=300)
    if chosen in explanation.classes:
        return explanation.classes.index(chosen)
    return int(explanation.probabilities.argmax())
