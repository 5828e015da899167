"""Lists: filters above, sortable headings, rows that become cards on a phone, older and newer below."""

from typing import Any

from django.template import Context
from django.utils.safestring import SafeString

from minsheng.web.components import Words
from minsheng.web.templatetags.pieces import piece
from minsheng.web.words import spoken

CURSORS = ("after", "before")


def filter_bar(context: Context, content: str, target: str = "", action: str = "", also: str = "") -> SafeString:
    """A form that asks for the list again (GET) as its fields change; `target` is the list's selector for htmx.

    `also` names the other parts of the page that tell of the list ("#page-answer, #export"): they are brought up to date with it.
    """
    return piece(context, "filter_bar", target=target, action=action or _path(context), also=also.replace(" ", ""), content=content)


def data_table(
    context: Context,
    content: str,
    zh: Words,
    en: str = "",
    cards: bool = True,
    keys: bool = False,
    id: str = "",
) -> SafeString:
    """A table around `<thead>` and `<tbody>`: named for screen readers, cards on a phone, with `keys` j/k/Enter move through rows."""
    return piece(context, "data_table", caption=spoken(zh, en), cards=cards, keys=keys, id=id, content=content)


def sort_header(
    context: Context, key: str, zh: Words, en: str = "", number: bool = False, falling: bool = False, target: str = ""
) -> SafeString:
    """A column's heading that sorts (`?sort=key` or `?sort=-key`); `falling` begins with the largest."""
    now = _asked(context).get("sort", "")
    rising_next = now == f"-{key}" or (now != key and not falling)
    url = _address(context, sort=key if rising_next else f"-{key}")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return piece(context, "sort_header", title=spoken(zh, en), url=url, order=order, number=number, target=target)


def pager(
    context: Context, older: str = "", newer: str = "", shown: int = 0, total: int | str | None = None, target: str = ""
) -> SafeString:
    """Older and newer by keyset: `older` goes into `?after=`, `newer` into `?before=`; an empty one is the end."""
    return piece(
        context,
        "pager",
        older=_address(context, after=older) if older else "",
        newer=_address(context, before=newer) if newer else "",
        shown=shown,
        total=total,
        target=target,
    )


def _asked(context: Context) -> Any:
    request = context.get("request")
    return request.GET if request is not None else {}


def _path(context: Context) -> str:
    request = context.get("request")
    return str(request.path) if request is not None else ""


def _address(context: Context, **changed: str) -> str:
    from django.http import QueryDict

    asked = _asked(context)
    query = asked.copy() if isinstance(asked, QueryDict) else QueryDict(mutable=True)
    for gone in CURSORS:
        query.pop(gone, None)
    for key, value in changed.items():
        query[key] = value
    return f"{_path(context)}?{query.urlencode()}"
