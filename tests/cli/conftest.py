"""A tiny data set and settings with which training takes a second."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_trainings import SCENES, TINY, VECTORS

from i2moe_core.cli import main


@pytest.fixture
def train() -> Callable[..., int]:
    """Train on scenes or vectors: ``train(folder, "vectors", "--resume")``."""
    return lambda folder, data="vectors", *more: main(
        ["train", *(SCENES if data == "scenes" else VECTORS), *TINY, f"--out={folder}", *more]
    )


@pytest.fixture(scope="session")
def scenes_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "scenes"
    if main(["train", *SCENES, *TINY, f"--out={folder}"]):
        pytest.fail("training on scenes failed")
    return folder


@pytest.fixture(scope="session")
def vectors_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "vectors"
    if main(["train", *VECTORS, *TINY, f"--out={folder}"]):
        pytest.fail("training on vectors failed")
    return folder
