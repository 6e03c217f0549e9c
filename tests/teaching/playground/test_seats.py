"""Seats: one a visitor, never more than there are, given up by those who are away, and got back retrained."""

import pytest

from i2moe_core.teaching.playground.seats import Full, Seats
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.trainer import Setup

FIRST, SECOND = (Setup(Settings(recipe="vanilla", samples=50, seed=seed)) for seed in (0, 1))


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def seats(clock):
    return Seats(most=2, away=60, idle=600, clock=clock)


def test_a_visitor_keeps_the_training_as_long_as_the_setup_stays(seats):
    mine = seats.take("me", FIRST)
    assert seats.take("me", FIRST) is mine
    assert seats.take("you", FIRST) is not mine
    assert seats.take("me", SECOND) is not mine
    assert len(seats) == 2


def test_a_full_room_says_so_and_lets_in_who_has_a_seat(seats):
    seats.take("a", FIRST)
    mine = seats.take("b", FIRST)
    with pytest.raises(Full, match="try again in a minute"):
        seats.take("c", FIRST)
    assert seats.take("b", FIRST) is mine
    assert seats.take("b", SECOND).setup == SECOND
    assert len(seats) == 2


def test_a_newcomer_gets_the_seat_of_who_was_away_longest(seats, clock):
    seats.take("a", FIRST)
    clock.now = 50
    kept = seats.take("b", FIRST)
    clock.now = 70
    seats.take("c", FIRST)
    assert seats.take("b", FIRST) is kept
    with pytest.raises(Full):
        seats.take("a", FIRST)


def test_nobody_is_freed_before_there_is_need_but_the_long_gone(seats, clock):
    mine = seats.take("a", FIRST)
    clock.now = 599
    assert seats.take("a", FIRST) is mine
    clock.now = 1200
    seats.take("b", FIRST)
    assert len(seats) == 1
    assert seats.take("a", FIRST) is not mine


def test_leaving_frees_a_seat(seats):
    seats.take("a", FIRST)
    seats.leave("a")
    seats.leave("nobody")
    assert len(seats) == 0


def test_what_comes_back_is_trained_to_the_same(seats):
    mine = seats.take("a", FIRST)
    mine.advance(5)
    seats.leave("a")
    again = seats.take("a", FIRST)
    again.advance(5)
    assert again.losses == mine.losses


def test_so_many_step_at_once_and_no_more():
    seats = Seats(at_once=1)
    with seats.turn():
        assert not seats._turns.acquire(blocking=False)
    assert seats._turns.acquire(blocking=False)
