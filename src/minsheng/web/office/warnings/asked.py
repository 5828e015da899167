"""What an address asks of the list. What it does not understand it leaves out, so that an old bookmark still opens."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict

from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.queries import SORTS, DeskFilter, RunChoice
from minsheng.domain.registry.queries import sought
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.divisions import DivisionCode, NotADivisionCode
from minsheng.kernel.sealing import Keys
from minsheng.web.office.warnings.sealed import opened

ALL = "all"
LEVELS = (4, 3, 2, 1)
AGES = (1, 2, 3, 6, 12)
KEPT = (
    *("month", "model", "status", "verdict", "level", "change", "place", "dimension", "indicator"),
    *("least", "most", "age", "noted", "warned", "who"),
)
"""The words of an address that say what is listed; a saved filter leaves out the month."""
_CHANGES = tuple(change for change in states.CHANGES if change not in ("none", "new-indicator"))
_MOST_POINTS = 100_000


@dataclass(frozen=True)
class Asked:
    """A filter with the words it came from: what was typed into the search, and its token."""

    wanted: DeskFilter
    typed: str = ""
    words: dict[str, list[str]] = field(default_factory=dict)

    def query(self, **changed: str | list[str]) -> str:
        """The address's query with some words changed (blank: left out)."""
        query = QueryDict(mutable=True)
        for name, values in (self.words | {name: [value] if isinstance(value, str) else value for name, value in changed.items()}).items():
            query.setlist(name, [value for value in values if value])
        return query.urlencode()


def chosen_run(query: QueryDict, choices: Sequence[RunChoice]) -> RunChoice | None:
    """The run that is asked for: of a model (the leading one) and a month (its newest)."""
    model, month = query.get("model", ""), query.get("month", "")
    of_model = [choice for choice in choices if choice.model_name == model] or [
        choice for choice in choices if choice.model_name == choices[0].model_name
    ]
    return next((choice for choice in of_model if choice.month == month), of_model[0] if of_model else None)


def read(query: QueryDict, *, model: Model, keys: Keys) -> Asked:
    """Read an address."""
    status = query.get("status", "")
    typed = opened(query.get("who", ""), keys)
    least, most = (_points(query.get(name, "")) for name in ("least", "most"))
    wanted = DeskFilter(
        status="" if status == ALL else status if status in states.DESK else states.OPEN,
        verdict=query.get("verdict", "") if query.get("verdict", "") in states.VERDICTS else "",
        levels=tuple(sorted({level for level in LEVELS if str(level) in query.getlist("level")})),
        changes=tuple(change for change in _CHANGES if change in query.getlist("change")),
        division=_place(query.get("place", "")),
        indicators=_indicators(query, model),
        least_score=least,
        most_score=most,
        least_age=next((age for age in AGES if query.get("age") == str(age)), 0),
        noted={"yes": True, "no": False}.get(query.get("noted", "")),
        issued=query.get("warned") == "now",
        sought=sought(typed),
        sort=query.get("sort", "") if query.get("sort", "") in SORTS else "urgency",
    )
    words = {name: [value[:_LONGEST] for value in query.getlist(name)[:20]] for name in (*KEPT, "sort") if query.get(name)}
    return Asked(wanted, typed, words)


_LONGEST = 600


def _indicators(query: QueryDict, model: Model) -> tuple[str, ...]:
    """The indicator asked for, or those of the dimension; an indicator of another dimension is not looked for."""
    dimension, wanted = query.get("dimension", ""), query.get("indicator", "")
    known = [one for one in model.indicators if one.dimension is not None]
    if any(one.id == wanted for one in known):
        return (wanted,)
    return tuple(one.id for one in known if dimension and one.dimension == dimension)


def _place(text: str) -> str:
    try:
        return DivisionCode.parse(text).prefix if text.strip() else ""
    except NotADivisionCode:
        return ""


def _points(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < _MOST_POINTS else None
