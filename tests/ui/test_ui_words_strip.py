"""The strip of words: the whole text in any script comes back, in its order, as inert text."""

import numpy as np
import pytest
from made_up import HOSTILE

from i2moe_core.data.vocabulary import Piece
from i2moe_core.explain.attribution.cells import text_cells
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.explain.attribution.words import group_words
from i2moe_core.plots.diverging import AGAINST, FOR
from i2moe_core.ui.components import words_strip
from i2moe_core.ui.components.words_strip import parts_of_text
from i2moe_core.ui.panels import FRAME, Panel

TEXTS = (
    "Find the plum one!",
    "  two  spaces\nand a line  ",
    "ابحث عن الدائرة الزرقاء",
    "找到红色的圆",
    "👩‍👩‍👧 sees 👍🏽 and é",
    HOSTILE,
)


def cells_of(text):
    """The text's cells with one piece a character, as the finest vocabulary would cut it."""
    pieces = [Piece(n, text[n], n, n + 1) for n in range(len(text)) if not text[n].isspace()]
    return text_cells("text", group_words(text, pieces), len(pieces), 0)[0]


def panel(cells):
    return Panel("answer/0", "Whole model", "#123456", np.linspace(-1, 1, len(cells)), {})


@pytest.mark.parametrize("text", TEXTS)
def test_the_whole_text_comes_back_in_order(text):
    cells = cells_of(text)
    parts = parts_of_text(text, cells, range(len(cells)), panel(cells), 1.0)
    assert "".join(part["text"] for part in parts) == text
    numbers = [part["cell"] for part in parts if part["cell"] >= 0]
    assert numbers == list(range(len(cells)))


def test_colours_and_words_follow_the_sign():
    cells = [Cell("text", "text", "bad", (0, 3)), Cell("text", "text", "good", (4, 8))]
    parts = parts_of_text("bad good", cells, [0, 1], panel(cells), 1.0)
    bad, _, good = parts
    assert (bad["edge"], good["edge"]) == (AGAINST, FOR)
    assert (bad["told"], good["told"]) == ("bad: −1.000", "good: +1.000")
    assert bad["shade"] != good["shade"]


def test_what_the_model_did_not_read_is_no_word():
    cells = [Cell("text", "text", "read", (0, 4))]
    parts = parts_of_text("read but not this", cells, [0], panel(cells), 1.0)
    assert parts[-1] == {"text": " but not this", "cell": -1, "unread": True}


def test_of_a_long_unread_rest_only_the_beginning_is_shown():
    cells = [Cell("text", "text", "read", (0, 4))]
    rest = parts_of_text("read" + " more" * 1000, cells, [0], panel(cells), 1.0)[-1]
    assert rest["unread"]
    assert len(rest["text"]) < 200
    assert rest["text"].endswith("…")


def test_framing_pieces_stand_at_the_end_and_unknown_numbers_are_said_to_be():
    cells = [Cell("text", "text", "word", (0, 4)), Cell("text", "text", FRAME, (0, 0))]
    unknown = Panel("x", "x", "#000000", np.array([np.nan, 1.0]), {})
    parts = parts_of_text("word", cells, [0, 1], unknown, 1.0)
    assert parts[0]["told"] == "word: not known"
    assert parts[-1]["cell"] == 1


def test_a_word_of_the_visitor_that_looks_like_the_frame_stays_in_its_place():
    text = "a (frame) b"
    cells = [Cell("text", "text", FRAME, (2, 9))]
    parts = parts_of_text(text, cells, [0], panel(cells), 1.0)
    assert "".join(part["text"] for part in parts) == text


def test_the_script_sets_text_and_never_markup():
    assert "innerHTML" not in words_strip._JS
    assert "insertAdjacent" not in words_strip._JS
    assert "textContent" in words_strip._JS
