"""The office's icons: strokes by name, from Tabler Icons (MIT, see NOTICE)."""

from functools import cache
from importlib.resources import files

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class UnknownIcon(KeyError):
    """No icon of that name is kept in icons.txt."""


def drawn(name: str, label: str = "") -> SafeString:
    """An icon as inline SVG; without a label it is an ornament that screen readers pass over. Raises UnknownIcon."""
    return _drawn(name, format_html('role="img" aria-label="{}"', label)) if label else _ornament(name)


@cache
def _ornament(name: str) -> SafeString:
    return _drawn(name, format_html('aria-hidden="true"{}', ""))


def _drawn(name: str, role: SafeString) -> SafeString:
    if name not in _strokes():
        raise UnknownIcon(name)
    paths = format_html_join("", '<path d="{}"/>', ((stroke,) for stroke in _strokes()[name]))
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>', role, paths)


@cache
def _strokes() -> dict[str, tuple[str, ...]]:
    lines = (files("minsheng.web") / "icons.txt").read_text(encoding="ascii").splitlines()
    return {name: tuple(strokes.split("|")) for name, _, strokes in (line.partition("\t") for line in lines)}
