"""Every write of access: users, grants, signing in and out, opened households, and the record of looks and refusals.

Belongs here: one function for each, keyword-only, with who does it and when. Does not belong: asking for a password or a second factor
(that is the web's), and opening a household (the registry knows its number).
"""

from minsheng.domain.access.operations.confirming import NeedsSecondPerson, confirm_grant
from minsheng.domain.access.operations.demo import DEMO_PASSWORD, DemoAccount, demo_accounts
from minsheng.domain.access.operations.granting import grant_role, review_grant, revoke_role
from minsheng.domain.access.operations.looking import Look, record_looks, record_refusal
from minsheng.domain.access.operations.managing import NoSuchUser
from minsheng.domain.access.operations.reviewing import review_opened
from minsheng.domain.access.operations.signing import (
    change_password,
    change_second_factor,
    lock_out,
    refuse_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from minsheng.domain.access.operations.speaking import speak
from minsheng.domain.access.operations.users import (
    OneTimePassword,
    activate_user,
    add_user,
    deactivate_user,
    reset_password,
)

__all__ = [
    "DEMO_PASSWORD",
    "DemoAccount",
    "Look",
    "NeedsSecondPerson",
    "NoSuchUser",
    "OneTimePassword",
    "activate_user",
    "add_user",
    "change_password",
    "change_second_factor",
    "confirm_grant",
    "deactivate_user",
    "demo_accounts",
    "grant_role",
    "lock_out",
    "record_looks",
    "record_refusal",
    "refuse_sign_in",
    "reset_password",
    "review_grant",
    "review_opened",
    "revoke_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "speak",
]
