"""The exported abstain threshold of a run: abstain.json, beside the weights and listed in the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from i2moe_core.checkpoint.files import json_bytes, read_json
from i2moe_core.checkpoint.manifest import check_version
from i2moe_core.checkpoint.names import ABSTAIN
from i2moe_core.checkpoint.save import add_file
from i2moe_core.config import SCHEMA_VERSION, from_dict, to_dict


@dataclass(frozen=True)
class AbstainRecord:
    """Abstain where ``measure`` is above ``most``.

    measure: a key of an explanation's ``disagreement``. coverage, risk: the share answered and the share
    wrong among them on the ``samples`` of ``data``, ``split``. At most ``bound`` of the answers are wrong,
    with ``confidence``. run_id: of the weights for which it holds.
    """

    run_id: str
    measure: str
    most: float
    target: float
    bound: float
    confidence: float
    coverage: float
    risk: float
    samples: int
    data: str
    split: str
    schema_version: int = SCHEMA_VERSION


def abstain_content(record: AbstainRecord) -> bytes:
    """Return the content of abstain.json."""
    return json_bytes(to_dict(record))


def write_abstain(folder: Path, record: AbstainRecord) -> None:
    """Add the threshold to a saved run, or replace it.

    Raises:
        InputError: the folder holds no finished run, or cannot be written.
    """
    add_file(folder, ABSTAIN, abstain_content(record))


def read_abstain(folder: Path) -> AbstainRecord | None:
    """Return the threshold of a run; None where none was exported.

    Raises:
        InputError: the file is damaged, foreign or of a newer version.
    """
    path = folder / ABSTAIN
    if not path.is_file():
        return None
    values = read_json(path)
    check_version(values.get("schema_version"), path)
    record: AbstainRecord = from_dict(AbstainRecord, values, str(path))
    return record
