"""The library `office`: every tag and filter that pages are built from. docs/look.md shows them."""

from django.template import Library

from minsheng.web.templatetags import marks, saying, writing

register = Library()

for say_tag in (saying.say, saying.say_text, marks.level, marks.level_mark, marks.change, marks.badge, marks.icon):
    register.simple_tag(say_tag)

for say_filter in (saying.said, saying.level_word, saying.change_word):
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
