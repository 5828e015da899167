"""The sentences of an explanation once more, slowly: loops over its lines, one household at a time."""

from collections.abc import Iterator

from minsheng.engine.explaining import words
from minsheng.engine.explaining.explanation import Explanation, Line
from minsheng.engine.explaining.figures import day_text
from minsheng.engine.explaining.words import Language, said
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month
from tests.spec.explaining.town import CATALOGUE

WHO = "<who>"


def spoken(explanation: Explanation, model: Model, language: Language) -> str:
    """What a village worker reads aloud."""
    sentences = [*_findings(explanation, model, language), *_ended(explanation, language)]
    sentences += [_state(explanation, language), *_doubts(explanation, model, language)]
    if language == "zh":
        return "".join(f"{sentence}。" for sentence in sentences)
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def indicators(explanation: Explanation, model: Model) -> list[str]:
    """The indicators that speak, in the order of the sentences."""
    return list(dict.fromkeys(lines[0].indicator for lines in _groups(explanation, model)))


def _groups(explanation: Explanation, model: Model) -> list[list[Line]]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in explanation.lines:
        if line.points > 0:
            groups.setdefault((line.indicator, *(_about_somebody(line, language) for language in words.LANGUAGES)), []).append(line)
    order = [indicator.id for indicator in model.indicators]
    return sorted(
        groups.values(),
        key=lambda lines: (
            not any(line.is_new or line.band_rose for line in lines),
            -sum(line.points for line in lines),
            order.index(lines[0].indicator),
            min(line.person for line in lines),
        ),
    )


def _about_somebody(line: Line, language: Language) -> str:
    reason, member = said(line.reason, language), said(line.member, language)
    if language == "en" and not reason[:2].isupper():
        reason = reason[0].lower() + reason[1:]
    return reason.replace(member, WHO)


def _findings(explanation: Explanation, model: Model, language: Language) -> Iterator[str]:
    clauses = []
    groups = _groups(explanation, model)
    for lines in groups:
        who = said(min(lines, key=lambda line: line.person).member, language)
        if len(lines) > 1:
            who = said(words.OTHERS_TOO, language).format(label=who, count=len(lines), others=len(lines) - 1)
        clauses.append(_about_somebody(lines[0], language).replace(WHO, who))
    if clauses:
        rest = said(words.AND_MORE, language).format(rest=len(clauses) - 3) if len(clauses) > 3 else ""
        yield ("；" if language == "zh" else "; ").join(clauses[:3]) + rest


def _ended(explanation: Explanation, language: Language) -> Iterator[str]:
    if explanation.change in ("eased", "cleared") and explanation.ended:
        endings = [
            said(words.ENDED_ONE, language).format(member=said(ended.member, language), title=said(ended.title, language))
            for ended in explanation.ended
        ]
        yield said(words.ENDED, language).format(endings=("、" if language == "zh" else ", ").join(endings))


def _state(explanation: Explanation, language: Language) -> str:
    warning = explanation.warning
    state = warning.cause if warning else explanation.change
    text = said(words.STATES[state], language).format(
        level=said(words.LEVELS[explanation.level], language),
        before=said(words.LEVELS[explanation.previous_level], language),
        note=_note(explanation, language),
    )
    if warning and warning.suppressed and warning.verdict_on and warning.verdict_title:
        verdict = said(warning.verdict_title, language)
        return text + said(words.QUIET, language).format(on=said(day_text(warning.verdict_on), language), verdict=verdict)
    if state in words.WITHOUT_ADVICE:
        return text
    return text + ("，" if language == "zh" else ": ") + said(words.ADVICE[explanation.level], language)


def _note(explanation: Explanation, language: Language) -> str:
    trigger = explanation.trigger
    if trigger and trigger.level == explanation.level and explanation.plain_level < explanation.level:
        return said(words.TRIGGERED, language).format(
            title=said(trigger.title, language), level=said(words.LEVELS[trigger.level], language)
        )
    return said(words.HELD, language) if explanation.held_by_hysteresis and explanation.score_level == explanation.level else ""


def _doubts(explanation: Explanation, model: Model, language: Language) -> Iterator[str]:
    order = [indicator.id for indicator in model.indicators]
    month = Month.parse(explanation.month)
    found: list[str] = []
    doubtful = [line for line in explanation.lines if line.standing != "known"]
    for line in sorted(doubtful, key=lambda line: order.index(line.indicator)):
        frame = words.STALE if line.standing == "stale" else words.UNKNOWN
        months = words.months_words([Month.parse(text) for text in line.missing], month)
        feed, since = words.feed_words(line.feed, CATALOGUE), words.month_words(Month.parse(line.known_in), month)
        text = said(frame, language).format(feed=said(feed, language), months=said(months, language), since=said(since, language))
        found += [] if text in found else [text]
    if found:
        yield ("；" if language == "zh" else "; ").join(found)
