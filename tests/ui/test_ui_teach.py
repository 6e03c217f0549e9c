"""The frame of the lessons: words explained, questions with one right answer, contrast of the palette."""

import tomllib
from pathlib import Path

import pytest

from i2moe_core.language import follow, say
from i2moe_core.teaching.glossary import GLOSSARY
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.lessons import LESSONS
from i2moe_core.ui.components.teach.question import LETTERS
from i2moe_core.ui.language import chosen

THEME = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit/config.toml").read_text())["theme"]
CAPTION = 0.78  # opacity of captions and of figures' text, in ui/theme.py


def light(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    low, high = sorted((light(first), light(second)))
    return (high + 0.05) / (low + 0.05)


def mixed(top, bottom, share):
    pairs = ((int(top[i : i + 2], 16), int(bottom[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_contrast_knows_black_on_white():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_text_and_ground_has_enough_contrast(scheme):
    look = THEME[scheme]
    text, page, field = look["textColor"], look["backgroundColor"], look["secondaryBackgroundColor"]
    chosen = mixed(look["primaryColor"], page, 0.2)
    pairs = {
        "text": (text, page),
        "text on fields": (text, field),
        "captions": (mixed(text, page, CAPTION), page),
        "links": (look["linkColor"], page),
        "the chosen option": (text, chosen),
        "buttons": ("#FFFFFF", look["primaryColor"]),
    }
    low = {name: contrast(*pair) for name, pair in pairs.items() if contrast(*pair) < 4.5}
    assert not low


def test_a_word_carries_its_meaning_and_the_way_to_the_glossary():
    shown = term("synergy")
    assert shown.startswith("[synergy](lessons?part=glossary&lang=en")
    assert GLOSSARY["synergy"].meaning in shown
    assert term("redundancy", "redundant").startswith("[redundant](")


def test_a_word_is_said_in_the_visitors_language():
    follow(lambda: "zh")
    try:
        shown = term("synergy")
        assert say(GLOSSARY["synergy"].meaning) in shown
        assert GLOSSARY["synergy"].meaning not in shown
        assert "lang=zh" in shown
    finally:
        follow(chosen)


@pytest.mark.parametrize("name", GLOSSARY)
def test_no_meaning_breaks_its_link(name):
    assert term(name).count('"') == 2


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_whole(name):
    lesson = LESSONS[name]
    question = lesson.question
    assert 0 <= question.right < len(question.answers) <= len(LETTERS)
    assert len(set(question.answers)) == len(question.answers)
    assert lesson.terms
    assert set(lesson.terms) <= set(GLOSSARY)
