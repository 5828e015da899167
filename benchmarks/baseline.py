"""The monthly run as bare DuckDB SQL over the same Parquet, range by range: what an expert would write by hand.

The statements stand in `baseline.sql`. Per range of households: the people; per feed one aggregate of the range's rows, joined side by
side; bands and points as columns; one aggregate per household; scores, levels and changes; then hits and warnings. Written per range:
points (wide: next month's memory), scores, warnings, hits and the reverse queue, each sorted.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from string import Template
from typing import Any

from benchmarks import sql
from benchmarks.sql import literal
from minsheng.engine.backends.duckdb_engine import connect
from minsheng.engine.indicators.grammar import Indicator, Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, Unknown, readings, unknown_indicators
from minsheng.engine.scoring.plan import RunPlan

RANGE_PERSONS = 1_000_000
_END = 1 << 62
_TEXT = (Path(__file__).parent / "baseline.sql").read_text()
STATEMENTS = {name.strip(): Template(text.strip()) for name, _, text in (part.partition("\n") for part in _TEXT.split("-- statement:")[1:])}


@dataclass(frozen=True)
class Range:
    """Households [first, until) and the keys [lowest, beyond) of their people, who stand in the households' order."""

    number: int
    first: int
    until: int
    lowest: int
    beyond: int

    @property
    def households(self) -> str:
        """Whose household is in the range."""
        return f"household_key >= {self.first} AND household_key < {self.until}"

    def persons(self, column: str = "person_key") -> str:
        """Who is in the range."""
        return f"{column} >= {self.lowest} AND {column} < {self.beyond}"


class Baseline:
    """One month in bare SQL; `before` is the folder this wrote for the month before, if there was one."""

    def __init__(self, lake: Lake, plan: RunPlan, folder: Path, before: Path | None, *, threads: int | None = None) -> None:
        self._plan = plan
        self._model: Model = plan.model
        self._lake = lake
        self._folder = folder
        self._before = before
        self._readings: Mapping[str, Reading] = readings(plan)
        self._unknown: Mapping[str, Unknown] = unknown_indicators(plan)
        self._sql = connect(threads=threads)
        self._sql.execute("SET preserve_insertion_order = false")
        self._merged: list[int] = []

    def run(self, range_persons: int = RANGE_PERSONS) -> None:
        """Compute and write the month."""
        self._remember_merged()
        for part in self._ranges(range_persons):
            asked = {condition.column for i in self._model.indicators for condition in i.who} - {"listed", "deceased", "category"}
            columns = " ".join(f"{name}," for name in sorted(asked))
            members, deceased = self._register("members"), self._register("deceased")
            self._do("people", asked=columns, members=members, deceased=deceased, households=part.households)
            self._points(part)
            self._scores(part)
            self._do("shown")
            self._sql.execute(f"CREATE OR REPLACE TEMP TABLE hits AS {self._hits()}")
            for name, query in self._outputs().items():
                target = self._folder / name / f"{part.number:05d}.parquet"
                target.parent.mkdir(parents=True, exist_ok=True)
                self._sql.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        self._sql.close()

    def _do(self, statement: str, **given: object) -> None:
        self._sql.execute(STATEMENTS[statement].substitute(given))

    def _register(self, name: str) -> str:
        return f"read_parquet('{self._lake.query_path(self._plan.registry.given()[name].path)}')"

    def _earlier(self, name: str) -> str:
        return f"read_parquet('{self._before}/{name}/*.parquet')"

    def _number(self, query: str) -> Any:
        row = self._sql.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _feeds(self) -> dict[str, list[Indicator]]:
        """Each feed with the indicators it makes known."""
        by_feed: dict[str, list[Indicator]] = defaultdict(list)
        for indicator in self._model.indicators:
            if indicator.id not in self._unknown:
                by_feed[indicator.source].append(indicator)
        return by_feed

    def _files(self, indicators: list[Indicator]) -> str:
        files = sorted({self._lake.query_path(file.path) for one in indicators for file in self._readings[one.id].files})
        return f"read_parquet([{', '.join(literal(file) for file in files)}])"

    def _remember_merged(self) -> None:
        self._sql.execute(f"CREATE TABLE merged AS SELECT person_key AS old_key, into_key FROM {self._register('redirects')}")
        self._merged = [row[0] for row in self._sql.execute("SELECT old_key FROM merged ORDER BY old_key").fetchall()]
        lowest, highest = (self._merged[0], self._merged[-1]) if self._merged else (0, -1)
        for feed, indicators in self._feeds().items():
            self._do("merged", feed=feed, files=self._files(indicators), lowest=lowest, highest=highest)

    def _ranges(self, range_persons: int) -> Iterator[Range]:
        """Households cut after about so many persons each."""
        members, deceased = self._register("members"), self._register("deceased")
        last = max(self._number(f"SELECT coalesce(max(person_key), 0) FROM {table}") for table in (members, deceased))
        cuts = [(0, 0)]
        for at in range(range_persons, last, range_persons):
            household = self._number(f"SELECT household_key FROM {members} WHERE person_key >= {at} ORDER BY person_key LIMIT 1")
            persons = (f"SELECT min(person_key) AS key FROM {table} WHERE household_key = {household}" for table in (members, deceased))
            cuts.append((household, self._number(f"SELECT min(key) FROM ({' UNION ALL '.join(persons)})")))
        for number, ((first, lowest), (until, beyond)) in enumerate(pairwise([*cuts, (_END, last + 1)])):
            yield Range(number, first, until, lowest, beyond)

    def _points(self, part: Range) -> None:
        """`pointed`: this month's columns of everybody with a band in anything, beside last month's."""
        feeds = self._feeds()
        columns = [f"was_{i.id}" for i in self._model.indicators]
        for i in self._model.indicators:
            columns += sql.carried(i, self._unknown[i.id]) if i.id in self._unknown else [f"v_{i.id}", *sql.banded(i)]
        sources = [*feeds, *(["before"] if self._unknown else [])]
        self._do(
            "pointed",
            somebody=" UNION ALL ".join(f"SELECT person_key FROM {source}" for source in sources),
            feeds=",\n".join(f"{feed} AS ({self._feed(feed, indicators, part)})" for feed, indicators in feeds.items()),
            before=self._points_before(part),
            columns=", ".join(columns),
            joins=" ".join(f"LEFT JOIN {feed} USING (person_key)" for feed in feeds),
            some=" OR ".join(f"b_{i.id} IS NOT NULL" for i in self._model.indicators),
        )

    def _feed(self, feed: str, indicators: list[Indicator], part: Range) -> str:
        """One value per indicator and person of the range, with the rows of people merged into somebody of the range."""
        columns = {i.measure.column for i in indicators} | {c.column for i in indicators for c in i.filter} | {"event_on"}
        moved = [key for key in self._merged if part.lowest <= key < part.beyond]
        return STATEMENTS["feed"].substitute(
            feed=feed,
            files=self._files(indicators),
            columns=", ".join(sorted(column for column in columns if column)),
            values=", ".join(sql.measured(i, self._readings[i.id]) for i in indicators),
            reached=" OR ".join(f"v_{i.id} >= {sql.lowest_bound(i)}" for i in indicators),
            persons=part.persons(),
            into=part.persons("merged_into"),
            without=f"AND person_key NOT IN {sql.listed(moved)}" if moved else "",
        )

    def _points_before(self, part: Range) -> str:
        """Last month's columns by person, or the same columns without a row."""
        wanted: dict[str, str] = {}
        for i in self._model.indicators:
            wanted[f"was_{i.id}"] = f"max(CASE WHEN {'TRUE' if i.reverse else f'p_{i.id} > 0'} THEN b_{i.id} END)"
            if i.id in self._unknown and not i.reverse:
                wanted |= {f"before_{column}_{i.id}": f"{'min' if column == 'n' else 'max'}({column}_{i.id})" for column in "vbpn"}
        if self._before is None:
            empty = (f"NULL::{'VARCHAR' if name.startswith('before_n_') else 'BIGINT'} AS {name}" for name in wanted)
            return f"SELECT 0::BIGINT AS person_key, {', '.join(empty)} WHERE FALSE"
        columns = ", ".join(f"{value} AS {name}" for name, value in wanted.items())
        return STATEMENTS["earlier_points"].substitute(wanted=columns, points=self._earlier("points"), persons=part.persons())

    def _scores(self, part: Range) -> None:
        """`scored`: every household of the range with its score, level and change, and whether anything is new."""
        model = self._model
        before = STATEMENTS["scores_before" if self._before else "no_scores_before"]
        self._do(
            "scored",
            **sql.scoring(model),
            fresh=" OR ".join(f"coalesce({self._is_new(i)}, FALSE)" for i in model.scoring_indicators),
            before=before.substitute(scores=self._earlier("scores"), households=part.households),
            tags=self._register("tags"),
            register=self._register("households"),
            households=part.households,
        )

    def _is_new(self, i: Indicator) -> str:
        return "FALSE" if i.id in self._unknown else f"(p_{i.id} > 0 AND was_{i.id} IS NULL)"

    def _hits(self) -> str:
        pieces = []
        for i in self._model.scoring_indicators:
            known = i.id not in self._unknown
            rose = f"coalesce(b_{i.id} > was_{i.id}, FALSE)" if known else "FALSE"
            stale = 0 if known else self._unknown[i.id].stale_months or 0
            pieces.append(STATEMENTS["hits_of"].substitute(id=i.id, stale=stale, is_new=self._is_new(i), band_rose=rose))
        return " UNION ALL ".join(pieces)

    def _outputs(self) -> dict[str, str]:
        """What is written of a range, sorted."""
        reverse = " UNION ALL ".join(STATEMENTS["reverse_of"].substitute(id=i.id) for i in self._model.reverse_indicators)
        left_out = ", ".join(["category", *(f"was_{i.id}" for i in self._model.indicators)])
        key = "household_key, person_key, indicator"
        return {
            "points": f"SELECT * EXCLUDE ({left_out}) FROM pointed ORDER BY person_key",
            "scores": "SELECT * EXCLUDE (has_new) FROM scored ORDER BY household_key",
            "warnings": self._warnings(),
            "hits": f"SELECT * FROM hits ORDER BY {key}",
            "reverse": f"SELECT * FROM ({reverse}) ORDER BY {key}",
        }

    def _warnings(self) -> str:
        rule, month = self._model.suppression, self._plan.month
        return STATEMENTS["warnings"].substitute(
            verdicts=self._register("verdicts"),
            verdict_hits=self._register("verdict_hits"),
            quiet_after=literal(month.plus(-rule.quiet_months).last_day),
            month_end=literal(month.last_day),
            quieting=f"verdict IN {sql.listed(rule.verdicts)}" if rule.verdicts else "FALSE",
        )
