"""What of a page is still said in English: every text that is sent to the browser, element by element."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from i2moe_core import language

SENTENCE = re.compile(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){2,}")  # three words in a row
SILENT = {"id", "element_id", "icon", "url", "src", "color", "form_id", "page_script_hash", "query_params"}
SILENT |= {"css_content", "js_content"}
CODE = re.compile(r"```.*?```|`[^`]*`|<style>.*?</style>|\$[^$]*\$|\]\([^)]*\)|<[^>]+>", re.S)


def english_left(at: AppTest, *of_the_data: str) -> list[str]:
    """Return runs of three and more English words in a page's texts, figures and controls.

    of_the_data: texts that come from a run or a sample, which no catalogue can have.
    """
    found = []
    for element in [*_all(at.main), *_all(at.sidebar)]:
        for text in _strings(element.proto) if isinstance(getattr(element, "proto", None), Message) else ():
            found += english_in(text, *of_the_data)
    return found


def english_in(text: str, *of_the_data: str) -> list[str]:
    """Return the same of one text."""
    for own in of_the_data:
        text = text.replace(own, " ")
    return [hit.group() for hit in SENTENCE.finditer(CODE.sub(" · ", text))]


def speak_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all be said in Chinese for the rest of a test, also outside of a page."""
    monkeypatch.setattr(language._Current, "resolver", staticmethod(lambda: "zh"))


def _all(block: Any) -> Iterator[Any]:
    yield block
    for child in getattr(block, "children", {}).values():
        yield from _all(child)


def _strings(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name in SILENT:
            continue
        for part in value if field.is_repeated else [value]:
            if isinstance(part, Message):
                yield from _strings(part)
            elif isinstance(part, str):
                yield from _inside(part)


def _inside(text: str) -> Iterator[str]:
    """Strings within a figure's or a table's JSON, else the text itself."""
    if not text.startswith(("{", "[")):
        yield text
        return
    try:
        yield from _leaves(json.loads(text))
    except ValueError:
        yield text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("template", "bdata", "family"):
                yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
