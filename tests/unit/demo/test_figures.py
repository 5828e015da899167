"""The figures say where they come from, and the page about the demo world lists every one as it is."""

from pathlib import Path

import pytest

from minsheng.demo import figures
from minsheng.demo.figures import Figure

PAGE = Path(__file__).parents[3] / "docs" / "demo-world.md"
FIGURES = {name: value for name, value in vars(figures).items() if isinstance(value, Figure)}


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_the_page_lists_the_figure_with_its_value_and_source(name: str) -> None:
    figure = FIGURES[name]
    part = "## Published figures" if figure.published else "## Our guesses"
    section = PAGE.read_text(encoding="utf-8").split(part)[1].split("\n## ")[0]
    assert f"| `{name}` | {float(figure):.6g} | {figure.source} |" in section


def test_the_page_lists_nothing_else() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {line.split("`")[1] for line in rows} == set(FIGURES)


def test_causes_of_hardship_add_up() -> None:
    shares = ("ILLNESS", "JOB_LOSS", "DISABILITY", "DISASTER", "SCHOOL", "OTHER")
    assert sum(FIGURES[f"SHARE_{cause}"] for cause in shares) == pytest.approx(1)
