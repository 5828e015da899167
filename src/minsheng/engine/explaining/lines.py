"""The lines of an explanation: each finding with its value, bound, standing, reason and the records behind it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Column, Text
from minsheng.engine.explaining.absences import Missing
from minsheng.engine.explaining.explanation import Detail, Line, Record
from minsheng.engine.explaining.figures import Figure, column_figure, day_text
from minsheng.engine.explaining.reason_frames import reason_frame
from minsheng.engine.explaining.words import (
    EVERYBODY,
    LANGUAGES,
    LATELY,
    NOT_GIVEN,
    SOMEBODY,
    Language,
    category_words,
    feed_words,
    register_column,
    said,
)
from minsheng.engine.indicators.grammar import REGISTRY, Indicator, Model
from minsheng.kernel.periods import Month

Row = Mapping[str, Any]
"""One row of a result table, as its shape in `scoring.tables` says."""
_NOTHING = Text(zh="—", en="—")


@dataclass(frozen=True)
class LineWriter:
    """Writes lines for one household: who is called what, which records there are, and what could not be known."""

    model: Model
    catalogue: Catalogue
    month: Month
    labels: Mapping[int, Text]
    missing: Mapping[str, Missing]
    evidence: Mapping[tuple[int, str], tuple[Row, ...]]

    def line(self, row: Row) -> Line:
        """One row of `points`, `hits` or `reverse` as a line."""
        indicator = self.model.indicator(row["indicator"])
        stale = row.get("stale_months") or 0
        missing = self.missing.get(indicator.id, Missing(feed=indicator.source))
        bound = _bound(indicator, row)
        figure = Figure.of(indicator, self.catalogue)
        return Line(
            person=row["person_key"],
            member=self.labels.get(row["person_key"], SOMEBODY),
            indicator=indicator.id,
            title=indicator.title,
            dimension=indicator.dimension,
            feed=indicator.source,
            feed_title=self._feed_title(indicator.source),
            value=row["value"],
            value_text=_NOTHING if row["value"] is None else figure.text(row["value"]),
            bands=row["bands"],
            bands_title=category_words(row["bands"], self.catalogue) if len(indicator.bands) > 1 else EVERYBODY,
            band=row["band"],
            bound=bound,
            bound_text=_NOTHING if bound is None else figure.text(bound),
            points=row.get("points") or 0,
            standing="unknown" if row.get("unknown") else "stale" if stale else "known",
            known_in=str(self.month.plus(-stale)),
            missing=missing.months if stale or row.get("unknown") else (),
            is_new=bool(row.get("is_new")),
            band_rose=bool(row.get("band_rose")),
            reason=self.reason(indicator, row),
            evidence=tuple(self._record(indicator, each) for each in self._records(row)),
        )

    def reason(self, indicator: Indicator, row: Row) -> Text:
        """The indicator's reason with this finding's figures, as a sentence without its full stop."""
        zh, en = (reason_frame(indicator, language).format(**self._parts(indicator, row, language)) for language in LANGUAGES)
        return Text(zh=zh, en=en[:1].upper() + en[1:])

    def _parts(self, indicator: Indicator, row: Row, language: Language) -> dict[str, str]:
        records, bound = self._records(row), _bound(indicator, row)
        figure = Figure.of(indicator, self.catalogue)
        not_given: str = said(NOT_GIVEN, language)
        latest = max((each["event_on"] for each in records if each["event_on"]), default=None)
        return {
            "value": not_given if row["value"] is None else figure.number(row["value"]),
            "bound": not_given if bound is None else figure.number(bound),
            "months": str(indicator.window_months or ""),
            "category": said(category_words(row["bands"], self.catalogue), language) if bound is not None else row["bands"],
            "count": str(len(records)) if records else not_given,
            "latest_on": said(day_text(latest) if latest else LATELY, language),
            "member": said(self.labels.get(row["person_key"], SOMEBODY), language),
        }

    def _records(self, row: Row) -> tuple[Row, ...]:
        return self.evidence.get((row["person_key"], row["indicator"]), ())

    def _record(self, indicator: Indicator, row: Row) -> Record:
        given = json.loads(row["detail"])
        return Record(
            feed=row["feed"],
            title=self._feed_title(row["feed"]),
            delivery=row["delivery"],
            row=row["row_number"],
            event_on=row["event_on"],
            details=tuple(self._detail(row["feed"], name, given[name]) for name in indicator.evidence if given.get(name) is not None),
        )

    def _detail(self, feed: str, name: str, value: Any) -> Detail:
        column = register_column(name, self.catalogue) if feed == REGISTRY else self.catalogue[feed].column(name)
        title = column.title if column else Text(zh=name, en=name)
        return Detail(column=name, title=title, text=self._shown(feed, name, column, value))

    def _shown(self, feed: str, name: str, column: Column | None, value: Any) -> Text:
        if isinstance(value, int) and not isinstance(value, bool):
            return column_figure(feed, name, self.catalogue).text(value)
        if column and value in column.codes:
            return column.codes[value].title
        return Text(zh=str(value), en=str(value))

    def _feed_title(self, feed: str) -> Text:
        return self.catalogue[feed].title if feed in self.catalogue else feed_words(feed, self.catalogue)


def by_spot(evidence: Iterable[Row]) -> dict[tuple[int, str], tuple[Row, ...]]:
    """The rows of `evidence` by person and indicator, the latest first."""
    found: dict[tuple[int, str], tuple[Row, ...]] = {}
    for row in sorted(evidence, key=lambda row: (row["event_on"] or date.min, row["delivery"], row["row_number"] or 0), reverse=True):
        spot = (row["person_key"], row["indicator"])
        found[spot] = (*found.get(spot, ()), row)
    return found


def _bound(indicator: Indicator, row: Row) -> int | None:
    """The bound of the band reached; none if last month's model had bands that this one has not."""
    bands = indicator.bands.get(row["bands"], ())
    return bands[row["band"] - 1].bound if 0 < row["band"] <= len(bands) else None
