"""The worked household of docs/scoring.md, computed: every number in its tables is what the engine gives."""

from datetime import date
from pathlib import Path

import pytest

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.indicators.loading import earlier_model
from minsheng.kernel.money import fen
from minsheng.kernel.periods import Month, month_range
from tests.spec.world import Feed, Outcome, Row, World, person, run_duckdb

PAGE = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")
FIRST, LAST = Month.parse("2026-06"), Month.parse("2026-11")
HE, SHE = 1, 2
FEEDS = {
    "hospital stay": "medical_settlements",
    "chronic disease registered": "disease_registrations",
    "major disease registered": "disease_registrations",
    "registered as unemployed": "registered_unemployment",
}


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the page's table whose header row begins so."""
    lines = PAGE[PAGE.index(heading) :].splitlines()[2:]
    body = lines[: next(at for at, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def feeds(month: Month) -> dict[str, Feed]:
    """The records of the page, in feeds that were there every month since 2025."""
    months = {str(m): "present" for m in month_range(Month.parse("2025-01"), month)}
    found = {feed: Feed([], months) for feed in FEEDS.values()}
    for number, (who, record, day, paid) in enumerate(rows_of("| Who |"), start=2):
        row: Row = {"month": day[:7], "delivery": day[:7], "row_number": number, "person_key": HE if who == "he" else SHE}
        row["event_on"] = date.fromisoformat(day)
        if record == "hospital stay":
            yuan = paid.removeprefix("paid ").split(" yuan")[0].replace(",", "")
            row |= {"kind": "inpatient", "own_share": fen(yuan), "days": int(paid.split(", ")[-1].split()[0])}
        elif record.endswith("disease registered"):
            row |= {"kind": record.split()[0]}
        if Month.parse(day[:7]) <= month:
            found[FEEDS[record]].rows.append(row)
    return found


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> list[Outcome]:
    gansu = earlier_model("gansu", "2026.1")
    members = [person(7, HE, age=46, household_size=2, lives_alone=False), person(7, SHE, age=44, household_size=2, lives_alone=False)]
    outcomes: list[Outcome] = []
    for month in month_range(FIRST, LAST):
        previous = outcomes[-1] if outcomes else None
        world = World(str(month), gansu, members, feeds=feeds(month), previous=previous)
        outcomes.append(run_duckdb(world, tmp_path_factory.mktemp(str(month))))
    return outcomes


def test_points_of_the_first_month_are_those_of_the_page(history: list[Outcome]) -> None:
    told = {(name, who): (int(value), int(band), int(points) * 100) for name, who, value, band, points in rows_of("| Indicator |")}
    names = {HE: "he", SHE: "she"}
    found = {
        (row["indicator"], names[row["person_key"]]): (row["value"], row["band"], row["points"]) for row in history[0].tables["points"]
    }
    assert found == told


def test_caps_of_the_first_month_are_those_of_the_page(history: list[Outcome]) -> None:
    assert "Illness adds up to 63, and the cap of a person is 60. With work's 15 the raw score is 75." in PAGE
    illness = sum(row["points"] for row in history[0].tables["points"] if row["person_key"] == HE)
    capped = {row["dimension"]: row["points"] for row in history[0].tables["household_dimensions"]}
    assert (illness, capped, history[0].score(7)["identity_percent"]) == (6300, {"illness": 6000, "work": 1500}, 120)


def test_months_are_those_of_the_page(history: list[Outcome]) -> None:
    found = []
    for month, outcome in zip(month_range(FIRST, LAST), history, strict=True):
        score, warning = outcome.score(7), outcome.warning(7)
        found.append(
            [
                str(month),
                f"{score['raw'] / 100:.2f}",
                str(score["overlap_percent"]),
                f"{score['score'] / 1_000_000:.2f}",
                LEVELS[score["level"]],
                "yes" if score["held_by_hysteresis"] else "no",
                score["change"],
                warning["cause"] if warning else "–",
            ]
        )
    assert found == rows_of("| Month |")
