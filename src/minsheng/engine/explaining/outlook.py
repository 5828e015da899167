"""A household's turning points as data for people."""

from collections.abc import Iterator

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.explaining.arithmetic import Finding
from minsheng.engine.explaining.explanation import Easing, Ending, NextBand, Spot, TurningPoints
from minsheng.engine.explaining.figures import Figure
from minsheng.engine.explaining.findings import HouseholdRows
from minsheng.engine.explaining.turning_points import fewest_that_clear, next_bands, to_ease, to_next_level, triggers_to_end


def turning_points(household: HouseholdRows, catalogue: Catalogue) -> TurningPoints:
    """What would change the household's level, up or down."""
    situation = household.situation
    up = to_next_level(situation)
    return TurningPoints(
        next_level=up[0] if up else None,
        to_next_level=up[1] if up else None,
        easing=_easing(household),
        endings=tuple(_endings(household)),
        clearing=tuple(_spot(household, found) for found in fewest_that_clear(situation)),
        next_bands=tuple(_next_bands(household, catalogue)),
    )


def _easing(household: HouseholdRows) -> Easing | None:
    if household.reckoning.level == 0:
        return None
    fall = to_ease(household.situation)
    return Easing(
        at_once=fall[0] if fall else None,
        over_two_months=fall[1] if fall else None,
        triggers=triggers_to_end(household.situation),
    )


def _endings(household: HouseholdRows) -> Iterator[Ending]:
    if household.reckoning.level == 0:
        return
    for found in household.findings:
        then = household.situation.without(found)
        yield Ending(spot=_spot(household, found), score=then.score, level_next_month=then.level, level_in_the_end=then.settled_level)


def _next_bands(household: HouseholdRows, catalogue: Catalogue) -> Iterator[NextBand]:
    values = {(row["person_key"], row["indicator"]): row["value"] for row in household.rows["points"]}
    for found, bound, then in next_bands(household.situation):
        figure = Figure.of(household.model.indicator(found.indicator), catalogue)
        more = bound - (values[found.person, found.indicator] or 0)
        yield NextBand(
            spot=_spot(household, found),
            bound=bound,
            bound_text=figure.text(bound),
            more_text=figure.text(more),
            score=then.score,
            level=then.level,
        )


def _spot(household: HouseholdRows, found: Finding) -> Spot:
    title = household.model.indicator(found.indicator).title
    return Spot(person=found.person, member=household.label(found.person), indicator=found.indicator, title=title)
