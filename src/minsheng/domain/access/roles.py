"""The roles of a province's staff, and what each may do: the whole table in one place.

A role is held for a place (a division and everything below it) or for an organisation, until an end date. What a role may do is a matter
of this table; where, is a matter of the grant; and the database holds the second for everything that points to people.
"""

from enum import StrEnum

from minsheng.engine.contracts.schema import Text


class Role(StrEnum):
    """What a person is to the platform; one person may be several."""

    MONITOR = "monitor"
    MODEL_AUTHOR = "model_author"
    MODEL_APPROVER = "model_approver"
    ASSISTANCE_APPROVER = "assistance_approver"
    FUND_OFFICER = "fund_officer"
    TOWNSHIP_OFFICER = "township_officer"
    GRID_WORKER = "grid_worker"
    SOCIAL_WORKER = "social_worker"
    DEPARTMENT_PARTNER = "department_partner"
    CHARITY = "charity"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class May(StrEnum):
    """One thing that a page or an operation asks for."""

    SEE_SITUATION = "see_situation"
    SEE_HOUSEHOLDS = "see_households"
    REVEAL = "reveal"
    ANSWER_WARNINGS = "answer_warnings"
    BREAK_GLASS = "break_glass"
    EXPORT = "export"
    SEE_DELIVERIES = "see_deliveries"
    DELIVER = "deliver"
    RELEASE = "release"
    DECIDE_IDENTITY = "decide_identity"
    SEE_MODELS = "see_models"
    WRITE_MODELS = "write_models"
    APPROVE_MODELS = "approve_models"
    SEE_AGREEMENTS = "see_agreements"
    KEEP_AGREEMENTS = "keep_agreements"
    SEE_RUNS = "see_runs"
    START_RUNS = "start_runs"
    MANAGE_USERS = "manage_users"
    SUPERVISE = "supervise"
    SEARCH_AUDIT = "search_audit"


TITLES: dict[Role, Text] = {
    Role.MONITOR: Text(zh="监测员", en="Monitor"),
    Role.MODEL_AUTHOR: Text(zh="模型编制人", en="Model author"),
    Role.MODEL_APPROVER: Text(zh="模型审批人", en="Model approver"),
    Role.ASSISTANCE_APPROVER: Text(zh="救助审批人", en="Approver of assistance"),
    Role.FUND_OFFICER: Text(zh="资金管理人", en="Fund officer"),
    Role.TOWNSHIP_OFFICER: Text(zh="乡镇（街道）经办人", en="Township officer"),
    Role.GRID_WORKER: Text(zh="村（社区）网格员", en="Village or grid worker"),
    Role.SOCIAL_WORKER: Text(zh="社工站社工", en="Social worker"),
    Role.DEPARTMENT_PARTNER: Text(zh="部门联络人", en="Department partner"),
    Role.CHARITY: Text(zh="慈善组织", en="Charity"),
    Role.AUDITOR: Text(zh="审计员", en="Auditor"),
    Role.ADMINISTRATOR: Text(zh="系统管理员", en="Administrator"),
}

_HOUSEHOLDS = {May.SEE_SITUATION, May.SEE_HOUSEHOLDS, May.REVEAL, May.BREAK_GLASS, May.ANSWER_WARNINGS}
_MODELS = {May.SEE_SITUATION, May.SEE_MODELS, May.SEE_RUNS}

ALLOWED: dict[Role, frozenset[May]] = {
    Role.MONITOR: frozenset(
        _HOUSEHOLDS
        | _MODELS
        | {May.EXPORT, May.SEE_DELIVERIES, May.DELIVER, May.RELEASE, May.DECIDE_IDENTITY}
        | {May.SEE_AGREEMENTS, May.KEEP_AGREEMENTS, May.START_RUNS, May.SUPERVISE}
    ),
    Role.MODEL_AUTHOR: frozenset(_MODELS | {May.WRITE_MODELS}),
    Role.MODEL_APPROVER: frozenset(_MODELS | {May.APPROVE_MODELS}),
    Role.ASSISTANCE_APPROVER: frozenset(_HOUSEHOLDS | {May.EXPORT, May.SUPERVISE}),
    Role.FUND_OFFICER: frozenset({May.SEE_SITUATION, May.SEE_HOUSEHOLDS, May.REVEAL, May.EXPORT}),
    Role.TOWNSHIP_OFFICER: frozenset(_HOUSEHOLDS),
    Role.GRID_WORKER: frozenset({May.SEE_HOUSEHOLDS, May.REVEAL, May.ANSWER_WARNINGS}),
    Role.SOCIAL_WORKER: frozenset({May.SEE_HOUSEHOLDS, May.ANSWER_WARNINGS}),
    Role.DEPARTMENT_PARTNER: frozenset({May.SEE_DELIVERIES, May.DELIVER}),
    Role.CHARITY: frozenset({May.SEE_SITUATION}),
    Role.AUDITOR: frozenset(
        {May.SEE_SITUATION, May.SEE_HOUSEHOLDS, May.SEE_DELIVERIES, May.SEE_MODELS, May.SEE_AGREEMENTS, May.SEE_RUNS, May.SEARCH_AUDIT}
    ),
    Role.ADMINISTRATOR: frozenset({May.MANAGE_USERS, May.SEE_RUNS, May.SEARCH_AUDIT}),
}
"""Role → what it may do. An administrator sees no household; an auditor changes nothing."""

FOR_AN_ORGANISATION = frozenset({Role.DEPARTMENT_PARTNER, Role.CHARITY, Role.SOCIAL_WORKER})
"""Roles held for an organisation, and for the place it answers for."""

NEEDS_SECOND_FACTOR = frozenset(
    role
    for role, allowed in ALLOWED.items()
    if allowed & {May.EXPORT, May.RELEASE, May.APPROVE_MODELS, May.MANAGE_USERS} or role is Role.ASSISTANCE_APPROVER
)
"""Roles that can export, publish, approve or administer sign in with a second factor."""


NEEDS_SECOND_PERSON = frozenset(
    role for role, allowed in ALLOWED.items() if allowed & {May.SEE_HOUSEHOLDS, May.EXPORT, May.APPROVE_MODELS, May.MANAGE_USERS}
)
"""Roles that see households or money, approve or administer: given by one administrator, they count once a second person confirmed them."""


def roles_that_may(may: May) -> frozenset[Role]:
    """The roles that are allowed a thing."""
    return frozenset(role for role, allowed in ALLOWED.items() if may in allowed)
