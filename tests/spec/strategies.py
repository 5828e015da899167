"""Random small models and worlds, rich in boundaries: equal days, bounds just reached, feeds that stay away, people who merge."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Outcome, Row, World, person

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
CATEGORIES = ("DIBAO", "TEKUN", "OTHER")
EVENTS, DATED, UNDATED = "medical_settlements", "disability_certificates", "vehicles"
_DIMENSIONS = ("health", "education", "housing")
_FEED_MEASURES = ("exists", "count", {"sum": "amount"}, {"max": "amount"}, {"latest": "amount"}, "months_since")
_REGISTRY_MEASURES: tuple[Any, ...] = ("exists", "count", {"max": "age"}, {"sum": "months_since_exit"})


def models(*, reverse: bool = True) -> st.SearchStrategy[Model]:
    """Models of two to four indicators."""
    return st.builds(
        model,
        st.lists(_indicator(reverse), min_size=2, max_size=4).map(_numbered),
        caps=st.fixed_dictionaries({name: st.tuples(st.integers(5, 60), st.integers(5, 90)) for name in _DIMENSIONS}),
        overlap=st.sampled_from([{}, {2: 10}, {2: 10, 3: 25}]),
        identity=st.sampled_from([{}, {"DIBAO": 120}, {"DIBAO": 120, "TEKUN": 120, "VETERAN": 105}]),
        levels=st.sampled_from([(20, 40, 60, 80), (5, 15, 30, 50), (12, 24, 36, 60)]),
        margin=st.sampled_from([0, 3, 15]),
        triggers=st.lists(_trigger(), max_size=2),
        quiet_months=st.sampled_from([0, 2, 6]),
    )


def _numbered(indicators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"id": f"i{at}"} for at, one in enumerate(indicators)]


@st.composite
def _indicator(draw: st.DrawFn, may_reverse: bool) -> dict[str, Any]:
    source = draw(st.sampled_from([EVENTS, EVENTS, DATED, UNDATED, "registry"]))
    reverse = may_reverse and draw(_rarely())
    measures = _REGISTRY_MEASURES if source == "registry" else (*_FEED_MEASURES, "months_without") if source == EVENTS else _FEED_MEASURES
    window = draw(st.integers(1, 4)) if source == EVENTS or (source == DATED and draw(st.booleans())) else None
    names = draw(st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=2))
    return indicator(
        "i",
        source,
        draw(st.sampled_from(measures)),
        {name: draw(_bands(reverse)) for name in ("default", *names)},
        reverse=reverse,
        dimension=None if reverse else draw(st.sampled_from(_DIMENSIONS)),
        window_months=window,
        filter=[draw(_registry_condition() if source == "registry" else _row_condition())] if draw(_rarely()) else [],
        who=[draw(_registry_condition())] if draw(_rarely()) else [],
        among=draw(st.sampled_from(["members", "members", "members", "anyone", "deceased"])),
        evidence=("age",) if source == "registry" else ("kind", "amount", "event_on"),
    )


@st.composite
def _bands(draw: st.DrawFn, reverse: bool) -> list[tuple[int, Any]]:
    bounds = sorted(draw(st.lists(st.integers(0, 4), unique=True, min_size=1, max_size=3)))
    points = sorted(draw(st.lists(st.sampled_from([0.5, 4, 12.25, 20, 33, 50]), min_size=len(bounds), max_size=len(bounds))))
    return [(bound, 0 if reverse else worth) for bound, worth in zip(bounds, points, strict=True)]


def _rarely() -> st.SearchStrategy[bool]:
    return st.sampled_from([False, False, False, True])


def _row_condition() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"column": st.just("kind"), "in": st.just(["a", "b"])}),
        st.fixed_dictionaries({"column": st.just("kind"), "not_in": st.just(["a"])}),
        st.fixed_dictionaries({"column": st.just("kind"), "ne": st.just("b")}),
        st.fixed_dictionaries({"column": st.just("amount"), "gte": st.integers(0, 2), "lte": st.integers(2, 4)}),
        st.fixed_dictionaries({"column": st.just("amount"), "is_null": st.just(True)}),
        st.fixed_dictionaries({"column": st.just("event_on"), "gte": st.just("2026-02-01")}),
        st.fixed_dictionaries({"column": st.just("never_delivered"), "is_null": st.just(True)}),
        st.fixed_dictionaries({"column": st.just("never_delivered"), "ne": st.just(1)}),
    )


def _registry_condition() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"column": st.just("age"), "gte": st.integers(16, 70)}),
        st.fixed_dictionaries({"column": st.just("lives_alone"), "eq": st.booleans()}),
        st.fixed_dictionaries({"column": st.just("category"), "in": st.just(["DIBAO", "TEKUN"])}),
        st.fixed_dictionaries({"column": st.just("months_since_exit"), "lte": st.just(23)}),
        st.fixed_dictionaries({"column": st.just("listed"), "eq": st.just(True)}),
        st.fixed_dictionaries({"column": st.just("died_on"), "not_null": st.just(True)}),
    )


def _trigger() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "indicator": st.sampled_from(["i0", "i1"]),
            "band": st.integers(1, 2),
            "level": st.sampled_from(["blue", "yellow", "red"]),
            "categories": st.sampled_from([[], ["TEKUN"]]),
        }
    )


@st.composite
def worlds(draw: st.DrawFn, built: st.SearchStrategy[Model]) -> World:
    """A world of up to three households and five people in the third month, without a month before."""
    members = [draw(_person(household, key)) for key, household in enumerate(draw(st.lists(st.integers(1, 2), min_size=2, max_size=4)), 10)]
    deceased = [draw(_person(1, 20)) | {"died_on": date(2026, 2, 3), "listed": draw(st.booleans())}] if draw(st.booleans()) else []
    return World(
        month=MONTHS[2],
        model=draw(built),
        members=members,
        deceased=deceased,
        feeds={name: draw(_feed(name)) for name in (EVENTS, DATED, UNDATED) if draw(st.integers(0, 9)) != 5},
        tags=draw(st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["VETERAN", "TEKUN"])), max_size=2)),
        verdicts=draw(
            st.lists(st.tuples(st.integers(1, 2), _day(), st.sampled_from(["TRUE_HELPED", "FALSE_DATA", "UNREACHABLE"])), max_size=3)
        ),
        verdict_hits=draw(
            st.lists(st.tuples(st.integers(1, 2), st.integers(10, 12), st.sampled_from(["i0", "i1", "i2"]), st.integers(1, 3)), max_size=8)
        ),
        redirects=draw(st.sampled_from([{}, {}, {30: 10}, {30: 31, 31: 11}])),
    )


@st.composite
def months_after(draw: st.DrawFn, world: World, first: Outcome) -> World:
    """The month after, when some were close to a threshold and some warnings have had their verdict."""
    tables = first.tables | {"scores": [draw(_perhaps_at_threshold(row, world.model)) for row in first.tables["scores"]]}
    judged = draw(st.lists(st.sampled_from([1, 2]), unique=True, max_size=2))
    hits = [tuple(hit[name] for name in _HIT) for hit in first.tables["points"] if hit["household_key"] in judged]
    return replace(
        world,
        month=str(Month.parse(world.month).plus(1)),
        previous=replace(first, tables=tables),
        verdicts=[*world.verdicts, *((household, date(2026, 3, 31), "TRUE_HELPED") for household in judged)],
        verdict_hits=[*world.verdict_hits, *hits],
    )


_HIT = ("household_key", "person_key", "indicator", "band")


@st.composite
def _perhaps_at_threshold(draw: st.DrawFn, row: Row, model: Model) -> Row:
    level = draw(st.sampled_from([0, 1, 2]))
    return row | {"score": model.thresholds[level], "score_level": level, "level": max(level, row["trigger_level"])} if level else row


@st.composite
def _person(draw: st.DrawFn, household: int, key: int) -> Row:
    return person(
        household,
        key,
        category=draw(st.sampled_from(CATEGORIES)),
        age=draw(st.sampled_from([8, 16, 45, 70, 71])),
        lives_alone=draw(st.booleans()),
        months_since_exit=draw(st.sampled_from([None, 0, 3, 23, 24])),
    )


def _day() -> st.SearchStrategy[date]:
    last_days = st.sampled_from([date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)])
    return last_days | st.integers(0, 130).map(lambda days: date(2025, 12, 20) + timedelta(days))


@st.composite
def _feed(draw: st.DrawFn, name: str) -> Feed:
    states = st.sampled_from(["present"] * 8 + ["missing", "held"])
    first = draw(st.sampled_from([0, 0, 0, 1, 2]))
    months = {month: "before" if at < first else draw(states) for at, month in enumerate(MONTHS)}
    present = [month for month, state in months.items() if state == "present"]
    rows = draw(st.lists(_row(name, present), min_size=4, max_size=12)) if present else []
    return Feed(
        rows=[row | {"row_number": at} for at, row in enumerate(rows, 2)],
        months=months,
        kind="events" if name == EVENTS else "snapshot",
        tolerance_months=draw(st.integers(0, 2)),
    )


@st.composite
def _row(draw: st.DrawFn, name: str, months: list[str]) -> Row:
    row: Row = {
        "month": draw(st.sampled_from(months)),
        "delivery": draw(st.sampled_from(["d1", "d2"])),
        "person_key": draw(st.sampled_from([10, 10, 11, 11, 12, 20, 30, 99])),
        "kind": draw(st.sampled_from(["a", "b", "c", None])),
        "amount": draw(st.sampled_from([None, 0, 1, 2, 3, 5])),
        "event_on": draw(_day()),
    }
    if name == EVENTS:
        month = Month.parse(row["month"])
        row["event_on"] = draw(st.sampled_from([row["event_on"], month.first_day, month.first_day, month.last_day, month.last_day]))
    if name == UNDATED:
        del row["event_on"]
    return row


def monotone_worlds() -> st.SearchStrategy[World]:
    """Worlds whose model has only measures that grow with hardship, over what happened to people."""
    return worlds(st.builds(_growing, st.lists(_monotone_indicator(), min_size=2, max_size=4).map(_numbered)))


def _growing(indicators: list[dict[str, Any]]) -> Model:
    return model(indicators, caps=dict.fromkeys(_DIMENSIONS, (40, 60)), overlap={2: 10, 3: 25}, identity={"DIBAO": 120})


def _monotone_indicator() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        indicator,
        st.just("i"),
        st.just(EVENTS),
        st.sampled_from(["exists", "count", {"sum": "amount"}, {"max": "amount"}]),
        _bands(reverse=False),
        dimension=st.sampled_from(_DIMENSIONS),
        window_months=st.integers(1, 4),
    )


@st.composite
def harder(draw: st.DrawFn, world: World) -> World:
    """The same world with one more row, or one larger amount, in the feed of events."""
    feed = world.feeds.get(EVENTS, Feed())
    present = [month for month, state in feed.months.items() if state == "present"]
    if not present:
        return world
    rows = [dict(row) for row in feed.rows]
    if draw(st.booleans()):
        rows.append(draw(_row(EVENTS, present)) | {"row_number": 99})
    else:
        changed = draw(st.sampled_from(rows))
        changed["amount"] = (changed["amount"] or 0) + draw(st.integers(0, 3))
    return replace(world, feeds={**world.feeds, EVENTS: replace(feed, rows=rows)})
