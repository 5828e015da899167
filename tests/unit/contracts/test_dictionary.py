"""The data dictionary in the docs is the one that the contracts write."""

from pathlib import Path

from minsheng.engine.contracts.dictionary import dictionary_text
from minsheng.engine.contracts.loading import Catalogue

DICTIONARY = Path(__file__).parents[3] / "docs" / "data-dictionary.md"


def test_the_dictionary_in_the_docs_is_current(catalogue: Catalogue) -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary_text(catalogue)


def test_the_dictionary_names_every_column_and_says_what_is_dropped(catalogue: Catalogue) -> None:
    text = dictionary_text(catalogue)
    for contract in catalogue.values():
        assert all(f"| `{column.name}` | {column.title.zh} |" in text for column in contract.columns)
    assert "no: dropped on receipt" in text
