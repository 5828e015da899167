"""Where this installation keeps its keys: in the home folder's settings, or in the environment of its processes.

Keys of the home folder never enter the environment: a process started from here would inherit them and go on with them when they are
old. A file that changed is read again within a second, so whoever runs for long follows a rotation.
"""

import os
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

from minsheng.config.home import KEY_SETTINGS, read_home_keys, settings_file, write_home_settings, write_secretly
from minsheng.kernel.errors import Refusal
from minsheng.kernel.keyring import KeyRing, KeyTexts

_REMEMBERED_SECONDS = 1.0


class KeysElsewhere(Refusal):
    """The keys stand in the environment, which this command cannot change."""

    code: ClassVar[str] = "keys-elsewhere"


class FileIsThere(Refusal):
    """A file of keys would be written over another file."""

    code: ClassVar[str] = "file-is-there"


class HomeKeys:
    """The keys as settings hold them; each name is taken from the environment, else from the home folder."""

    def __init__(self) -> None:
        self._look_again_at = 0.0
        self._seen: object = None
        self._texts = KeyTexts("")

    def texts(self, fresh: bool = False, /) -> KeyTexts:
        """The keys as they are now, looked at once a second, or at once if `fresh`; `current` is empty where there is none yet."""
        if fresh or time.monotonic() >= self._look_again_at:
            self._look_again_at = time.monotonic() + _REMEMBERED_SECONDS
            seen = (_stamp(), tuple(os.environ.get(name) for name in KEY_SETTINGS))
            if seen != self._seen:
                texts = key_texts({**read_home_keys(), **{name: os.environ[name] for name in KEY_SETTINGS if os.environ.get(name)}})
                self._texts = texts if texts.current or not self._texts.current else self._texts
                self._seen = seen
        return self._texts

    def replace(self, texts: KeyTexts) -> None:
        """Write other keys into the home folder, whole or not at all; raises KeysElsewhere."""
        named = [name for name in KEY_SETTINGS if os.environ.get(name)]
        if named:
            raise KeysElsewhere(
                f"The keys stand in the environment ({', '.join(named)}), which this command cannot change.",
                next_step="Change them where they stand: a new one comes from `minsheng keys make`, see docs/keys.md.",
            )
        write_home_settings(as_settings(texts))


@cache
def home_keys() -> HomeKeys:
    """The keys of this process."""
    return HomeKeys()


def write_rotated(out: Path) -> str:
    """Write settings with a new current key into a file that only its owner may read; gives the new key's name, never the key."""
    if out.exists():
        raise FileIsThere(f"{out} is there already.", next_step="Name a file that is not there yet.")
    rotated = home_keys().texts(True).rotated()
    write_secretly(out, "".join(f"{name}={value}\n" for name, value in as_settings(rotated).items()))
    return KeyRing(rotated).current.name


def key_texts(values: Mapping[str, str]) -> KeyTexts:
    """The keys that settings say."""
    current, old, index, pseudonym = (values.get(name, "").strip() for name in KEY_SETTINGS)
    return KeyTexts(current, tuple(text.strip() for text in old.split(",") if text.strip()), index, pseudonym)


def as_settings(texts: KeyTexts) -> dict[str, str]:
    """The settings that say these keys."""
    return dict(zip(KEY_SETTINGS, (texts.current, ",".join(texts.old), texts.index, texts.pseudonym), strict=True))


def _stamp() -> object:
    file = settings_file()
    try:
        found = file.stat()
    except OSError:
        return None
    return (str(file), found.st_mtime_ns, found.st_size, found.st_ino)
