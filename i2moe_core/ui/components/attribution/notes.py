"""How the maps are read, in one sentence where the page is simple and with all that a click tells in full."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.explain.numbers import joined
from i2moe_core.explain.palette import input_label
from i2moe_core.language import say
from i2moe_core.ui.components.figure import reading_note
from i2moe_core.ui.language import is_full
from i2moe_core.ui.words import plain

SCORES = ("answer/", "expert/", "contribution/")  # targets that are scores of one class


def note_picture(targets: Sequence[str], task: str) -> None:
    """Write how the maps over a picture are read."""
    scores = all(target.startswith(SCORES) for target in targets)
    how = [
        say("Orange counts for what the panel is about, violet against it; all panels share one scale, so a "
            "pale panel is one that this input hardly moved."),
        say("The word above a map is the verdict of its tests: do the parts it names first matter more than "
            "random ones?"),
    ]  # fmt: skip
    not_show = [say("Why a patch counts, and what a change of it would do together with other changes.")]
    if is_full():
        how += [_line(scores and task == "multiclass"),
                say("A click on a patch tells its number in every panel.")]  # fmt: skip
        not_show += [_held()] if scores else []
    reading_note(joined(how), joined(not_show))


def note_array(name: str) -> None:
    """Write how the bars of an array are read."""
    how = [
        say("One bar a part of {input}: up counts for what the panel is about, down against it; all panels "
            "share one scale.", input=plain(input_label(name)))
    ]  # fmt: skip
    how += [say("A click on a bar tells its number in every panel.")] if is_full() else []
    not_show = say("What the numbers stand for, and what a change of one would do together with others.")
    reading_note(joined(how), not_show)


def note_text() -> None:
    """Write how the coloured words are read."""
    how = [
        say("Each line is the text as one panel sees it: orange words count for what the panel is about, "
            "violet ones against it, the stronger the colour the more.")
    ]  # fmt: skip
    if is_full():
        how += [
            say("All lines share one scale of their own. Point at a word for its number, click it for its "
                "number in every panel; arrow keys move along a line.")
        ]  # fmt: skip
    reading_note(
        joined(how), say("What the words mean together: a word may count only because of another one.")
    )


def _line(centred: bool) -> str:
    """Say what stands under a name; a score is counted otherwise than the raw one of the breakdown."""
    if centred:
        return say(
            "The line under a name: the number explained, from the baseline (everything removed) to this "
            "pair, a score above the mean of all classes."
        )
    return say(
        "The line under a name: the number explained, from the baseline (everything removed) to this pair."
    )


def _held() -> str:
    return say("Nor what moved the router: its weights are held as they are for this pair (see Router).")
