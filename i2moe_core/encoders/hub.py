"""Pretrained networks from a Hugging Face directory, for pictures and texts (optional extra ``[hub]``).

Frozen (the default): the network stays outside the module's parameters and state, always in evaluation mode,
and each input passes through it once (``FrozenCache``). A checkpoint then holds the two projections and a
fingerprint of the network, which is read again from ``path``; another network there is refused.
Trainable: its weights are parameters and are stored with the run; ``path`` still gives its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from i2moe_core.encoders.base import Encoder, Grid
from i2moe_core.encoders.frozen_cache import FrozenCache
from i2moe_core.encoders.hub_loading import (
    IMAGE_CLASSES,
    TEXT_CLASSES,
    Backbone,
    fingerprint,
    load_backbone,
    read_normalisation,
    tokenizer_size,
)
from i2moe_core.errors import InputError
from i2moe_core.hub_files import hub_directory
from i2moe_core.linear import Linear
from i2moe_core.types import Features

OWN_PIECES = 3  # padding, unknown, mask come before the tokeniser's own ids


class HubEncoder(Encoder):
    """What both share: the held network, its cache, the projections to width D."""

    fingerprint: Tensor

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int,
        backbone: Backbone,
        trainable: bool,
        cache_mb: int,
    ) -> None:
        super().__init__(shape, width, vocabulary_size)
        self.family, self.trainable = backbone.family, trainable
        self.cache = FrozenCache(cache_mb * 2**20)
        # In a tuple a module is neither parameter nor state.
        self._held = (backbone.network.requires_grad_(trainable),)
        if trainable:
            self.network = backbone.network
        else:
            self.register_buffer("fingerprint", fingerprint(backbone.network))
        hidden = backbone.config.hidden_size
        self.project_tokens = nn.Sequential(nn.LayerNorm(hidden), Linear(hidden, width))
        self.project_pooled = nn.Sequential(nn.LayerNorm(hidden), Linear(hidden, width))

    def run(self, x: Tensor) -> Tensor:
        """Pass (B, *shape) through the network: its pooled vector, then its tokens, (B, 1 + T, hidden)."""
        raise NotImplementedError

    def states(self, x: Tensor) -> Tensor:
        """Return ``run(x)``, from the cache where no gradient is asked for."""
        if self.trainable or (x.requires_grad and torch.is_grad_enabled()):
            return self.run(x)
        return self.cache.rows(x, self.run)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> HubEncoder:
        super()._apply(fn, recurse)
        if not self.trainable:
            self._held[0]._apply(fn)  # moves along to the device
        return self

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        stored = None if self.trainable else state_dict.get(f"{prefix}fingerprint")
        if stored is not None and not torch.equal(stored.cpu(), self.fingerprint.cpu()):
            raise InputError(
                "The pretrained network is not the one this run was trained with; "
                "put the original model back at the encoder's 'path'."
            )
        super()._load_from_state_dict(state_dict, prefix, *rest)


class HubImage(HubEncoder):
    """Pretrained CLIP, SigLIP or ViT for pictures, from a local directory or hub:owner/name (needs [hub])."""

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int = 0,
        *,
        path: str,
        trainable: bool = False,
        cache_mb: int = 1024,
    ) -> None:
        directory = hub_directory(path)
        backbone = load_backbone(directory, IMAGE_CLASSES, "hub_image")
        super().__init__(shape, width, vocabulary_size, backbone, trainable, cache_mb)
        size, normalisation = backbone.config.image_size, read_normalisation(directory)
        self.size, self.scale = (size, size) if isinstance(size, int) else tuple(size), normalisation.scale
        self.register_buffer("mean", torch.tensor(normalisation.mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(normalisation.std).view(3, 1, 1), persistent=False)
        patch = backbone.config.patch_size
        self.grid = Grid(self.size[0] // patch, self.size[1] // patch)

    def forward(self, x: Tensor) -> Features:
        """Encode pictures, (B, 3, S, S) uint8 or float in 0..255, to one token a patch."""
        states = self.states(x)
        grid = self.grid(self.project_tokens(states[:, 1:]))  # (B, D, rows, columns)
        tokens = grid.flatten(2).transpose(1, 2)  # (B, patches, D)
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        return Features(tokens, mask, self.project_pooled(states[:, 0]))

    def grid_layer(self) -> nn.Module:
        """Return the projected patches as a picture."""
        return self.grid

    def run(self, x: Tensor) -> Tensor:
        """Resize to the network's size, normalise as it was trained, and pass through."""
        pixels = x.to(self.mean.dtype)
        if tuple(pixels.shape[-2:]) != self.size:
            pixels = functional.interpolate(pixels, self.size, mode="bicubic", antialias=True).clamp(0, 255)
        output = self._held[0](pixel_values=(pixels * self.scale - self.mean) / self.std)
        hidden = output.last_hidden_state
        if self.family == "siglip":  # patches only, pooled by a head
            pooled = output.pooler_output if output.pooler_output is not None else hidden.mean(1)
            return torch.cat([pooled.unsqueeze(1), hidden], 1)
        pooled = output.pooler_output if self.family == "clip" else hidden[:, 0]
        return torch.cat([pooled.unsqueeze(1), hidden[:, 1:]], 1)


class HubText(HubEncoder):
    """Pretrained CLIP, SigLIP or BERT for texts; data.tokenizer must name the same directory (needs [hub]).

    Ids are the tokeniser's own plus 3, so that 0, 1, 2 stay padding, unknown and hidden in every batch.
    Hidden pieces are not attended to: not every tokeniser has a mask piece.
    """

    def __init__(
        self,
        shape: Sequence[int],
        width: int,
        vocabulary_size: int,
        *,
        path: str,
        trainable: bool = False,
        cache_mb: int = 256,
    ) -> None:
        directory = hub_directory(path)
        backbone = load_backbone(directory, TEXT_CLASSES, "hub_text")
        super().__init__(shape, width, vocabulary_size, backbone, trainable, cache_mb)
        self.padding = backbone.config.pad_token_id or 0
        self.places = backbone.config.max_position_embeddings
        if vocabulary_size != tokenizer_size(directory) + OWN_PIECES:
            raise InputError(f"hub_text needs this model's own tokeniser: set data.tokenizer to '{path}'.")
        if shape[0] > self.places:
            raise InputError(
                f"Texts may have {shape[0]} tokens, but '{path}' takes {self.places}; "
                f"set data.max_tokens to {self.places} or less."
            )

    def forward(self, x: Tensor) -> Features:
        """Encode pieces, (B, T) int64 with 0 as padding, to (B, T, D); an empty text has no real token."""
        return self._features(self.states(x), x)

    def _features(self, states: Tensor, x: Tensor) -> Features:
        longest = int((x != 0).sum(1).max().clamp(min=1)) if len(x) else 1
        mask = x[:, :longest] >= OWN_PIECES
        tokens = self.project_tokens(states[:, 1 : 1 + longest]) * mask.unsqueeze(-1)
        return Features(tokens, mask, self.project_pooled(states[:, 0]) * mask.any(1, keepdim=True))

    def embed(self, x: Tensor) -> Tensor:
        """Return the network's own embeddings of the pieces, (B, T, hidden)."""
        ids = torch.where(x >= OWN_PIECES, x - OWN_PIECES, self.padding)
        return self._own_embeddings()(ids)

    def from_embedded(self, embedded: Tensor, x: Tensor) -> Features:
        """Encode changed embeddings of the pieces ``x``, (1 or B, T), through the same network."""
        x = x.expand(len(embedded), -1)
        pieces = embedded.shape[1]

        def put(module: nn.Module, given: object, result: Tensor) -> Tensor:
            return torch.cat([embedded.to(result.dtype), result[:, pieces:]], 1)

        # These networks take no embeddings from outside, so they are put where their own come out.
        hook = self._own_embeddings().register_forward_hook(put)
        try:
            return self._features(self.run(x), x)
        finally:
            hook.remove()

    def _own_embeddings(self) -> nn.Module:
        network: Any = self._held[0]
        embeddings: nn.Module = network.get_input_embeddings()
        return embeddings

    def run(self, x: Tensor) -> Tensor:
        """Pass pieces (B, T) through; pooled: the first piece (BERT), the last (CLIP), a head (SigLIP)."""
        seen = x >= OWN_PIECES  # (B, T)
        ids = torch.where(seen, x - OWN_PIECES, self.padding)
        hidden, head = self._hidden(ids, self._attended(x, seen))
        if head is not None:
            pooled = head
        elif self.family == "bert":
            pooled = hidden[:, 0]
        else:
            last = (seen * torch.arange(x.shape[1], device=x.device)).argmax(1)
            pooled = hidden[torch.arange(len(x), device=x.device), last]
        return torch.cat([pooled.unsqueeze(1), hidden[:, : x.shape[1]]], 1)

    def _attended(self, x: Tensor, seen: Tensor) -> Tensor:
        """Mark what attention may see; SigLIP was trained with its padding seen."""
        if self.family == "siglip":
            seen = seen | (x == 0)
        return seen | ~seen.any(1, keepdim=True)  # a row of nothing: NaN otherwise

    def _hidden(self, ids: Tensor, attended: Tensor) -> tuple[Tensor, Tensor | None]:
        if self.family == "siglip":  # trained on texts of full length
            rest = self.places - ids.shape[1]
            ids = functional.pad(ids, (0, rest), value=self.padding)
            attended = functional.pad(attended, (0, rest), value=True)
        output = self._held[0](input_ids=ids, attention_mask=attended.long())
        return output.last_hidden_state, output.pooler_output if self.family == "siglip" else None
