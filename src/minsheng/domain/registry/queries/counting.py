"""How many are on record, and whether somebody is."""

from django.db import connection

from minsheng.domain.registry.models import Membership, Person


def people_count() -> int:
    """How many people the register lists today."""
    return Membership.objects.filter(listed_until__isnull=True).count()


def person_exists(person_key: int) -> bool:
    """Whether there is a person of that key."""
    return Person.objects.filter(pk=person_key).exists()


def people_estimate() -> int:
    """About how many people are on record anywhere, as the database reckons for itself; nobody is told apart by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 1)::bigint FROM pg_class WHERE oid = 'registry_person'::regclass")
        return int(cursor.fetchone()[0])
