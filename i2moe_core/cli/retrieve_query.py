"""``i2moe retrieve --query``: a text, a picture or a sample, and what of the other modality lies nearest."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.output import columns, json_content, number, write_file
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.analysis.job import Job, Watch
    from i2moe_core.analysis.retrieval.query import Maps
    from i2moe_core.types import Samples


def answer_query(arguments: argparse.Namespace, job: Job, watch: Watch) -> None:
    """Print the nearest samples, and write them where asked.

    Raises:
        InputError: the query is no value of the modality asked with, or no sample can be searched.
    """
    from i2moe_core.analysis.complete import complete_rows, encoded_chunks
    from i2moe_core.analysis.retrieval.query import encode_query, nearest, other_modality
    from i2moe_core.types import Features

    names = job.run.model.modalities
    name, value = given_query(job.samples, arguments.query, arguments.query_from, arguments.query_to)
    item = arguments.query_to or other_modality(names, name)
    query = encode_query(job.run, name, value)
    rows, _ = complete_rows(job, arguments.samples or len(job.samples), 0, "retrieval needs the inputs")
    done, parts = 0, []
    watch(0, len(rows))
    for data, features in encoded_chunks(job, rows):
        parts.append(features[names.index(item)])
        done += len(data.samples)
        watch(done, len(rows))
    maps = _maps(job, name, item, arguments.by)
    found = nearest(
        job.run, (name, query), (item, Features.cat(parts)), arguments.k, maps, arguments.by or ""
    )
    told: list[dict[str, Any]] = [
        {"id": job.samples.ids[rows[n]], "similarity": s}
        | {key: _words(job.samples.raw[m][rows[n]]) for key, m in (("value", item), ("partner", name))}
        for n, s in zip(found.rows, found.similarity, strict=True)
    ]
    if arguments.json is not None:
        kept = {"query": arguments.query, "from": name, "to": item, "by": found.by, "nearest": told}
        write_file(arguments.json, json_content(kept))
    print(f"nearest {item} to the {name} of the query, by {found.by}, among {len(rows)} {job.split} samples")
    print(columns([(str(t["id"]), number(t["similarity"]), t["value"] or t["partner"]) for t in told]))


def given_query(
    samples: Samples, query: str, query_from: str | None, query_to: str | None
) -> tuple[str, Any]:
    """Return the modality and the value of a query: a sample's id, a picture's file, or a text.

    Raises:
        InputError: it is none of them.
    """
    kinds = {m.name: m.kind for m in samples.modalities if m.name != query_to}
    asked = [query_from] if query_from is not None else list(kinds)
    if query in samples.ids:
        value = samples.raw[asked[0]][samples.ids.index(query)]
        if value is None:
            raise InputError(f"Sample '{query}' has no {asked[0]}; name another, or give --from.")
        return asked[0], value
    pictures, texts = ([n for n in asked if kinds[n] == kind] for kind in ("image", "text"))
    if pictures and Path(query).is_file():
        from i2moe_core.data.images import read_image

        return pictures[0], read_image(Path(query)).pixels
    if texts:
        return texts[0], query
    raise InputError(
        f"'{query[:80]}' is neither a sample of the data nor a picture's file; give one of them."
    )


def _maps(job: Job, name: str, item: str, by: str | None) -> Maps | None:
    """Return the linear maps: kept beside the run, or fitted now where they are asked with."""
    from i2moe_core.analysis.retrieval.file import read_retrieval, retrieval_path
    from i2moe_core.analysis.retrieval.fit import fit_maps
    from i2moe_core.analysis.retrieval.query import kept_maps
    from i2moe_core.analysis.similarity import trained_to_match

    if by not in (None, "map") or (by is None and trained_to_match(job.run)):
        return None
    kept = read_retrieval(retrieval_path(job.run.path, job.split))
    if kept is not None and kept.run_id == job.run.id:
        maps = kept_maps(kept.of(name, item))
        if maps is not None:
            return maps
    names = job.run.model.modalities
    first, second = sorted((name, item), key=names.index)
    fitted = fit_maps(job, seed=0).get((first, second))
    return None if fitted is None else fitted.maps


def _words(value: Any) -> str:
    """Return a text as it is, a file by its name, and nothing of pixels and numbers."""
    return value if isinstance(value, str) else value.name if isinstance(value, Path) else ""
