"""What a password must be."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from minsheng.web.accounts.passwords import NeverBreached, listed
from tests.staff import User


@pytest.mark.parametrize("password", ["short", "password123", "zhangsan2026", "qwertyuiop12", "minsheng2026", "aaaaaaaaaaaa"])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="zhangsan", display_name="张三"))


@pytest.mark.parametrize("password", ["gao-shan-liu-shui-42", "四十只白鹭飞过东湖的傍晚", "x" * 20 + "-gao-shan-liu-shui" * 20])
def test_strong_passwords_of_any_length_and_script_are_taken(password: str) -> None:
    validate_password(password, User(username="zhangsan", display_name="张三"))


def digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


@trying(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.sets(st.integers(0, 99).map(str), max_size=40), asked=st.integers(0, 99).map(str), counted=st.booleans())
def test_a_breached_password_is_found_in_a_sorted_file_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, words: set[str], asked: str, counted: bool
) -> None:
    file = tmp_path_factory.mktemp("breached") / "list.txt"
    lines = sorted(digest(word) + (f":{len(word)}" if counted else "") for word in words)
    file.write_text("".join(f"{line}\n" for line in lines))
    for word in (*words, asked):
        assert listed(file, digest(word)) == (word in words)


def test_a_list_named_in_the_settings_is_asked(tmp_path: Path, settings: object) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"{digest('gao-shan-liu-shui-42')}:7\r\n")
    settings.BREACHED_PASSWORDS = str(file)  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        NeverBreached().validate("gao-shan-liu-shui-42")
    NeverBreached().validate("another one")
