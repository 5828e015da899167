"""From where, why and for which place the running piece of work acts, for every event recorded in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Acting:
    """`origin`: from where (an address and a digest of the session); `purpose`: why; `division`: the place that who acts answers for."""

    origin: str = ""
    purpose: str = ""
    division: str = ""


_current: ContextVar[Acting] = ContextVar("minsheng_acting")
_NOTHING = Acting()


def acting() -> Acting:
    """From where and why the running piece of work acts."""
    return _current.get(_NOTHING)


@contextmanager
def acting_from(*, origin: str = "", purpose: str = "", division: str = "") -> Iterator[None]:
    """Let events recorded inside carry these unless they say their own; what is left empty stays as it was outside."""
    outside = acting()
    token = _current.set(Acting(origin or outside.origin, purpose or outside.purpose, division or outside.division))
    try:
        yield
    finally:
        _current.reset(token)
