"""The addresses of signing in: only what is used here; nobody signs up, and nobody joins accounts."""

from allauth.account import views as account
from allauth.socialaccount import views as elsewhere
from django.urls import URLPattern, URLResolver, include, path

from minsheng.web.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("mine/", views.my_account, name="accounts_mine"),
    path("mine/sessions/end/", views.sign_out_elsewhere, name="accounts_sign_out_elsewhere"),
    path("2fa/", include("allauth.mfa.urls")),
    path("elsewhere/cancelled/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"),
    path("elsewhere/error/", elsewhere.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]
