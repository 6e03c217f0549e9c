"""Which question about disagreement the page answers; the simple mode asks only where the link does."""

from __future__ import annotations

from i2moe_core.language import marked, say
from i2moe_core.ui.apart import knows_right
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.language import is_finer_shown
from i2moe_core.ui.table import Table

RIGHTNESS, SIZE, PAIRS, LESS = "agree", "size", "pairs", "less"
FACETS = {
    RIGHTNESS: (marked("Agree or not"), marked("Is it right when they agree?")),
    SIZE: (marked("How much"), marked("How far apart are they?")),
    PAIRS: (marked("Who contradicts whom"), marked("Which experts contradict which?")),
    LESS: (marked("Answering less"), marked("How right is it if it answers only when they agree?")),
}
_KEY = "facet"  # in the link


def ask_facet(table: Table) -> str:
    """Return what is looked at: at first rightness, where it is known."""
    usual = RIGHTNESS if knows_right(table) else SIZE
    if not is_finer_shown(_KEY):
        return usual
    options = {code: say(name) for code, (name, _) in FACETS.items()}
    return choose(say("A closer look"), options, usual, _KEY, hidden=True)
