"""Pictures in pieces: what an encoder can learn before it sees a label."""

from collections.abc import Iterable
from math import factorial
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from i2moe_core.config import TrainingConfig
from i2moe_core.data.batching import TensorData
from i2moe_core.encoders import Encoder
from i2moe_core.errors import InputError
from i2moe_core.losses.jigsaw import distant_permutations, shuffle_tiles, tile_vectors
from i2moe_core.losses.reduce import mean_where
from i2moe_core.model.build import Model
from i2moe_core.training.methods.base import Method
from i2moe_core.training.methods.options import refuse_unknown
from i2moe_core.training.recipes.base import Losses, Phase
from i2moe_core.types import Batch, Features


class Jigsaw(Method):
    """Pre-train the picture encoder by jigsaw puzzles, then train as usual.

        L = - log p(permutation k | the encoder's tokens of the picture whose tiles are in order k)

    A picture is cut into ``tiles`` x ``tiles`` and shuffled by one of ``permutations`` fixed orders, chosen
    far from one another; a small network over the mean token of each place must say which. No label is used.
    ``epochs``: of this phase, before the recipe's; 0: none. ``modality``: by default the first picture.

    Reference: Noroozi and Favaro, ECCV 2016, section 3 and algorithm 1.

    Deviations: the shuffled picture passes through the encoder whole, instead of tile by tile, so that any
    encoder will do; no gaps between tiles and no colour jitter but what ``data.augment`` does. Nothing is
    left to learn in an encoder with a frozen network but its projection. All recipes.
    """

    orders: Tensor

    def __init__(
        self, epochs: int = 5, tiles: int = 2, permutations: int = 12, modality: str = "", hidden: int = 64
    ) -> None:
        super().__init__()
        if tiles not in (2, 3):
            raise InputError(f"The tiles of 'jigsaw' are 2 or 3 a side, but {tiles} were asked for.")
        most = min(factorial(tiles**2), 1000)
        if not 2 <= permutations <= most:
            raise InputError(f"'jigsaw' takes 2 to {most} permutations of its tiles, not {permutations}.")
        if epochs < 0 or hidden < 1:
            raise InputError("Epochs of 'jigsaw' must not be negative, and its hidden size be 1 or more.")
        self.epochs, self.tiles, self.permutations = epochs, tiles, permutations
        self.modality, self.hidden = modality, hidden

    def prepare(self, model: Model, data: TensorData, settings: TrainingConfig) -> None:
        """Find the picture, choose the orders, build the network that names them."""
        pictures = [m.name for m in data.samples.modalities if m.kind == "image"]
        if not pictures:
            raise InputError(f"'jigsaw' needs pictures, but '{data.samples.name}' has none; leave it out.")
        self.modality = self.modality or pictures[0]
        refuse_unknown("jigsaw", "modality", self.modality, pictures)
        encoder = cast(Encoder, model.encoders[self.modality])
        if encoder.shape[-1] < 2 * self.tiles:
            raise InputError(f"Pictures of {encoder.shape[-1]} pixels are too small for 'jigsaw'.")
        places = self.tiles**2
        self.register_buffer("orders", distant_permutations(places, self.permutations), persistent=False)
        inputs = places * encoder.width
        self.head = nn.Sequential(
            nn.Linear(inputs, self.hidden), nn.ReLU(), nn.Linear(self.hidden, self.permutations)
        )

    def phases(self, settings: TrainingConfig) -> tuple[Phase, ...]:
        """Return the puzzle phase."""
        return (PuzzlePhase(self.epochs, settings.batch_size, self),) if self.epochs else ()

    def learning(self, phase: Phase) -> list[Tensor]:
        """Return the naming network's weights, in its own phase only."""
        return super().learning(phase) if isinstance(phase, PuzzlePhase) else []


class PuzzlePhase(Phase):
    """The picture encoder alone, on shuffled tiles.

    It encodes the shuffled pictures itself: the features it is given need no graph, and other methods, which
    act where the recipe trains the encoders, keep out of it.
    """

    name = "jigsaw"
    trains_encoders = False

    def __init__(self, epochs: int, batch_size: int, method: Jigsaw) -> None:
        super().__init__(epochs, batch_size)
        self.method = method

    def modules(self, model: Model) -> Iterable[nn.Module]:
        """Return the picture encoder."""
        return [model.encoders[self.method.modality]]

    def losses(
        self, model: Model, features: list[Features], batch: Batch, generator: torch.Generator | None
    ) -> Losses:
        """Return the cross-entropy of the permutation, over the samples that have a picture."""
        method, images = self.method, batch.inputs[self.method.modality]
        drawn = torch.randint(method.permutations, (len(batch),), generator=generator).to(images.device)
        shuffled = shuffle_tiles(images, method.orders[drawn])
        tokens = model.encoders[method.modality](shuffled).tokens
        losses = cross_entropy(method.head(tile_vectors(tokens, method.tiles)), drawn, reduction="none")
        there = batch.present[:, model.modalities.index(method.modality)]
        return {"jigsaw": mean_where(losses, there)}
