"""The style guide as it is written out, whole, in both languages."""

import re

import pytest
from django.test import RequestFactory
from django.utils import translation
from pytest_django import Settings

from minsheng.web.office.style_guide.views import style_guide

CHINESE = re.compile(r"[\u3400-\u9fff]+")
NAMES = {"中文", "周", "李", "王", "马"}
"""The other language's own name, and family names, which stay as they are."""


@pytest.fixture(autouse=True)
def in_a_demo(settings: Settings) -> None:
    settings.DEMO = True


def shown(language: str, query: str = "") -> str:
    request = RequestFactory().get(f"/style{query}")
    with translation.override(language):
        return style_guide(request).content.decode()


@pytest.mark.parametrize("query", ["", "?wall"])
def test_nothing_stays_untranslated(query: str) -> None:
    assert set(CHINESE.findall(shown("en", query))) <= NAMES
    assert CHINESE.search(shown("zh-hans", query))


def test_every_id_stands_once_and_every_label_has_its_field() -> None:
    text = shown("zh-hans")
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'\s(?:for|aria-labelledby|aria-describedby|data-opens|aria-controls)="([^"]+)"', text)) <= set(ids)


def test_nothing_is_inline() -> None:
    assert not re.search(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=""", shown("zh-hans"))
