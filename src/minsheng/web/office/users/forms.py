"""The forms of people and rights."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from minsheng.domain.access.policies import months_later
from minsheng.web.office.users.words import roles
from minsheng.web.words import spoken


class NewUser(forms.Form):
    """Somebody who may sign in."""

    username = forms.CharField(max_length=60)
    display_name = forms.CharField(max_length=60)
    email = forms.EmailField(required=False)
    language = forms.ChoiceField(choices=[("zh", "中文"), ("en", "English")], initial="zh")


class NewGrant(forms.Form):
    """A role for a place and a time."""

    role = forms.ChoiceField()
    division = forms.CharField(max_length=12)
    organisation = forms.IntegerField(required=False)
    ends_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(max_length=400, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", spoken("请选择", "Please choose")), *((value, spoken(title)) for value, title in roles())]
        today = timezone.localdate()
        latest = months_later(today, settings.GRANT_MONTHS)
        self.fields["ends_on"].initial = latest
        self.fields["ends_on"].widget.attrs |= {"min": f"{today + timedelta(days=1)}", "max": f"{latest}"}


class Reason(forms.Form):
    """Why something is done."""

    reason = forms.CharField(max_length=400, required=False)


class GrantReview(forms.Form):
    """What came of looking at a grant again."""

    decision = forms.ChoiceField(choices=[("keep", "keep"), ("revoke", "revoke")])
    note = forms.CharField(max_length=400, required=False)


class Confirmation(forms.Form):
    """What a second person says of a role that somebody gave."""

    decision = forms.ChoiceField(choices=[("confirm", "confirm"), ("decline", "decline")])
    note = forms.CharField(max_length=400, required=False)


class OpeningReview(forms.Form):
    """What a supervisor says of an opened household."""

    justified = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    review = forms.CharField(max_length=400, required=False)


class BreakGlass(forms.Form):
    """Which household, and why."""

    number = forms.CharField(max_length=60)
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 3}), required=False)
