"""A folder of tiny trained runs, as the Runs page meets them: two seeds, a baseline, one interrupted."""

import shutil
from pathlib import Path

from i2moe_core.checkpoint.names import CONFIG, HISTORY
from i2moe_core.cli import main

TRAIN = (
    "train", "--data=vectors:struct", "--option=sizes=[48,16,24]", "--epochs=2", "--expert-epochs=2",
    "--batch-size=16", "--set=model.width=8", "--set=model.hidden=8", "--set=model.gate_hidden=8",
    "--set=data.seed=0", "--device=cpu",
)  # fmt: skip
BROKEN = "broken <b>"


def fill(folder: Path) -> Path:
    """Train ``first``, ``second`` (another seed) and ``single`` (a baseline); copy ``stopped``; break one."""
    for name, *more in (
        ("first", "--set=training.seed=0"),
        ("second", "--set=training.seed=1"),
        ("single", "--recipe=vanilla"),
    ):
        if main([*TRAIN, *more, f"--out={folder / name}"]):
            raise RuntimeError(f"training {name} failed")
    (folder / "stopped").mkdir()
    for name in (CONFIG, HISTORY):
        shutil.copy(folder / "first" / name, folder / "stopped" / name)
    shutil.copytree(folder / "first", folder / BROKEN)
    (folder / BROKEN / HISTORY).write_bytes(b"short")
    return folder
