"""Every event that is documented is called something on the screen, in both languages."""

import re
from pathlib import Path

from minsheng.domain.audit.queries import TITLES

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"


def test_every_documented_event_has_a_title_in_both_languages_and_every_title_an_event() -> None:
    documented = set(re.findall(r"^\| `([a-z_.]+)`", _PAGE.read_text(), re.MULTILINE))
    assert documented - set(TITLES) == set(), "give these a title in domain/audit/titles.py"
    assert set(TITLES) - documented == set(), "say in docs/events.md when these are recorded"
    assert all(re.search(r"[\u4e00-\u9fff]", title.zh) and title.en.isascii() for title in TITLES.values())
