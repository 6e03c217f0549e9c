"""Similarity of tokens: by hand on set embeddings, the right places, the fusion's own attention."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.explain.alignment_view import _overlap, view_alignment
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.interactions.players import build_sides
from i2moe_core.types import Features


@pytest.fixture(scope="module")
def scenes():
    run, _ = scenes_run(fusion="cross_attention")
    stretch(run.model, 1.5)
    return run


@pytest.fixture(scope="module")
def view(scenes):
    return view_alignment(scenes, values_of(scenes, 2))


def encoded(run, row):
    problem = build_problem(run, values_of(run, row))
    with torch.no_grad():
        return problem.encode(*problem.inputs)


def test_tokens_on_their_own_cells_are_compared_by_cosine(scenes, view):
    image, text = encoded(scenes, 2)
    assert view.exact == (True, True)
    assert view.tokens.shape == view.similarity.shape == (64, len(values_of(scenes, 2)["text"].split()))
    a, b = image.tokens[0, 10].numpy(), text.tokens[0, 1].numpy()
    assert view.tokens[10, 1] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)
    assert view.similarity == pytest.approx(view.tokens, abs=1e-5)  # one token a cell here
    assert np.abs(view.tokens).max() <= 1 + 1e-6
    assert view.best_word_per_patch().tolist() == view.similarity.argmax(1).tolist()


def test_the_fusions_own_attention_is_what_it_pools_with(scenes, view):
    assert set(view.attention) == {"synergy", "redundancy"}
    image, text = encoded(scenes, 2)
    fusion = scenes.model.experts[2].fusion
    weights = torch.tensor(view.attention["synergy"]["image"])
    assert float(weights.sum()) == pytest.approx(1, abs=1e-5)
    with torch.no_grad():
        context = fusion.pools[1](text.tokens, text.mask)
        pooled = fusion.asked[0](image.tokens, image.mask, context)[0]
        ours = fusion.asked[0].value(weights @ image.tokens[0])
    torch.testing.assert_close(ours, pooled, atol=1e-5, rtol=1e-4)


def test_fusions_without_cross_attention_have_none():
    run, _ = scenes_run(fusion="concat")
    assert view_alignment(run, values_of(run, 0)).attention == {}


def overlap_of(scenes, tokens):
    problem = build_problem(scenes, values_of(scenes, 0))
    side, _ = build_sides(problem, grid=4)
    return _overlap(
        problem, side, Features(torch.zeros(1, tokens, 2), torch.ones(1, tokens).bool(), torch.zeros(1, 2))
    )


def test_a_class_token_belongs_to_no_patch(scenes):
    overlap = overlap_of(scenes, 17)  # a class token, then 4 x 4: the very cells
    assert overlap[:, 0].sum() == 0
    assert overlap[:, 1:].tolist() == (64.0 * torch.eye(16)).tolist()


def test_coarser_tokens_are_spread_over_the_cells_they_cover(scenes):
    overlap = overlap_of(scenes, 4)  # 2 x 2 tokens over 4 x 4 cells
    assert overlap[5].tolist() == [64, 0, 0, 0]
    assert overlap[6].tolist() == [0, 64, 0, 0]
    assert overlap.sum() == 32 * 32


def test_tokens_that_are_no_grid_have_no_place(scenes):
    assert overlap_of(scenes, 7) is None


def test_an_arrays_single_token_stands_for_all_its_cells():
    run, _ = array_run()
    view = view_alignment(run, values_of(run, 0))
    assert view.exact == (False, False)
    assert view.tokens.shape == (1, 1)
    assert view.similarity == pytest.approx(np.full(view.similarity.shape, view.tokens[0, 0]), abs=1e-5)
