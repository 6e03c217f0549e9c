"""A class on the playground: sessions over HTTP, all training at once, each against the serial training.

    i2moe benchmark playground_load --json FILE [--sessions 30] [--steps 60]

Every session opens the page with settings and a seed of its own, trains by its link, and looks until its
training stands at its goal. Wrong: what the page then says is not what the same settings give alone. While
all seats are taken one visitor more asks for one. Driven by Streamlit's agent interface (experimental).
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browse import peak_memory, served

from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.trainer import Setup, Trainer

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ("faithful", "paper")
FULL = "try again in a minute"
PATIENCE = 600.0  # seconds for one answer


@dataclass(frozen=True)
class Seen:
    """What one session saw: seconds to its goal, looks, the longest wait, and whether it is right."""

    seconds: float
    looks: int
    longest: float
    right: bool
    error: str = ""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print a table and write the JSON."""
    parser = argparse.ArgumentParser(prog="i2moe benchmark playground_load", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--steps", type=int, default=60)
    arguments = parser.parse_args(argv)
    figures = measure_load(arguments.sessions, arguments.steps)
    _show(figures)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measure_load(sessions: int, steps: int) -> dict[str, Any]:
    """Return the figures of so many sessions at once, as plain JSON values."""
    wishes = [Settings(recipe=RECIPES[n % 2], seed=n, noise=n % 10) for n in range(sessions)]
    wanted = [serial(settings, steps) for settings in wishes]
    flags, seats = "--server.enableAgentApi=true", {"I2MOE_PLAYGROUND_SEATS": str(sessions)}
    arrived: list[int] = []
    with served(ROOT / "checkpoints", flags, **seats) as (address, server):
        # The first visitor pays for all imports; who has not given a table yet needs no seat.
        _ask(address, {"page": "playground", "query_params": {"p_data": ["own"]}})
        idle = resident(server)
        with (
            ThreadPoolExecutor(sessions) as pool,
            _one_more(address, lambda: len(arrived) == sessions) as refused,
        ):
            jobs = [
                pool.submit(visit, address, *job, steps, arrived) for job in zip(wishes, wanted, strict=True)
            ]
            seen = [job.result() for job in jobs]
        memory = peak_memory(server)
    times = sorted(one.seconds for one in seen)
    return {
        "sessions": sessions, "steps": steps, "cores": os.cpu_count(), "load_average": os.getloadavg()[0],
        "wrong": sum(not one.right and not one.error for one in seen),
        "errors": [one.error for one in seen if one.error],
        "seconds_median": times[len(times) // 2], "seconds_longest": times[-1],
        "looks_median": sorted(one.looks for one in seen)[len(seen) // 2],
        "longest_wait_s": max(one.longest for one in seen),
        "server_idle_mb": idle, "server_peak_mb": memory, "one_more_is_told": refused[0],
    }  # fmt: skip


def serial(settings: Settings, steps: int) -> tuple[str, str, str]:
    """Return what the page must say in the end, trained alone."""
    trainer = Trainer(Setup(settings))
    trainer.advance(steps)
    look = trainer.look()
    known = "–" if look.recovery is None else f"{look.recovery:.2f}"
    return f"{steps} / {steps}", f"{look.accuracy:.0%}", known


def visit(
    address: str, settings: Settings, wanted: tuple[str, str, str], steps: int, arrived: list[int]
) -> Seen:
    """Open the page, train to ``steps`` by its link and look until it stands there."""
    started, looks, longest = time.perf_counter(), 0, 0.0
    link = {"p_seed": settings.seed, "p_recipe": settings.recipe, "p_noise": settings.noise, "steps": steps}
    asked: dict[str, Any] = {
        "page": "playground", "query_params": {name: [str(value)] for name, value in link.items()},
    }  # fmt: skip
    try:
        while True:
            before = time.perf_counter()
            page = _ask(address, asked)
            longest, looks = max(longest, time.perf_counter() - before), looks + 1
            said = metrics(page)
            if looks == 1:
                arrived.append(settings.seed)
            if page["status"] != "ready" or len(said) != 3:
                return Seen(time.perf_counter() - started, looks, longest, False, _words(page)[:300])
            if said[0] == wanted[0]:
                return Seen(time.perf_counter() - started, looks, longest, said == wanted)
            asked = {"session_id": page["session_id"]}
    except (OSError, KeyError, ValueError) as error:
        return Seen(time.perf_counter() - started, looks, longest, False, str(error))


def metrics(page: dict[str, Any]) -> tuple[str, ...]:
    """Return the values of the page's metrics, in order."""
    return tuple(str(node["props"]["value"]) for node in _nodes(page["tree"]) if node["type"] == "metric")


def resident(server: int) -> float | None:
    """Return a process's resident size in MB; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{server}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))


@contextmanager
def _one_more(address: str, is_full: Callable[[], bool]) -> Iterator[list[bool]]:
    """While all seats are taken, ask for one more every now and then; whether it was ever told to wait."""
    told, over = [False], threading.Event()

    def ask() -> None:
        while not over.wait(0.2) and not told[0]:
            if is_full():
                told[0] = FULL in _words(_ask(address, {"page": "playground"}))

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        yield told
    finally:
        over.set()
        asker.join()


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for child in node.get("children", ()):
            yield from _nodes(child)


def _words(page: dict[str, Any]) -> str:
    kinds = ("warning", "error", "exception", "info")
    return " ".join(
        json.dumps(node, ensure_ascii=False) for node in _nodes(page["tree"]) if node["type"] in kinds
    )


def _ask(address: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send one request and wait until the page is ready."""
    while True:
        request = urllib.request.Request(
            f"{address}/_stcore/agent/interact",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                page: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()[:300]) from error
        if "tree" in page:
            return page
        body = {"session_id": page["session_id"]}


def _show(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        shown = f"{value:.1f}" if isinstance(value, float) else value
        print(f"{name:<18}{shown}")


if __name__ == "__main__":
    main()
