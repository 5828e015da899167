"""The waterfall of a score: every finding, every cap, the overlap and the identity as one signed step each."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.arithmetic import SCORE_PER_POINT, CappedSum, Finding, Reckoning
from minsheng.engine.explaining.explanation import Step, StepKind
from minsheng.engine.explaining.figures import points_text
from minsheng.engine.explaining.words import LANGUAGES, STEPS, said
from minsheng.engine.indicators.grammar import Model

Label = Callable[[int], Text]


def waterfall(model: Model, findings: Sequence[Finding], reckoning: Reckoning, label: Label) -> tuple[Step, ...]:
    """The steps from nothing to the score, in millionths; dimension by dimension, then what overlap and identity add."""
    steps = [step for dimension in reckoning.dimensions for step in _of_dimension(model, findings, reckoning, dimension, label)]
    if reckoning.overlap_added:
        count, percent = reckoning.dimensions_with_points, reckoning.overlap_percent
        steps.append(_step("overlap", reckoning.overlap_added, count=count, percent=percent))
    if reckoning.identity_added:
        steps.append(_step("identity", reckoning.identity_added, percent=reckoning.identity_percent))
    totals = accumulate(step.change for step in steps)
    return tuple(step.model_copy(update={"total": total}) for step, total in zip(steps, totals, strict=True))


def _of_dimension(model: Model, findings: Sequence[Finding], reckoning: Reckoning, household: CappedSum, label: Label) -> Iterator[Step]:
    dimension = model.dimensions[household.dimension]
    for person in (person for person in reckoning.persons if person.dimension == household.dimension):
        for found in findings:
            if (found.person, found.dimension) == (person.person, household.dimension) and found.points:
                yield _finding(model, found, label(found.person))
        if person.cut and person.person is not None:
            words: dict[str, Text | str | int] = {
                "cap": points_text(person.cap),
                "member": label(person.person),
                "dimension": dimension.title,
            }
            step = _step("person_cap", -person.cut * SCORE_PER_POINT, **words)
            yield step.model_copy(update={"dimension": household.dimension, "person": person.person})
    if household.cut:
        step = _step("household_cap", -household.cut * SCORE_PER_POINT, cap=points_text(household.cap), dimension=dimension.title)
        yield step.model_copy(update={"dimension": household.dimension})


def _finding(model: Model, found: Finding, member: Text) -> Step:
    step = _step("finding", found.points * SCORE_PER_POINT, member=member, title=model.indicator(found.indicator).title)
    return step.model_copy(update={"dimension": found.dimension, "person": found.person, "indicator": found.indicator})


def _step(kind: StepKind, change: int, **words: Text | str | int) -> Step:
    frame = STEPS[kind]
    zh, en = (
        said(frame, language).format(**{name: said(word, language) if isinstance(word, Text) else word for name, word in words.items()})
        for language in LANGUAGES
    )
    return Step(kind=kind, title=Text(zh=zh, en=en), change=change, total=0)
