"""The library `office`: every tag and filter that pages are built from. docs/look.md shows them."""

from django.template import Library

from minsheng.web.templatetags import asking, drawing, lists, marks, pieces, saying, writing
from minsheng.web.words import who

register = Library()

for say_tag in (saying.say, saying.say_text, marks.level, marks.level_mark, marks.change, marks.badge, marks.icon):
    register.simple_tag(say_tag)

for say_filter in (saying.said, saying.level_word, saying.change_word, who):
    register.filter(say_filter.__name__, say_filter)
for write_filter in (
    writing.number,
    writing.compact,
    writing.yuan,
    writing.yuan_number,
    writing.points,
    writing.hundredths,
    writing.share,
    writing.day,
    writing.month,
    writing.moment,
    writing.ago,
    writing.size,
):
    register.filter(write_filter.__name__, write_filter)

for block in (
    pieces.page_header,
    pieces.panel,
    pieces.note,
    pieces.partial_note,
    pieces.empty_state,
    pieces.error_panel,
    lists.filter_bar,
    lists.data_table,
    asking.confirm_dialog,
):
    register.simple_block_tag(block, takes_context=True)
for component in (
    pieces.figure_tile,
    pieces.skeleton,
    pieces.tabs,
    pieces.steps,
    lists.sort_header,
    lists.pager,
    asking.masked,
    asking.revealed,
    asking.toast,
    asking.progress,
    asking.upload_box,
    drawing.tiles,
):
    register.simple_tag(component, takes_context=True)
for kind in ("bar_chart", "line_chart", "waterfall", "boundary_map"):
    register.simple_tag(drawing.chart, takes_context=True, name=kind)
