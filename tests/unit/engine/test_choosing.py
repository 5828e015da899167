"""Choosing an engine: what is not there is refused with what to do."""

import stat
from pathlib import Path

import pytest

from minsheng.engine.backends import choosing
from minsheng.engine.backends.choosing import EngineMissing, check_spark, open_engine
from minsheng.engine.backends.duckdb_engine import DuckDB


def java_saying(folder: Path, said: str) -> str:
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def test_duckdb_is_opened_by_its_name() -> None:
    with open_engine("duckdb", threads=1) as engine:
        assert isinstance(engine, DuckDB)


def test_an_engine_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(EngineMissing, match="no engine 'polars'") as refused:
        open_engine("polars")
    assert "duckdb, spark" in refused.value.next_step


def test_spark_without_its_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda _: None)
    with pytest.raises(EngineMissing, match="Spark is not installed"):
        open_engine("spark")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [('openjdk version "11.0.2" 2019-01-15', "Java 11 is too old"), ("nothing that names a version", "There is no Java")],
)
def test_spark_on_an_unfit_java_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, refusal: str) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda _: object())
    monkeypatch.setenv("PATH", java_saying(tmp_path, said))
    with pytest.raises(EngineMissing, match=refusal) as refused:
        check_spark()
    assert "openjdk-17" in refused.value.next_step


def test_spark_on_java_17_could_be_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(choosing, "find_spec", lambda _: object())
    monkeypatch.setenv("PATH", java_saying(tmp_path, 'openjdk version "17.0.15" 2025-04-15'))
    assert check_spark() == "Java 17"
