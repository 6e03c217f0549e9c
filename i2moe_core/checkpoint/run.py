"""An opened run: everything that explaining needs, without its data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from i2moe_core.config import DataInfo, RunConfig
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.model.build import Model
from i2moe_core.types import Samples


@dataclass(frozen=True, eq=False)
class Run:
    """A trained model with its vocabulary, reference samples, audit and card.

    id: the folder's name and the first 12 digits of the weights' sha256.
    model: in evaluation mode, on ``device``.
    reference: about 200 raw samples that training did not see, all in split "test"; pictures are pixels.
    audit, card: None and "" where they were not added yet.
    """

    path: Path
    name: str
    id: str
    config: RunConfig
    info: DataInfo
    model: Model
    vocabulary: Vocabulary | None
    device: torch.device
    reference: Samples
    audit: Mapping[str, Any] | None
    card: str
    history: pd.DataFrame
