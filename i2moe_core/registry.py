"""Lookup in the visible tables (FUSIONS, RECIPES, ...): a wrong name gets a suggestion."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from i2moe_core.errors import InputError

Entry = TypeVar("Entry")


def lookup(table: Mapping[str, Entry], name: str, kind: str) -> Entry:
    """Return ``table[name]``.

    Raises:
        InputError: the name is unknown; the message suggests the nearest one and lists all.
    """
    if name in table:
        return table[name]
    near = get_close_matches(name, table, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"Unknown {kind} '{name}'.{hint} Known: {', '.join(sorted(table))}.")


def describe(entry: object) -> str:
    """Return the first line of an entry's docstring: its description in menus and listings."""
    return (entry.__doc__ or "").strip().splitlines()[0] if entry.__doc__ else ""
