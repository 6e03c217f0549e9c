"""What agreement tells of being right, in words: nothing is divided by a count of none."""

import pytest

from i2moe_core.analysis.agreement import quadrants_sentence
from i2moe_core.measures.disagreement import Quadrants


def fraction(hits, count):
    assert count > 0
    return f"{hits}/{count}"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            Quadrants(0, 0, 3, 1),
            "In none of the 4 samples do all experts agree; 3/4 of the answers are right.",
        ),
        (Quadrants(5, 2, 0, 0), "In all 7 samples the experts agree; 5/7 of the answers are right."),
        (
            Quadrants(5, 1, 2, 2),
            "Of the 6 answers where all experts agree, 5/6 are right; of the 4 others, 2/4.",
        ),
    ],
)
def test_only_shares_that_exist_are_said(counts, said):
    assert quadrants_sentence(counts, fraction) == said
