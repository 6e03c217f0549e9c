"""The columns are documented, and a table holds exactly them, in these types."""

from i2moe_core.analysis.schema import (
    TYPES,
    arrow_schema,
    columns_of,
    describe_columns,
    modalities_of,
    probe_column,
    schema_text,
    swapped_column,
)
from i2moe_core.types import interaction_names

NAMES = interaction_names(("image", "text"))


def test_modalities_follow_from_the_experts():
    assert modalities_of(interaction_names(("a", "b", "c"))) == ("a", "b", "c")


def test_every_column_has_a_type_and_a_sentence():
    columns = describe_columns(NAMES)
    assert len({c.name for c in columns}) == len(columns)
    assert all(c.kind in TYPES and c.meaning.endswith(".") for c in columns)
    assert columns_of(NAMES) == arrow_schema(NAMES).names


def test_columns_of_swaps_and_probes():
    names = columns_of(NAMES)
    assert swapped_column("text") == "swapped_text_mixture"
    assert {swapped_column(m, e) for m in ("image", "text") for e in NAMES} <= set(names)
    assert {probe_column("image"), probe_column(), "changed_text", "spread_image"} <= set(names)


def test_more_modalities_have_more_columns():
    three = columns_of(interaction_names(("a", "b", "c")))
    assert len(three) - len(columns_of(NAMES)) == 8 + 3 * 8 - 2 * 7 + 1


def test_documentation_names_every_kind_of_column():
    lines = schema_text().splitlines()
    said = {line.split()[0] for line in lines}
    general = {
        name.replace("synergy", "{expert}").replace("image", "{modality}")
        for name in columns_of(NAMES)
        if not any(other in name for other in ("unique", "redundancy", "text_", "_text"))
    } - {"{modality}"}
    assert general <= said | {"image"}
    assert len(said) == len(lines)
