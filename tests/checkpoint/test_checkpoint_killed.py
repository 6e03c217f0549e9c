"""A save killed at any step leaves the old run, the new run, or a folder that says it is unfinished."""

import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from i2moe_core.checkpoint import add_file, files, list_runs, load_run, save
from i2moe_core.checkpoint.names import AUDIT, STATE, WEIGHTS
from i2moe_core.errors import InputError


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the program catches it."""


class Killer:
    """Raise ``Killed`` in place of the n-th file operation."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fatal: int) -> None:
        self.done, self.fatal = 0, fatal
        for module, name in ((files.os, "replace"), (files.os, "fsync"), (Path, "unlink")):
            monkeypatch.setattr(module, name, self.guarded(getattr(module, name)))

    def guarded(self, operation):
        def act(*arguments, **options):
            self.done += 1
            if self.done == self.fatal:
                raise Killed
            return operation(*arguments, **options)

        return act


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()


def state_of(folder: Path) -> str:
    """Return the digest of the weights that open, or "unfinished"; anything else is an error."""
    try:
        load_run(folder, "cpu")
    except InputError as error:
        if "unfinished" not in str(error):
            raise
        return "unfinished"
    return digest(folder)


def test_save_killed_at_every_step(parts, run_copy, tmp_path):
    other = parts.other_model(5)
    parts.save(tmp_path / "new", other)
    old, new = digest(run_copy), digest(tmp_path / "new")
    seen = []
    for step in itertools.count(1):
        parts.save(run_copy)
        (run_copy / STATE).write_bytes(b"to resume from")
        with pytest.MonkeyPatch.context() as patch:
            killer = Killer(patch, step)
            try:
                parts.save(run_copy, other)
            except Killed:
                seen.append(state_of(run_copy))
            else:
                break
        if seen[-1] == "unfinished":
            assert (run_copy / STATE).is_file()
        else:
            assert seen[-1] in (old, new)
        assert killer.done == step
    assert [kind for kind, _ in itertools.groupby(seen)] == [old, "unfinished", new]
    assert len(seen) > 20


def test_added_file_killed_at_every_step(run_copy):
    for step in itertools.count(1):
        add_file(run_copy, AUDIT, b'{"accuracy": 0.1}')
        with pytest.MonkeyPatch.context() as patch:
            Killer(patch, step)
            try:
                add_file(run_copy, AUDIT, b'{"accuracy": 0.2}')
            except Killed:
                assert load_run(run_copy, "cpu").audit in ({"accuracy": 0.1}, None, {"accuracy": 0.2})
            else:
                break
    assert step > 5
    assert load_run(run_copy, "cpu").audit == {"accuracy": 0.2}


def test_disk_full_keeps_the_old_run(parts, run_copy, monkeypatch):
    old = digest(run_copy)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(InputError, match=r"config\.json cannot be written \(No space left on device\)"):
        parts.save(run_copy, parts.other_model(5))
    assert state_of(run_copy) == old
    assert not list(run_copy.glob("*.tmp"))


ENDLESS = """
import sys
from pathlib import Path
from conftest import make_parts
parts, folder = make_parts("vectors:struct"), Path(sys.argv[1])
models = [parts.other_model(seed) for seed in range(2)]
parts.save(folder, models[0])
print("ready", flush=True)
while True:
    for model in models:
        parts.save(folder, model)
"""


def test_sigkill_in_mid_save(tmp_path):
    folder = tmp_path / "run"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent)}
    for seed in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(folder)], stdout=subprocess.PIPE, env=environment, text=True
        )
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.Random(seed).uniform(0.02, 0.1))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        state_of(folder)
        assert [run.name for run in list_runs(tmp_path)] == ["run"]


def test_nothing_is_published_before_all_is_staged(parts, run_copy, monkeypatch):
    order = []
    monkeypatch.setattr(save, "stage", lambda path, content: order.append("stage"))
    monkeypatch.setattr(save, "publish", lambda path: order.append("publish"))
    parts.save(run_copy)
    assert order == ["stage"] * 5 + ["publish"] * 5
