"""What was measured of cross-modal retrieval and of the modality gap, as a small JSON file beside a run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from i2moe_core.checkpoint.files import json_bytes, write_atomic
from i2moe_core.config import from_dict, to_dict
from i2moe_core.errors import InputError
from i2moe_core.measures.modality_gap import Gap
from i2moe_core.measures.retrieval import Figure
from i2moe_core.measures.translation import Translation


@dataclass(frozen=True)
class Direction:
    """How well one modality finds the other. by: a name in ``similarity.KINDS``. right: answers, the mean."""

    query: str
    item: str
    by: str
    right: float
    figures: dict[str, Figure]


@dataclass(frozen=True)
class GapMeasures:
    """``modality_gap.Gap`` of the pooled vectors; separability is None where it is not defined."""

    distance: float
    separability: float | None
    alignment: float
    uniformity: list[float]


@dataclass(frozen=True)
class Plane:
    """Some pairs on the plane of both modalities' first principal axes.

    held: share of the variance. ids, texts: of the pairs. first, second: [x, y] of each.
    """

    held: float
    ids: list[str]
    texts: list[str]
    first: list[list[float]]
    second: list[list[float]]


@dataclass(frozen=True)
class Map:
    """A ridge map between two modalities' pooled vectors; penalty: as chosen on validation."""

    penalty: float
    source: list[float]
    weights: list[list[float]]
    centre: list[float]
    scale: list[float]


@dataclass(frozen=True)
class Matched:
    """Two modalities: their directions by every kind of similarity, their gap, their picture, their maps.

    main: the kind that queries are asked by. maps: from the first to the second and back, kept only where
    they are the main kind.
    """

    first: str
    second: str
    main: str
    directions: list[Direction]
    gap: GapMeasures
    plane: Plane
    maps: list[Map]


@dataclass(frozen=True)
class Retrieval:
    """All pairs of modalities of a run on a split.

    samples: of ``total`` of the split, drawn by ``seed`` from those that lack no input. trained: the method
    that brought the modalities together, "" where none did. notes: a sentence for what must be known.
    """

    run_id: str
    data: str
    split: str
    seed: int
    samples: int
    total: int
    trained: str
    pairs: list[Matched]
    notes: list[str]

    def of(self, first: str, second: str) -> Matched | None:
        """Return the pair of two modalities, in either order."""
        return next((p for p in self.pairs if {p.first, p.second} == {first, second}), None)


def retrieval_path(folder: Path, split: str) -> Path:
    """Return where a run keeps its figures of a split."""
    return folder / f"retrieval.{split}.json"


def write_retrieval(found: Retrieval, path: Path) -> None:
    """Write it; the file appears whole or not at all.

    Raises:
        InputError: the file cannot be written.
    """
    write_atomic(path, json_bytes(to_dict(found)))


def read_retrieval(path: Path) -> Retrieval | None:
    """Return what was measured; None where nothing was.

    Raises:
        InputError: the file is damaged.
    """
    if not path.is_file():
        return None
    try:
        found: Retrieval = from_dict(Retrieval, json.loads(path.read_text(encoding="utf-8")), path.name)
        whole = all(_is_whole(pair) for pair in found.pairs)
    except (OSError, ValueError, TypeError, InputError) as error:
        raise _damaged(path) from error
    if not whole or not found.pairs:
        raise _damaged(path)
    return found


def known_gap(gap: Gap) -> GapMeasures:
    """Return a gap as it is kept; what is not defined is None."""
    known = gap.separability if np.isfinite(gap.separability) else None
    return GapMeasures(gap.distance, known, gap.alignment, list(gap.uniformity))


def kept_map(translation: Translation, penalty: float) -> Map:
    """Return a map as it is kept, in single precision."""
    parts = (translation.source, translation.weights, translation.centre, translation.scale)
    return Map(penalty, *(_short(part) for part in parts))


def kept_translation(kept: Map) -> Translation:
    """Return a kept map for use."""
    return Translation(*(np.array(x) for x in (kept.source, kept.weights, kept.centre, kept.scale)))


def _short(values: np.ndarray) -> Any:
    """Return nested lists of numbers of seven digits."""
    if values.ndim > 1:
        return [_short(row) for row in values]
    return [float(f"{value:.7g}") for value in values]


def _is_whole(pair: Matched) -> bool:
    lengths = {len(x) for x in (pair.plane.ids, pair.plane.texts, pair.plane.first, pair.plane.second)}
    points = [*pair.plane.first, *pair.plane.second]
    return len(lengths) == 1 and all(len(point) == 2 for point in points) and len(pair.maps) in (0, 2)


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is damaged; remove it, or write it again with 'i2moe retrieve RUN'.")
