"""Our step against the plain sequential scheme: interleaved, the median of the rounds' ratios.

    i2moe benchmark speed --json FILE [--rounds 11] [--threads N]

A ratio is plain time / our time. Keys: ``train.fp32``, ``train.bf16`` (our side in bf16 autocast, null on a
CPU without it), ``train.cuda`` (captured in a CUDA graph, null without a GPU), ``infer256`` (256 samples, no
gradients), ``all_passes`` (all experts and passes of one pair, no gradients), each ``.ratio`` beside its
milliseconds; ``pair_ms``, one pair explained warm; ``one_thread.*``, the same on one thread; ``machine``.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from speed_cuda import cuda_steps
from speed_setting import (
    TINY,
    Setting,
    Step,
    build_ours,
    build_plain,
    draw_batch,
    draw_tokens,
    our_step,
    plain_step,
    ready,
)

RUN = Path(__file__).parents[1] / "checkpoints" / "scenes"
Figures = dict[str, float | None]
BARS: dict[str, float | str] = {
    "pair_ms": "< 100",
    "train.fp32.ratio": 1.4,
    "train.bf16.ratio": 2.8,
    "infer256.ratio": 1.3,
    "all_passes.ratio": 2.0,
}


def main(argv: list[str] | None = None) -> None:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark speed", description=f"{__doc__}".splitlines()[0])
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch")
    parser.add_argument("--run", type=Path, default=RUN, help="the checkpoint whose pairs are explained")
    parser.add_argument("--tiny", action="store_true", help="a tiny setting, to try the script")
    arguments = parser.parse_args(argv)
    before = torch.get_num_threads()
    try:
        figures = measure(TINY if arguments.tiny else Setting(), arguments)
    finally:
        torch.set_num_threads(before)
    show(figures)
    if arguments.json is not None:
        text = json.dumps(figures | {"machine": machine(arguments)}, indent=2)
        arguments.json.write_text(text + "\n", "utf-8")


def measure(setting: Setting, arguments: argparse.Namespace) -> Figures:
    """Return all figures: with the threads asked for, and on one thread."""
    figures = measure_on(arguments.threads, setting, arguments) | measure_cuda(setting, arguments.rounds)
    single = measure_on(1, setting, arguments)
    return figures | {f"one_thread.{name}": value for name, value in single.items()}


def measure_on(threads: int, setting: Setting, arguments: argparse.Namespace) -> Figures:
    """Return the CPU's figures with that many threads."""
    torch.set_num_threads(threads)
    pair: Figures = {"pair_ms": measure_pair(arguments.run, arguments.rounds)}
    return pair | measure_training(setting, arguments.rounds) | measure_answers(setting, arguments.rounds)


def measure_training(setting: Setting, rounds: int) -> Figures:
    """Return the figures of the training step in fp32 and, where the CPU has it, in bf16."""
    torch.manual_seed(0)
    ours, batch = build_ours(setting), draw_batch(setting)
    plain = plain_step(setting, build_plain(setting, ours), batch)
    figures = compare("train.fp32", plain, our_step(setting, ours, batch, "fp32"), rounds)
    if not has_bf16():
        return figures | empty("train.bf16")
    return figures | compare("train.bf16", plain, our_step(setting, ours, batch, "bf16"), rounds)


def measure_answers(setting: Setting, rounds: int) -> Figures:
    """Return the figures without gradients: a large batch, and all passes of one pair."""
    torch.manual_seed(0)
    ours = build_ours(setting).eval()
    plain = build_plain(setting, ours).eval()
    many, one, other = (draw_tokens(setting, size) for size in (setting.large_batch, 1, 1))
    with torch.no_grad():
        figures = compare(
            "infer256",
            lambda: plain(many),
            lambda: ours.mix([ready(t) for t in many]),
            rounds,
        )
        return figures | compare(
            "all_passes",
            lambda: plain(one, other),
            lambda: ours.mix([ready(t) for t in one], [ready(t) for t in other]),
            10 * rounds,
        )


def measure_cuda(setting: Setting, rounds: int) -> Figures:
    """Return the figures of the step on a GPU; ``train.cuda`` is the captured one in fp32."""
    if not torch.cuda.is_available():
        return empty("train.cuda")
    plain, steps = cuda_steps(setting)
    figures: Figures = {}
    for name, step in steps.items():
        figures |= compare(f"train.cuda.{name}", plain, step, 10 * rounds)
    return figures | {"train.cuda.ratio": figures["train.cuda.graph.ratio"]}


def measure_pair(folder: Path, rounds: int) -> float | None:
    """Return the median milliseconds of one explanation, warm; None without a finished checkpoint."""
    if not (folder / "manifest.json").is_file():
        return None
    # Opening a run needs much more than a training step does.
    from i2moe_core.checkpoint import load_run
    from i2moe_core.explain.pair import explain_pair

    run = load_run(folder, "cpu")
    values = [
        {modality: run.reference.raw[modality][row] for modality in run.info.modalities}
        for row in range(min(rounds, len(run.reference)))
    ]
    explain_pair(run, values[0])  # fills the run's caches
    return 1000 * statistics.median(seconds(partial(explain_pair, run, v)) for v in values)


def compare(name: str, plain: Step, ours: Step, rounds: int) -> Figures:
    """Return ratio and milliseconds of two steps, run in turn so that a busy machine hits both alike."""
    for step in (plain, ours):
        step()
    pairs = [(seconds(plain), seconds(ours)) for _ in range(rounds)]
    return {
        f"{name}.ratio": statistics.median(p / o for p, o in pairs),
        f"{name}.plain_ms": 1000 * statistics.median(p for p, _ in pairs),
        f"{name}.ours_ms": 1000 * statistics.median(o for _, o in pairs),
    }


def empty(name: str) -> Figures:
    """Return the figures of what this machine cannot run."""
    return dict.fromkeys((f"{name}.ratio", f"{name}.plain_ms", f"{name}.ours_ms"))


def seconds(step: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def has_bf16() -> bool:
    """Say whether the CPU multiplies bfloat16 matrices in hardware."""
    features = torch.cpu.get_capabilities()
    return any(features.get(name, False) for name in ("amx_bf16", "amx_tile", "avx512_bf16", "bf16"))


def machine(arguments: argparse.Namespace) -> dict[str, object]:
    """Return what the figures depend on."""
    return {
        "cpu": cpu_name(),
        "threads": arguments.threads,
        "rounds": arguments.rounds,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "setting": "tiny" if arguments.tiny else "MM-IMDB",
    }


def cpu_name() -> str:
    """Return the processor's name."""
    listing = Path("/proc/cpuinfo")
    lines: Sequence[str] = listing.read_text("utf-8").splitlines() if listing.is_file() else ()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def show(figures: Figures) -> None:
    """Print the ratios beside their bars."""
    print(f"{'figure':32} {'measured':>9} {'bar':>6}")
    for name, value in figures.items():
        if name.endswith((".ratio", "pair_ms")):
            bar = BARS.get(name.removeprefix("one_thread."), "")
            print(f"{name:32} {'-' if value is None else format(value, '.2f'):>9} {bar:>6}")


if __name__ == "__main__":
    main()
