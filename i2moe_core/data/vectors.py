"""Two vectors and a binary label whose interaction is known: the pure sets, marker, struct and hidden.

Three latent vectors w1, w2, wc ~ N(0, 1.5 I5) are seen through fixed random maps, x_m = [w_m T_m, v_m T_cm],
with v_m = wc or absent (0). The label is the sign of a mean: of w1 (u1), of w2 (u2), of wc (r, also called
redundancy), or of the product of the means of w1 and w2 (xor). After Liang et al., NeurIPS 2023; deviation:
5% of the labels are flipped where they drop latents at random.

Mixed sets draw one of the four types per sample, and push each latent vector ``_MARGIN`` away from the
boundary (w + _MARGIN * sign(mean w)), so that what is measured is the interaction and not the boundary's fit:
    marker  both vectors carry the type as a one-hot.
    struct  the type shows only as presence or absence of the second part: an informative vector carries in it
            a latent whose sign is the label, the other vector nothing; with both absent, the label is in the
            product of the signs of w1 and w2. So p(y|x1) and p(y|x2) are uniform where they should be.
    hidden  nothing shows the type.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from i2moe_core.data.sizes import check_sizes
from i2moe_core.registry import lookup
from i2moe_core.types import SPLITS, Modality, Samples, Truth, interaction_names

KINDS = {"u1": 0, "u2": 1, "xor": 2, "r": 3, "redundancy": 3, "marker": None, "struct": None, "hidden": None}
MODALITIES = (Modality("x1", "array"), Modality("x2", "array"))
TYPES = interaction_names(("x1", "x2"))
_LATENT, _SEEN = 5, 12
FLIPPED = 0.05  # share of the labels: the best accuracy that is possible is 1 - FLIPPED
_MARGIN = 1.0
_MAPS_SEED = 20230


def vectors(kind: str = "struct", *, seed: int = 0, sizes: Sequence[int] = (4000, 500, 1000)) -> Samples:
    """Two vectors with a binary label and known interactions (u1, u2, r, xor, marker, struct, hidden).

    Args:
        kind: which set.
        seed: of the samples; the maps are the same for all seeds.
        sizes: of the training, validation and test split.

    Raises:
        InputError: the kind is unknown.
    """
    pure = lookup(KINDS, kind, "set of vectors")
    check_sizes(sizes)
    rng, total = np.random.default_rng(seed), sum(sizes)
    types = rng.integers(0, 4, total) if pure is None else np.full(total, pure)
    x1, x2, signs = _draw(kind, types, rng)
    flipped = rng.random(total) < FLIPPED
    return Samples(
        name=f"vectors:{kind}",
        task="multiclass",
        modalities=MODALITIES,
        classes=("negative", "positive"),
        ids=tuple(
            f"{split}-{row:05d}" for split, size in zip(SPLITS, sizes, strict=True) for row in range(size)
        ),
        raw={"x1": list(x1), "x2": list(x2)},
        targets=((signs > 0) ^ flipped).astype(np.int64),
        splits=np.repeat(SPLITS, sizes),
        truth=Truth(np.array(TYPES)[types]),
    )


def _draw(
    kind: str, types: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x1 (N, D), x2 (N, D) float32 and the unflipped labels' signs (N,)."""
    latent = np.sqrt(1.5) * rng.standard_normal((3, len(types), _LATENT))
    s1, s2, shared = signs = np.sign(latent.mean(2))
    if KINDS[kind] is None:
        latent += _MARGIN * signs[:, :, None]
    own, common = latent[:2], latent[2]
    seen = np.stack([common, common])
    if kind == "struct":
        unique1, unique2, synergy, _ = (types == number for number in range(4))
        seen[0, unique2 | synergy] = 0
        seen[1, unique1 | synergy] = 0
        label = np.where(synergy, s1 * s2, shared)
    else:
        label = np.choose(types, [s1, s2, s1 * s2, shared])
    parts = [own[m] @ first for m, (first, _) in enumerate(_maps())]
    x1, x2 = (np.hstack([parts[m], seen[m] @ second]) for m, (_, second) in enumerate(_maps()))
    if kind == "marker":
        marker = np.eye(4)[types]
        x1, x2 = np.hstack([x1, marker]), np.hstack([x2, marker])
    return x1.astype(np.float32), x2.astype(np.float32), label


def _maps() -> np.ndarray:
    """Return the fixed maps, (modality, part, latent, seen)."""
    maps = np.random.default_rng(_MAPS_SEED).standard_normal((2, 2, _LATENT, _SEEN))
    return maps / np.sqrt(_LATENT)
