"""What agreement among the experts tells of being right: one wording for every page that says it."""

from __future__ import annotations

from collections.abc import Callable

from i2moe_core.language import say
from i2moe_core.measures.disagreement import Quadrants


def quadrants_sentence(counts: Quadrants, write: Callable[[int, int], str]) -> str:
    """Say how often the answers are right where all experts agree, and otherwise.

    write: of hits and a count their share, in words.
    """
    together, apart = counts.agree_right + counts.agree_wrong, counts.disagree_right + counts.disagree_wrong
    if not together:
        return say(
            "In none of the {count:,} samples do all experts agree; {share} of the answers are right.",
            count=apart, share=write(counts.disagree_right, apart),
        )  # fmt: skip
    if not apart:
        return say(
            "In all {count:,} samples the experts agree; {share} of the answers are right.",
            count=together, share=write(counts.agree_right, together),
        )  # fmt: skip
    return say(
        "Of the {together:,} answers where all experts agree, {agreed} are right; of the {apart:,} others, "
        "{others}.",
        together=together, agreed=write(counts.agree_right, together),
        apart=apart, others=write(counts.disagree_right, apart),
    )  # fmt: skip


def sign_sentence(verdict: str, chance: str) -> str:
    """Say whether agreement is a sign of being right: the ``verdict`` of a ``Sign``.

    chance: that a right answer has more agreement than a wrong one, in words; "" where it is not known.
    """
    if not chance:
        return say("These samples do not show that agreement says anything about being right.")
    if verdict == "bad":
        return say(
            "Agreement is a bad sign here: the more the experts agree, the more often the answer is wrong. A "
            "right answer has less disagreement than a wrong one in only {chance} of pairs. Do not abstain "
            "by it.",
            chance=chance,
        )
    if verdict == "good":
        return say(
            "Agreement is a good sign here: a right answer has less disagreement than a wrong one in "
            "{chance} of pairs, and guessing gives 50%.",
            chance=chance,
        )
    return say(
        "These samples do not show that agreement says anything about being right: a right answer has less "
        "disagreement than a wrong one in {chance} of pairs, and guessing gives 50%.",
        chance=chance,
    )
