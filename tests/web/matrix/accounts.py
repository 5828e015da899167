"""Signing in and one's own account. What belongs to the sign-in library guards itself."""

from tests.web.routes import Route

_STRANGERS = Route(may=None, public=True, answers=(200, 302))

ROUTES = {
    "account_login": _STRANGERS,
    "account_logout": _STRANGERS,
    "account_inactive": _STRANGERS,
    "account_reauthenticate": Route(may=None, answers=(200, 302, 403)),
    "account_change_password": Route(may=None, answers=(200, 302)),
    "accounts_mine": Route(may=None),
    "accounts_sign_out_elsewhere": Route(may=None, method="post", answers=(302,)),
    "socialaccount_login_cancelled": _STRANGERS,
    "socialaccount_login_error": Route(may=None, public=True, answers=(401,)),
}
