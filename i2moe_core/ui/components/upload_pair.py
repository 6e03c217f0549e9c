"""Where a pair comes from: an example of the run, or the visitor's own picture and text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from i2moe_core.checkpoint import Run
from i2moe_core.language import say
from i2moe_core.plots.palette import input_label
from i2moe_core.ui.components.choice import choose, choose_kept
from i2moe_core.ui.components.examples import pick_example
from i2moe_core.ui.components.own_input import OWN, ask_own, can_be_given
from i2moe_core.ui.link import keep_only

EXAMPLE = "example"


@dataclass(frozen=True)
class Pair:
    """What the visitor chose.

    values: modality -> raw value, None where it is left out. row: the example's place in the run's reference
    samples, None for an own pair.
    """

    values: Mapping[str, Any]
    sample_id: str | None = None
    row: int | None = None
    notes: tuple[str, ...] = ()


def upload_pair(run: Run) -> Pair | None:
    """Ask for a pair; None as long as nothing is given."""
    source = EXAMPLE
    if can_be_given(run):
        sources = {EXAMPLE: say("Example"), OWN: say("Your own")}
        source = choose(say("Where the pair comes from"), sources, EXAMPLE, "from", hidden=True)
    own_names = [f"my_{name}" for name in run.info.modalities]
    keep_only(own_names if source == OWN else ["example"], [*own_names, "example"])
    if source == OWN:
        values, notes = ask_own(run)
        return Pair(values, notes=notes) if any(v is not None for v in values.values()) else None
    row = pick_example(run)
    values = {name: run.reference.raw[name][row] for name in run.info.modalities}
    kept = _kept_inputs(values)
    return Pair(kept, run.reference.ids[row], row) if any(v is not None for v in kept.values()) else None


def _kept_inputs(values: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name, value in values.items() if value is not None]
    if len(names) < 2:
        return dict(values)
    given = choose_kept(
        say("What the model gets"),
        {name: input_label(name) for name in names},
        "given",
        help=say("Take one away to see how the experts answer from the rest."),
    )
    return {name: value if name in given else None for name, value in values.items()}
