"""A model's reasons as frames that can be filled one at a time or a column at a time, with the same result."""

import re

from minsheng.engine.explaining.words import Language, said
from minsheng.engine.indicators.grammar import Indicator

_HAN = "\u4e00-\u9fff"
_BEFORE_FIGURE = re.compile(rf"(?<=[{_HAN}}}])(\{{(?:value|bound)\}})")
_AFTER_FIGURE = re.compile(rf"(\{{(?:value|bound)\}})(?=[{_HAN}{{])")
_CAPITAL = re.compile(r"^[A-Z](?=[a-z ])")


def reason_frame(indicator: Indicator, language: Language) -> str:
    """An indicator's reason as a clause within a sentence.

    Figures stand apart from Chinese characters (`自付 38,600 元`); no capital at the start and no full stop.
    """
    frame: str = said(indicator.reason, language).strip().rstrip("。.")
    if language == "zh":
        return _AFTER_FIGURE.sub(r"\1 ", _BEFORE_FIGURE.sub(r" \1", frame))
    return _CAPITAL.sub(lambda first: first[0].lower(), frame)
