"""The bag's weights by hand, and what it makes of pieces that training never saw."""

import math

import pytest
import torch

from i2moe_core.encoders.text_bag import TextBag

TEXTS = torch.tensor([[3, 4, 0, 0], [3, 3, 5, 0], [3, 4, 6, 0]])


@pytest.fixture
def bag():
    encoder = TextBag([4], 2, 9)
    encoder.fit_statistics(TEXTS)
    with torch.no_grad():
        encoder.embedding.weight.copy_(torch.arange(18.0).view(9, 2))
    return encoder


def test_counts_are_of_texts_not_of_pieces(bag):
    torch.testing.assert_close(bag.scale.square(), torch.tensor([0.0, 0, 0, 3, 2, 1, 1, 0, 0]))
    rarity = [0, 0, 0, 1, math.log(4 / 3) + 1, math.log(2) + 1, math.log(2) + 1, 0, 0]
    torch.testing.assert_close(bag.weight, torch.tensor(rarity))


def test_pooled_by_hand(bag):
    w3, w5 = 1.0, math.log(2) + 1
    rows = bag.embedding.weight
    expected = (w3 * math.sqrt(3) * rows[3] + w5 * rows[5]) / math.hypot(w3, w5)
    torch.testing.assert_close(bag(torch.tensor([[3, 5, 0, 0]])).pooled[0], expected)


def test_a_piece_that_training_never_saw_changes_nothing(bag):
    known, more = bag(torch.tensor([[3, 5, 0, 0]])), bag(torch.tensor([[3, 7, 5, 2]]))
    torch.testing.assert_close(more.pooled, known.pooled)
    assert bag(torch.tensor([[7, 8, 0, 0]])).pooled.tolist() == [[0, 0]]


def test_the_statistics_travel_with_the_weights(bag):
    other = TextBag([4], 2, 9)
    other.load_state_dict(bag.state_dict())
    torch.testing.assert_close(other(TEXTS).pooled, bag(TEXTS).pooled)
