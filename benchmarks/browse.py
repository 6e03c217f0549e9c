"""How fast a data set of a million samples is browsed, page by page, through a real browser.

    i2moe benchmark browse --json FILE [--rows 1000000] [--pages data_set map ...]

For every page: the seconds to its first figure (cold: nothing read yet; warm: the same in a new tab), and to
the end of a filter change that was not made before. And the largest memory that the server ever took.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generated_analysis import add_generated

from i2moe_core.errors import InputError
from i2moe_core.ui.page import PAGES

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
BROWSED = ("data_set", "map", "disagreement", "interactions", "representations", "trust", "runs")
CHANGES = ("wrong", "right")  # buttons of the filter "Answer is"
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
DRAWN = "document.querySelectorAll('.js-plotly-plot .main-svg').length > 0"
COUNT = "(document.querySelector('.st-key-filter_count') || {innerText: ''}).innerText"
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE = 120_000  # milliseconds


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print a table and write the JSON."""
    known = [Path(page).stem for page in PAGES if Path(page).stem in BROWSED]
    parser = argparse.ArgumentParser(prog="i2moe benchmark browse", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pages", nargs="+", default=known, metavar="PAGE", choices=known)
    parser.add_argument("--run", type=Path, default=ROOT / "checkpoints" / "scenes", metavar="FOLDER")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / arguments.run.name
        shutil.copytree(arguments.run, run)
        add_generated(run, arguments.rows)
        with served(Path(folder)) as (address, server), _browser() as browser:
            pages = {page: measure_page(browser, f"{address}/{page}") for page in arguments.pages}
            memory = peak_memory(server)
    figures = {"rows": arguments.rows, "cores": os.cpu_count(), "server_mb": memory, "pages": pages}
    _show(figures)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measure_page(browser: Any, address: str) -> dict[str, float | None]:
    """Return the seconds of one page; the filter's are None where it has none."""
    cold = _visit(browser, address, filtered=False)[0]
    warm, changes = _visit(browser, address, filtered=True)
    return {"cold_s": cold, "first_figure_s": warm, "filter_s": max(changes, default=None)}


def peak_memory(server: int) -> float | None:
    """Return the largest resident size of a process in MB; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{server}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def _visit(browser: Any, address: str, filtered: bool) -> tuple[float, list[float]]:
    tab = browser.new_page()
    try:
        tab.set_viewport_size({"width": 1280, "height": 2200})
        started = time.perf_counter()
        tab.goto(address)
        tab.wait_for_function(DRAWN, timeout=PATIENCE)
        first = time.perf_counter() - started
        tab.wait_for_selector(IDLE, timeout=PATIENCE)
        tab.wait_for_timeout(2000)
        if tab.locator('[data-testid="stException"], [data-testid="stAlertContentError"]').count():
            raise InputError(f"{address} shows an error; look at it in a browser.")
        return first, _changes(tab) if filtered else []
    finally:
        tab.close()


def _changes(tab: Any) -> list[float]:
    buttons = [tab.locator(".st-key-f_correct").get_by_text(name, exact=True) for name in CHANGES]
    return [_change(tab, button) for button in buttons if button.count()]


def _change(tab: Any, button: Any) -> float:
    before = tab.evaluate(COUNT)
    started = time.perf_counter()
    button.click()
    tab.wait_for_function(f"{COUNT} !== {json.dumps(before)}", timeout=PATIENCE)
    tab.wait_for_selector(IDLE, timeout=PATIENCE)
    tab.evaluate(FRAMES)
    seconds = time.perf_counter() - started
    tab.wait_for_timeout(1000)
    return seconds


@contextmanager
def served(runs: Path, *flags: str, **settings: str) -> Iterator[tuple[str, int]]:
    """Give the address and the process of the app on these runs; flags and variables given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
         f"--server.port={port}", "--server.fileWatcherType=none", *flags],
        cwd=ROOT, env=os.environ | {"I2MOE_CHECKPOINTS": str(runs)} | settings,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=10)


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            if urllib.request.urlopen(address, timeout=2).read() == b"ok":
                return
        except OSError:
            time.sleep(0.25)
    raise InputError("The app did not start; try 'make run' and read what it says.")


@contextmanager
def _browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        raise InputError(f"{CHROMIUM} is not installed; install Chromium, then run it again.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser.new_context()  # one for all tabs: the app's scripts are loaded once
        finally:
            browser.close()


def _show(figures: dict[str, Any]) -> None:
    print(f"{figures['rows']:,} rows, {figures['cores']} cores, server {figures['server_mb'] or 0:.0f} MB")
    print(f"{'page':<16}{'cold':>8}{'first':>8}{'filter':>8}   seconds")
    for name, page in figures["pages"].items():
        print(f"{name:<16}" + "".join("     -  " if v is None else f"{v:>8.2f}" for v in page.values()))


if __name__ == "__main__":
    main()
