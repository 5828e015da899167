import os
import stat
from pathlib import Path

import pytest

from minsheng.config import home
from minsheng.config.home import KEY_SETTINGS, read_home_settings, settings_file, write_home_settings
from minsheng.config.keyring import FileIsThere, HomeKeys, KeysElsewhere, as_settings, key_texts, write_rotated
from minsheng.kernel.keyring import KeyRing, KeyTexts, new_master_key
from minsheng.kernel.sealing import Keys


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_HOME", str(tmp_path / "home"))
    for name in KEY_SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def first() -> KeyTexts:
    texts = KeyTexts(new_master_key())
    write_home_settings({**as_settings(texts), "MINSHENG_AREA": "999001"})
    return texts


def test_settings_say_keys_and_keys_say_settings(first: KeyTexts) -> None:
    rotated = first.rotated().rotated()
    assert key_texts(as_settings(rotated)) == rotated
    assert key_texts({"MINSHENG_KEY": "a", "MINSHENG_OLD_KEYS": " b, c,"}).old == ("b", "c")


def test_a_rotation_is_kept_for_the_owner_only_and_other_settings_stay(first: KeyTexts) -> None:
    store = HomeKeys()
    store.replace(store.texts(True).rotated())
    assert store.texts(True).old == (first.current,) == HomeKeys().texts().old
    assert "MINSHENG_AREA=999001" in settings_file().read_text()
    assert stat.S_IMODE(settings_file().stat().st_mode) == 0o600


def test_a_process_that_runs_follows_within_a_second(first: KeyTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("minsheng.config.keyring.time.monotonic", lambda: now[0])
    running = HomeKeys()
    keys = Keys.following(running.texts)
    other = HomeKeys()
    other.replace(other.texts(True).rotated())
    assert running.texts() is running.texts()
    assert running.texts().current == first.current
    now[0] += 1.1
    assert running.texts().old == (first.current,)
    assert keys.is_current(keys.seal_text("13900000000"))


def test_an_interrupted_write_leaves_the_old_settings(first: KeyTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings_file().read_text()

    def dies(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(home.os, "fsync", dies)
    with pytest.raises(KeyboardInterrupt):
        HomeKeys().replace(first.rotated())
    assert settings_file().read_text() == before
    assert [file.name for file in settings_file().parent.iterdir()] == ["minsheng.env"]


def test_keys_of_the_home_folder_never_enter_the_environment(first: KeyTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINSHENG_AREA", raising=False)
    read_home_settings()
    assert os.environ["MINSHENG_AREA"] == "999001"
    assert not set(KEY_SETTINGS) & set(os.environ)
    monkeypatch.delenv("MINSHENG_AREA")


def test_keys_in_the_environment_win_and_are_not_changed(first: KeyTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    named = new_master_key()
    monkeypatch.setenv("MINSHENG_KEY", named)
    store = HomeKeys()
    assert store.texts().current == named
    with pytest.raises(KeysElsewhere, match="MINSHENG_KEY"):
        store.replace(store.texts().rotated())
    assert key_texts(home.read_home_keys()) == first


def test_settings_with_a_new_key_are_written_for_another_place(first: KeyTexts, tmp_path: Path) -> None:
    out = tmp_path / "new.env"
    name = write_rotated(out)
    made = key_texts(dict(line.split("=", 1) for line in out.read_text().splitlines()))
    assert (made.old, KeyRing(made).current.name) == ((first.current,), name)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert HomeKeys().texts().current == first.current
    with pytest.raises(FileIsThere):
        write_rotated(out)


def test_a_home_folder_that_goes_away_does_not_take_the_keys_of_a_running_process(first: KeyTexts) -> None:
    store = HomeKeys()
    assert store.texts().current == first.current
    settings_file().unlink()
    assert store.texts(True).current == first.current
