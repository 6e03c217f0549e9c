"""HTML that cannot be broken into: every text is escaped unless this file made it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from string import Formatter

_VOID = frozenset({"meta", "img", "br", "hr"})
# What no HTML file may hold: control characters, halves of characters, and the non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Markup(str):
    """Text that is HTML already; only ``tag``, ``join`` and constants of this package make one."""


Child = str | Markup | None | Iterable["Child"]
Attribute = str | int | float | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """Return an element; strings among the children are text and get escaped, None is left out.

    Attributes: ``class_`` is class, other underscores become hyphens; None leaves one out.
    """
    inner = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{inner}>")
    return Markup(f"<{name}{inner}>{join(children)}</{name}>")


def join(children: Child) -> Markup:
    """Return children one after the other, texts escaped."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(escape(printable(children)))
    return Markup("".join(join(child) for child in children))


def woven(sentence: str, **parts: Child) -> list[Child]:
    """Put parts, texts or elements, into the {places} of a sentence as ``say`` returns it without values."""
    woven_in: list[Child] = []
    for text, name, _, _ in Formatter().parse(sentence):
        woven_in += [text] if name is None else [text, parts[name]]
    return woven_in


def printable(text: str) -> str:
    """Return text with what no HTML file may hold replaced by the replacement character."""
    return _FORBIDDEN.sub("\ufffd", text)


def number(value: float, shown: str) -> Markup:
    """Return a number for reader and machine: shown rounded, with its full value beside."""
    return tag("data", shown.replace(" ", "\u00a0"), value=repr(float(value)))


def foreign(text: str) -> Markup:
    """Return text from outside, set apart so that its writing direction is its own."""
    return tag("bdi", text, dir="auto")


def _attribute(key: str, value: Attribute) -> str:
    name = key.rstrip("_").replace("_", "-")
    shown = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{escape(printable(shown))}"'
