"""What a table is an analysis of: kept in the file itself, so that a page needs neither run nor data set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from i2moe_core.checkpoint import Run
from i2moe_core.config import from_dict, to_dict
from i2moe_core.expert_set import expert_names
from i2moe_core.types import interaction_names

KEY = b"i2moe.analysis"
VERSION = 2  # of the columns; 1 had no record of itself


@dataclass(frozen=True)
class AnalysisInfo:
    """Whose answers, to what, and how they were taken.

    components: "probes" or "swaps", where ``component_*`` come from. draws: K, swaps of each modality.
    umap: the layout's settings, empty without one.
    """

    run_id: str
    data: str
    split: str
    task: str
    classes: list[str]
    modalities: list[str]
    experts: list[str]
    draws: int
    components: str
    umap: dict[str, Any] = field(default_factory=dict)
    version: int = VERSION

    @property
    def interactions(self) -> tuple[str, ...]:
        """The M + 2 interactions that the experts belong to; the experts themselves in the published set."""
        return interaction_names(self.modalities)


def describe_analysis(
    run: Run, data: str, split: str, draws: int, umap: Mapping[str, Any] | None = None
) -> AnalysisInfo:
    """Return what is to be written with an analysis of ``run``."""
    return AnalysisInfo(
        run_id=run.id,
        data=data,
        split=split,
        task=run.info.task,
        classes=list(run.info.classes),
        modalities=list(run.info.modalities),
        experts=list(expert_names(run.config.model, tuple(run.info.modalities))),
        draws=draws,
        components="swaps" if getattr(run.model, "probes", None) is None else "probes",
        umap=dict(umap or {}),
    )


def with_info(schema: pa.Schema, info: AnalysisInfo) -> pa.Schema:
    """Return the schema with the record attached."""
    return schema.with_metadata({KEY: json.dumps(to_dict(info)).encode()})


def info_of(schema: pa.Schema) -> AnalysisInfo | None:
    """Return the record in a schema; None in a table of another origin."""
    content = (schema.metadata or {}).get(KEY)
    if content is None:
        return None
    info: AnalysisInfo = from_dict(AnalysisInfo, json.loads(content), "the analysis' record")
    return info
