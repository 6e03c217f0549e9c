"""Puzzles: permutations far apart, tiles where they belong, the vectors of the places."""

from itertools import combinations, permutations

import torch

from i2moe_core.losses.jigsaw import distant_permutations, shuffle_tiles, tile_vectors


def distance(a, b):
    return int((a != b).sum())


def test_permutations_start_from_identity_are_distinct_and_far_apart():
    orders = distant_permutations(9, 30)
    assert orders[0].tolist() == list(range(9))
    assert all(sorted(order) == list(range(9)) for order in orders.tolist())
    between = [distance(a, b) for a, b in combinations(orders, 2)]
    assert min(between) >= 5
    # Of 30 tiles at a place 3 or 4 are the same one: more than this sum is impossible.
    assert sum(between) == 9 * (30 * 29 // 2 - 6 * 3 - 3 * 6)
    assert torch.equal(orders, distant_permutations(9, 30))


def test_the_greedy_choice_is_the_largest_sum_of_distances():
    orders = distant_permutations(4, 6)
    everyone = [torch.tensor(p) for p in permutations(range(4))]
    for taken in range(1, 6):
        chosen = list(orders[:taken])
        left = [p for p in everyone if all(distance(p, c) for c in chosen)]
        apart = [[distance(p, c) for c in chosen] for p in (*left, orders[taken])]
        assert (sum(apart[-1]), min(apart[-1])) == max((sum(each), min(each)) for each in apart)


def test_all_permutations_can_be_asked_for():
    assert len({tuple(order) for order in distant_permutations(4, 24).tolist()}) == 24


def test_tiles_move_to_their_places_row_by_row():
    image = torch.arange(16).reshape(1, 1, 4, 4).expand(1, 3, 4, 4)
    moved = shuffle_tiles(image, torch.tensor([[3, 0, 2, 1]]))[0, 0]
    tiles = [image[0, 0, r : r + 2, c : c + 2] for r in (0, 2) for c in (0, 2)]
    expected = torch.cat([torch.cat([tiles[3], tiles[0]], 1), torch.cat([tiles[2], tiles[1]], 1)], 0)
    assert torch.equal(moved, expected)


def test_each_picture_has_its_order_and_the_rest_of_the_border_stays():
    images = torch.randint(0, 255, (2, 3, 8, 8), dtype=torch.uint8)
    orders = torch.tensor([list(range(9)), [1, 0, *range(2, 9)]])
    moved = shuffle_tiles(images, orders)
    assert torch.equal(moved[0], images[0])
    assert torch.equal(moved[1, :, :2, :2], images[1, :, :2, 2:4])
    assert torch.equal(moved[1, :, :2, 2:4], images[1, :, :2, :2])
    assert torch.equal(moved[1, :, 6:], images[1, :, 6:])


def test_vectors_follow_their_tiles():
    images = torch.rand(1, 3, 6, 6)
    order = torch.tensor([[4, 1, 8, 0, 2, 3, 7, 5, 6]])
    tokens, moved = (x.flatten(2).transpose(1, 2) for x in (images, shuffle_tiles(images, order)))
    plain = tile_vectors(tokens, 3).reshape(9, 3)
    torch.testing.assert_close(tile_vectors(moved, 3).reshape(9, 3), plain[order[0]])


def test_cells_on_an_edge_count_in_both_tiles():
    tokens = torch.rand(2, 64, 5)
    grid = tokens.transpose(1, 2).unflatten(-1, (8, 8))
    pooled = torch.nn.functional.adaptive_avg_pool2d(grid, 3).flatten(2).transpose(1, 2).flatten(1)
    torch.testing.assert_close(tile_vectors(tokens, 3), pooled)


def test_a_leading_token_is_no_place():
    tokens = torch.rand(2, 16, 5)
    lead = torch.cat([torch.rand(2, 1, 5), tokens], 1)
    assert torch.equal(tile_vectors(lead, 2), tile_vectors(tokens, 2))
