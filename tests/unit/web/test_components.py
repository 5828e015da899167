"""Components as they are written out: escaped, named for screen readers, without inline script or style."""

import re

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from minsheng.engine.contracts.schema import Text
from minsheng.web.components import Crumb, Stage, Tab
from minsheng.web.icons import drawn
from minsheng.web.office.context import NAVIGATION
from minsheng.web.templatetags.drawing import columns_for
from tests.unit.web.rendering import both, rendered

WARNINGS = Text(zh="预警", en="Warnings")
INLINE = re.compile(r"""\sstyle=|<script|\son[a-z]+=|javascript:""")


def asked(query: str) -> object:
    return RequestFactory().get(f"/warnings?{query}")


def test_a_page_header_says_where_one_is_and_what_can_be_done() -> None:
    source = '{% page_header "大桥镇" "Daqiao" crumbs=crumbs answer=answer %}<a href="/x">去</a>{% endpage_header %}'
    zh, en = both(source, crumbs=[Crumb(WARNINGS, "/warnings")], answer="<17>")
    assert "<h1>大桥镇</h1>" in zh and "<h1>Daqiao</h1>" in en
    assert '<a href="/warnings">预警</a>' in zh and "&lt;17&gt;" in zh and '<a href="/x">去</a>' in zh
    assert "page-actions" not in rendered('{% page_header "甲" "A" %} {% endpage_header %}')


def test_sorting_turns_round_and_forgets_the_page() -> None:
    source = '{% sort_header "score" "分数" "Score" falling=True target="#list" %}'
    first = rendered(source, request=asked("level=4&after=abc"))
    assert "level=4&amp;sort=-score" in first and "after" not in first and 'aria-sort="none"' in first
    falling = rendered(source, request=asked("sort=-score"))
    assert "?sort=score" in falling and 'aria-sort="descending"' in falling
    rising = rendered(source, request=asked("sort=score"))
    assert "?sort=-score" in rising and 'aria-sort="ascending"' in rising
    assert "?sort=name" in rendered('{% sort_header "name" "姓名" "Name" %}', request=asked(""))


def test_every_htmx_element_names_its_target() -> None:
    source = """{% pager older="o" newer="n" shown=2 total=9 target="#list" %}{% sort_header "a" "甲" "A" target="#list" %}
    {% filter_bar target="#list" %}x{% endfilter_bar %}{% progress 1 9 "算" "Computing" poll="/p" %}{% masked "周**" "/r" %}
    {% toast "已派" "Assigned" undo="/u" %}
    {% confirm_dialog "d" "派？" "Assign?" "派" "Assign" action="/a" target="#list" %}x{% endconfirm_dialog %}"""
    text = rendered(source, request=asked("q=1"))
    elements = re.findall(r"<[a-z]+ [^>]*hx-(?:get|post)=[^>]*>", text)
    assert len(elements) == 8
    assert [element for element in elements if "hx-target=" not in element] == []


def test_the_pager_keeps_the_question_and_ends_where_the_list_ends() -> None:
    text = rendered('{% pager older="k2" shown=50 total=total %}', total="<10", request=asked("q=周&before=k0"))
    found = re.search(r'rel="next" href="/warnings\?([^"]+)"', text)
    assert found and QueryDict(found[1].replace("&amp;", "&")).dict() == {"q": "周", "after": "k2"}
    assert 'rel="prev"' not in text and "&lt;10" in text


def test_a_masked_field_asks_why_and_one_without_an_address_cannot_be_shown() -> None:
    text = rendered('{% masked "周**" "/reveal/7" "姓名" %}')
    assert 'hx-post="/reveal/7"' in text and 'name="purpose"' in text and "入户走访" in text
    shown = rendered('{% revealed name "/reveal/7" 30 %}', name="<周>")
    assert "&lt;周&gt;" in shown and 'data-hides-after="30"' in shown
    assert re.findall(r'id="(field-\w{12})"', text)[0] == re.findall(r'id="(field-\w{12})"', shown)[0]
    assert "form" not in rendered('{% masked "周**" %}')


def test_progress_polls_only_while_it_is_told_to() -> None:
    running = rendered('{% progress 1 4 "算" "Computing" poll="/jobs/1" %}')
    assert 'hx-trigger="every 2s"' in running and "25%" in running and 'value="25"' in running
    assert "hx-" not in rendered('{% progress 4 4 "算完了" "Computed" %}')
    assert "value=" not in rendered('{% progress 4 None "排队" "Waiting" %}')


def test_a_dialog_carries_the_token_and_its_verb() -> None:
    text = rendered(
        '{% confirm_dialog "d" "派？" "Assign?" "派给网格员" "Assign" action="/a" danger=True %}x{% endconfirm_dialog %}', csrf_token="t0k"
    )
    assert 'value="t0k"' in text and "派给网格员</button>" in text and "btn-danger" in text


def test_what_is_given_is_escaped_everywhere() -> None:
    bad = "<img src=x onerror=alert(1)>"
    source = """{% panel bad aside=bad id="p" %}{% endpanel %}{% note bad %}{{ bad }}{% endnote %}
    {% empty_state bad %}{% endempty_state %}
    {% error_panel bad safe=bad do=bad code=bad %}{% enderror_panel %}{% figure_tile bad value=bad url=bad unit=bad note=bad %}
    {% toast bad undo=bad %}
    {% tabs tabs bad %}{% steps stages %}{% progress 1 2 bad poll=bad %}{% upload_box bad bad accept=bad then=bad %}{% masked bad bad bad %}
    {% data_table bad %}{% enddata_table %}{% badge bad %}{% level 3 bad %}{% change bad %}{% icon "x" bad %}"""
    text = rendered(source, bad=bad, tabs=[Tab(bad, bad)], stages=[Stage(bad, "now", bad)])
    assert "<img" not in text


def test_no_component_has_inline_script_or_style() -> None:
    source = """{% panel "甲" "A" %}{% skeleton %}{% endpanel %}{% upload_box "/u" "传" "Send" %}
    {% progress 1 2 "算" "C" poll="/p" %}{% masked "周**" "/r" %}"""
    assert not INLINE.search(rendered(source))


@pytest.mark.parametrize("entry", NAVIGATION, ids=lambda entry: entry.route)
def test_every_way_into_a_page_has_its_icon(entry: object) -> None:
    assert "<path" in drawn(entry.icon)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("count", "columns"), [(0, 1), (1, 1), (4, 4), (11, 6), (12, 6), (34, 9), (100, 13)])
def test_tiles_are_laid_out_compactly(count: int, columns: int) -> None:
    assert columns_for(count) == columns
