"""Components of pages: heads, panels, notes, states, figures. Words come as a pair `"中文" "English"`, or said before."""

from collections.abc import Sequence
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString

from minsheng.web.components import Crumb, Stage, Tab, Words
from minsheng.web.words import spoken


def piece(context: Context, name: str, **parts: Any) -> SafeString:
    """Render a component's template; of the page it sees the request and the token against forged forms only."""
    template = context.template
    if template is None:
        raise RuntimeError("A component is rendered inside a template.")
    kept = {key: context.get(key) for key in ("request", "csrf_token")}
    return template.engine.get_template(f"office/components/{name}.html").render(context.new({**kept, **parts}))


def page_header(context: Context, content: str, zh: Words, en: str = "", answer: Words = "", crumbs: Sequence[Crumb] = ()) -> SafeString:
    """The head of a page: where one is, its title, the answer in a sentence; the block holds the page's actions."""
    return piece(context, "page_header", title=spoken(zh, en), answer=spoken(answer), crumbs=crumbs, actions=content)


def panel(context: Context, content: str, zh: Words = "", en: str = "", aside: Words = "", flush: bool = False, id: str = "") -> SafeString:
    """A surface with a title; `flush` lets a table reach its edges."""
    return piece(context, "panel", title=spoken(zh, en), aside=spoken(aside), flush=flush, id=id, content=content)


def note(context: Context, content: str, zh: Words = "", en: str = "") -> SafeString:
    """A remark beside the content."""
    return piece(context, "note", title=spoken(zh, en), content=content, partial=False)


def partial_note(context: Context, content: str, zh: Words = "", en: str = "") -> SafeString:
    """What is missing from a page (a feed that has not come, say) and what that means."""
    return piece(context, "note", title=spoken(zh, en) or spoken("数据不全", "Not all data is here"), content=content, partial=True)


def empty_state(context: Context, content: str, zh: Words, en: str = "", icon: str = "inbox") -> SafeString:
    """Nothing to show: say what that means; the block says what to do."""
    return piece(context, "empty_state", title=spoken(zh, en), icon=icon, content=content)


def error_panel(context: Context, content: str, zh: Words, en: str = "", safe: Words = "", do: Words = "", code: str = "") -> SafeString:
    """What happened, what is safe, what to do, and a code to quote; the block holds ways on."""
    return piece(context, "error_panel", title=spoken(zh, en), safe=spoken(safe), do=spoken(do), code=code, content=content)


def figure_tile(
    context: Context,
    zh: Words,
    en: str = "",
    value: str | int = "",
    url: str = "",
    unit: Words = "",
    note: Words = "",
    level: int | None = None,
) -> SafeString:
    """A figure with what it counts; with `url` the figure leads to the list. Put several into `<dl class="figures">`."""
    return piece(context, "figure_tile", title=spoken(zh, en), value=value, url=url, unit=spoken(unit), note=spoken(note), mark=level)


def skeleton(context: Context, rows: int = 5) -> SafeString:
    """Grey lines where content is on its way."""
    return piece(context, "skeleton", rows=range(rows))


def tabs(context: Context, items: Sequence[Tab], zh: Words = "", en: str = "") -> SafeString:
    """Views of the same thing, each a link; the words name the group for screen readers."""
    return piece(context, "tabs", items=items, label=spoken(zh, en) or spoken("视图", "Views"))


def steps(context: Context, items: Sequence[Stage]) -> SafeString:
    """A procedure's steps and how far it is."""
    return piece(context, "steps", items=items)
