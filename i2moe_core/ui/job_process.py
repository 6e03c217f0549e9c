"""The process around a long computation: runs a command, says that it lives, ends it when asked to.

    python -m i2moe_core.ui.job_process FOLDER COMMAND ...

It outlives the page and the server. In FOLDER it keeps ``log.txt`` (all the command said), ``beat`` (touched
while it runs) and at the end ``end.json`` with the exit status; a file ``cancel`` asks it to stop. No
process numbers are kept: after a restart of the machine they would be another program's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

LOG, BEAT, END, CANCEL = "log.txt", "beat", "end.json", "cancel"
PAUSE = 0.2  # seconds between two looks
PATIENCE = 10.0  # seconds that the command gets to end by itself


def main(arguments: Sequence[str]) -> int:
    """Run the command in ``arguments[1:]`` to its end, or until it is cancelled."""
    folder, command = Path(arguments[0]), list(arguments[1:])
    signal.signal(signal.SIGTERM, _ask_to_stop(folder))
    (folder / BEAT).touch()
    with (folder / LOG).open("wb") as log:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            cancelled = _watch(child, folder)
        finally:
            _end(child)
    _write_end(folder, child.returncode, cancelled)
    return child.returncode


def _watch(child: subprocess.Popen[bytes], folder: Path) -> bool:
    """Wait for the end; returns whether it was asked for."""
    while child.poll() is None:
        if (folder / CANCEL).exists():
            return True
        (folder / BEAT).touch()
        time.sleep(PAUSE)
    return False


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _write_end(folder: Path, status: int, cancelled: bool) -> None:
    unfinished = folder / f"{END}.tmp"
    unfinished.write_text(json.dumps({"status": status, "cancelled": cancelled}), encoding="utf-8")
    os.replace(unfinished, folder / END)


def _ask_to_stop(folder: Path) -> Callable[[int, FrameType | None], None]:
    def stop(number: int, frame: FrameType | None) -> None:
        (folder / CANCEL).touch()

    return stop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
