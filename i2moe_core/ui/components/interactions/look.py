"""Which closer look the Interactions page takes; the simple mode asks only where the link does."""

from __future__ import annotations

from i2moe_core.language import marked, say
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.language import is_finer_shown

RANKS, TRUTH, SET, SUM = "ranks", "truth", "set", "sum"
LOOKS = {
    RANKS: (marked("Ranks"), marked("Do they rank the samples alike?")),
    TRUTH: (marked("Known truth"), marked("Which of them names the truth?")),
    SET: (marked("Whole set (BROJA)"), marked("What does the set as a whole hold?")),
    SUM: (marked("Adding up (EMAP)"), marked("What is lost if inputs may only add up?")),
}
_KEY = "measures_look"  # in the link


def ask_look() -> str | None:
    """Return which look is taken; None where the simple mode takes none."""
    if not is_finer_shown(_KEY):
        return None
    options = {code: say(name) for code, (name, _) in LOOKS.items()}
    return choose(say("A closer look"), options, RANKS, _KEY, hidden=True)
