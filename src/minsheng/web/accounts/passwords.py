"""What a password must be: hard to guess for somebody who knows the user, and in no list of breached ones."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from minsheng.web.words import spoken

LEAST_SCORE = 3
_WEIGHED = 72
"""So many characters are weighed; longer passwords are strong enough by then."""
_OURS = ("minsheng", "民生", "minzheng", "民政", "dibao", "低保")


class HardToGuess:
    """Refuses what zxcvbn thinks guessable (below 3 of 4), the user's own names included."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a guessable password."""
        from zxcvbn import zxcvbn

        known = [str(getattr(user, name, "") or "") for name in ("username", "display_name", "email")]
        if zxcvbn(password[:_WEIGHED], user_inputs=[*(name for name in known if name), *_OURS])["score"] < LEAST_SCORE:
            raise ValidationError(
                spoken(
                    "这个密码容易被猜到。请换长一些、不常见的组合，例如几个互不相干的词。",
                    "This password is easy to guess. Take a longer, unusual one: several words that have nothing to do with each other.",
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """What is asked for."""
        return spoken("不容易被猜到：不用姓名、账号、常见词和连续字符。", "Hard to guess: no names, common words or runs of characters.")


class NeverBreached:
    """Refuses passwords whose SHA-1 stands in a local list of breached ones; without a list, nothing is asked."""

    def __init__(self, path: str = "") -> None:
        self._path = path

    def validate(self, password: str, *_: Any) -> None:
        """Raise ValidationError for a breached password."""
        path = self._path or settings.BREACHED_PASSWORDS
        if path and listed(Path(path), hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()):
            raise ValidationError(
                spoken("这个密码曾在别处泄露，不能使用。", "This password was breached elsewhere and cannot be used."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """What is asked for."""
        return spoken("没有在别处泄露过。", "Never breached elsewhere.")


def listed(path: Path, digest: str) -> bool:
    """Whether a SHA-1 (upper-case hex) begins a line of a sorted text file (`HASH` or `HASH:count`); found by halving, never read whole."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()
            line = file.readline().strip().partition(b":")[0].upper()
            if not line or line > digest.encode():
                high = middle
            elif line == digest.encode():
                return True
            else:
                low = middle + 1
        file.seek(0)
        return file.readline().strip().partition(b":")[0].upper() == digest.encode()
