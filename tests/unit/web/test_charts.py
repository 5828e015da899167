"""Charts as data: units, gaps, signs, shades, tables and files."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web import shading
from minsheng.web.charts import Axis, Bars, BoundaryMap, Lines, Place, Series, Source, Step, Tiles, Waterfall
from minsheng.web.office.style_guide.figures import samples
from tests.unit.web.rendering import both, rendered

TITLE = Text(zh="题", en="Title")
SOURCE = Source(Text(zh="医保结算", en="medical settlements"), Month(2026, 10))
HOUSEHOLDS = Axis(Text(zh="家庭", en="Households"), unit=Text(zh="户", en="households"))
YUAN = Axis(Text(zh="自付", en="Own share"), "yuan")


def drawn(text: str) -> dict[str, Any]:
    found = re.search(r'data-chart="([^"]*)"', text)
    assert found
    payload: dict[str, Any] = json.loads(html.unescape(found[1]))
    return payload


def places(*values: int | str | None) -> list[Place]:
    return [Place(str(at), value, f"/{at}") for at, value in enumerate(values)]


def test_money_is_plotted_in_yuan_and_written_exactly() -> None:
    bars = Bars(TITLE, ["甲", "乙"], [Series(TITLE, [3_860_050, None])], YUAN, SOURCE)
    payload = drawn(rendered("{% bar_chart chart %}", chart=bars))
    assert payload["series"][0]["values"] == [38600.5, None]
    assert payload["series"][0]["written"] == ["38,600.50", "–"]
    assert payload["axis"]["title"] == "自付（元）"
    assert bars.table().rows == [("甲", "38,600.50"), ("乙", "–")]


def test_a_chart_has_title_source_date_table_and_file() -> None:
    lines = Lines(TITLE, [Month(2026, 9), Month(2026, 10)], [Series(TITLE, [1, None])], HOUSEHOLDS, SOURCE)
    zh, en = both('{% line_chart chart csv="/x.csv" %}', chart=lines)
    assert '<h2 class="chart-title">题</h2>' in zh and "来源：医保结算 · 2026-10" in zh and "户" in zh
    assert "Source: medical settlements · 2026-10" in en and 'href="/x.csv"' in en and "2026-09" in en
    with translation.override("en"):
        assert Source(TITLE, date(2026, 11, 21)).sentence() == "Source: Title · 2026-11-21"


def test_a_waterfall_adds_up_and_shows_its_signs() -> None:
    steps = [Step(Text(zh="住院", en="Hospital"), 40_000_000), Step(Text(zh="封顶", en="Cap"), -5_000_000)]
    fall = Waterfall(TITLE, steps, SOURCE, thresholds={1: 20_000_000})
    payload = drawn(rendered("{% waterfall chart %}", chart=fall))
    assert [(step["from"], step["to"], step["written"]) for step in payload["steps"]] == [
        (0, 40, "+40.00"),
        (40, 35, "-5.00"),
        (0, 35, "35.00"),
    ]
    assert payload["thresholds"] == [{"level": 1, "name": "蓝色", "at": 20}]
    assert fall.table().rows[-1] == ("合计", "35.00", "35.00")


def test_shades_tell_nothing_from_unknown_and_from_protected() -> None:
    tiles = Tiles(TITLE, places(0, None, "<10", 10, 40, 90, 200, 1_234), HOUSEHOLDS, SOURCE)
    shades = [shade for _, shade in tiles.shades()]
    assert shades[:3] == [0, shading.UNKNOWN, 1]
    assert shades[3:] == sorted(shades[3:]) and shades[-1] == 5
    text = rendered("{% tiles tiles %}", tiles=tiles)
    assert "shade-none" in text and "&lt;10" in text and 'href="/7"' in text and "暂无数据" in text


@pytest.mark.parametrize("values", [[], [0, 0], [5], [5, 5, 5], [0.001, 0.002, 0.5], list(range(1, 3000, 7))])
def test_shade_limits_rise_and_lie_within_the_values(values: list[float]) -> None:
    over = shading.limits(values)
    assert list(over) == sorted(set(over)) and len(over) <= 4
    assert all(min(values) < limit <= max(values) for limit in over)


def test_the_key_covers_every_shade_that_occurs() -> None:
    tiles = Tiles(TITLE, places(0, 3, 30, 300, 3_000, None), HOUSEHOLDS, SOURCE)
    with translation.override("zh-hans"):
        assert [shade for shade, _ in tiles.key()] == [*sorted({shade for _, shade in tiles.shades()} - {-1}), -1]


def test_a_map_says_its_review_number_and_where_its_boundaries_are() -> None:
    chart = BoundaryMap(TITLE, places(1, 9), HOUSEHOLDS, SOURCE, geojson="/map.json", review_number="GS(2026)0001")
    text = rendered("{% boundary_map chart %}", chart=chart)
    assert "审图号：GS(2026)0001" in text and drawn(text)["geojson"] == "/map.json"


def test_nothing_in_a_file_is_taken_for_a_formula() -> None:
    bars = Bars(TITLE, ["=HYPERLINK(1)", "＋x", "正常"], [Series(TITLE, [-5, 1_200, 3])], HOUSEHOLDS, SOURCE)
    lines = bars.table().csv().splitlines()
    assert lines[0].startswith("\ufeff")
    assert lines[1:] == ["'=HYPERLINK(1),-5", '\'＋x,"1,200"', "正常,3"]


def test_quotes_and_tags_in_names_do_not_leave_the_payload() -> None:
    bars = Bars(TITLE, ['"><script>'], [Series(TITLE, [1])], HOUSEHOLDS, SOURCE)
    text = rendered("{% bar_chart chart %}", chart=bars)
    assert "<script" not in text and drawn(text)["categories"] == ['"><script>']


def test_an_unknown_height_is_refused() -> None:
    with pytest.raises(ValueError, match="height"):
        rendered('{% bar_chart chart height="huge" %}', chart=samples()["bars"])
