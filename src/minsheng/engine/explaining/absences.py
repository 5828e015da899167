"""What could not be known this month, as a run records it, and the words for it."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import EARLIER, STALE, UNKNOWN, feed_words, month_words, months_words
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month


class Missing(BaseModel):
    """Why an indicator is unknown: the months of its feed that are missing or held, and for how many months now."""

    model_config = ConfigDict(frozen=True)

    feed: str
    months: tuple[str, ...] = ()
    stale_months: int | None = None


def read_missing(unknown: Mapping[str, Mapping[str, object]], model: Model) -> dict[str, Missing]:
    """What a run's result says is unknown (`RunResult.unknown`), by indicator, in the model's order."""
    return {i.id: Missing.model_validate(unknown[i.id]) for i in model.indicators if i.id in unknown}


def stale_text(missing: Missing, month: Month, catalogue: Catalogue) -> Text:
    """That the deliveries are not there, and which month's result still stands."""
    since = month_words(month.plus(-missing.stale_months), month) if missing.stale_months else None
    parts = _parts(missing, month, catalogue)
    return Text(
        zh=STALE.zh.format(**parts["zh"], since=since.zh if since else EARLIER.zh),
        en=STALE.en.format(**parts["en"], since=since.en if since else EARLIER.en),
    )


def unknown_text(missing: Missing, month: Month, catalogue: Catalogue) -> Text:
    """That the deliveries are not there, and nothing is known."""
    parts = _parts(missing, month, catalogue)
    return Text(zh=UNKNOWN.zh.format(**parts["zh"]), en=UNKNOWN.en.format(**parts["en"]))


def _parts(missing: Missing, month: Month, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    feed = feed_words(missing.feed, catalogue)
    months = months_words([Month.parse(text) for text in missing.months], month)
    return {"zh": {"feed": feed.zh, "months": months.zh}, "en": {"feed": feed.en, "months": months.en}}
