"""A bounded number of live trainings in one server: who is away gives the seat up.

A training is nothing but its setup and its number of steps, so a seat can be taken away from a visitor who
paused long ago: the same weights come back when they are asked for again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from i2moe_core.errors import InputError
from i2moe_core.language import marked
from i2moe_core.teaching.playground.trainer import Setup, Trainer

FULL = marked("The playground is full: {most} trainings are running here; try again in a minute.")


class Full(InputError):
    """All seats are taken by trainings that are being watched."""

    def __init__(self, most: int) -> None:
        super().__init__(FULL.format(most=most))
        self.most = most


class Seats:
    """Trainings by visitor; at most ``most`` at a time."""

    def __init__(
        self,
        most: int = 40,
        away: float = 60.0,
        idle: float = 600.0,
        at_once: int = 2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make room.

        most: live trainings. away: seconds without a look after which a newcomer may take a seat. idle:
        seconds after which it is freed in any case. at_once: trainings that step at the same moment.
        """
        self.most, self.away, self.idle, self.clock = most, away, idle, clock
        self._seats: dict[str, tuple[Trainer, float]] = {}
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(at_once)

    def __len__(self) -> int:
        return len(self._seats)

    def take(self, visitor: str, setup: Setup) -> Trainer:
        """Return the visitor's training, a new one where the setup is another or the seat was given up.

        Raises:
            Full: every seat is taken by somebody who is there.
            InputError: the visitor's own table cannot be trained on.
        """
        with self._lock:
            self._free(visitor)
            kept = self._seats.get(visitor)
            if kept is not None and kept[0].setup == setup:
                self._seats[visitor] = (kept[0], self.clock())
                return kept[0]
            if kept is None and len(self._seats) >= self.most:
                raise Full(self.most)
        made = Trainer(setup)  # outside of the lock: it takes a while
        with self._lock:
            self._free(visitor)
            if visitor not in self._seats and len(self._seats) >= self.most:
                raise Full(self.most)
            self._seats[visitor] = (made, self.clock())
        return made

    def leave(self, visitor: str) -> None:
        """Give a seat up."""
        with self._lock:
            self._seats.pop(visitor, None)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until few enough others are stepping: more at once than cores would only be slower."""
        with self._turns:
            yield

    def _free(self, newcomer: str) -> None:
        """Free the seats of those long gone; and for a newcomer to a full room, of the one longest away."""
        now = self.clock()
        gone = [name for name, (_, seen) in self._seats.items() if now - seen > self.idle]
        for name in gone:
            del self._seats[name]
        if newcomer in self._seats or len(self._seats) < self.most:
            return
        name, (_, seen) = min(self._seats.items(), key=lambda seat: seat[1][1])
        if now - seen > self.away:
            del self._seats[name]
