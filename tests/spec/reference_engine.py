"""The scoring rules once more, slowly: loops and dicts, no table engine, one function per rule.

Written from the rules as they stand in `docs/scoring.md`, not from the engine, which must agree with it on every world.
"""

import json
from collections import defaultdict
from datetime import date

from minsheng.engine.indicators.grammar import Indicator, Model
from minsheng.kernel.periods import Month, window
from tests.spec.reference_rules import (
    Key,
    band_of,
    change_of,
    holds,
    in_window,
    is_among,
    keep_larger,
    key_of,
    pair_of,
    plain,
    world_tables,
)
from tests.spec.world import Outcome, Row, World


def run_reference(world: World) -> Outcome:
    """Compute a month by the book."""
    return _Reference(world).outcome()


class _Reference:
    def __init__(self, world: World) -> None:
        self.world = world
        self.model: Model = world.model
        self.month = Month.parse(world.month)
        self.people = [person | {"person_key": self.world.now(person["person_key"])} for person in world.people()]
        self.last_points = [row | {"person_key": self.world.now(row["person_key"])} for row in world.last_month("points")]
        self.last_scores = {row["household_key"]: row for row in world.last_month("scores")}

    def outcome(self) -> Outcome:
        values = self.values()
        points = self.points(values)
        dimensions = self.household_dimensions(points)
        scores = self.scores(points, dimensions)
        warnings = self.warnings(points, scores)
        hits = self.hits(points, scores)
        reverse = self.reverse(values)
        tables = {
            "values": values,
            "points": points,
            "household_dimensions": dimensions,
            "scores": list(scores.values()),
            "warnings": warnings,
            "hits": hits,
            "reverse": reverse,
            "evidence": self.evidence(hits, reverse, scores, warnings),
        }
        return Outcome(world_tables(tables), self.unknown())

    # What can be known

    def needed_months(self, indicator: Indicator, month: Month) -> list[Month]:
        feed = self.world.feeds.get(indicator.source)
        if feed is None:
            return []
        expected = [
            m for m in sorted(map(Month.parse, feed.months)) if feed.months[str(m)] in ("present", "missing", "held") and m <= month
        ]
        if feed.kind == "snapshot":
            return expected[-1:]
        return [m for m in window(month, indicator.window_months or 1) if m in expected]

    def is_known(self, indicator: Indicator) -> bool:
        if indicator.source == "registry":
            return True
        needed = self.needed_months(indicator, self.month)
        return bool(needed) and all(self.world.feeds[indicator.source].months[str(m)] == "present" for m in needed)

    def months_unknown(self, indicator: Indicator) -> int | None:
        if self.is_known(indicator):
            return 0
        before = self.world.previous.unknown.get(indicator.id) if self.world.previous else None
        return None if before is None else before + 1

    def is_stale(self, indicator: Indicator) -> bool:
        months = self.months_unknown(indicator)
        feed = self.world.feeds.get(indicator.source)
        return not self.is_known(indicator) and months is not None and feed is not None and months <= feed.tolerance_months

    def unknown(self) -> dict[str, int | None]:
        return {indicator.id: self.months_unknown(indicator) for indicator in self.model.indicators}

    # Values

    def rows(self, indicator: Indicator, month: Month) -> list[Row]:
        """The department rows that count for an indicator, in the window that ends with a month."""
        feed = self.world.feeds.get(indicator.source)
        months = {str(m) for m in self.needed_months(indicator, month)}
        found = []
        for row in feed.rows if feed else ():
            if row["month"] not in months:
                continue
            day = row.get("event_on")
            if day is None and feed is not None and feed.kind == "snapshot":
                day = month.last_day
            if day is None or not in_window(day, month, indicator.window_months):
                continue
            placed = row | {"event_on": day, "person_key": self.world.now(row["person_key"])}
            if all(holds(condition, placed) for condition in indicator.filter):
                found.append(placed)
        return found

    def value(self, indicator: Indicator, rows: list[Row]) -> int | None:
        kind, column = indicator.measure.kind, indicator.measure.column
        if column is not None:
            rows = [row for row in rows if row.get(column) is not None]
        counted = [] if indicator.source == "registry" else self.needed_months(indicator, self.month)
        if kind == "months_without":
            rows = [row for row in rows if Month.of(row["event_on"]) in counted]
        if not rows:
            return None
        last_day = max(row["event_on"] for row in rows)
        amounts = [row[column] for row in rows] if column else []
        by_measure = {
            "exists": lambda: 1,
            "count": lambda: len(rows),
            "sum": lambda: sum(amounts),
            "max": lambda: max(amounts),
            "latest": lambda: max(row[column] for row in rows if row["event_on"] == last_day),
            "months_since": lambda: self.month - Month.of(last_day),
            "months_without": lambda: len(counted) - len({Month.of(row["event_on"]) for row in rows}),
        }
        return by_measure[kind]()

    def asked(self, indicator: Indicator) -> list[Row]:
        return [p for p in self.people if is_among(p, indicator) and all(holds(condition, p) for condition in indicator.who)]

    def values(self) -> list[Row]:
        found = []
        for indicator in self.model.indicators:
            if not self.is_known(indicator):
                continue
            by_person: dict[int, list[Row]] = defaultdict(list)
            if indicator.source != "registry":
                for row in self.rows(indicator, self.month):
                    by_person[row["person_key"]].append(row)
            for person in self.asked(indicator):
                if indicator.source == "registry":
                    entry_counts = all(holds(condition, person) for condition in indicator.filter)
                    value = self.value(indicator, [person | {"event_on": self.month.last_day}]) if entry_counts else None
                else:
                    value = self.value(indicator, by_person[person["person_key"]])
                if value is not None:
                    found.append(key_of(person, indicator) | {"bands": indicator.bands_for(person["category"]), "value": value})
        return found

    # Points

    def points(self, values: list[Row]) -> list[Row]:
        found = []
        for row in values:
            indicator = self.model.indicator(row["indicator"])
            band = band_of(indicator, row)
            if band and not indicator.reverse:
                worth = indicator.bands[row["bands"]][band - 1].hundredths
                found.append(row | {"band": band, "points": worth, "stale_months": 0, "unknown": False})
        return found + self.carried()

    def carried(self) -> list[Row]:
        best: dict[Key, Row] = {}
        for row in self.last_points:
            if row["indicator"] not in {indicator.id for indicator in self.model.scoring_indicators}:
                continue
            indicator = self.model.indicator(row["indicator"])
            months = self.months_unknown(indicator)
            if self.is_known(indicator) or months is None:
                continue
            for person in self.people:
                if person["person_key"] == row["person_key"] and is_among(person, indicator):
                    stale = self.is_stale(indicator)
                    kept = row | key_of(person, indicator) | {"stale_months": months, "unknown": not stale}
                    kept["points"] = row["points"] if stale else 0
                    keep_larger(best, kept)
        return list(best.values())

    # Scores

    def household_dimensions(self, points: list[Row]) -> list[Row]:
        person_sums: dict[tuple[int, int, str], int] = defaultdict(int)
        for row in points:
            dimension = self.model.indicator(row["indicator"]).dimension
            if row["points"] > 0 and dimension:
                person_sums[row["household_key"], row["person_key"], dimension] += row["points"]
        household_sums: dict[tuple[int, str], int] = defaultdict(int)
        for (household, _, dimension), total in person_sums.items():
            household_sums[household, dimension] += min(total, self.model.dimensions[dimension].person_cap_hundredths)
        return [
            {
                "household_key": household,
                "dimension": dimension,
                "members_points": total,
                "points": min(total, self.model.dimensions[dimension].household_cap_hundredths),
            }
            for (household, dimension), total in household_sums.items()
        ]

    def scores(self, points: list[Row], dimensions: list[Row]) -> dict[int, Row]:
        return {
            household["household_key"]: self.score(
                household, [p for p in points if p["household_key"] == household["household_key"] and p["points"] > 0], dimensions
            )
            for household in self.world.households()
        }

    def score(self, household: Row, points: list[Row], dimensions: list[Row]) -> Row:
        key = household["household_key"]
        counted = [row["points"] for row in dimensions if row["household_key"] == key and row["points"] > 0]
        overlap = max([percent for count, percent in self.model.overlap.percent.items() if count <= len(counted)], default=0)
        identity, tag = self.identity(household)
        score = sum(counted) * (100 + overlap) * identity
        before = self.last_scores.get(key, {"score": 0, "level": 0, "score_level": 0})
        reached = max([level for level, least in self.model.thresholds.items() if score >= least], default=0)
        score_level = max([reached, *(level for level in self.model.thresholds if self.is_kept(level, score, before))])
        trigger_level, trigger = self.trigger(points)
        level = max(score_level, trigger_level)
        return {
            "household_key": key,
            "raw": sum(counted),
            "dimensions": len(counted),
            "overlap_percent": overlap,
            "identity_percent": identity,
            "identity_tag": tag,
            "score": score,
            "score_level": score_level,
            "held_by_hysteresis": score_level > reached,
            "trigger": trigger,
            "trigger_level": trigger_level,
            "level": level,
            "previous_score": before["score"],
            "previous_level": before["level"],
            "change": change_of(before["level"], level),
        }

    def identity(self, household: Row) -> tuple[int, str | None]:
        key = household["household_key"]
        tags = {household["category"]}
        tags |= {person["category"] for person in self.people if person["household_key"] == key and not person["deceased"]}
        tags |= {tag for tagged, tag in self.world.tags if tagged == key}
        percents = {tag: percent for tag, percent in self.model.identity.percent.items() if tag in tags}
        largest = max(percents.values(), default=None)
        return (100, None) if largest is None else (largest, min(tag for tag, percent in percents.items() if percent == largest))

    def is_kept(self, level: int, score: int, before: Row) -> bool:
        least = self.model.thresholds[level]
        had_it = before["score_level"] >= level
        return had_it and score > least - self.model.hysteresis.margin_millionths and before["score"] >= least

    def trigger(self, points: list[Row]) -> tuple[int, str | None]:
        fired = []
        for trigger in self.model.triggers:
            for row in points:
                category = next(
                    (
                        p["category"]
                        for p in self.people
                        if (p["household_key"], p["person_key"]) == (row["household_key"], row["person_key"])
                    ),
                    None,
                )
                concerns = not trigger.categories or category in trigger.categories
                if row["indicator"] == trigger.indicator and row["band"] >= trigger.band and concerns:
                    fired.append((trigger.level_number, trigger.indicator))
        highest = max((level for level, _ in fired), default=0)
        return highest, min((indicator for level, indicator in fired if level == highest), default=None)

    # Warnings

    def is_new(self, row: Row) -> bool:
        pairs = {(old["person_key"], old["indicator"]) for old in self.last_points if old["points"] > 0}
        return row["points"] > 0 and row["stale_months"] == 0 and (row["person_key"], row["indicator"]) not in pairs

    def band_rose(self, row: Row) -> bool:
        same = [old["band"] for old in self.last_points if pair_of(old) == pair_of(row) and old["points"] > 0]
        return row["stale_months"] == 0 and bool(same) and row["band"] > max(same)

    def warnings(self, points: list[Row], scores: dict[int, Row]) -> list[Row]:
        found = []
        for key, score in scores.items():
            own = [row for row in points if row["household_key"] == key and row["points"] > 0]
            if score["change"] in ("new", "escalated"):
                cause = score["change"]
            elif score["change"] == "unchanged" and any(self.is_new(row) for row in own):
                cause = "new-indicator"
            else:
                continue
            quiet = self.quieting_verdict(key, own)
            found.append(
                {
                    "household_key": key,
                    "level": score["level"],
                    "change": score["change"],
                    "cause": cause,
                    "suppressed": quiet is not None,
                    "suppressed_by": quiet[1] if quiet else None,
                    "suppressed_by_on": quiet[0] if quiet else None,
                }
            )
        return found

    def quieting_verdict(self, household: int, points: list[Row]) -> tuple[date, str] | None:
        rule = self.model.suppression
        given = [
            (day, verdict)
            for key, day, verdict in self.world.verdicts
            if key == household and verdict in rule.verdicts and self.month.plus(-rule.quiet_months).last_day < day <= self.month.last_day
        ]
        seen: dict[tuple[int, str], int] = {}
        for key, person, indicator, band in self.world.verdict_hits:
            if key == household:
                pair = (self.world.now(person), indicator)
                seen[pair] = max(band, seen.get(pair, 0))
        beyond = any(row["band"] > seen.get(pair_of(row), 0) for row in points)
        return None if not given or beyond else max(given)

    # Hits, reverse and evidence

    def hits(self, points: list[Row], scores: dict[int, Row]) -> list[Row]:
        shown = {key for key, score in scores.items() if score["level"] > 0 or score["change"] != "none"}
        return [
            row | {"is_new": self.is_new(row), "band_rose": self.band_rose(row)}
            for row in points
            if row["points"] > 0 and row["household_key"] in shown
        ]

    def reverse(self, values: list[Row]) -> list[Row]:
        before = {(self.world.now(row["person_key"]), row["indicator"]) for row in self.world.last_month("reverse")}
        found = []
        for row in values:
            indicator = self.model.indicator(row["indicator"])
            band = band_of(indicator, row)
            if indicator.reverse and band:
                found.append(row | {"band": band, "is_new": pair_of(row) not in before})
        return found

    def evidence(self, hits: list[Row], reverse: list[Row], scores: dict[int, Row], warnings: list[Row]) -> list[Row]:
        shown = {key for key, score in scores.items() if score["change"] not in ("none", "unchanged")}
        shown |= {row["household_key"] for row in warnings}
        found = []
        for hit in [row for row in hits if row["household_key"] in shown] + reverse:
            indicator = self.model.indicator(hit["indicator"])
            for row in self.behind(hit, indicator):
                detail = {name: plain(row.get(name)) for name in indicator.evidence}
                key = {name: hit[name] for name in ("household_key", "person_key", "indicator")}
                found.append(
                    key
                    | {
                        "feed": indicator.source,
                        "delivery": row.get("delivery", "registry"),
                        "row_number": row.get("row_number"),
                        "event_on": row["event_on"],
                        "detail": json.dumps(detail, ensure_ascii=False),
                    }
                )
        return found

    def behind(self, hit: Row, indicator: Indicator) -> list[Row]:
        if indicator.source == "registry":
            return [
                person | {"event_on": self.month.last_day}
                for person in self.people
                if (person["household_key"], person["person_key"]) == (hit["household_key"], hit["person_key"])
                and all(holds(condition, person) for condition in indicator.filter)
            ]
        known_month = self.month.plus(-hit.get("stale_months", 0))
        return [row for row in self.rows(indicator, known_month) if row["person_key"] == hit["person_key"]]
