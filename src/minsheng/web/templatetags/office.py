"""The office's tags: words in two languages."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from minsheng.engine.contracts.schema import Text

register = template.Library()


@register.simple_tag
def say(zh: str, en: str, **values: object) -> SafeString:
    """Say a sentence in the active language; {names} are filled in and escaped."""
    sentence = en if (get_language() or "").startswith("en") else zh
    return format_html(sentence, **values) if values else conditional_escape(sentence)


@register.simple_tag
def say_text(text: Text) -> str:
    """Say a text in the active language."""
    return text.en if (get_language() or "").startswith("en") else text.zh
