"""From pixels to the encoder's tensor, and the random changes of a training batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from i2moe_core.config import DataConfig
from i2moe_core.data.vocabulary import MASK, PADDING
from i2moe_core.types import Batch, Modality


def image_tensor(pixels: np.ndarray, size: int) -> Tensor:
    """Return the whole picture (H, W, 3) as (3, size, size) uint8.

    The aspect is kept; the rest is filled with the mean colour of the picture's edge. A picture that has the
    size already is left as it is.
    """
    height, width = pixels.shape[:2]
    if (height, width) != (size, size):
        pixels = _fit(pixels, size)
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1).contiguous()


def _fit(pixels: np.ndarray, size: int) -> np.ndarray:
    """Resize with antialiasing so that the longer side is ``size``, and centre it on the edge's colour."""
    height, width = pixels.shape[:2]
    scale = size / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    small = np.asarray(Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BICUBIC))
    canvas = np.empty((size, size, 3), dtype=np.uint8)
    canvas[:] = _edge_colour(small)
    top, left = (size - rows) // 2, (size - columns) // 2
    canvas[top : top + rows, left : left + columns] = small
    return canvas


def _edge_colour(pixels: np.ndarray) -> np.ndarray:
    """Return the mean colour of the four sides, (3,)."""
    sides = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return np.rint(sides.mean(0)).astype(np.uint8)


def augment(
    batch: Batch, modalities: Sequence[Modality], config: DataConfig, generator: torch.Generator
) -> Batch:
    """Return the batch with pictures shifted and dimmed and words hidden; arrays stay as they are.

    Nothing is mirrored and no hue is changed: both may be the answer (digits, arrows, colours).
    """
    inputs = dict(batch.inputs)
    for modality in modalities:
        x = inputs[modality.name]
        if modality.kind == "image":
            inputs[modality.name] = _jitter(_shift(x, config.max_shift, generator), config.jitter, generator)
        elif modality.kind == "text":
            inputs[modality.name] = _hide_words(x, config.word_dropout, generator)
    return replace(batch, inputs=inputs)


def _shift(images: Tensor, limit: int, generator: torch.Generator) -> Tensor:
    """Move each picture (B, 3, H, W) by up to ``limit`` pixels each way, its edge repeated."""
    count, channels, height, width = images.shape
    moves = torch.randint(-limit, limit + 1, (2, count, 1), generator=generator, device=generator.device)
    rows, columns = moves.to(images.device)
    rows = (torch.arange(height, device=images.device) + rows).clamp(0, height - 1)  # (B, H)
    columns = (torch.arange(width, device=images.device) + columns).clamp(0, width - 1)  # (B, W)
    places = (rows[:, :, None] * width + columns[:, None, :]).view(count, 1, -1)  # (B, 1, H * W)
    return images.flatten(2).gather(2, places.expand(-1, channels, -1)).view_as(images)


def _jitter(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Vary brightness and contrast of each picture (B, 3, H, W) by up to ``share``."""
    strengths = torch.rand(2, len(images), 1, 1, 1, generator=generator, device=generator.device)
    brightness, contrast = (1 + share * (2 * strengths - 1)).to(images.device)
    pixels = images.float()
    mean = pixels.mean((1, 2, 3), keepdim=True)
    return (((pixels - mean) * contrast + mean) * brightness).round().clamp(0, 255).to(images.dtype)


def _hide_words(ids: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Replace pieces (B, T) by the mask with probability ``share``; padding stays."""
    chance = torch.rand(ids.shape, generator=generator, device=generator.device).to(ids.device)
    return ids.masked_fill((chance < share) & (ids != PADDING), MASK)
