"""The keys of an installation change with the command, first in its home folder, then in the environment; nothing is lost."""

from pathlib import Path

from tests.journeys.command import Command

MONTH = "2026-10"


def _is_key(line: str) -> bool:
    return line.startswith(("MINSHENG_KEY=", "MINSHENG_OLD_KEYS=", "MINSHENG_INDEX_KEY=", "MINSHENG_PSEUDONYM_KEY="))


def _secrets(file: Path) -> set[str]:
    named = (line.split("=", 1) for line in file.read_text().splitlines() if _is_key(line))
    return {text for _, value in named for text in value.split(",") if text}


def test_keys_are_rotated_interrupted_gone_on_with_and_dropped(tmp_path: Path) -> None:
    minsheng, world, out = Command(tmp_path / "home"), tmp_path / "district", tmp_path / "new.env"
    settings = minsheng.home / "minsheng.env"
    minsheng("demo", "build", "--households", "60", "--months", "1", "--seed", "7", "--last-month", MONTH, "--out", str(world))
    minsheng("init")
    minsheng("feeds", "receive", *map(str, sorted((world / MONTH).glob("registry_*"))))
    [first] = minsheng.json("keys", "status")["keys"]
    assert (first["role"], first["originals"]) == ("current", 2)
    assert first["values"] > 60

    begun = minsheng.start("keys", "rotate")
    while "MINSHENG_OLD_KEYS" not in settings.read_text() and begun.poll() is None:
        pass
    begun.kill()
    begun.communicate()
    went_on = minsheng.json("keys", "rotate")
    status = minsheng.json("keys", "status")
    assert [(one["key"], one["role"]) for one in status["keys"]] == [(went_on["key"], "current"), (first["key"], "old")]
    assert (status["values_behind"], status["originals_behind"]) == (0, 2)
    assert minsheng.json("keys", "drop", code=1)["error"] == "key-still-in-use"
    said = [minsheng("keys", "rotate", "--originals"), minsheng("keys", "status")]
    assert "keys drop" in said[-1]
    said += [minsheng("keys", "make", "--out", str(out)), minsheng("keys", "drop"), minsheng("doctor")]
    assert minsheng.json("keys", "make", "--out", str(out), code=1)["error"] == "file-is-there"
    secrets = _secrets(settings) | _secrets(out)
    assert len(secrets) == 5
    assert not [text for text in secrets if text in "".join(said)]

    settings.write_text("".join(line for line in settings.read_text().splitlines(keepends=True) if not _is_key(line)))
    minsheng.environment |= dict(line.split("=", 1) for line in out.read_text().splitlines())
    rotated = minsheng.json("keys", "rotate", "--originals")
    assert (rotated["began"], rotated["originals"]) == (False, 2)
    assert minsheng.json("keys", "rotate", code=1)["error"] == "keys-elsewhere"
    assert minsheng.json("keys", "drop", code=1)["error"] == "keys-elsewhere"
    minsheng.environment["MINSHENG_OLD_KEYS"] = ""
    [last] = minsheng.json("keys", "status")["keys"]
    assert (last["key"], last["role"], last["values"], last["originals"]) == (rotated["key"], "current", first["values"], 2)
