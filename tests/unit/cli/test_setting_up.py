import pytest

from minsheng.cli.setting_up import MadeUpForbidden, accept_made_up_people


def test_made_up_people_are_refused_where_the_environment_forbids_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_MADE_UP", "0")
    with pytest.raises(MadeUpForbidden):
        accept_made_up_people()
