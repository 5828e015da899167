"""The rules of a model as SQL expressions, the way one writes them by hand: wide rows, one column per indicator.

Written apart from the engine on purpose: of the engine it uses only the model and what each indicator reads. Per indicator there are
the columns v_ (value), n_ (name of the bands), b_ (band), p_ (points, in hundredths) and, from last month, was_ (band then).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, LEVELS, Condition, Indicator, Model, Scalar
from minsheng.engine.scoring.availability import Reading, Unknown
from minsheng.kernel.periods import Month

_COMPARE = {"eq": "=", "ne": "<>", "gte": ">=", "lte": "<=", "in": "IN", "not_in": "NOT IN"}


def literal(value: Scalar | date) -> str:
    """A value as SQL writes it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date):
        return f"DATE '{value}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[Scalar]) -> str:
    """Values in brackets."""
    return f"({', '.join(literal(value) for value in values)})"


def holding(conditions: Sequence[Condition]) -> list[str]:
    """Conditions, each as one test."""
    tests = []
    for condition in conditions:
        for name, given in condition.comparisons().items():
            if name in ("is_null", "not_null"):
                tests.append(f"{condition.column} IS {'NOT ' if name == 'not_null' else ''}NULL")
            else:
                tests.append(f"{condition.column} {_COMPARE[name]} {listed(given) if isinstance(given, tuple) else literal(given)}")
    return tests


def happened(reading: Reading) -> str:
    """When an event of a window happened, where rows without a date stand at its end."""
    return f"coalesce(event_on, {literal(reading.window.until)})" if reading.undated_at_end else "event_on"


def measured(indicator: Indicator, reading: Reading) -> str:
    """An indicator's value as one aggregate over its feed's rows."""
    day = happened(reading)
    tests = [f"{day} <= {literal(reading.window.until)}", *holding(indicator.filter)]
    if reading.window.after is not None:
        tests.append(f"{day} > {literal(reading.window.after)}")
    ordinal = f"(year({day}) * 12 + month({day}) - 1)"
    column = indicator.measure.column
    counted = {
        "exists": "max(1)",
        "count": "count(*)",
        "sum": f"sum({column})",
        "max": f"max({column})",
        "latest": f"max({{'day': {day}, 'value': {column}}})",
        "months_since": f"{Month.of(reading.window.until).ordinal} - max({ordinal})",
        "months_without": f"{len(reading.window.months)} - count(DISTINCT {ordinal})",
    }[indicator.measure.kind]
    if column is not None:
        tests.append(f"{column} IS NOT NULL")
    some = f"FILTER ({' AND '.join(tests)})"
    value = {"latest": f"({counted} {some}).value", "count": f"nullif({counted} {some}, 0)"}.get(
        indicator.measure.kind, f"{counted} {some}"
    )
    if indicator.measure.kind == "months_without":
        value = f"CASE WHEN count(*) {some} > 0 THEN {value} END"
    return f"({value})::BIGINT AS v_{indicator.id}"


def lowest_bound(indicator: Indicator) -> int:
    """The value from which any category has points."""
    return min(bands[0].bound for bands in indicator.bands.values() if bands)


def asked(indicator: Indicator) -> str:
    """Whether the indicator asks about a person."""
    among = {"members": ["NOT deceased"], "deceased": ["deceased"], "anyone": []}[indicator.among]
    return " AND ".join([*among, *holding(indicator.who)]) or "TRUE"


def banded(indicator: Indicator) -> list[str]:
    """The columns n_, b_ and p_ of a known indicator, from v_."""
    own = [name for name in indicator.bands if name != DEFAULT_BANDS]
    name = f"CASE WHEN category IN {listed(own)} THEN category ELSE 'default' END" if own else "'default'"
    return [
        f"{name} AS n_{indicator.id}",
        f"{_by_band(indicator, {n: [i + 1 for i in range(len(b))] for n, b in indicator.bands.items()})}::BIGINT AS b_{indicator.id}",
        f"{_by_band(indicator, {n: [one.hundredths for one in b] for n, b in indicator.bands.items()})}::BIGINT AS p_{indicator.id}",
    ]


def _by_band(indicator: Indicator, worth: Mapping[str, Sequence[int]]) -> str:
    """What the band of a value is worth; nothing below the first, or for who is not asked."""
    steps: dict[str, list[str]] = {}
    for name, bands in indicator.bands.items():
        pairs = reversed(list(zip(bands, worth[name], strict=True)))
        reached = " ".join(f"WHEN v_{indicator.id} >= {band.bound} THEN {value}" for band, value in pairs)
        steps.setdefault(f"CASE {reached} END" if reached else "NULL", []).append(name)
    default = next(case for case, names in steps.items() if DEFAULT_BANDS in names)
    own = [f"WHEN category IN {listed(names)} THEN {case}" for case, names in steps.items() if case != default]
    chosen = f"CASE {' '.join(own)} ELSE {default} END" if own else default
    return f"(CASE WHEN {asked(indicator)} THEN {chosen} END)"


def carried(indicator: Indicator, state: Unknown) -> list[str]:
    """The columns v_, n_, b_ and p_ of an indicator that cannot be known: last month's, worth nothing once dropped."""
    among = {"members": "NOT deceased", "deceased": "deceased", "anyone": "TRUE"}[indicator.among]
    i = indicator.id
    if state.stale_months is None or indicator.reverse:
        return [f"NULL::BIGINT AS v_{i}", f"NULL::VARCHAR AS n_{i}", f"NULL::BIGINT AS b_{i}", f"NULL::BIGINT AS p_{i}"]
    points = f"before_p_{i}" if state.status == "stale" else "0"
    kept = {"v": f"before_v_{i}", "n": f"before_n_{i}", "b": f"before_b_{i}", "p": points}
    return [f"CASE WHEN {among} AND before_b_{i} IS NOT NULL THEN {source} END AS {name}_{i}" for name, source in kept.items()]


def scoring(model: Model) -> dict[str, str]:
    """The expressions from points to levels, by their names in `baseline.sql`."""
    tags = ranked_tags(model)
    triggers = [model.triggers[at] for at in ranked_triggers(model)]
    return {
        "dimension_points": ", ".join(dimension_points(model, name) for name in model.dimensions),
        "raw": " + ".join(f"coalesce(d_{name}, 0)" for name in model.dimensions),
        "count": " + ".join(f"(coalesce(d_{name}, 0) > 0)::BIGINT" for name in model.dimensions),
        "fired": fired(model),
        "place_of_tag": first_of(tags, "tag"),
        "place_of_category": first_of(tags, "category"),
        "overlap": overlap(model),
        "identity_percent": choice("place", [model.identity.percent[tag] for tag in tags], "100"),
        "identity_tag": choice("place", tags, "NULL"),
        "trigger": choice("fired", [trigger.indicator for trigger in triggers], "NULL"),
        "trigger_level": choice("fired", [trigger.level_number for trigger in triggers], "0"),
        "reached": reached_level(model),
        "kept": kept_level(model),
    }


def dimension_points(model: Model, dimension: str) -> str:
    """A household's points in a dimension: each member's sum and the household's, at most the caps."""
    caps = model.dimensions[dimension]
    points = [f"coalesce(p_{i.id}, 0)" for i in model.scoring_indicators if i.dimension == dimension]
    capped = f"least(sum(least({' + '.join(points) or '0'}, {caps.person_cap_hundredths})), {caps.household_cap_hundredths})"
    return f"{capped}::BIGINT AS d_{dimension}"


def first_of(ranked: Sequence[str], column: str) -> str:
    """A text's place in a ranking, so that the least place is the best; none for a text that is not ranked."""
    return f"CASE {column} {' '.join(f'WHEN {literal(name)} THEN {place}' for place, name in enumerate(ranked))} END"


def ranked_tags(model: Model) -> list[str]:
    """Tags and categories, the highest percentage first, then by name."""
    return sorted(model.identity.percent, key=lambda tag: (-model.identity.percent[tag], tag))


def ranked_triggers(model: Model) -> list[int]:
    """The triggers' places in the model, the highest level first, then by indicator."""
    found = model.triggers
    return sorted(range(len(found)), key=lambda at: (-found[at].level_number, found[at].indicator))


def fired(model: Model) -> str:
    """The place of the best trigger that fires for a person."""
    cases = []
    for place, at in enumerate(ranked_triggers(model)):
        trigger = model.triggers[at]
        tests = [f"p_{trigger.indicator} > 0", f"b_{trigger.indicator} >= {trigger.band}"]
        tests += [f"category IN {listed(trigger.categories)}"] if trigger.categories else []
        cases.append(f"WHEN {' AND '.join(tests)} THEN {place}")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def choice(column: str, values: Sequence[Scalar], otherwise: str) -> str:
    """The value that stands at a place of a ranking."""
    whens = " ".join(f"WHEN {place} THEN {literal(value)}" for place, value in enumerate(values))
    return f"CASE {column} {whens} ELSE {otherwise} END" if values else otherwise


def overlap(model: Model) -> str:
    """The percentage added for the number of dimensions."""
    steps = sorted(model.overlap.percent.items(), reverse=True)
    return f"CASE {' '.join(f'WHEN dimensions >= {least} THEN {worth}' for least, worth in steps)} ELSE 0 END" if steps else "0"


def reached_level(model: Model) -> str:
    """The highest level whose threshold the score reaches."""
    return _highest({level: f"score >= {least}" for level, least in model.thresholds.items()})


def kept_level(model: Model) -> str:
    """The highest level that hysteresis keeps."""
    margin = model.hysteresis.margin_millionths
    tests = {
        level: f"previous_score_level >= {level} AND score > {least - margin} AND previous_score >= {least}"
        for level, least in model.thresholds.items()
    }
    return _highest(tests)


def _highest(tests: Mapping[int, str]) -> str:
    whens = " ".join(f"WHEN {tests[level]} THEN {level}" for level in range(len(LEVELS) - 1, 0, -1))
    return f"CASE {whens} ELSE 0 END"
