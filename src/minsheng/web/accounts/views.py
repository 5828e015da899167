"""The pages of signing in that are our own, and one's own account."""

from typing import Any, cast

from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from minsheng.domain.access import operations, queries
from minsheng.domain.registry.queries import opened_households
from minsheng.web.gate import page
from minsheng.web.requests import OfficeRequest, now
from minsheng.web.words import spoken


class SignIn(LoginView):  # type: ignore[misc]
    """Signing in; a demo shows its accounts."""

    public = True
    template_name = "account/login.html"

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """What the page shows beside the form."""
        given = super().get_context_data(**words)
        demo = queries.demo_titles() if settings.DEMO else []
        return {
            **given,
            "demo_accounts": demo,
            "demo_password": operations.DEMO_PASSWORD,
            "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        }


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Choosing a new password; open to whoever is signed in, also before they have set up what their role demands."""

    public = True

    def dispatch(self, request: HttpRequest, *args: Any, **words: Any) -> HttpResponseBase:
        """Somebody without a password (single sign-on) has none to change."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(
                request,
                spoken(
                    "您的账号没有密码，通过单位的统一认证登录。", "Your account has no password; you sign in through your organisation."
                ),
            )
            return redirect("accounts_mine")
        return cast("HttpResponseBase", super().dispatch(request, *args, **words))


@page()
def my_account(request: OfficeRequest) -> HttpResponse:
    """One's own account: language, password, second factors, sessions, what one holds and what one opened."""
    viewer = request.viewer
    given = {
        "person": queries.person(viewer.username, viewer=viewer),
        "session_key": request.session.session_key,
        "opened": opened_households(viewer=viewer, at=now(), mine=True, limit=20),
    }
    return render(request, "accounts/my_account.html", given)


@page()
@require_POST
def sign_out_elsewhere(request: OfficeRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    viewer = request.viewer
    keep = request.session.session_key or ""
    ended = operations.sign_out_everywhere(username=viewer.username, keep=keep, by=viewer.acts_as, at=now())
    messages.success(request, spoken(f"已退出其他 {ended} 处登录。", f"Signed out of {ended} other sessions."))
    return redirect("accounts_mine")
