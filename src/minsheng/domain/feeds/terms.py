"""Under which agreement a file may be taken, and how much of it: asked at receipt and again at release."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from minsheng.domain.feeds.models import SharingAgreement
from minsheng.domain.feeds.queries.agreements import Terms, terms_of
from minsheng.domain.installation import Installation
from minsheng.engine.contracts.schema import Contract
from minsheng.kernel.errors import Refusal


class AgreementNotInForce(Refusal):
    """The sharing agreement of the feed does not cover the day of arrival."""

    code: ClassVar[str] = "agreement-not-in-force"


class AgreementMissing(Refusal):
    """No sharing agreement is on record for the feed, and the installation demands one."""

    code: ClassVar[str] = "agreement-missing"


@dataclass(frozen=True)
class Agreed:
    """The agreement that a file is taken under (None: none is on record), the contract it leaves, and the places it covers."""

    agreement: SharingAgreement | None
    contract: Contract
    areas: tuple[str, ...]


def narrowed(area: tuple[str, ...], covered: tuple[str, ...]) -> tuple[str, ...]:
    """Places (telling digits) narrowed to those that agreements cover; where they cover none of them, those that they do cover."""
    if not area or not covered:
        return area or covered
    both = {max(one, other, key=len) for one in area for other in covered if one.startswith(other) or other.startswith(one)}
    return tuple(sorted(both)) or covered


def agreed(contract: Contract, day: date, installation: Installation) -> Agreed:
    """What a feed's file that arrived on a day may be taken under.

    Agreements on record go before the term that the feed's contract itself names, which holds until one is on record. Columns that an
    agreement does not name are treated as the contract's own that are not allowed. Raises AgreementNotInForce or AgreementMissing.
    """
    terms = terms_of(contract.feed, day)
    if terms.standing:
        return Agreed(terms.standing[0], _narrowed(contract, terms), tuple(sorted({one.area for one in terms.standing})))
    if terms.lapsed is not None:
        raise _lapsed(contract, terms.lapsed, day)
    if installation.agreements_required:
        raise AgreementMissing(
            f"No agreement on {contract.feed} is on record; nothing of it is taken without one.",
            next_step="Write the agreement down under Agreements and have a second person put it in force; then send the file again.",
        )
    own = contract.agreement
    if not own.in_force(day):
        raise AgreementNotInForce(
            f"The agreement on {contract.feed} runs from {own.signed_on} to {own.expires_on}; {day} lies outside it.",
            next_step="Renew the agreement, under Agreements or in the feed's contract, before receiving this data.",
        )
    return Agreed(None, contract, ())


def _narrowed(contract: Contract, terms: Terms) -> Contract:
    kept = tuple(name for name in contract.agreement.allowed if terms.columns is None or name in terms.columns)
    return contract.model_copy(update={"agreement": contract.agreement.model_copy(update={"allowed": kept})})


def _lapsed(contract: Contract, agreement: SharingAgreement, day: date) -> AgreementNotInForce:
    term = f"from {agreement.starts_on} to {agreement.expires_on}"
    ended = f", and was ended on {agreement.ended_at:%Y-%m-%d}" if agreement.ended_at else ""
    return AgreementNotInForce(
        f"Agreement {agreement.pk} with {agreement.provider} on {contract.feed} runs {term}{ended}; "
        f"{day} lies outside it. Nothing was taken.",
        next_step=f"{agreement.provider} and civil affairs have to renew it (Agreements, number {agreement.pk}); then send the file again.",
    )
