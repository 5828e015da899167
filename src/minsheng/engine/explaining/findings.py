"""One household's rows of a run, and what the arithmetic makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.arithmetic import Finding, LastMonth, Reckoning, level_of_score, reckon
from minsheng.engine.explaining.lines import Row
from minsheng.engine.explaining.turning_points import Situation
from minsheng.engine.explaining.words import SOMEBODY
from minsheng.engine.indicators.grammar import Model


@dataclass(frozen=True)
class HouseholdRows:
    """One household's rows by table: of this month, of last month (none if there was no run), and of its people, labelled."""

    model: Model
    rows: Mapping[str, Sequence[Row]]
    before: Mapping[str, Sequence[Row]]
    people: Sequence[Row]

    @property
    def score(self) -> Row:
        """The row of `scores`."""
        return self.rows["scores"][0]

    @cached_property
    def labels(self) -> dict[int, Text]:
        """What each member is called."""
        return {row["person_key"]: Text(zh=row["zh"], en=row["en"]) for row in self.people}

    def label(self, person: int) -> Text:
        """What a person is called, also one the register no longer knows."""
        return self.labels.get(person, SOMEBODY)

    def weightiest_first(self, rows: Sequence[Row]) -> list[Row]:
        """Rows of points, those with most points first, then in the model's order."""
        places = {indicator.id: place for place, indicator in enumerate(self.model.indicators)}
        return sorted(rows, key=lambda row: (-row["points"], places[row["indicator"]], row["person_key"]))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The points that count, weightiest first."""
        categories = {row["person_key"]: row["category"] for row in self.people}
        return tuple(
            Finding(
                person=row["person_key"],
                indicator=row["indicator"],
                dimension=self.model.indicator(row["indicator"]).dimension or "",
                category=categories.get(row["person_key"]),
                bands=row["bands"],
                band=row["band"],
                points=row["points"],
            )
            for row in self.weightiest_first([row for row in self.rows["points"] if row["points"] > 0])
        )

    @cached_property
    def ended(self) -> list[Row]:
        """Last month's rows of points that counted, of indicators that are known now and no longer count for the person."""
        now = {(row["person_key"], row["indicator"]) for row in self.rows["points"] if row["points"] > 0 or row["unknown"]}
        known = {indicator.id for indicator in self.model.indicators}
        before = [row for row in self.before.get("points", ()) if row["points"] > 0 and row["indicator"] in known]
        return [row for row in self.weightiest_first(before) if (row["person_key"], row["indicator"]) not in now]

    @cached_property
    def last(self) -> LastMonth:
        """Last month's score, and the level it had then: as stored if last month's rows are here, else by this model."""
        score, stored = self.score["previous_score"], self.before.get("scores")
        return LastMonth(score, stored[0]["score_level"] if stored else level_of_score(self.model, score))

    @cached_property
    def reckoning(self) -> Reckoning:
        """The household's score and level, recomputed."""
        return reckon(self.model, self.findings, self.score["identity_percent"], self.last)

    @property
    def situation(self) -> Situation:
        """What the turning points start from."""
        return Situation(self.model, self.findings, self.score["identity_percent"], self.reckoning)
