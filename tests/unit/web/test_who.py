"""Whoever stands behind an entry, as people read it: never as the log signs it."""

import pytest

from tests.unit.web.rendering import both


@pytest.mark.parametrize(
    ("signature", "zh", "en"),
    [
        ("user:wangli", "wangli", "wangli"),
        ("cli:root", "命令行 root", "command line, root"),
        ("job:run_month", "后台任务", "a job"),
        ("job:timetable", "时间表", "the timetable"),
        ("", "", ""),
    ],
)
def test_a_signature_is_read_as_a_name(signature: str, zh: str, en: str) -> None:
    assert both("{{ by|who }}", by=signature) == (zh, en)
