"""One visitor at a time in a model: hooks live on its modules, and what draws at random shares one state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import nn

from i2moe_core.errors import InputError

WAIT = 60.0  # seconds before a visitor is sent away with a sentence

_locks: WeakKeyDictionary[nn.Module, threading.RLock] = WeakKeyDictionary()
_registry = threading.Lock()
_draws = threading.RLock()


@contextmanager
def turn(model: nn.Module, wait: float = WAIT) -> Iterator[None]:
    """Hold the model's lock for the block; the same thread may enter again.

    Raises:
        InputError: others kept the model busy for ``wait`` seconds.
    """
    with _registry:
        lock = _locks.setdefault(model, threading.RLock())
    if not lock.acquire(timeout=wait):
        raise InputError("The model is busy with other visitors' pairs; wait a moment and click again.")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def seeded_draws(seed: int) -> Iterator[None]:
    """Let the global generators of torch and numpy start at ``seed`` in the block, then be as before.

    Libraries that draw from global state give the same draws on any day, whatever other threads do here.
    """
    with _draws:
        kept = np.random.get_state()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            np.random.seed(seed % 2**32)
            try:
                yield
            finally:
                np.random.set_state(kept)
