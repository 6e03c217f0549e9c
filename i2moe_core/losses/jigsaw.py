"""Jigsaw puzzles: which permutations to use, how to shuffle a picture's tiles, what is seen at each place."""

from itertools import permutations
from math import isqrt

import numpy as np
import torch
from torch import Tensor


def distant_permutations(places: int, count: int) -> Tensor:
    """Return ``count`` permutations far from one another, (count, places): always the same ones.

    From the identity on, the one with the largest sum of Hamming distances to those chosen; among equals the
    one farthest from the nearest of them, then the first in lexicographic order.

    Reference: Noroozi and Favaro, ECCV 2016, algorithm 1, which starts from a random permutation and breaks
    ties by chance.
    """
    # One row a place: 362,880 permutations of nine are compared row by row, in small numbers.
    known = np.array(list(zip(*permutations(range(places)), strict=True)), dtype=np.uint8)
    chosen, total = [0], np.zeros(known.shape[1], dtype=np.int32)
    nearest = np.full(known.shape[1], places, dtype=np.uint8)
    while len(chosen) < count:
        distance = np.zeros_like(nearest)
        for row in known:
            distance += row != row[chosen[-1]]
        total, nearest = total + distance, np.minimum(nearest, distance)
        score = np.where(nearest > 0, total * (places + 1) + nearest, -1)  # 0: chosen already
        chosen.append(int(score.argmax()))
    return torch.from_numpy(known[:, chosen].T.astype(np.int64))


def shuffle_tiles(images: Tensor, orders: Tensor) -> Tensor:
    """Return the pictures with tile ``orders[b, k]`` at place k; places go row by row.

    images: (B, 3, S, S). orders: (B, n²). Rows and columns left over where n does not divide S stay.
    """
    tiles, (side, count) = isqrt(orders.shape[1]), (images.shape[-1], len(images))
    size = side // tiles
    inner = images[..., : size * tiles, : size * tiles].unflatten(-1, (tiles, size))
    parts = inner.unflatten(-3, (tiles, size))  # (B, 3, n, size, n, size)
    parts = parts.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)  # (B, n², 3, size, size)
    mixed = parts[torch.arange(count, device=images.device).unsqueeze(1), orders]
    mixed = mixed.unflatten(1, (tiles, tiles)).permute(0, 3, 1, 4, 2, 5)  # (B, 3, n, size, n, size)
    result = images.clone()
    result[..., : size * tiles, : size * tiles] = mixed.flatten(-2).flatten(-3, -2)
    return result


def tile_vectors(tokens: Tensor, tiles: int) -> Tensor:
    """Return the mean token of each place, one after another, (B, n² D).

    tokens: (B, T, D), the last isqrt(T)² of them a square grid row by row (any before are no places).
    """
    side = isqrt(tokens.shape[1])
    grid = tokens[:, -side * side :].unflatten(1, (side, side))  # (B, side, side, D)
    shares = _shares(side, tiles).to(grid)
    return torch.einsum("pi,qj,bijd->bpqd", shares, shares, grid).flatten(1)


def _shares(side: int, tiles: int) -> Tensor:
    """Return the weight of each of ``side`` cells in the mean of each tile, (tiles, side)."""
    # Adaptive pooling does the same, but its gradient on CUDA does not repeat to the bit.
    place, cell = torch.arange(tiles).unsqueeze(1), torch.arange(side)
    inside = ((cell + 1) * tiles > place * side) & (cell * tiles < (place + 1) * side)
    return inside / inside.sum(1, keepdim=True)
