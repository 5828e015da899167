"""The words of runs and jobs: who, what happened, how a state looks, and steps as whoever reads them."""

import re
from typing import Final

from minsheng.engine.contracts.schema import Text
from minsheng.web.words import active_language, spoken

TONES: Final[dict[str, tuple[str, str]]] = {
    "waiting": ("quiet", "hourglass"),
    "running": ("accent", "player-play"),
    "cancelling": ("caution", "player-stop"),
    "done": ("good", "check"),
    "failed": ("stop", "alert-circle"),
    "cancelled": ("quiet", "ban"),
}
"""State → tone and icon of its badge."""

HAPPENED: Final[dict[str, Text]] = {
    "asked": Text(zh="提交", en="asked for"),
    "begun": Text(zh="开始执行", en="begun"),
    "step": Text(zh="完成一步", en="a step is done"),
    "given_back": Text(zh="执行进程要结束，退回等待", en="its worker ended; it waits again"),
    "done": Text(zh="完成", en="done"),
    "failed": Text(zh="没有完成", en="failed"),
    "cancel_asked": Text(zh="请求取消", en="asked to stop"),
    "cancelled": Text(zh="已取消", en="cancelled"),
    "retried": Text(zh="再次执行", en="to be tried again"),
}

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SECONDS = re.compile(r"^(.*) ([\d.]+) s$")


def step_words(step: str) -> str:
    """A step's name (`2026-10 冻结 freeze`) in the active language alone."""
    words = step.split(" ")
    if not any(_CHINESE.search(word) for word in words):
        return step
    last = max(place for place, word in enumerate(words) if _CHINESE.search(word))
    chosen = words[: last + 1] if active_language() == "zh" else [word for word in words if not _CHINESE.search(word)]
    return " ".join(chosen)


def step_done_words(detail: str) -> str:
    """A finished step with the seconds it took."""
    timed = _SECONDS.match(detail)
    if timed is None:
        return step_words(detail)
    return spoken(f"{step_words(timed[1])}，{timed[2]} 秒", f"{step_words(timed[1])}, {timed[2]} s")
