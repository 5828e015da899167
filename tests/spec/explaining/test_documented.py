"""The page on explanations shows what the engine says today."""

from pathlib import Path

from tests.spec.explaining.documented import PAGE, blocks, explained, renewed


def test_the_documented_household_is_explained_as_the_page_shows(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    explanation = explained(tmp_path)
    for name, text in blocks(explanation).items():
        assert f"<!-- {name} -->\n{text}\n<!-- /{name} -->" in page, "write the example anew: python -m tests.spec.explaining.documented"
    assert renewed(page, explanation) == page
