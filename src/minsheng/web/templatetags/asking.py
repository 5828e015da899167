"""Components that do something: ask before, show for a while, tell after, send a file, follow a job."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from minsheng.domain.registry.operations import PURPOSES as REVEALED_FOR
from minsheng.web.components import Purpose, Words
from minsheng.web.templatetags.pieces import piece
from minsheng.web.words import spoken

PURPOSES = tuple(Purpose(code.value, title) for code, title in REVEALED_FOR.items())
"""The purposes offered where the page names none of its own."""


def confirm_dialog(  # noqa: PLR0913, PLR0917 -- a template names each of them
    context: Context,
    content: str,
    id: str,
    zh: Words,
    en: str,
    verb: Words,
    verb_en: str = "",
    action: str = "",
    target: str = "",
    danger: bool = False,
    file: bool = False,
) -> SafeString:
    """A question before something is done; opened by `data-opens="id"`. The verb says what the button does, never OK.

    With `file` the answer is a file: the page stays, and may be asked for another.
    """
    words = {"title": spoken(zh, en), "verb": spoken(verb, verb_en)}
    return piece(context, "confirm_dialog", id=id, action=action, target=target, danger=danger, file=file, content=content, **words)


def masked(context: Context, value: str, reveal: str = "", label: Words = "", purposes: Sequence[Purpose] = PURPOSES) -> SafeString:
    """A masked field; with `reveal` (an address that takes `purpose` by POST and answers with `{% revealed %}`) it can be shown."""
    options = _options(tuple((one.code, spoken(one.title)) for one in purposes)) if reveal else ""
    return piece(context, "masked", value=value, url=reveal, label=spoken(label), options=options, id=_id(reveal))


@lru_cache(maxsize=32)
def _options(purposes: tuple[tuple[str, str], ...]) -> SafeString:
    """The purposes to choose from, written once: a household's file offers them beside each of a dozen fields."""
    return format_html_join("", '<option value="{}">{}</option>', purposes)


def revealed(context: Context, value: str, reveal: str, seconds: int = 60) -> SafeString:
    """The field in clear, in place of its `masked`; the page hides it again after so many seconds."""
    return piece(context, "revealed", value=value, seconds=seconds, id=_id(reveal))


def toast(context: Context, zh: Words, en: str = "", undo: str = "") -> SafeString:
    """What was done, said for a while at the page's edge; `undo` takes it back by POST."""
    return piece(context, "toast", text=spoken(zh, en), undo=undo)


def progress(
    context: Context,
    done: int,
    total: int | None,
    zh: Words,
    en: str = "",
    poll: str = "",
    id: str = "progress",
    seconds: int = 2,
) -> SafeString:
    """How far something is, as a bar and in numbers. With `poll` it asks that address again until an answer comes without it."""
    part = min(100, done * 100 // total) if total else None
    words = spoken(zh, en)
    return piece(context, "progress", done=done, total=total, part=part, words=words, poll=poll, id=id, seconds=seconds)


def upload_box(context: Context, url: str, zh: Words, en: str = "", accept: str = "", then: str = "") -> SafeString:
    """A place to drop a file that is sent in parts and goes on after a break; afterwards the page goes to `then` or to where it is told."""
    return piece(context, "upload_box", url=url, title=spoken(zh, en), accept=accept, then=then)


def _id(address: str) -> str:
    return "field-" + sha256(address.encode()).hexdigest()[:12]
