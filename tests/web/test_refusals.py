"""Refusals speak the person's language, and none is without words."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from django.utils import translation

import minsheng.domain
import minsheng.engine
import minsheng.kernel
import minsheng.web
from minsheng.domain.access.viewers import NotAllowed
from minsheng.kernel.errors import Refusal
from minsheng.web.refusals import said, status_of
from minsheng.web.refused_words import WORDS

_OPTIONAL = ("spark_engine",)


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for one in base.__subclasses__():
        yield one
        yield from refusals(one)


def load(package: ModuleType) -> None:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith(_OPTIONAL):
            import_module(found.name)


def test_every_refusal_that_can_reach_a_page_has_chinese_words() -> None:
    rooms = (minsheng.domain, minsheng.engine, minsheng.kernel, minsheng.web)
    for package in rooms:
        load(package)
    names = tuple(package.__name__ for package in rooms)
    codes = {one.code for one in refusals() if one.__module__.startswith(names)} - {Refusal.code}
    assert codes - set(WORDS) == set()


def test_a_refusal_is_said_in_the_active_language() -> None:
    refusal = NotAllowed("This needs a permission.", next_step="Ask for it.")
    with translation.override("en"):
        assert said(refusal).message == "This needs a permission."
    with translation.override("zh-hans"):
        assert said(refusal).message == "您没有这项权限，或不能在这里使用。"
    assert status_of(refusal) == 403
