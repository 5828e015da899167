"""Templates as strings, with the office's library and components, whatever the settings install."""

from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import translation

import minsheng

TEMPLATES = Path(minsheng.__file__).parent / "web/office/templates"
ENGINE = Engine(
    dirs=[str(TEMPLATES)], libraries={"office": "minsheng.web.templatetags.office"}, builtins=["minsheng.web.templatetags.office"]
)


def rendered(source: str, language: str = "zh-hans", **context: Any) -> str:
    with translation.override(language):
        return ENGINE.from_string(source).render(Context(context))


def both(source: str, **context: Any) -> tuple[str, str]:
    return rendered(source, **context), rendered(source, "en", **context)
