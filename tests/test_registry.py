"""Lookup by name: the entry, or a sentence with the nearest name and all of them."""

import pytest

from i2moe_core.data import DATASETS
from i2moe_core.encoders import ENCODERS
from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.model.replace import REPLACEMENTS
from i2moe_core.registry import describe, lookup
from i2moe_core.training.methods import METHODS
from i2moe_core.training.recipes import RECIPES

TABLES = {
    "dataset": DATASETS, "encoder": ENCODERS, "fusion": FUSIONS, "replacement": REPLACEMENTS,
    "method": METHODS, "recipe": RECIPES,
}  # fmt: skip
ENTRIES = [(kind, name) for kind, table in TABLES.items() for name in table]


def test_the_entry_itself_is_returned():
    entry = object()
    assert lookup({"a": entry}, "a", "letter") is entry


def test_a_near_miss_gets_a_suggestion_and_the_whole_list():
    with pytest.raises(InputError) as caught:
        lookup({"mfb": 1, "concat": 2}, "mfbb", "fusion")
    assert str(caught.value) == "Unknown fusion 'mfbb'. Did you mean 'mfb'? Known: concat, mfb."


def test_a_far_name_gets_the_list_alone():
    with pytest.raises(InputError) as caught:
        lookup({"mfb": 1}, "zzz", "fusion")
    assert str(caught.value) == "Unknown fusion 'zzz'. Known: mfb."


def test_a_description_is_the_first_line_of_the_docstring():
    class Entry:
        """One line.

        More.
        """

    assert describe(Entry) == "One line."
    assert describe(type("Silent", (), {})) == ""


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_entry_of_every_table_has_a_description_for_the_menus(kind, name):
    line = describe(TABLES[kind][name])
    assert 5 <= len(line) <= 120
    assert line[0].isupper()
    assert line.endswith(".")
