"""Identities that wait for a decision, as the command line lists them."""

from dataclasses import dataclass

from minsheng.domain.audit.history import Change, history_of
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import IdentityCase
from minsheng.domain.registry.queries import people_labels
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class PendingCase:
    """One identity that waits for a decision; the number is masked."""

    case: int
    reason: str
    name: str
    number: str
    birth_on: str
    delivery: str
    row_number: int
    candidates: list[str]


def pending_cases(*, keys: Keys, limit: int) -> tuple[int, list[PendingCase]]:
    """How many identities wait for a decision, and the first of them with their candidates."""
    waiting = IdentityCase.objects.filter(state=states.PENDING)
    cases = list(waiting.select_related("delivery").order_by("id")[:limit])
    labels = people_labels([candidate["person_key"] for case in cases for candidate in case.candidates])
    return waiting.count(), [_shown(case, keys, labels) for case in cases]


def case_history(case: int) -> list[Change]:
    """Tell how a question of identity came and every change of it since, oldest first."""
    return history_of(IdentityCase, case)


def _shown(case: IdentityCase, keys: Keys, labels: dict[int, str]) -> PendingCase:
    number = keys.open_text(bytes(case.delivered_number)) if case.delivered_number else ""
    return PendingCase(
        case=case.pk,
        reason=case.reason,
        name=case.delivered_name,
        number=f"{number[:3]}***********{number[-4:]}" if number else "",
        birth_on=str(case.delivered_birth_on or ""),
        delivery=case.delivery_id,
        row_number=case.row_number,
        candidates=[f"{one['person_key']}  {labels.get(one['person_key'], '?')}" for one in case.candidates],
    )
