"""The script that makes the data files."""

import runpy
from pathlib import Path

import polars as pl
import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "repack_divisions.py"

MADE_UP_PACKAGE = {
    "provinces": 'code,name\n99,"假省"\n',
    "cities": 'code,name,provinceCode\n9901,"假市",99\n',
    "areas": 'code,name,cityCode,provinceCode\n990102,"乙区",9901,99\n990101,"甲区",9901,99\n',
    "streets": 'code,name,areaCode,provinceCode,cityCode\n990101001,"长街街道",990101,99,9901\n',
    "villages": 'code,name,streetCode,provinceCode,cityCode,areaCode\n990101001001,"一社区",990101001,99,9901,990101\n',
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    dist.mkdir()
    for name, text in MADE_UP_PACKAGE.items():
        (dist / f"{name}.csv").write_text(text)
    return dist


def repack(package: Path, out: Path) -> None:
    runpy.run_path(str(SCRIPT))["repack"](package, out)


def test_repacking_keeps_every_code_and_name_in_order_and_adds_pinyin(package: Path, tmp_path: Path) -> None:
    repack(package, tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "divisions.parquet").rows() == [
        ("99", "假省", "jia sheng"),
        ("9901", "假市", "jia shi"),
        ("990101", "甲区", "jia qu"),
        ("990101001", "长街街道", "chang jie jie dao"),
        ("990102", "乙区", "yi qu"),
    ]
    assert pl.read_parquet(tmp_path / "out" / "villages.parquet").rows() == [(990101001001, "一社区")]


def test_repacking_twice_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    for out in ("one", "two"):
        repack(package, tmp_path / out)
    for name in ("divisions.parquet", "villages.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_package_whose_codes_lie_nowhere_is_refused(package: Path, tmp_path: Path) -> None:
    (package / "cities.csv").write_text('code,name,provinceCode\n9801,"假市",98\n')
    with pytest.raises(SystemExit, match="lie nowhere"):
        repack(package, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_package_with_a_code_twice_is_refused(package: Path, tmp_path: Path) -> None:
    (package / "provinces.csv").write_text('code,name\n99,"假省"\n99,"又省"\n')
    with pytest.raises(SystemExit, match=r"provinces\.csv"):
        repack(package, tmp_path / "out")
