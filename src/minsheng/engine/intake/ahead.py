"""Reading ahead: the next things are made in another thread while one is worked on, never more than a few of them."""

import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from threading import Semaphore
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """An iterator whose items another thread makes, at most `depth` before they are asked for.

    What goes wrong there is raised here, in its place. Close it if it is not read to its end, or the thread waits for ever.
    """

    def __init__(self, make: Callable[[], Iterable[T]], executor: Executor, *, depth: int) -> None:
        self._made: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
        self._room = Semaphore(depth)
        self._closed = False
        self._done = executor.submit(self._produce, make)

    def __enter__(self) -> "Ahead[T]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[T]:
        while (made := self._made.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            self._room.release()
            yield made[0]

    def close(self) -> None:
        """Ask for no more, and wait until the thread is free."""
        self._closed = True
        self._room.release()
        if not self._done.cancel():
            self._done.result()

    def _produce(self, make: Callable[[], Iterable[T]]) -> None:
        try:
            for item in make():
                self._made.put((item,))
                self._room.acquire()
                if self._closed:
                    return
        except BaseException as error:
            self._made.put(error)
        else:
            self._made.put(None)


def lagging(items: Iterable[T], by: int = 1) -> Iterator[T]:
    """The same items, each only when `by` more have been made: what was begun for them has time to end."""
    waiting: deque[T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > by:
            yield waiting.popleft()
    yield from waiting
