"""Charts: every figure also in the table, intervals, marks that do without colour, axes with round ends."""

import pytest

from minsheng.reports.charts import Bar, BarChart, BarSeries, Line, LineChart, Point, Rule, calibration_plot, level_bars
from minsheng.reports.drawing import Axis, Scale
from minsheng.reports.markup import both, same, words
from tests.unit.reports.reading import read, said

SOURCE = words("来源：甲，2026-10", "Source: A, 2026-10")
SHARE = Axis(words("占比（%）", "share (%)"), "percent", 0)


def bars(*series, reference=None):
    names = [BarSeries(words(f"系列{at}", f"series {at}"), one) for at, one in enumerate(series)]
    return BarChart(words("标题", "title"), SHARE, [words("住院", "stays"), words("失业", "work")], names, SOURCE, reference).html()


def lines(*points, **options):
    return LineChart(
        words("标题", "title"),
        Axis(words("月", "month"), labels=("2026-09", "2026-10")),
        SHARE,
        [Line(words("线", "line"), points)],
        SOURCE,
        **options,
    )


def test_bars_say_title_axis_source_and_every_figure_in_both_languages():
    html = bars([Bar(0.5, 0.4, 0.6), Bar(0.25)])

    assert {"标题", "占比（%）", "来源：甲，2026-10", "住院", "50.0 %", "25.0 %", "40.0 % – 60.0 %", "数据表"} <= set(said(html, "zh"))
    assert {"title", "share (%)", "Source: A, 2026-10", "stays", "The figures as a table"} <= set(said(html, "en"))


def test_a_bar_that_is_not_known_has_a_dash_and_no_length():
    html = bars([Bar(None), Bar(0.25)])

    assert list(said(html, "en")).count("–") == 4
    assert len([1 for tag, name, _ in read(html).attributes if (tag, name) == ("rect", "width")]) == 1


def test_series_differ_without_colour():
    html = bars([Bar(0.5), Bar(0.4)], [Bar(0.3), Bar(0.2)], [Bar(0.2), Bar(0.1)])
    edges = {value for tag, name, value in read(html).attributes if (tag, name) == ("rect", "stroke-dasharray")}
    fills = {value for tag, name, value in read(html).attributes if (tag, name) == ("rect", "fill")}

    assert edges == {"3 2"}
    assert len(fills) == 3
    assert {"series 0", "series 2"} <= set(said(html, "en"))


def test_levels_carry_shape_word_and_colour():
    categories, coloured = level_bars([(4, Bar(0.6)), (2, Bar(0.3))])

    assert [(one.zh, one.en) for one in categories] == [("■ 红色", "■ red"), ("▲ 黄色", "▲ yellow")]
    assert [one.level for one in coloured] == [4, 2]


def test_a_reference_is_named_beside_its_line():
    assert "guessing" in set(said(bars([Bar(0.5), Bar(0.1)], reference=Rule(0.2, words("随便挑选", "guessing"))), "en"))


def test_lines_over_months_are_labelled_by_month():
    html = lines(Point(0, 0.3, 0.2, 0.4), Point(1, 0.5), rules=[Rule(1, words("换", "change"))]).html()

    assert {"2026-09", "2026-10", "30.0 %", "20.0 % – 40.0 %", "change"} <= set(said(html, "en"))


def test_a_chart_without_points_is_still_a_chart():
    assert "标题" in set(said(lines().html(), "zh"))


def test_a_calibration_plot_has_its_diagonal():
    plot = calibration_plot(
        words("校准", "calibration"), [Point(0.2, 0.3)], expected=words("预计", "expected"), observed=words("实际", "met"), source=SOURCE
    )
    dashes = [value for tag, name, value in read(plot.html()).attributes if (tag, name) == ("line", "stroke-dasharray")]

    assert "4 4" in dashes


@pytest.mark.parametrize(
    ("values", "low", "high"), [([0.03, 0.47], 0, 0.5), ([12, 97], 0, 100), ([0, 0], 0, 1), ([-3, 8], -5, 10), ([], 0, 1)]
)
def test_axes_end_at_round_values_that_hold_everything(values, low, high):
    scale = Scale.over(Axis(same("x")), values, 0, 100)

    assert (scale.low, scale.high) == pytest.approx((low, high))
    assert (scale.at(low), scale.at(high)) == pytest.approx((0, 100))


@pytest.mark.parametrize(
    ("axis", "values", "written"),
    [
        (Axis(same("x"), "percent"), [0.5], ["0 %", "10 %", "20 %", "30 %", "40 %", "50 %"]),
        (Axis(same("x"), "percent"), [0.011], ["0.00 %", "0.25 %", "0.50 %", "0.75 %", "1.00 %", "1.25 %"]),
        (Axis(same("x")), [1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (Axis(same("x")), [12_000], ["0", "2,500", "5,000", "7,500", "10,000", "12,500"]),
    ],
)
def test_ticks_are_written_with_as_many_decimals_as_they_need(axis, values, written):
    assert [label for _, label in Scale.over(axis, values, 0, 1).ticks()] == written


def test_words_are_escaped_and_said_once_where_they_are_alike():
    assert both(words("<甲>", "<a>")) == '<span lang="zh">&lt;甲&gt;</span><span lang="en">&lt;a&gt;</span>'
    assert both(same("2026-10")) == "<span>2026-10</span>"
