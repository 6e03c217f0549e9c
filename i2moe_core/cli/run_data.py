"""The data that a saved run is applied to: its own, or another set with the same inputs and classes."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from i2moe_core.checkpoint import Run
from i2moe_core.cli.arguments import reader_options
from i2moe_core.config import DataConfig, DataInfo
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.errors import InputError
from i2moe_core.types import Samples


def open_data(run: Run, arguments: argparse.Namespace) -> TensorData:
    """Load the data that --data and the reader's options name, with the run's preprocessing.

    Raises:
        InputError: it cannot be read, does not fit the run, or has no sample in the split asked for.
    """
    samples, config = open_samples(run, arguments)
    data = prepare(samples, config, run.vocabulary)
    for name, x in data.inputs.items():
        if list(x.shape[1:]) != run.info.shapes[name]:
            raise InputError(
                f"'{name}' of '{samples.name}' has shape {list(x.shape[1:])}, but the run reads "
                f"{run.info.shapes[name]}; give data of the same shape."
            )
    return data


def open_samples(run: Run, arguments: argparse.Namespace) -> tuple[Samples, DataConfig]:
    """Load the same data unprepared, so that it can be prepared in parts; and how to prepare it.

    Raises:
        InputError: as ``open_data``, except for faults in the pictures and shapes.
    """
    config = data_config(run.config.data, arguments)
    samples = align(load_samples(config), run.info)
    if not len(samples.rows(arguments.split)):
        there = ", ".join(sorted(set(samples.splits.tolist())))
        raise InputError(
            f"'{samples.name}' has no {arguments.split} samples; give --split with one of: {there}."
        )
    return samples, config


def data_config(own: DataConfig, arguments: argparse.Namespace) -> DataConfig:
    """Return the run's data configuration, with another source or further options where given."""
    options = reader_options(arguments)
    if arguments.data is None or arguments.data == own.source:
        return replace(own, options=own.options | options)
    return replace(own, source=arguments.data, options=options)


def align(samples: Samples, info: DataInfo) -> Samples:
    """Return the samples with the run's classes in the run's order.

    Raises:
        InputError: task or modalities differ, or a class is unknown to the run.
    """
    kinds = {m.name: m.kind for m in samples.modalities}
    if kinds != info.modalities or samples.task != info.task:
        raise InputError(
            f"'{samples.name}' is {samples.task} with {_named(kinds)}, "
            f"but the run was trained for {info.task} with {_named(info.modalities)}."
        )
    if list(samples.classes) == info.classes or samples.task == "regression":
        return samples
    unknown = [name for name in samples.classes if name not in info.classes]
    if unknown:
        raise InputError(f"The run does not know class '{unknown[0]}'. It knows: {', '.join(info.classes)}.")
    places = np.array([info.classes.index(name) for name in samples.classes])
    return replace(samples, classes=tuple(info.classes), targets=_moved(samples, places, len(info.classes)))


def _moved(samples: Samples, places: np.ndarray, classes: int) -> np.ndarray:
    if samples.task == "multiclass":
        return places[samples.targets]
    targets = np.zeros((len(samples), classes), dtype=np.float32)
    targets[:, places] = samples.targets
    return targets


def _named(kinds: Mapping[str, str]) -> str:
    return " and ".join(f"{name} ({kind})" for name, kind in kinds.items())
