"""Write an analysis of made-up samples with the real columns, to try pages and summaries at size.

    i2moe benchmark generated_analysis --rows 1000000 --out FILE     a file
    i2moe benchmark generated_analysis --rows 1000000 --run FOLDER   the analysis of a (copy of a) run

Weights, shares, answers and maps hang together as in a real one: a sample's dominant expert has the largest
share, right answers are surer, clusters of the map are the experts'. Nothing in it was measured.
"""

from __future__ import annotations

import argparse
import mmap
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch

from i2moe_core.analysis.info import AnalysisInfo, with_info
from i2moe_core.analysis.records import as_table
from i2moe_core.analysis.schema import MAPS, arrow_schema, column, modalities_of, swapped_column
from i2moe_core.analysis.store import COMPRESSION, GROUP
from i2moe_core.analysis.thumbnails import thumbnails
from i2moe_core.checkpoint import add_file, load_run
from i2moe_core.checkpoint.names import ANALYSIS
from i2moe_core.types import interaction_names

CLASSES = ("circle", "triangle", "cross", "square", "star", "moon")
MODALITIES = ("image", "text")
WORDS = (
    "the", "a", "red", "blue", "green", "small", "large", "shape", "left", "right", "of", "is", "not",
    "beside", "which", "it", "one", "two", "all",
)  # fmt: skip
MAP_ROWS = 50_000
CHUNK = 8 * GROUP


def main(argv: Sequence[str] | None = None) -> None:
    """Write the file, and say how long it took and how large it is."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark generated_analysis", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="replaces this run's analysis")
    arguments = parser.parse_args(argv)
    if (arguments.out is None) == (arguments.run is None):
        parser.error("give either --out FILE or --run FOLDER")
    started = time.perf_counter()
    if arguments.out is not None:
        size = write_generated(arguments.out, arguments.rows, arguments.seed)
    else:
        size = add_generated(arguments.run, arguments.rows, arguments.seed)
    print(f"{arguments.rows:,} rows, {size / 2**20:.0f} MiB, {time.perf_counter() - started:.1f} s")


def write_generated(
    path: Path, rows: int, seed: int = 0, classes: Sequence[str] = CLASSES,
    modalities: Sequence[str] = MODALITIES, run_id: str = "generated",
) -> int:  # fmt: skip
    """Write ``rows`` made-up samples and return the file's size in bytes."""
    experts = interaction_names(modalities)
    info = AnalysisInfo(
        run_id, "generated", "test", "multiclass", list(classes), list(modalities), list(experts), 3,
        "probes", {"rows": min(rows, MAP_ROWS), "seed": seed},
    )  # fmt: skip
    schema = with_info(arrow_schema(experts), info)
    rng = np.random.default_rng(seed)
    on_map = np.zeros(rows, dtype=bool)
    on_map[rng.choice(rows, min(rows, MAP_ROWS), replace=False)] = True
    pictures = _pictures(rng)
    with pq.ParquetWriter(path, schema, compression=COMPRESSION) as writer:
        for start in range(0, rows, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, rows))
            columns = _columns(rng, numbers, experts, classes, pictures, on_map[numbers])
            table: pa.Table = as_table(columns, arrow_schema(experts), len(numbers))
            writer.write_table(table.cast(schema), row_group_size=GROUP)
    return path.stat().st_size


def add_generated(folder: Path, rows: int, seed: int = 0) -> int:
    """Replace a run's analysis by ``rows`` made-up samples with its classes and modalities."""
    run = load_run(folder, "cpu")
    with tempfile.TemporaryDirectory(dir=folder.resolve().parent) as temporary:
        path = Path(temporary) / ANALYSIS
        size = write_generated(path, rows, seed, run.info.classes, tuple(run.info.modalities), run.id)
        with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
            add_file(folder, ANALYSIS, content)  # type: ignore[arg-type]
    return size


def _columns(
    rng: np.random.Generator, numbers: np.ndarray, experts: Sequence[str], classes: Sequence[str],
    pictures: np.ndarray, on_map: np.ndarray,
) -> dict[str, Any]:  # fmt: skip
    count, names = len(numbers), np.array(classes, dtype=object)
    true = rng.choice(len(experts), count, p=_falling(len(experts)))
    lean = np.eye(len(experts))[true]
    weight = _normalised(rng.gamma(1.0, 1.0, lean.shape) + 2 * lean)
    share = _normalised(rng.gamma(0.7, 1.0, lean.shape) + 3 * lean)
    label = rng.integers(len(classes), size=count)
    right = rng.random(count) < 0.9 - 0.15 * (true == 2)
    said = np.where(right, label, (label + 1) % len(classes))
    sure = np.where(right, rng.beta(8, 1.5, count), rng.beta(3, 2, count))
    support = np.clip(sure[:, None] * (0.3 + 0.7 * share / share.max(1, keepdims=True)), 0, 1)
    follows = rng.random(lean.shape) < support
    answers = np.where(follows, said[:, None], rng.integers(len(classes), size=lean.shape))
    table: dict[str, Any] = {
        "id": [f"made-up-{n:07}" for n in numbers.tolist()],
        "row": numbers,
        "split": np.full(count, "test", dtype=object),
        "text": _texts(rng, count),
        "thumbnail": pictures[rng.integers(len(pictures), size=count)],
        "missing": np.where(rng.random(count) < 0.03, modalities_of(experts)[0], "").astype(object),
        "label": names[label],
        "prediction": names[said],
        "probability": sure,
        "correct": right,
        "dominant": np.array(experts, dtype=object)[share.argmax(1)],
        "interaction": np.array(experts, dtype=object)[true],
    }
    for k, expert in enumerate(experts):
        table |= {
            column("weight", expert): weight[:, k],
            column("share", expert): share[:, k],
            column("contribution", expert): weight[:, k] * rng.normal(2, 1.5, count),
            column("answer", expert): names[answers[:, k]],
            column("confidence", expert): rng.beta(4, 2, count),
            column("support", expert): support[:, k],
            column("component", expert): share[:, k] * rng.normal(1, 0.5, count),
            column("model_component", expert): share[:, k] * rng.normal(1, 0.7, count),
        }
    table |= _swapped(rng, experts, sure, share) | _disagreement(rng, answers, said)
    for place, name in enumerate(MAPS):
        flat = 6 * np.eye(len(experts), 2)[true] * (1 + place) + rng.normal(size=(count, 2))
        flat[name.startswith("umap") & ~on_map] = np.nan
        table |= {f"{name}_x": flat[:, 0], f"{name}_y": flat[:, 1] + true}
    return table


def _swapped(
    rng: np.random.Generator, experts: Sequence[str], sure: np.ndarray, share: np.ndarray
) -> dict[str, np.ndarray]:
    table = {}
    for m, modality in enumerate(modalities_of(experts)):
        drop = sure * share[:, m] * rng.random(len(sure))
        for expert in ("mixture", *experts):
            table[swapped_column(modality, expert)] = np.clip(sure - drop * rng.random(), 0, 1)
        table[f"changed_{modality}"] = rng.integers(4, size=len(sure)) / 3 * (share[:, m] > 0.3)
        table[f"spread_{modality}"] = drop * 0.3
    return table


def _disagreement(rng: np.random.Generator, answers: np.ndarray, said: np.ndarray) -> dict[str, np.ndarray]:
    agreement = (answers == said[:, None]).mean(1)
    noise = rng.random(len(said)) * 0.2
    return {
        "agreement": agreement,
        "jensen_shannon": np.clip((1 - agreement) * 0.8 + noise, 0, 1),
        "pairwise_jensen_shannon": np.clip((1 - agreement) * 0.7 + noise, 0, 1),
        "vote_entropy": np.clip((1 - agreement) + noise, 0, 1),
        "contribution_variance": rng.gamma(1, 1 + (1 - agreement)),
        "sign_split": rng.integers(answers.shape[1] + 1, size=len(said)) / answers.shape[1],
    }


def _texts(rng: np.random.Generator, count: int) -> list[str]:
    words = np.array(WORDS, dtype=object)[rng.integers(len(WORDS), size=(count, 8))]
    return [" ".join(line) for line in words]


def _pictures(rng: np.random.Generator) -> np.ndarray:
    pixels = torch.from_numpy(rng.integers(0, 255, (64, 3, 4, 4), dtype=np.uint8))
    large = pixels.repeat_interleave(8, 2).repeat_interleave(8, 3)
    made = np.empty(len(large), dtype=object)
    made[:] = thumbnails(large, torch.ones(len(large), dtype=torch.bool))
    return made


def _falling(count: int) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1)
    return weights / weights.sum()


def _normalised(values: np.ndarray) -> np.ndarray:
    return values / values.sum(1, keepdims=True)


if __name__ == "__main__":
    main()
