"""The tables of this app and of those that cannot declare their own: places, audit, and the libraries' tables."""

from minsheng.domain.access.roles import NEEDS_SECOND_PERSON, May
from minsheng.domain.access.row_security.asking import allowed, mine, signed, throughout, within
from minsheng.domain.access.row_security.declaring import NOTHING, Bound, Closed, Declared, Open, RowSecurity, Verb
from minsheng.domain.access.row_security.managing import functions as managing

_EVERYTHING: tuple[Verb, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")

_ALONE = "role NOT IN ({})".format(", ".join(f"'{role}'" for role in sorted(NEEDS_SECOND_PERSON)))
_GIVEN = f"{signed('granted_by')} AND (awaiting OR {_ALONE})"
_COUNTING = f"(awaiting OR {_ALONE} OR confirmed_at IS NOT NULL OR revoked_at IS NOT NULL OR granted_by NOT LIKE 'user:%')"
"""What one person gave counts once a second confirmed it; that they are two, the table itself holds."""

_ACCESS: tuple[Declared, ...] = (
    Open("access_user", ("SELECT", "INSERT", "UPDATE"), worker=("SELECT (id, username, display_name, language, email, is_active)",)),
    Bound(
        "access_grant",
        read=f"{mine('user_id')} OR {within('prefix', May.MANAGE_USERS)} OR {within('prefix', May.SUPERVISE)} "
        f"OR {within('prefix', May.SEARCH_AUDIT)}",
        insert=f"{within('prefix', May.MANAGE_USERS)} AND NOT {mine('user_id')} AND {_GIVEN}",
        update=f"({within('prefix', May.MANAGE_USERS)} OR {within('prefix', May.SUPERVISE)}) AND NOT {mine('user_id')} AND {_COUNTING}",
        worker=("SELECT",),
    ),
    Open("access_sealedsecret", ("SELECT", "INSERT"), worker=NOTHING),
    Bound(
        "access_openedhousehold",
        read=f"{mine('user_id')} OR {within('division', May.SUPERVISE)} OR {within('division', May.SEARCH_AUDIT)}",
        insert=f"{mine('user_id')} AND {allowed(May.BREAK_GLASS)}",
        update=f"NOT {mine('user_id')} AND {within('division', May.SUPERVISE)}",
        worker=("SELECT",),
    ),
    Bound("access_device", read=mine("user_id"), insert=mine("user_id"), update=mine("user_id"), worker=NOTHING),
    Open("web_cache", _EVERYTHING, worker=NOTHING),
)
_AUDIT: tuple[Declared, ...] = (
    Bound(
        "audit_event",
        read=f"{signed('by')} OR {within('division', May.SEARCH_AUDIT)} OR (division = '' AND {throughout(May.SEARCH_AUDIT)})",
        insert=f"{signed('by')} OR by = 'anonymous'",
        worker=("SELECT", "INSERT"),
    ),
    Closed("audit_link", worker=("SELECT",)),
    Closed("audit_head", worker=("SELECT",)),
)
_PLACES: tuple[Declared, ...] = (Open("places_division", worker=("SELECT",)), Open("places_organisation", worker=("SELECT",)))
_LIBRARIES: tuple[Declared, ...] = (
    *(Open(f"django_{name}", _EVERYTHING, worker=NOTHING) for name in ("session",)),
    *(Open(f"account_{name}", _EVERYTHING, worker=NOTHING) for name in ("emailaddress", "emailconfirmation")),
    *(
        Open(f"socialaccount_{name}", _EVERYTHING, worker=NOTHING)
        for name in ("socialaccount", "socialapp", "socialapp_sites", "socialtoken")
    ),
    Open("mfa_authenticator", _EVERYTHING, worker=NOTHING),
    Open("usersessions_usersession", _EVERYTHING, worker=NOTHING),
    Open("django_content_type", worker=("SELECT",)),
    Open("django_migrations", worker=("SELECT",)),
    Closed("pghistory_context", worker=NOTHING),
    *(Closed(f"auth_{name}", worker=NOTHING) for name in ("group", "permission", "group_permissions")),
)

ROW_SECURITY = RowSecurity(tables=(*_ACCESS, *_AUDIT, *_PLACES, *_LIBRARIES), before=managing())
