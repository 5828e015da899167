import polars as pl
import pytest

from minsheng.engine.linkage.names import name_agreement, normalise_name, pinyin_of, same_characters


def normalised(name: str | None) -> str | None:
    return normalise_name(pl.Series([name], dtype=pl.String))[0]


def agree(left: str | None, right: str | None) -> bool | None:
    return name_agreement(*(normalise_name(pl.Series([name], dtype=pl.String)) for name in (left, right)))[0]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("张 三", "张三"),
        ("\u3000张\u3000三\xa0", "张三"),
        ("张\u200b三\ufeff", "张三"),
        ("張學良", "张学良"),
        ("歐陽脩", "欧阳修"),
        ("呂布", "吕布"),
        ("⻢云", "马云"),
        ("黃㐂", "黄喜"),
        ("李喆", "李哲"),
        ("葛\U000e0100亮", "葛亮"),
        ("john Smith", "JOHNSMITH"),
        ("ｊｏｈｎ", "JOHN"),
        ("张*明", "张?明"),
        ("张□明", "张?明"),
        ("张\ue863明", "张?明"),
        ("。张三。", "张三"),
        ("王𬭎", "王𬭎"),
        ("", None),
        (" \u200b", None),
        (None, None),
    ],
)
def test_a_name_is_brought_to_one_form(written: str | None, plain: str | None) -> None:
    assert normalised(written) == plain


@pytest.mark.parametrize("dot", list("·•‧∙⋅・･·．.●⸱ꞏ"))
def test_every_middle_dot_is_the_same(dot: str) -> None:
    assert normalised(f"买买提{dot}吐尔逊") == "买买提·吐尔逊"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("张三", "張 三", True),
        ("买买提·吐尔逊", "买买提吐尔逊", True),
        ("张*丰", "张三丰", True),
        ("张**", "张三丰", True),
        ("王??", "王𬭎", True),
        ("张三", "张珊", False),
        ("张伟", "张玮", False),
        ("张三", "张三丰", False),
        ("张*", "张三丰", False),
        ("**", "张三", False),
        ("李*丰", "张三丰", False),
        (None, "张三", None),
        ("张三", " ", None),
    ],
)
def test_agreement_of_two_names(left: str | None, right: str | None, expected: bool | None) -> None:
    assert agree(left, right) is expected
    assert agree(right, left) is expected


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("张三", "zhang san"),
        ("单雄信", "shan xiong xin"),
        ("仇英", "qiu ying"),
        ("曾国藩", "zeng guo fan"),
        ("任强", "ren qiang"),
        ("尉迟恭", "yu chi gong"),
        ("单于丹", "chan yu dan"),
        ("吕布", "lv bu"),
        ("买买提·吐尔逊", "mai mai ti tu er xun"),
        ("张?丰", "zhang ? feng"),
        (None, None),
    ],
)
def test_names_are_read_as_they_sound(name: str | None, pinyin: str | None) -> None:
    assert pinyin_of(pl.Series([name], dtype=pl.String))[0] == pinyin


def test_rows_keep_their_order_and_their_column_name() -> None:
    names = pl.Series("name", ["李四", None, "张三", "李四"])
    assert normalise_name(names).to_list() == ["李四", None, "张三", "李四"]
    assert pinyin_of(names).to_list() == ["li si", None, "zhang san", "li si"]
    assert (normalise_name(names).name, pinyin_of(names).name) == ("name", "name")


def test_the_table_of_characters_leads_nowhere_twice() -> None:
    table = same_characters()
    assert len(table) > 3000
    assert not set(table.values()) & set(table)
    assert all(len(form) == 1 and len(simple) == 1 for form, simple in table.items())
