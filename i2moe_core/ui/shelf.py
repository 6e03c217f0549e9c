"""A bounded store for finished results that many sessions share; unlike Streamlit's own, it lets work report.

A function cached by Streamlit may not move a progress bar. Here the page looks first, works itself, and puts
the result back; the oldest used goes when the shelf is full.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """At most ``size`` results by their keys."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """Return the result of ``key``, None where there is none."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, result: T) -> T:
        """Keep a result; returns it."""
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
        return result

    def __len__(self) -> int:
        return len(self._kept)
