"""Every read of access: people and what they hold, what waits for review, and the organisations a role can be held for.

Belongs here: reads for pages and commands, already inside the reader's area where the database holds it. Does not belong: writes, and
who is looking (`viewers`).
"""

from minsheng.domain.access.queries.grants import (
    GrantLine,
    Organised,
    grants_to_confirm,
    grants_to_confirm_count,
    grants_to_review,
    grants_to_review_count,
    organisations_for,
)
from minsheng.domain.access.queries.people import People, PersonFile, PersonLine, demo_titles, people, person, who_signs_in_as

__all__ = [
    "GrantLine",
    "Organised",
    "People",
    "PersonFile",
    "PersonLine",
    "demo_titles",
    "grants_to_confirm",
    "grants_to_confirm_count",
    "grants_to_review",
    "grants_to_review_count",
    "organisations_for",
    "people",
    "person",
    "who_signs_in_as",
]
