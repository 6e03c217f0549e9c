"""Untrained runs without files, for the tests of explaining and analysing."""

from pathlib import Path

import pandas as pd
import torch
from parts import tiny_config, tiny_model_config, tiny_samples

from i2moe_core.checkpoint import Run
from i2moe_core.config import DataConfig, ModelConfig, RunConfig
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, build_vocabulary, prepare
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.info import describe_data
from i2moe_core.types import Samples


def as_run(
    name: str, samples: Samples, config: RunConfig, model: Model | None = None
) -> tuple[Run, TensorData]:
    """An opened run on all of ``samples``, with the drawn weights of seed 0 where no model is given."""
    vocabulary = build_vocabulary(samples, config.data)
    data = prepare(samples, config.data, vocabulary)
    info = describe_data(data, vocabulary)
    if model is None:
        torch.manual_seed(0)
        model = build_model(config.model, info, vanilla=config.training.recipe == "vanilla")
    run = Run(
        path=Path(name), name=name, id=f"{name}-{id(model):x}", config=config, info=info,
        model=model.eval().requires_grad_(False),
        vocabulary=vocabulary, device=torch.device("cpu"), reference=samples, audit=None, card="",
        history=pd.DataFrame(),
    )  # fmt: skip
    return run, data


def array_run(
    task: str = "multiclass", modalities: int = 2, recipe: str = "faithful", size: int = 60,
    missing: float = 0.0, **model: object,
) -> tuple[Run, TensorData]:  # fmt: skip
    """A mixture of width 8 on ``tiny_samples``."""
    samples = tiny_samples(task, modalities, size, missing)
    return as_run(f"{task}-{modalities}", samples, tiny_config(recipe, tiny_model_config(**model)))


def scenes_run(**model: object) -> tuple[Run, TensorData]:
    """The scenes model in its real size, on few samples."""
    data = DataConfig(source="scenes", options={"sizes": [40, 20, 20]})
    return as_run("tiny-scenes", load_samples(data), RunConfig(data=data, model=ModelConfig(**model)))


def values_of(run: Run, row: int) -> dict[str, object]:
    """The raw values of a reference sample."""
    return {name: values[row] for name, values in run.reference.raw.items()}


def stretch(model: Model, factor: float) -> None:
    """Make the answers of an untrained model differ visibly between samples."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("weight") and parameter.dim() > 1:
                parameter.mul_(factor)
