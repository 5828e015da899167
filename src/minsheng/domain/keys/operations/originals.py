"""Sealing the lake's original files again: each is replaced whole, or stays as it was."""

from contextlib import suppress
from pathlib import PurePosixPath
from typing import ClassVar

from minsheng.domain.keys.queries import original_files, original_key_id
from minsheng.engine.lake import Lake, LakeMissing
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import Progress
from minsheng.kernel.sealing import Keys, Unsealable


class NotTheOriginal(Refusal):
    """What a sealed file holds is not what its name says."""

    code: ClassVar[str] = "not-the-original"


class _Gone(Exception):
    pass


def originals_behind(*, keys: Keys, lake: Lake) -> list[str]:
    """The files that are not under the current key; damaged ones too."""
    current = keys.ring.current.id
    return [path for path in original_files(lake) if _key_of(lake, path) != current]


def reseal_originals(*, keys: Keys, lake: Lake, progress: Progress) -> tuple[int, list[str]]:
    """Bring every original under the current key; gives how many, and the paths of those that cannot be opened, which stay as they are."""
    behind = originals_behind(keys=keys, lake=lake)
    done, damaged = 0, []
    with progress.step("原始文件 originals", total=len(behind)) as step:
        for path in behind:
            try:
                with suppress(LakeMissing, _Gone):
                    _reseal(path, keys=keys, lake=lake)
                    done += 1
            except (Unsealable, NotTheOriginal):
                damaged.append(path)
            step.advance()
    return done, damaged


def _reseal(path: str, *, keys: Keys, lake: Lake) -> None:
    """The clear bytes must be those that the file is named for, before the newly sealed ones take its place."""
    with lake.open_reader(path) as source, lake.open_writer(path, on_disk=True) as target:
        digest = keys.seal_stream(keys.open_stream(source), target)
        if digest != PurePosixPath(path).stem:
            raise NotTheOriginal(f"{path} does not hold what it is named for.", next_step="Restore it from the lake's backup.")
        if not lake.exists(path):
            raise _Gone


def _key_of(lake: Lake, path: str) -> bytes | None:
    try:
        return original_key_id(lake, path)
    except (Unsealable, LakeMissing):
        return None
