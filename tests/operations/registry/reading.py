"""The registry as tests look at it: by household number and name, without keys."""

from minsheng.domain.audit.models import Event
from minsheng.domain.registry.models import Household, Membership, Person
from minsheng.domain.registry.queries import frozen_registry
from minsheng.kernel.periods import Month


def frozen(month):
    """The frozen month with household numbers and names for keys: {household: (category, division), ...}, members, tags."""
    tables = frozen_registry(Month.parse(month))
    numbers = dict(Household.objects.values_list("key", "number"))
    names = dict(Person.objects.values_list("key", "name"))
    return {
        "households": sorted(
            (numbers[row["household_key"]], row["category"], row["division"]) for row in tables.households.iter_rows(named=True)
        ),
        "members": sorted(
            (numbers[row["household_key"]], names[row["person_key"]], *_facts(row)) for row in tables.members.iter_rows(named=True)
        ),
        "tags": sorted((numbers[household], tag) for household, tag in tables.tags.iter_rows()),
    }


def roofs():
    """Who lives where now: {name: household}."""
    return dict(Membership.objects.filter(listed_until__isnull=True).values_list("person__name", "household__number"))


def people():
    """{name: person key}."""
    return dict(Person.objects.values_list("name", "key"))


def events(name):
    """The details of the events of a name, oldest first."""
    return list(Event.objects.filter(name=name).order_by("id").values_list("detail", flat=True))


def _facts(row):
    facts = (
        "category",
        "relation",
        "sex",
        "birth_on",
        "age",
        "disability_level",
        "ethnicity",
        "household_size",
        "lives_alone",
        "months_since_exit",
    )
    return tuple(str(row[fact]) for fact in facts)
