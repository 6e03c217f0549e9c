"""What stands in for a modality: in the perturbed passes of training, and where a sample lacks it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from i2moe_core.types import Features


class Replacement(nn.Module):
    """Replace one modality's features by something that says nothing of this sample.

    by_sample: the stand-in of a sample follows from nothing but the module's weights and the generator. So
    alone in its batch, with a generator seeded by its id, a sample always gets the same. Where it is False
    the other samples of the batch are what stands in.
    """

    by_sample = True

    def __init__(self, modalities: int, width: int) -> None:
        super().__init__()

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return features of the same shape, to be used in place of ``features``."""
        raise NotImplementedError


class RandomVectors(Replacement):
    """Standard normal vectors of the same shape (as published)."""

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return fresh noise for every token."""
        noise = torch.randn(features.tokens.shape, generator=generator, device=_device(generator, features))
        return _uniform(noise.to(features.tokens), features)


class MatchedNoise(Replacement):
    """Normal vectors with the mean and the variance, per dimension, of the batch's own tokens.

    Padding does not count. One token alone has no variance: its mean stands in. No gradient goes through it.
    """

    by_sample = False

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return fresh noise for every token, scaled and moved."""
        tokens, real = features.tokens.detach(), features.mask.unsqueeze(-1)
        count = real.sum().clamp(min=1)
        mean = (tokens * real).sum((0, 1)) / count  # (D,)
        spread = (((tokens - mean) * real).square().sum((0, 1)) / count).sqrt()
        noise = torch.randn(tokens.shape, generator=generator, device=_device(generator, features))
        return _uniform(mean + spread * noise.to(tokens), features)


class Permutation(Replacement):
    """The same modality of another sample of the batch: in distribution, but unrelated."""

    by_sample = False

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return the features shifted by a random number of samples, so that none keeps its own."""
        return features[derangement(len(features.tokens), generator).to(features.tokens.device)]


class Zero(Replacement):
    """Zeros."""

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return zeros."""
        return _uniform(torch.zeros_like(features.tokens), features)


class Mean(Replacement):
    """The batch's mean token at each place."""

    by_sample = False

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return the mean over the batch, for every sample."""
        mean = _uniform(features.tokens.mean(0, keepdim=True).expand_as(features.tokens), features)
        if features.layers is None or mean.layers is None:
            return mean
        layers = features.layers.mean(0, keepdim=True).expand_as(features.layers)
        return replace(mean, layers=torch.cat([layers[:, :-1], mean.layers[:, -1:]], 1))


class Learned(Replacement):
    """One learned vector per modality."""

    def __init__(self, modalities: int, width: int) -> None:
        super().__init__(modalities, width)
        self.vectors = nn.Parameter(0.02 * torch.randn(modalities, width))

    def forward(
        self, features: Features, modality: int, generator: torch.Generator | None = None
    ) -> Features:
        """Return the learned vector at every place."""
        return _uniform(self.vectors[modality].expand_as(features.tokens), features)


REPLACEMENTS: Mapping[str, type[Replacement]] = {
    "random": RandomVectors,
    "matched_noise": MatchedNoise,
    "permutation": Permutation,
    "zero": Zero,
    "mean": Mean,
    "learned": Learned,
}


class Missing(nn.Module):
    """A learned vector per modality for samples that lack it: one token, the rest masked."""

    def __init__(self, modalities: int, width: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(torch.zeros(modalities, width))

    def forward(self, features: Sequence[Features], present: Tensor) -> list[Features]:
        """Return the features with each absent modality (``present`` (B, M) False) replaced."""
        if bool(present.all()):
            return list(features)
        return [self._fill(f, present[:, m], self.vectors[m]) for m, f in enumerate(features)]

    @staticmethod
    def _fill(features: Features, present: Tensor, vector: Tensor) -> Features:
        lone = torch.zeros_like(features.mask)
        lone[:, 0] = True
        tokens = torch.where(present[:, None, None], features.tokens, vector * lone.unsqueeze(-1))
        mask = torch.where(present[:, None], features.mask, lone)
        pooled = torch.where(present[:, None], features.pooled, vector)
        layers = features.layers
        if layers is not None:
            layers = torch.where(present[:, None, None], layers, vector)
        return Features(tokens, mask, pooled, layers)


def derangement(count: int, generator: torch.Generator | None = None) -> Tensor:
    """Return a permutation of ``count`` that moves every element (a random order, shifted along itself)."""
    if count < 2:
        return torch.arange(count)
    order = torch.randperm(count, generator=generator)
    shift = int(torch.randint(1, count, (1,), generator=generator))
    result = torch.empty(count, dtype=torch.int64)
    result[order] = order.roll(shift)
    return result


def _uniform(tokens: Tensor, like: Features) -> Features:
    """Return features of these tokens; all layers, where ``like`` has any, hold their mean."""
    mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
    pooled = tokens.mean(1)
    layers = None if like.layers is None else pooled.unsqueeze(1).expand_as(like.layers)
    return Features(tokens, mask, pooled, layers)


def _device(generator: torch.Generator | None, features: Features) -> torch.device:
    return features.tokens.device if generator is None else generator.device
