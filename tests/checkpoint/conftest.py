"""A tiny run of each kind, saved once; every test that harms one works on a copy."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import torch

from i2moe_core.checkpoint import save_run
from i2moe_core.config import DataConfig, DataInfo, RunConfig, override
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, build_vocabulary, prepare
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.defaults import default_config
from i2moe_core.training.info import describe_data


@dataclass(frozen=True)
class Parts:
    model: Model
    config: RunConfig
    info: DataInfo
    vocabulary: Vocabulary | None
    data: TensorData

    def save(self, folder: Path, model: Model | None = None) -> None:
        history = pd.DataFrame({"phase": ["probes"], "epoch": [0], "score": [1.5]})
        save_run(
            folder, model or self.model, self.config, self.info, self.vocabulary, self.data.samples, history
        )

    def other_model(self, seed: int) -> Model:
        torch.manual_seed(seed)
        return build_model(self.config.model, self.info, self.config.training.recipe == "vanilla").eval()


def make_parts(source: str, recipe: str = "faithful") -> Parts:
    data_config = DataConfig(source, options={"sizes": [60, 20, 30]}, vocabulary_size=300)
    samples = load_samples(data_config)
    small = {"model.width": 8, "model.hidden": 8, "model.gate_hidden": 8}
    if source == "scenes":
        small |= {"model.encoders": {"image": {"name": "cnn", "options": {"channels": [4, 4, 4]}}}}
    config = override(default_config(samples, data_config, recipe), small)
    vocabulary = build_vocabulary(samples, config.data)
    data = prepare(samples, config.data, vocabulary)
    info = describe_data(data, vocabulary)
    torch.manual_seed(0)
    model = build_model(config.model, info, vanilla=recipe == "vanilla").eval()
    return Parts(model, config, info, vocabulary, data)


@pytest.fixture(scope="session")
def parts() -> Parts:
    return make_parts("scenes")


@pytest.fixture(scope="session")
def vector_parts() -> Parts:
    return make_parts("vectors:struct", "vanilla")


@pytest.fixture(scope="session")
def saved(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "scenes"
    parts.save(folder)
    return folder


@pytest.fixture
def run_copy(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "run"))


@pytest.fixture
def make() -> Callable[..., Parts]:
    return make_parts
