"""Every template holds to the strict content policy, speaks both languages, and every page stays light."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/minsheng/web"
BUILT = WEB / "office/static/office"
TEMPLATES = sorted(WEB.rglob("*.html"))
BUDGET = 300_000

CHINESE = re.compile(r"[\u3400-\u9fff]")
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.S)
LITERAL = re.compile(r'"([^"]*)"|' + r"'([^']*)'")
ELEMENT = re.compile(r"<[a-z][^<>]*>", re.S)
NAMED = re.compile(r"\{(\w+)[^}]*\}")
BOTH_AT_ONCE = {"500.html"}
"""Pages for when nothing works any more, not even knowing the language: they say everything twice."""
OWN_NAMES = {"中文"}
"""What a language calls itself, whichever is spoken."""

each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))


def literals(tag: str) -> list[str]:
    return [double or single for double, single in LITERAL.findall(tag)]


def without_tags(text: str) -> str:
    return TAG.sub(lambda found: " " * (len(found[0]) > 0), text)


@each
def test_a_template_has_no_inline_script_style_or_handler(template: Path) -> None:
    text = without_tags(template.read_text())
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text)
    scripts = re.findall(r"<script[^>]*>", text)
    assert [one for one in scripts if " src=" not in one and "application/json" not in one] == []
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)


@each
def test_an_element_that_asks_by_htmx_names_its_target(template: Path) -> None:
    elements = ELEMENT.findall(TAG.sub(lambda found: found[0].replace("<", "").replace(">", ""), template.read_text()))
    asking = [one for one in elements if re.search(r"\shx-(?:get|post|put|patch|delete)=", one)]
    assert [one for one in asking if "hx-target=" not in one] == []


@each
def test_what_asks_again_by_itself_does_so_quietly(template: Path) -> None:
    """Otherwise a page that is left open would keep its session alive for good."""
    elements = ELEMENT.findall(TAG.sub("", template.read_text()))
    polling = [one for one in elements if re.search(r"hx-trigger=[\"'][^\"']*every", one)]
    assert [one for one in polling if "X-Quiet" not in one] == []


@each
def test_a_template_says_everything_in_both_languages(template: Path) -> None:
    if template.name in BOTH_AT_ONCE:
        return
    text = template.read_text()
    assert CHINESE.findall(without_tags(text)) == [], "Chinese words stand outside {% say %}"
    for tag in TAG.findall(text):
        words = literals(tag)
        if tag.startswith("{#") or not any(CHINESE.search(one) for one in words):
            continue
        for zh, en in zip(words, [*words[1:], ""], strict=True):
            if CHINESE.search(zh) and zh not in OWN_NAMES:
                assert en and not CHINESE.search(en), f"{zh!r} has no English beside it"
                assert set(NAMED.findall(zh)) == set(NAMED.findall(en)), f"{zh!r} and {en!r} name different parts"


def test_the_first_load_of_any_page_is_light() -> None:
    """Scripts and styles of a page with charts, compressed as they are sent; those without charts have less."""
    files = [BUILT / name for name in ("office.css", "office.js", "charts.js")]
    assert [path.name for path in files if not path.exists()] == [], "run `make assets` first"
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) < BUDGET


def test_scripts_stand_alone() -> None:
    """Static files are served under other names than they were built with, so none may ask for another by name."""
    for script in ("office.js", "charts.js"):
        assert not re.search(r'(?:^|[;}\n])\s*(?:import|export)\s*[\w{*"]', (BUILT / script).read_text())
    assert {path.name for path in BUILT.iterdir() if path.suffix in {".js", ".css"}} == {"office.js", "charts.js", "office.css"}


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_scripts_and_styles_are_sent_compressed(encoding: str) -> None:
    answer = Client().get("/static/office/office.css", headers={"accept-encoding": encoding})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == encoding
    answer.close()
