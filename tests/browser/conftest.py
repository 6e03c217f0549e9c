"""The real app on a free port with a tiny trained run, and a Chromium that notes every request."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
TRAIN = (
    "train", "--data=scenes", "--option=sizes=[48,16,24]", "--epochs=1", "--expert-epochs=1",
    "--batch-size=16", "--set=model.width=8", "--set=model.hidden=8", "--set=model.gate_hidden=8",
    "--set=data.vocabulary_size=300",
    '--set=model.encoders={"image": {"name": "cnn", "options": {"channels": [4, 4, 4]}}}', "--device=cpu",
)  # fmt: skip


@dataclass
class Visit:
    """A tab of the browser: ``foreign`` lists requests to other hosts, ``dialogs`` what scripts popped up."""

    tab: object
    address: str
    foreign: list = field(default_factory=list)
    dialogs: list = field(default_factory=list)

    def open(self, path):
        self.tab.goto(self.address + path)
        self.settle()

    def settle(self):
        self.tab.wait_for_timeout(300)
        self.tab.wait_for_selector(
            '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000
        )

    def figures(self, count):
        """Wait until so many figures are drawn."""
        self.tab.wait_for_function(
            f"document.querySelectorAll('.js-plotly-plot').length >= {count}", timeout=60_000
        )


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as player:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = player.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_runs(tmp_path_factory):
    """The folder of the runs that the app shows."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def served(chromium, served_runs):
    """The address of the app; it needs ``chromium`` first, so that nothing starts where that is absent."""
    folder = served_runs
    environment = os.environ | {"I2MOE_CHECKPOINTS": str(folder), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "i2moe_core.cli", *TRAIN, f"--out={folder / 'scenes'}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    with running_app(environment, folder.with_suffix(".log")) as address:
        yield address


@contextmanager
def running_app(environment, log):
    """Give the address of an app with this environment; what it says is kept in the file ``log``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
             f"--server.port={port}", "--server.fileWatcherType=none"],
            cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(address, server):
    for _ in range(120):
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}")
        try:
            if urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read() == b"ok":
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not answer within 30 s")


@pytest.fixture(scope="session")
def context(chromium):
    """One cache for all tabs: the app's scripts are loaded once."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture(params=[1280], ids=["wide"])
def visit(request, context, served):
    """A fresh tab; at the end of the test, a request to another host or a pop-up fails it."""
    tab = context.new_page()
    tab.set_viewport_size({"width": request.param, "height": 2200})
    visit = Visit(tab, served)

    def note(asked):
        host = asked.url.split("/")[2].split(":")[0] if asked.url.startswith(("http", "ws")) else "127.0.0.1"
        if host != "127.0.0.1":
            visit.foreign.append(asked.url)

    def dismiss(dialog):
        visit.dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("request", note)
    tab.on("dialog", dismiss)
    yield visit
    tab.close()
    assert visit.foreign == []
    assert visit.dialogs == []
