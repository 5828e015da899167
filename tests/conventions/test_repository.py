"""The repository tests itself."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_no_module_outgrows_four_hundred_lines() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > 400}
    assert not long


def test_every_package_says_what_belongs_in_it() -> None:
    inits = [path for path in SOURCES if path.name == "__init__.py" and "migrations" not in path.parts]
    silent = [str(path.relative_to(ROOT)) for path in inits if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_every_setting_is_documented() -> None:
    read = re.compile(r"MINSHENG_[A-Z_]+|DATABASE_URL")
    used = {name for path in SOURCES for name in read.findall(path.read_text())}
    documented = set(read.findall((ROOT / "docs" / "settings.md").read_text()))
    assert used == documented


def test_every_event_is_documented() -> None:
    recorded = re.compile(r"""(?:record\(\s*f?|Transition\([^)]*?|event = )["']([a-z_]+\.[a-z_]+)["']|["']([a-z_]+\.[a-z_]+)["'](?= if)""")
    states = re.compile(r'"((?:delivery|identity)\.[a-z_]+)"')
    used = {one or two for path in SOURCES for one, two in recorded.findall(path.read_text())}
    used |= set(states.findall((ROOT / "src/minsheng/domain/feeds/states.py").read_text()))
    documented = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", (ROOT / "docs" / "events.md").read_text()))
    assert used - documented == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_tracked_files_name_no_machine_and_no_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    forbidden = re.compile("/" + "(?:work|farm|root)/|files.python" + "hosted|registry.npm" + "js")
    texts = [ROOT / name for name in listed if Path(name).suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ""}]
    guilty = [str(path.relative_to(ROOT)) for path in texts if path.is_file() and forbidden.search(path.read_text(errors="ignore"))]
    assert not guilty


def test_everybody_in_the_tests_is_made_up() -> None:
    """Identity numbers in the repository belong to the never-assigned area 999xxx, or are the standard's own published examples."""
    published = {"11010519491231002X", "440524188001010014", "34052419800101001X"}
    number = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dA-Fa-f])")
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *PAGES]
    found = {(path.name, text) for path in files for text in number.findall(path.read_text())}
    assert {
        (name, text)
        for name, text in found
        if not text.startswith("999") and text not in published and not text.startswith("110105194912310")
    } == set()
