"""What the demo world delivers is what the contracts promise to read: every file, every row, every planted mistake."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from minsheng.demo.building import Delivered, WorldBuilt, build_world
from minsheng.demo.spoiling import REFUSED
from minsheng.demo.troubles import LATE, REPEATED, SHORT
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.intake.reading import Intake, take_in
from minsheng.engine.intake.rules import IntakeRules
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT

AREA: Final = "420106"
EVERYWHERE: Final = IntakeRules(today=date(2026, 11, 21), made_up_allowed=True)
INSIDE: Final = IntakeRules(today=date(2026, 11, 21), made_up_allowed=True, area_prefixes=(AREA,))
REASONS: Final = {
    "check-digit": "check-digit",
    "ruined-number": "ruined-by-spreadsheet",
    "impossible-date": "impossible-date",
    "future-date": "future-date",
    "negative-money": "negative",
    "unknown-code": "unknown-code",
    "missing-value": "missing-value",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> WorldBuilt:
    out: Path = tmp_path_factory.mktemp("demo") / "world"
    return build_world(households=2500, months=3, seed=5, out=out, last_month=Month(2026, 10), progress=SILENT)


@pytest.fixture(scope="module")
def intakes(built: WorldBuilt, catalogue: Catalogue) -> list[tuple[Delivered, Intake]]:
    return [(delivered, read(built, catalogue, delivered, EVERYWHERE)) for delivered in built.deliveries]


def read(built: WorldBuilt, catalogue: Catalogue, delivered: Delivered, rules: IntakeRules) -> Intake:
    path = built.folder / delivered.path
    with path.open("rb") as source:
        return take_in(source, filename=path.name, contract=catalogue[delivered.feed], rules=rules)


def test_every_row_is_read_and_accounted_for(intakes: list[tuple[Delivered, Intake]]) -> None:
    for delivered, intake in intakes:
        assert intake.read == delivered.rows, delivered.path
        assert intake.read == intake.clean.height + intake.duplicates + intake.rejected.height + intake.out_of_area, delivered.path


def test_every_column_of_the_contract_is_found(intakes: list[tuple[Delivered, Intake]]) -> None:
    for delivered, intake in intakes:
        assert not intake.missing_columns, delivered.path
        assert not intake.suggestions, delivered.path


def test_exactly_the_planted_mistakes_are_refused(intakes: list[tuple[Delivered, Intake]]) -> None:
    for delivered, intake in intakes:
        found = Counter(intake.rejected["reason"])
        planted = {REASONS[kind]: delivered.planted.get(kind, 0) for kind in REFUSED}
        planted["conflicting-key"] = 2 * delivered.planted.get("conflict", 0)
        assert found == Counter({reason: count for reason, count in planted.items() if count}), delivered.path


def test_exactly_the_planted_duplicates_are_found(intakes: list[tuple[Delivered, Intake]]) -> None:
    assert {delivered.path: intake.duplicates for delivered, intake in intakes} == {
        delivered.path: delivered.planted.get("duplicate", 0) for delivered, _ in intakes
    }


def test_what_the_agreement_does_not_allow_is_dropped(intakes: list[tuple[Delivered, Intake]], catalogue: Catalogue) -> None:
    dropped = 0
    for delivered, intake in intakes:
        allowed = set(catalogue[delivered.feed].agreement.allowed)
        assert set(intake.clean.columns) - {"row_number"} <= allowed, delivered.path
        dropped += len(intake.dropped_columns)
    assert dropped > len(intakes)


def test_a_few_rows_are_about_people_elsewhere(built: WorldBuilt, catalogue: Catalogue) -> None:
    last = [delivered for delivered in built.deliveries if delivered.month == built.months[-1] and delivered.feed == "household_register"]
    intake = read(built, catalogue, last[0], INSIDE)
    assert 0.004 < intake.out_of_area / intake.read < 0.02


def test_a_repeated_month_has_the_digest_of_the_month_before(intakes: list[tuple[Delivered, Intake]]) -> None:
    digests = {(delivered.feed, delivered.month): intake.content_digest for delivered, intake in intakes}
    repeated = [delivered for delivered, _ in intakes if delivered.trouble == REPEATED]
    assert len(repeated) == 1
    for delivered in repeated:
        assert digests[delivered.feed, delivered.month] == digests[delivered.feed, str(Month.parse(delivered.month).plus(-1))]


def test_large_deliveries_differ_from_month_to_month(intakes: list[tuple[Delivered, Intake]]) -> None:
    usual = [
        (delivered.feed, intake.content_digest) for delivered, intake in intakes if delivered.trouble != REPEATED and delivered.rows > 100
    ]
    assert len(set(usual)) == len(usual)


def test_volumes_are_usual_unless_a_short_delivery_was_planned(
    intakes: list[tuple[Delivered, Intake]], built: WorldBuilt, catalogue: Catalogue
) -> None:
    for delivered, _ in intakes:
        usual = catalogue[delivered.feed].volume.usual(built.people)
        if usual >= 100:
            share = delivered.rows / usual
            assert share < 0.5 if delivered.trouble == SHORT else 0.6 <= share <= 1.6, delivered.path


def test_only_the_late_ones_arrive_after_their_due_day(built: WorldBuilt, catalogue: Catalogue) -> None:
    for delivered in built.deliveries:
        due = catalogue[delivered.feed].due_on(Month.parse(delivered.month))
        assert (date.fromisoformat(delivered.arrives_on) > due) == (delivered.trouble == LATE), delivered.path


def test_the_register_s_members_belong_to_its_households(intakes: list[tuple[Delivered, Intake]]) -> None:
    by_feed = {delivered.feed: intake.clean for delivered, intake in intakes if delivered.month == "2026-10"}
    households, members = by_feed["registry_households"], by_feed["registry_members"]
    matched = members.join(households, on="household_no", how="semi")
    assert matched.height > 0.99 * members.height
    assert members.filter(pl.col("relation") == "self")["household_no"].n_unique() > 0.99 * households.height
