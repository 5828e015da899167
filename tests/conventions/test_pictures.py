"""The pictures of the docs: each is shown, described and light, and taken by a test."""

import re
from pathlib import Path

from tests.functional.test_pages import PICTURED, picture_of

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHOWN = re.compile(r"!\[([^\]]*)\]\((?!https?:)([^)\s]+)\)")
TAKEN = re.compile(r"""picture\(\w+, "([a-z-]+)\"""")
MOST, MOST_TOGETHER = 120_000, 2_500_000


def shown() -> dict[Path, list[str]]:
    """Picture → its descriptions, wherever a page shows it."""
    found: dict[Path, list[str]] = {}
    for page in PAGES:
        for description, target in SHOWN.findall(page.read_text()):
            found.setdefault((page.parent / target).resolve(), []).append(description)
    return found


def test_every_picture_is_shown_and_every_picture_shown_is_there() -> None:
    assert set(PICTURES.iterdir()) == set(shown())


def test_every_picture_is_described_for_those_who_do_not_see_it() -> None:
    assert [picture.name for picture, words in shown().items() if any(len(one) < 15 for one in words)] == []


def test_pictures_are_light() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in PICTURES.iterdir()}
    assert {name: size for name, size in sizes.items() if size > MOST} == {}
    assert sum(sizes.values()) <= MOST_TOGETHER


def test_every_picture_is_taken_by_a_test_in_the_browser() -> None:
    walks = (path.read_text() for path in (ROOT / "tests" / "functional").glob("test_*.py"))
    taken = {name for text in walks for name in TAKEN.findall(text)} | {picture_of(page) for page in PICTURED}
    assert {picture.stem for picture in PICTURES.iterdir()} == taken
