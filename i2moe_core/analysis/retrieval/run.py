"""Retrieval across every two modalities of a run, by every similarity that there is, and their gap.

Encoded once, compared block by block; the linear maps are fitted on the training split and their penalty is
chosen on validation, so that the split that is measured decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from i2moe_core.analysis.complete import complete_rows, encoded_chunks
from i2moe_core.analysis.job import Job, Watch
from i2moe_core.analysis.retrieval.file import Direction, Matched, Plane, Retrieval, kept_map, known_gap
from i2moe_core.analysis.retrieval.fit import Fitted, contents_of, fit_maps, fitting_rows
from i2moe_core.analysis.similarity import (
    ALIGNMENT,
    MAP,
    Similarity,
    brought_together,
    similarities,
    vectors_of,
)
from i2moe_core.language import marked
from i2moe_core.measures.modality_gap import modality_gap, normalized, plane
from i2moe_core.measures.retrieval import numbered, rank_blocks, summarize
from i2moe_core.types import Features

SAMPLES = 3000
DRAWN = 150  # pairs in the picture
_LENGTH = 80  # characters of a text
UNTRAINED = marked("No training method brought these modalities together: expect chance without a map.")
STANDS_IN = marked("The maps that the method contrastive learned are not kept; a linear map stands in.")
ALONE = marked("The run learned to match one modality with all others together; here one asks alone.")
NO_MAP = marked("No linear map: the data has no training or validation samples to fit it on.")
HELPED = {
    "train": marked("The linear map was fitted with the help of the train split itself."),
    "validation": marked("The linear map was fitted with the help of the validation split itself."),
}


class Steps:
    """Tells a watcher how much is done: samples encoded, and queries asked."""

    def __init__(self, watch: Watch, total: int) -> None:
        self.watch, self.total, self.done = watch, total, 0
        watch(0, total)

    def __call__(self, count: int) -> None:
        """Count so many more."""
        self.done += count
        self.watch(self.done, self.total)


def measure_retrieval(
    job: Job, samples: int = SAMPLES, seed: int = 0, watch: Watch = lambda done, total: None
) -> Retrieval:
    """Return how well each modality finds each other one on a seeded sample of the split.

    watch: called with the samples encoded and queries asked, and all.

    Raises:
        InputError: fewer than two samples of the split lack no input.
    """
    run, names = job.run, job.run.model.modalities
    rows, total = complete_rows(job, samples, seed, "retrieval needs the inputs")
    pairs = list(combinations(names, 2))
    steps = Steps(watch, _work(job, len(rows), len(pairs), seed))
    fitted = fit_maps(job, seed, steps)
    parts = [
        (features, [contents_of(data, n) for n in names])
        for data, features in encoded_chunks(job, rows, steps)
    ]
    features = [Features.cat(column) for column in zip(*(f for f, _ in parts), strict=True)]
    contents = [numbered(x for _, c in parts for x in c[m]) for m in range(len(names))]
    ids = [job.samples.ids[row] for row in rows]
    texts = _texts(job, rows)
    found = []
    for a, b in pairs:
        places = names.index(a), names.index(b)
        sides = features[places[0]], features[places[1]]
        equal = contents[places[0]], contents[places[1]]
        found.append(_pair(job, (a, b), sides, equal, fitted.get((a, b)), (ids, texts), seed, steps))
    return Retrieval(
        run_id=run.id, data=job.samples.name, split=job.split, seed=seed, samples=len(rows), total=total,
        trained=brought_together(run), pairs=found, notes=_notes(job, bool(fitted)),
    )  # fmt: skip


def _pair(
    job: Job,
    names: tuple[str, str],
    sides: tuple[Features, Features],
    contents: tuple[np.ndarray, np.ndarray],
    fitted: Fitted | None,
    words: tuple[list[str], list[str]],
    seed: int,
    steps: Steps,
) -> Matched:
    kinds = similarities(job.run, names, sides, None if fitted is None else fitted.maps)
    main = next(iter(kinds))
    vectors = normalized(vectors_of(sides[0].pooled)), normalized(vectors_of(sides[1].pooled))
    maps = []
    if main == MAP and fitted is not None:
        maps = [kept_map(one, penalty) for one, penalty in zip(fitted.maps, fitted.penalties, strict=True)]
    return Matched(
        first=names[0], second=names[1], main=main,
        directions=[
            _direction(names, kind, similarity, contents, back, seed, steps)
            for kind, similarity in kinds.items() for back in (False, True)
        ],
        gap=known_gap(modality_gap(*vectors, numbered(contents[1].tolist()), seed)),
        plane=_plane(vectors, words, seed),
        maps=maps,
    )  # fmt: skip


def _direction(
    names: tuple[str, str],
    kind: str,
    similarity: Similarity,
    contents: tuple[np.ndarray, np.ndarray],
    back: bool,
    seed: int,
    steps: Steps,
) -> Direction:
    queries, items = contents[::-1] if back else contents
    query, item = names[::-1] if back else names
    ranks = rank_blocks(_blocks(similarity, len(queries), back, steps), queries, items)
    return Direction(query, item, kind, float(ranks.right.mean()), summarize(ranks, seed=seed))


def _blocks(
    similarity: Similarity, queries: int, back: bool, steps: Steps
) -> Iterator[tuple[int, np.ndarray]]:
    height = similarity.height()
    for start in range(0, queries, height):
        scores = similarity.scores(slice(start, start + height), back)
        yield start, scores
        steps(len(scores))


def _plane(vectors: tuple[np.ndarray, np.ndarray], words: tuple[list[str], list[str]], seed: int) -> Plane:
    """Return a seeded choice of pairs, on the axes of all of them."""
    first, second, held = plane(*vectors)
    count = len(first)
    drawn = np.sort(np.random.default_rng(seed).permutation(count)[:DRAWN])
    ids, texts = ([column[n] for n in drawn] for column in words)
    return Plane(held, ids, texts, first[drawn].round(5).tolist(), second[drawn].round(5).tolist())


def _texts(job: Job, rows: np.ndarray) -> list[str]:
    names = [m.name for m in job.samples.modalities if m.kind == "text"]
    return [" ".join(str(job.samples.raw[name][row]) for name in names)[:_LENGTH] for row in rows]


def _work(job: Job, samples: int, pairs: int, seed: int) -> int:
    """Return how many samples are encoded and queries asked."""
    drawn = fitting_rows(job, seed) or {}
    kinds = 1 + bool(drawn) + (brought_together(job.run) == ALIGNMENT)
    return sum(map(len, drawn.values())) + samples * (1 + 2 * kinds * pairs)


def _notes(job: Job, mapped: bool) -> list[str]:
    """Return in English, for the file, what must be known; a page says it in the visitor's language."""
    trained, notes = brought_together(job.run), []
    if not trained:
        notes.append(UNTRAINED)
    if trained == "contrastive":
        notes.append(STANDS_IN)
    if trained == ALIGNMENT and len(job.run.model.modalities) > 2:
        notes.append(ALONE)
    if not mapped:
        notes.append(NO_MAP)
    elif job.split in HELPED:
        notes.append(HELPED[job.split])
    return notes
