"""Maps of samples: PCA of all rows, streamed part by part, and UMAP of at most 50,000; both seeded.

UMAP is laid out once, here: it needs seconds to import and compile, and it cannot place a single new sample
where the same sample would lie among others. Rows that it leaves out are not a number on its map.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from i2moe_core.analysis.schema import EMBEDDING, column

UMAP_ROWS = 50_000
UMAP_LEAST = 15  # rows; with fewer there are no neighbourhoods
NEIGHBOURS = 15
WIDTH = 50  # principal components that UMAP reads
SPACES = ("embedding", "interaction")
KINDS = ("weight", "share", "component")  # that the interaction space is made of
Parts = Callable[[str], Iterator[pa.Table]]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plane:
    """Principal directions: ``(x - mean) * scale @ basis``; basis (D, W), the widest first."""

    mean: np.ndarray
    scale: np.ndarray
    basis: np.ndarray

    def place(self, vectors: np.ndarray, width: int) -> np.ndarray:
        """Return the first ``width`` coordinates, (N, width)."""
        placed: np.ndarray = ((vectors - self.mean) * self.scale) @ self.basis[:, :width]
        return placed


def coordinates(
    parts: Parts, count: int, umap: bool = True, seed: int = 0, say: Say = lambda text: None
) -> dict[str, np.ndarray]:
    """Return name of a map's column -> (N,) float32, for both spaces.

    parts: called with a space as often as needed, yields the unfinished table in order, at least with the
    columns that ``needed`` chooses. count: N, its rows.
    """
    maps: dict[str, np.ndarray] = {}
    for space in SPACES:
        plane = fit_plane(parts, space)
        flat = np.concatenate([plane.place(vectors(part, space), 2) for part in parts(space)])
        maps |= _named(f"pca_{space}", flat)
        if umap and count >= UMAP_LEAST:
            rows = umap_rows(count, seed)
            say(f"laying out the UMAP map of {len(rows):,} samples by {space}")
            maps |= _named(f"umap_{space}", _umap_of(parts, space, plane, rows, count, seed))
    return maps


def needed(names: Sequence[str], space: str) -> list[str]:
    """Return which of a part's columns the vectors of a space are made of."""
    starts = tuple(f"{kind}_" for kind in KINDS) if space == "interaction" else (EMBEDDING, "weight_")
    return [name for name in names if name.startswith(starts)]


def vectors(part: pa.Table, space: str) -> np.ndarray:
    """Return the vectors that a space is made of, (n, D) float64.

    embedding: every modality's pooled features. interaction: every expert's weight, share, and part of the
    evidence, each in 0..1.
    """
    if space == "embedding":
        return _lists(part.column(EMBEDDING))
    experts = [n.removeprefix("weight_") for n in part.column_names if n.startswith("weight_")]
    weight, share, size = (
        np.stack([part.column(column(kind, e)).to_numpy() for e in experts], 1).astype(np.float64)
        for kind in KINDS
    )
    size = np.abs(size)
    return np.concatenate([weight, share, size / np.maximum(size.sum(1, keepdims=True), 1e-9)], 1)


def fit_plane(parts: Parts, space: str) -> Plane:
    """Return the principal directions of all rows, from sums over the parts.

    Every third (of the interactions) or every modality's block (of the embeddings) is scaled to the same
    total variance, so that none is seen only because its numbers are large.
    """
    total, first, second = 0, np.zeros(0), np.zeros(0)
    blocks = len(KINDS)
    for part in parts(space):
        x = vectors(part, space)
        if not total:
            shift = x.mean(0)  # near the mean, so that the sums do not cancel
            first, second = np.zeros(x.shape[1]), np.zeros((x.shape[1], x.shape[1]))
            blocks = len(KINDS) if space == "interaction" else _modalities(part)
        x = x - shift
        total, first, second = total + len(x), first + x.sum(0), second + x.T @ x
    mean = first / total
    spread = second / total - np.outer(mean, mean)
    variance = np.maximum(np.diag(spread), 0).reshape(blocks, -1).sum(1)
    scale = np.repeat(1 / np.sqrt(np.where(variance > 1e-12, variance, 1)), len(mean) // blocks)
    _, directions = np.linalg.eigh(spread * np.outer(scale, scale))
    basis = directions[:, ::-1][:, :WIDTH]
    return Plane(shift + mean, scale, basis * _signs(basis))


def umap_settings(count: int, seed: int = 0) -> dict[str, Any]:
    """Return how the UMAP map of ``count`` rows is laid out; empty where there are too few for one."""
    if count < UMAP_LEAST:
        return {}
    rows = min(count, UMAP_ROWS)
    return {"rows": rows, "seed": seed, "neighbours": NEIGHBOURS, "version": version("umap-learn")}


def umap_rows(count: int, seed: int = 0) -> np.ndarray:
    """Return the rows on the UMAP map: all, or a seeded choice of UMAP_ROWS."""
    if count <= UMAP_ROWS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, UMAP_ROWS, replace=False))


def lay_out(points: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return UMAP's coordinates of the points, (N, 2); the same ones every time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on its own settings and on disconnected points
        from umap import UMAP

        layout = UMAP(
            n_neighbors=min(NEIGHBOURS, len(points) - 1), random_state=seed, n_jobs=1
        ).fit_transform(points.astype(np.float32))
    placed: np.ndarray = np.asarray(layout, dtype=np.float32)
    return placed


def _umap_of(parts: Parts, space: str, plane: Plane, rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    chosen, start = [], 0
    for part in parts(space):
        here = rows[(rows >= start) & (rows < start + len(part))] - start
        if len(here):
            chosen.append(plane.place(vectors(part.take(here), space), WIDTH))
        start += len(part)
    placed = np.full((count, 2), np.nan, dtype=np.float32)
    placed[rows] = lay_out(np.concatenate(chosen), seed)
    return placed


def _named(name: str, flat: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_{axis}": flat[:, k].astype(np.float32) for k, axis in enumerate("xy")}


def _modalities(part: pa.Table) -> int:
    return sum(name.startswith("weight_unique:") for name in part.column_names)


def _lists(values: pa.ChunkedArray) -> np.ndarray:
    flat = values.combine_chunks().flatten().to_numpy()
    lists: np.ndarray = flat.reshape(len(values), -1).astype(np.float64)
    return lists


def _signs(basis: np.ndarray) -> np.ndarray:
    """Return the signs that make each direction's largest entry positive: eigenvectors come with either."""
    largest = np.abs(basis).argmax(0)
    signs: np.ndarray = np.where(basis[largest, np.arange(basis.shape[1])] < 0, -1.0, 1.0)
    return signs
