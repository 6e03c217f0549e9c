"""Analyze a run: what its experts said of every sample of a split, as one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i2moe_core.analysis.answers import BATCH, DRAWS, answer_rows
from i2moe_core.analysis.info import describe_analysis
from i2moe_core.analysis.projection import coordinates, umap_settings
from i2moe_core.analysis.record_columns import columns_from
from i2moe_core.analysis.schema import EMBEDDING, arrow_schema
from i2moe_core.analysis.store import INFO
from i2moe_core.analysis.swaps import Pool
from i2moe_core.checkpoint import Run
from i2moe_core.config import to_dict
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.reference import reference_of


def analyze_run(
    run: Run, data: TensorData, split: str = "test", umap: bool = False, draws: int = DRAWS
) -> pd.DataFrame:
    """Return one row a sample of the split, with the columns of ``schema``; all in memory.

    Raises:
        InputError: the run has no experts, or the split is empty.
    """
    model = mixture_of(run)
    rows = data.samples.rows(split)
    if len(rows) == 0:
        raise InputError(f"'{data.samples.name}' has no sample in split '{split}'; name another split.")
    table = analyze_rows(run, Pool(model, reference_of(run)), data, rows, draws)
    maps = coordinates(lambda space: iter([table]), len(rows), umap)
    frame = finish(table, maps).to_pandas()
    settings = umap_settings(len(rows)) if umap else None
    frame.attrs[INFO] = to_dict(describe_analysis(run, data.samples.name, split, draws, settings))
    return frame


def analyze_rows(
    run: Run,
    pool: Pool,
    data: TensorData,
    rows: np.ndarray,
    draws: int = DRAWS,
    numbers: np.ndarray | None = None,
) -> pa.Table:
    """Return the unfinished table of some rows: without maps, with the embeddings they are made of.

    numbers: what to call the rows, where ``data`` is a part of a larger set; by default as they are.
    """
    numbers = rows if numbers is None else numbers
    schema, parts = arrow_schema(pool.model.expert_names, pool.model.modalities), []
    for start in range(0, len(rows), BATCH):
        chosen = rows[start : start + BATCH]
        answers = answer_rows(pool, data, chosen, draws)
        columns = columns_from(run, pool.model, data, answers) | {"row": numbers[start : start + BATCH]}
        table = as_table(columns, schema, len(chosen))
        parts.append(table.append_column(EMBEDDING, _vectors(answers.embedding.numpy())))
    return pa.concat_tables(parts).combine_chunks()


def finish(table: pa.Table, maps: Mapping[str, np.ndarray]) -> pa.Table:
    """Put the maps' coordinates in place, and take the embeddings out."""
    table = table.drop_columns([EMBEDDING])
    for name, values in maps.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), pa.array(values, pa.float32()))
    return table


def as_table(columns: Mapping[str, Any], schema: pa.Schema, count: int) -> pa.Table:
    """Return the columns in the schema's order and types; those not given are null."""
    arrays: Iterable[pa.Array] = (_array(columns.get(f.name), f.type, count) for f in schema)
    return pa.Table.from_arrays(list(arrays), schema=schema)


def _array(values: Any, kind: pa.DataType, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        values = values.astype(np.float32)
    # What is not a number is not there: null, as a reader expects.
    return pa.array(values, kind, from_pandas=True)


def _vectors(values: np.ndarray) -> pa.Array:
    flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
