"""An analysis with all explanations against plain inference of the same mixture, interleaved medians.

    i2moe benchmark analyze --json FILE [--rounds 9] [--threads N] [--rows 1024] [--run checkpoints/scenes]

The analysis is what ``i2moe analyze`` does with samples in memory: every pass (experts, gate, probes, all
swaps), all columns, thumbnails, the part written to disk; no attribution, no map. Plain inference is the
mixture's own forward pass, encoders included, in batches of the same size. Keys: ``samples_per_second``,
``ratio_to_inference`` (at least 1/3), ``inference_samples_per_second``, ``draws``, ``peak_mib``, ``machine``.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from i2moe_core.analysis.answers import BATCH, DRAWS
from i2moe_core.analysis.part_files import write_part
from i2moe_core.analysis.records import analyze_rows
from i2moe_core.analysis.swaps import Pool
from i2moe_core.checkpoint import load_run
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.explain.passes import mixture_of
from i2moe_core.explain.reference import reference_of
from i2moe_core.model.i2moe import I2MoE

RUN = Path(__file__).parents[1] / "checkpoints" / "scenes"
BAR = 1 / 3


def main(argv: list[str] | None = None) -> None:
    """Measure, print, write the JSON."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark analyze", description=f"{__doc__}".splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", type=int, default=1024)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--run", type=Path, default=RUN)
    arguments = parser.parse_args(argv)
    before = torch.get_num_threads()
    torch.set_num_threads(arguments.threads)
    try:
        figures = measure(arguments)
    finally:
        torch.set_num_threads(before)
    for name in ("samples_per_second", "inference_samples_per_second", "ratio_to_inference"):
        print(f"{name:30} {figures[name]:>10.3f}")
    print(f"{'bar of the ratio':30} {BAR:>10.3f}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the figures."""
    run = load_run(arguments.run, arguments.device)
    model = mixture_of(run)
    samples = load_samples(run.config.data)
    data = prepare(samples, run.config.data, run.vocabulary)
    rows = np.resize(samples.rows("test"), arguments.rows)
    pool = Pool(model, reference_of(run))

    with tempfile.TemporaryDirectory() as folder:

        def analysis() -> None:
            table = analyze_rows(run, pool, data, rows, arguments.draws)
            write_part(table, Path(folder) / "part.parquet")

        pairs = interleave(lambda: infer(model, data, rows), analysis, arguments.rounds)
    return {
        "samples_per_second": len(rows) / statistics.median(slow for _, slow in pairs),
        "ratio_to_inference": statistics.median(fast / slow for fast, slow in pairs),
        "inference_samples_per_second": len(rows) / statistics.median(fast for fast, _ in pairs),
        "draws": arguments.draws,
        "rows": len(rows),
        "rounds": arguments.rounds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "machine": {
            "threads": arguments.threads,
            "device": str(run.device),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    }


@torch.inference_mode()
def infer(model: I2MoE, data: TensorData, rows: np.ndarray) -> None:
    """Run the mixture as it is, and bring its answers back."""
    device = next(model.parameters()).device
    for batch in data.batches(rows, BATCH):
        model(batch.to(device)).logits.cpu()


def interleave(fast: Callable[[], None], slow: Callable[[], None], rounds: int) -> list[tuple[float, float]]:
    """Return the seconds of both, run in turn so that a busy machine hits both alike."""
    for step in (fast, slow):
        step()
    return [(seconds(fast), seconds(slow)) for _ in range(rounds)]


def seconds(step: Callable[[], None]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
