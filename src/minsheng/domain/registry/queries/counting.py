"""How many are on record, and whether somebody is."""

from minsheng.domain.registry.models import Membership, Person


def people_count() -> int:
    """How many people the register lists today."""
    return Membership.objects.filter(listed_until__isnull=True).count()


def person_exists(person_key: int) -> bool:
    """Whether there is a person of that key."""
    return Person.objects.filter(pk=person_key).exists()
