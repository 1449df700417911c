"""A queue in which owners take turns: whoever was served longest ago comes next.

So nobody waits for more than one item of each of the others, however many they bring, or however
fast they come again. It is start-time fair queueing (Goyal, Vin and Cheng 1996) of items that all
count as one.
"""

from collections import deque
from collections.abc import Hashable
from itertools import count
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Turns(Generic[T]):
    """Items that wait for workers, and those that are worked on, by the owners who want them.

    An item may have several owners: it comes with the first of their turns.
    """

    def __init__(self) -> None:
        self._lanes: dict[Hashable, deque[T]] = {}  # those who wait, each with its items in order
        self._owners: dict[T, set[Hashable]] = {}  # of every item, waiting or worked on
        self._busy: set[T] = set()
        self._since: dict[Hashable, int] = {}  # when owners were served last, or came
        self._clock = count()
        self._changed = Condition()

    def put(self, item: T, owner: Hashable) -> None:
        """Have a new item wait for its turn."""
        with self._changed:
            self._owners[item] = set()
            self._wait(item, owner)

    def share(self, item: T, owner: Hashable) -> None:
        """Have an item wait for one more owner, unless it is done."""
        with self._changed:
            if item in self._owners and owner not in self._owners[item]:
                self._wait(item, owner)

    def take(self) -> T:
        """Wait for an item, and take the one whose turn it is."""
        with self._changed:
            self._changed.wait_for(lambda: self._lanes)
            owner = min(self._lanes, key=self._since.__getitem__)
            item = self._lanes[owner][0]
            self._out_of_lanes(item, self._owners[item])
            self._busy.add(item)
            if self._lanes:
                self._since[owner] = next(self._clock)
            else:  # who waits for nobody has no turn to remember
                self._since.clear()
            return item

    def drop(self, item: T, owner: Hashable) -> None:
        """One of its owners does not want an item any more."""
        with self._changed:
            owners = self._owners.get(item, set())
            if owner in owners:
                self._out_of_lanes(item, {owner})
                owners.discard(owner)

    def forget(self, item: T) -> None:
        """It is done, or nobody wants it."""
        with self._changed:
            self._out_of_lanes(item, self._owners.pop(item, set()))
            self._busy.discard(item)

    def n_before(self, owner: Hashable) -> int:
        """How many others are worked for, or are to be, before an owner who waits is; else 0."""
        with self._changed:
            if any(owner in self._owners[item] for item in self._busy) or owner not in self._lanes:
                return 0
            before = {other for item in self._busy for other in self._owners[item]}
            before |= {o for o in self._lanes if self._since[o] < self._since[owner]}
            return len(before)

    def _wait(self, item: T, owner: Hashable) -> None:
        self._owners[item].add(owner)
        if item not in self._busy:
            self._lanes.setdefault(owner, deque()).append(item)
            self._since.setdefault(owner, next(self._clock))
            self._changed.notify()

    def _out_of_lanes(self, item: T, owners: set[Hashable]) -> None:
        for owner in owners:
            lane = self._lanes.get(owner)
            if lane is not None and item in lane:
                lane.remove(item)
                if not lane:
                    del self._lanes[owner]
