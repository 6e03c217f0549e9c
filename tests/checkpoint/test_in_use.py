"""A folder that one process writes into is refused to a second one, and free when the first is killed."""

import subprocess
import sys

import pytest

from i2moe_core.checkpoint.in_use import held, is_held
from i2moe_core.errors import InputError

HOLD = """
import sys, time
from pathlib import Path
from i2moe_core.checkpoint.in_use import held
with held(Path(sys.argv[1]), "a training"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.wait(timeout=30)


def test_a_second_process_is_refused_and_a_killed_one_leaves_the_folder_free(tmp_path, holder):
    assert is_held(tmp_path)
    with pytest.raises(InputError, match="Another process is writing a sweep"), held(tmp_path, "a sweep"):
        pass
    holder.kill()
    holder.wait(timeout=30)
    assert not is_held(tmp_path)
    with held(tmp_path, "a sweep"):
        assert is_held(tmp_path)


def test_nothing_is_left_behind_also_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="inside"), held(tmp_path / "new", "a training"):
        raise ValueError("inside")
    assert not is_held(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with held(tmp_path / "new", "a training"):
        (tmp_path / "new" / "file").touch()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]
