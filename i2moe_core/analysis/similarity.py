"""How two modalities are compared: by the run's own matching, by cosine, or through a linear map.

A similarity gives the scores of some queries of one side against all samples of the other, (n, N), so that
the whole table is never held. ``back``: the queries are of the second modality.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from i2moe_core.checkpoint import Run
from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.language import marked
from i2moe_core.measures.modality_gap import normalized
from i2moe_core.measures.translation import Translation
from i2moe_core.registry import lookup
from i2moe_core.training.methods.alignment import Alignment, asking_fusions
from i2moe_core.training.recipes import RECIPES
from i2moe_core.types import Features

ALIGNMENT, POOLED, MAP = "alignment", "pooled", "map"
KINDS = {
    ALIGNMENT: marked("the run's own matching"),
    POOLED: marked("cosine of the pooled vectors"),
    MAP: marked("cosine after a linear map"),
}
_BLOCK = 16_000_000  # token scores held at a time
_ROWS = 4_000_000  # scores held at a time


class Similarity(Protocol):
    """Scores of queries against all samples of the other modality."""

    def sizes(self) -> tuple[int, int]:
        """Return how many samples either side has."""

    def height(self) -> int:
        """Return how many queries to ask at once."""

    def scores(self, rows: slice, back: bool = False) -> np.ndarray:
        """Return the scores of the queries ``rows``, (n, N)."""


class Cosine:
    """Cosines of vectors that lie in one space.

    there, back: the queries' and the items' vectors of length 1 for either direction.
    """

    def __init__(
        self, there: tuple[np.ndarray, np.ndarray], back: tuple[np.ndarray, np.ndarray] | None = None
    ) -> None:
        self.there, self.back = there, back or (there[1], there[0])

    def sizes(self) -> tuple[int, int]:
        """Return how many samples either side has."""
        return len(self.there[0]), len(self.there[1])

    def height(self) -> int:
        """Return how many queries to ask at once."""
        return max(1, _ROWS // max(self.sizes()))

    def scores(self, rows: slice, back: bool = False) -> np.ndarray:
        """Return cosines."""
        queries, items = self.back if back else self.there
        cosines: np.ndarray = queries[rows] @ items.T
        return cosines


class Matching:
    """The scores that the method ``alignment`` trains: log-sum-exp over the tokens of the modality asked.

        s(i, j) = mean over fusions of log sum_t exp(q_i K x_jt / sqrt(D))

    q_i is the query that the fusion's cross-attention makes of sample i's other modality alone; x_jt are
    sample j's tokens of the modality that is asked.
    """

    def __init__(
        self,
        fusions: Sequence[CrossAttention],
        places: tuple[int, int],
        features: tuple[Features, Features],
        asked: int,
    ) -> None:
        """Make the queries. places: both modalities' in the model. asked: 0 or 1, whose tokens are asked."""
        other = 1 - asked
        self.asked, self.tokens, self.fusions = asked, features[asked], fusions
        self.queries = []
        for fusion in fusions:
            pooled = fusion.embed(places[other], features[other])
            self.queries.append(fusion.asking_query(pooled, places[asked]))

    def sizes(self) -> tuple[int, int]:
        """Return how many samples either side has."""
        found = (len(self.tokens.pooled), len(self.queries[0]))
        return found if self.asked == 0 else (found[1], found[0])

    def height(self) -> int:
        """Return how many queries to ask at once."""
        return max(1, _BLOCK // (max(self.sizes()) * self.tokens.tokens.shape[1]))

    @torch.no_grad()
    def scores(self, rows: slice, back: bool = False) -> np.ndarray:
        """Return matching scores."""
        asks = back == (self.asked == 0)  # whether the queries are of the modality that asks
        every = slice(None)
        askers, answers = (rows, every) if asks else (every, rows)
        tokens = self.tokens[answers]
        parts = [f.answer_scores(q[askers], tokens) for f, q in zip(self.fusions, self.queries, strict=True)]
        total: np.ndarray = torch.stack(parts).mean(0).double().cpu().numpy()
        return total if asks else total.T


def similarities(
    run: Run,
    names: tuple[str, str],
    sides: tuple[Features, Features],
    maps: tuple[Translation, Translation] | None,
) -> dict[str, Similarity]:
    """Return kind -> similarity of two modalities' samples, the main one first.

    The run's own matching is the main one where it was trained; else the linear map, where there is one.
    """
    vectors = vectors_of(sides[0].pooled), vectors_of(sides[1].pooled)
    own = matching_similarity(run, names, sides)
    kinds: dict[str, Similarity] = {} if own is None else {ALIGNMENT: own}
    if maps is not None:
        kinds[MAP] = mapped_similarity(*vectors, maps)
    return kinds | {POOLED: pooled_similarity(*vectors)}


def vectors_of(pooled: Tensor) -> np.ndarray:
    """Return pooled vectors as float64 on the CPU."""
    vectors: np.ndarray = pooled.double().cpu().numpy()
    return vectors


def pooled_similarity(first: np.ndarray, second: np.ndarray) -> Cosine:
    """Compare the encoders' pooled vectors as they are."""
    return Cosine((normalized(first), normalized(second)))


def mapped_similarity(first: np.ndarray, second: np.ndarray, maps: tuple[Translation, Translation]) -> Cosine:
    """Translate the queries into the items' space; maps: from the first to the second and back."""
    there, back = maps
    return Cosine((there.queries(first), there.items(second)), (back.queries(second), back.items(first)))


def matching_similarity(
    run: Run, names: tuple[str, str], features: tuple[Features, Features]
) -> Matching | None:
    """Return the run's own matching of two modalities; None where it was not trained to match them."""
    options = run.config.training.methods.get("alignment")
    if options is None or not Alignment(**options).weight or Alignment(**options).modality not in names:
        return None
    fusions = trained_to_match(run)
    if not fusions:
        return None
    places = [run.model.modalities.index(name) for name in names]
    asked = names.index(Alignment(**options).modality)
    with torch.no_grad():
        return Matching(fusions, (places[0], places[1]), features, asked)


def trained_to_match(run: Run) -> list[CrossAttention]:
    """Return the cross-attentions that the method ``alignment`` trained along with the encoders."""
    recipe = lookup(RECIPES, run.config.training.recipe, "recipe")(run.config.training)
    return [fusion for phase in recipe.phases() for fusion in asking_fusions(run.model, phase)]


def brought_together(run: Run) -> str:
    """Return the training method that matched the modalities, "" where none did."""
    methods = run.config.training.methods
    used = [name for name in ("alignment", "contrastive") if methods.get(name, {}).get("weight", 1) != 0]
    used = [name for name in used if name in methods]
    if "alignment" in used and not trained_to_match(run):
        used.remove("alignment")
    return used[0] if used else ""
