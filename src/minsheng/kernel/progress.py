"""How long work says how far it is, without knowing who listens."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Step(Protocol):
    """One named piece of work under way."""

    def advance(self, amount: int = 1) -> None:
        """Say that so much more is done."""

    def note(self, text: str) -> None:
        """Say what is being worked on now."""


class Progress(Protocol):
    """Somebody who listens."""

    def step(self, name: str, *, total: int | None = None) -> AbstractContextManager[Step]:
        """Open a named piece of work of `total` units (None: not known)."""
        ...


class _SilentStep:
    def advance(self, amount: int = 1) -> None:
        pass

    def note(self, text: str) -> None:
        pass


class _Silent:
    @contextmanager
    def step(self, name: str, *, total: int | None = None) -> Iterator[Step]:  # noqa: ARG002
        yield _SilentStep()


SILENT: Progress = _Silent()
