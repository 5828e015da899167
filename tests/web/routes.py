"""What the matrix of route × role × jurisdiction is told of each route."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from minsheng.domain.access.roles import May
from minsheng.web.gate import LIBRARY_VIEWS
from tests.web import matrix
from tests.web.world import OfficeWorld

Arguments = Callable[[OfficeWorld], Mapping[str, Any]]


def nothing(_: OfficeWorld) -> Mapping[str, Any]:
    """A route without arguments."""
    return {}


@dataclass(frozen=True)
class Route:
    """Who may ask a route, and with what it is asked.

    `here` gives arguments that point into the county HERE, `there` the same into THERE (None: it points to no place); `query` and `data`
    are sent with it. `answers` are the statuses of somebody who may. With `there`, who answers for HERE alone gets one of `elsewhere`.
    A `public` route lets strangers in; `may` None lets in everybody signed in. One that is `throughout` lets in only who may do so in
    the whole area of the installation.
    """

    may: May | None
    here: Arguments = nothing
    there: Arguments | None = None
    method: str = "get"
    query: Arguments = nothing
    data: Arguments = nothing
    answers: tuple[int, ...] = (200,)
    elsewhere: tuple[int, ...] = (403, 404)
    public: bool = False
    throughout: bool = False


def described() -> dict[str, Route]:
    """Route name → what the matrix knows of it, gathered from `tests/web/matrix/`."""
    found: dict[str, Route] = {}
    for module in iter_modules(matrix.__path__):
        found |= import_module(f"{matrix.__name__}.{module.name}").ROUTES
    return found


def all_routes() -> set[str]:
    """Every named route of our own in the URL configuration itself."""
    return set(_names(get_resolver().url_patterns, ""))


def _names(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver) and str(getattr(one.urlconf_name, "__name__", "")).startswith(LIBRARY_VIEWS):
            continue
        if isinstance(one, URLResolver):
            inner = ":".join(part for part in (namespace, one.namespace) if part)
            yield from _names(one.url_patterns, inner)
        else:
            yield f"{namespace}:{one.name}" if namespace else str(one.name)
