"""Every sentence that the app says has its translation, with the same numbers in it; none is left over."""

import ast
import inspect
import json
import string
from pathlib import Path

import pytest

from i2moe_core import language
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.fusion import FUSIONS
from i2moe_core.language import ENGLISH, FOLDER, LANGUAGES, catalogue, follow, marked, say
from i2moe_core.training.recipes import RECIPES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for place in ("i2moe_core", "pages")
    for path in (ROOT / place).rglob("*.py")
    if "from i2moe_core.language import" in path.read_text("utf-8")
)
OTHERS = [code for code in LANGUAGES if code != ENGLISH]


def calls(tree, name):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def said():
    """Every literal in ``say(...)`` and ``marked(...)``."""
    found = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in (*calls(tree, "say"), *calls(tree, "marked")):
            if isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found | described()


def described():
    """First lines of descriptions in the tables that a page shows in the visitor's language."""
    tables = (FUSIONS, ATTRIBUTIONS, RECIPES)
    return {inspect.getdoc(kind).splitlines()[0] for table in tables for kind in table.values()}


def names(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_lacks_its_translation_and_none_is_left_over(code):
    assert set(catalogue(code)) == said()


@pytest.mark.parametrize("code", OTHERS)
def test_translations_carry_the_same_names(code):
    for english, text in catalogue(code).items():
        assert names(text) == names(english), english
        assert text.strip()


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_stands_in_two_parts_of_a_catalogue(code):
    parts = [json.loads(part.read_text("utf-8")) for part in (FOLDER / code).glob("*.json")]
    assert sum(map(len, parts)) == len(catalogue(code))


def bold_that_stays_open(text):
    """Bold words that Markdown does not close: a sign before the stars and a letter right behind them."""
    parts = text.split("**")
    inner, behind = parts[1:-1:2], parts[2::2]
    return [
        own
        for own, rest in zip(inner, behind, strict=True)
        if not own[-1].isalnum() and own[-1] != "}" and rest and (rest[0].isalnum() or rest[0] == "{")
    ]


@pytest.mark.parametrize("code", OTHERS)
def test_bold_words_are_bold(code):
    assert bold_that_stays_open("**为什么？**因为") == ["为什么？"]
    assert {text for text in catalogue(code).values() if bold_that_stays_open(text)} == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_said_can_be_found_and_is_said_when_it_is_shown(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in (*calls(tree, "say"), *calls(tree, "marked")):
        assert not isinstance(node.args[0], ast.JoinedStr), (
            f"line {node.lineno}: an f-string has no translation"
        )
    for statement in tree.body:
        if (
            not isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.If, ast.With))
            and path.parts[-2] != "pages"
        ):
            assert not list(calls(statement, "say")), f"line {statement.lineno}: said once for all visitors"


def test_the_language_is_asked_each_time(monkeypatch):
    monkeypatch.setattr(language._Current, "resolver", None)  # what the app follows comes back afterwards
    code = [ENGLISH]
    follow(lambda: code[0])
    assert say("Language") == "Language"
    code[0] = "zh"
    assert say("Language") == "语言"
    code[0] = "xx"
    assert say("Language") == "Language"


def test_numbers_are_put_in_and_braces_stay_without_them():
    assert say("Not in the catalogue: {n}", n=3) == "Not in the catalogue: 3"
    assert say("{as it is}") == "{as it is}"
    assert marked("{a}") == "{a}"
