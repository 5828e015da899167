"""The library `accounts`: fields of forms in our look, and the words of roles."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField

from minsheng.domain.access.queries import GrantLine
from minsheng.domain.access.roles import TITLES, Role
from minsheng.web.words import spoken

register = template.Library()


@register.inclusion_tag("accounts/control.html")
def control(field: BoundField, zh: str, en: str, *, hint: bool = True, **attributes: Any) -> dict[str, Any]:
    """A field with its label, hint and errors; further attributes go to the control."""
    given = {"class": f"form-control{' is-invalid' if field.errors else ''}", "placeholder": "", **attributes}
    if field.errors:
        given |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_errors"}
    shown = field.help_text if hint else ""
    return {"field": field, "label": spoken(zh, en), "control": field.as_widget(attrs=given), "hint": shown}


@register.simple_tag(takes_context=True)
def second_factor_demanded(context: dict[str, Any]) -> bool:
    """Whether the person may do nothing before a second factor is set up."""
    viewer = context.get("viewer")
    return bool(viewer and viewer.needs_second_factor and settings.SECOND_FACTOR_REQUIRED)


@register.filter
def role_title(role: str) -> str:
    """What a role is called."""
    return spoken(TITLES[Role(role)])


@register.simple_tag
def grant_dialog(grant: GrantLine) -> str:
    """The id of the dialog that asks before a grant is taken back."""
    return f"revoke-{grant.number}"
