"""Persons, households and the lines of the register, each kept as long as it stood.

A line (`HouseholdListing`, `Membership`) holds from the first day of the first monthly snapshot that said so (`listed_from`) until the
first day of the first that no longer did (`listed_until`, half-open, null while it stands). What the register knew in a month is
therefore the lines with listed_from <= first day of the month < listed_until, whatever was learnt later.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from minsheng.domain.audit.tracking import keeps_history

INDEX_BYTES = 16


@keeps_history(without=["phone"])
class Person(models.Model):
    """A human being, under a dense ordinal given in household order; facts are those of the newest snapshot.

    `phone` is sealed; `phone_index` and `mother_index` are keyed blind indexes of the phone and of the mother's identity number.
    """

    key = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    name_normal = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=400)
    former_names = ArrayField(models.CharField(max_length=120), default=list, db_default=[])
    sex = models.CharField(max_length=6, null=True)
    birth_on = models.DateField(null=True)
    division = models.CharField(max_length=12, null=True)
    ethnicity = models.CharField(max_length=20, null=True)
    phone = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=INDEX_BYTES, null=True)
    mother_index = models.BinaryField(max_length=INDEX_BYTES, null=True)
    first_month = models.DateField()

    class Meta:
        """Constraints."""

        constraints = (models.CheckConstraint(condition=Q(key__gt=0), name="person_key_is_positive"),)

    def __str__(self) -> str:
        return f"person {self.key}"


@keeps_history(without=["number"])
class PersonNumber(models.Model):
    """An identity number of a person while it was the valid one; corrected numbers are kept.

    `number` is sealed; `blind_index` finds it here, `pseudonym` stands for it in the lake.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="numbers", db_index=False)
    number = models.BinaryField()
    blind_index = models.BinaryField(max_length=INDEX_BYTES)
    pseudonym = models.BinaryField(max_length=INDEX_BYTES)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("blind_index",), condition=Q(valid_to__isnull=False), name="registry_former_number"),)
        constraints = (
            models.UniqueConstraint(fields=("blind_index",), condition=Q(valid_to__isnull=True), name="number_has_one_person"),
            models.UniqueConstraint(fields=("person",), condition=Q(valid_to__isnull=True), name="person_has_one_number"),
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="number_validity_is_forward"),
        )

    def __str__(self) -> str:
        return f"a number of person {self.person_id}"


@keeps_history(without=["phone", "account", "address", "division"])
class Household(models.Model):
    """A household under a dense ordinal; its contact details are sealed, with blind indexes for lookup.

    `division` is where its newest line has it (blank: nobody said), which is what row-level security goes by.
    `split_from` is the household that its members left when it was first listed (户籍分户 or an own flat).
    """

    key = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=60)
    division = models.CharField(max_length=12, blank=True, default="", db_default="")
    phone = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=INDEX_BYTES, null=True)
    account = models.BinaryField(null=True)
    account_index = models.BinaryField(max_length=INDEX_BYTES, null=True)
    address = models.BinaryField(null=True)
    address_index = models.BinaryField(max_length=INDEX_BYTES, null=True)
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="split_off")
    first_month = models.DateField()

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("division",), name="household_place"),)
        constraints = (
            models.UniqueConstraint(fields=("number",), name="household_number_is_unique"),
            models.CheckConstraint(condition=Q(key__gt=0), name="household_key_is_positive"),
        )

    def __str__(self) -> str:
        return f"household {self.number}"


class HouseholdListing(models.Model):
    """What the register said of a household while it said so: where it is, its category and its means.

    Money in fen; `housing_area` in the smallest step of the contract's scale.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="listings", db_index=False)
    division = models.CharField(max_length=12, null=True)
    residence = models.CharField(max_length=10, null=True)
    category = models.CharField(max_length=40, null=True)
    category_from = models.DateField(null=True)
    previous_category = models.CharField(max_length=40, null=True)
    previous_category_until = models.DateField(null=True)
    monthly_income = models.BigIntegerField(null=True)
    property_value = models.BigIntegerField(null=True)
    housing_area = models.BigIntegerField(null=True)
    listed_from = models.DateField()
    listed_until = models.DateField(null=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (
            models.UniqueConstraint(fields=("household", "listed_from"), name="household_listing_starts_once"),
            models.UniqueConstraint(fields=("household",), condition=Q(listed_until__isnull=True), name="household_stands_once"),
            models.CheckConstraint(
                condition=Q(listed_until__isnull=True) | Q(listed_until__gt=F("listed_from")), name="household_listing_is_forward"
            ),
        )

    def __str__(self) -> str:
        return f"household {self.household_id} from {self.listed_from}"


class Membership(models.Model):
    """A person's line in a household (共同生活家庭成员) while it stood: nobody lives under two roofs.

    `joined_on` is the day stated, else the first day of the month that first listed them; `left_on` is set when they left that
    household, and stays null when only a fact of the line changed.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20, null=True)
    sex = models.CharField(max_length=6, null=True)
    birth_on = models.DateField(null=True)
    ethnicity = models.CharField(max_length=20, null=True)
    category = models.CharField(max_length=40, null=True)
    marriage = models.CharField(max_length=20, null=True)
    disability_level = models.BigIntegerField(null=True)
    labour_capacity = models.CharField(max_length=20, null=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    listed_from = models.DateField()
    listed_until = models.DateField(null=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (
            models.UniqueConstraint(fields=("person", "listed_from"), name="membership_starts_once"),
            models.UniqueConstraint(fields=("person",), condition=Q(listed_until__isnull=True), name="person_under_one_roof"),
            models.CheckConstraint(
                condition=Q(listed_until__isnull=True) | Q(listed_until__gt=F("listed_from")), name="membership_is_forward"
            ),
            models.CheckConstraint(condition=Q(left_on__isnull=True) | Q(listed_until__isnull=False), name="who_left_is_not_listed"),
        )

    def __str__(self) -> str:
        return f"person {self.person_id} in household {self.household_id} from {self.listed_from}"


class ListedPerson(models.Model):
    """Somebody whom the register lists today, as search finds them, with the place that row-level security goes by.

    Kept by database triggers on persons, households and memberships, whoever writes there; never written by hand. `pinyin` is written
    together, `initials` are its syllables' first letters. Texts sort by their bytes, so that a beginning is a range.
    """

    person_key = models.BigIntegerField(primary_key=True)
    household_key = models.BigIntegerField()
    division = models.CharField(max_length=12, db_collation="C")
    name = models.CharField(max_length=120, db_collation="C")
    pinyin = models.CharField(max_length=400, db_collation="C")
    initials = models.CharField(max_length=120, db_collation="C")

    class Meta:
        """Lookups: a common name is narrowed by its place, and a place by the name; what row-level security asks stands in the index."""

        indexes = (
            models.Index(fields=("name", "person_key"), include=("division", "household_key"), name="listed_by_name"),
            models.Index(fields=("pinyin", "person_key"), include=("division", "household_key"), name="listed_by_pinyin"),
            models.Index(fields=("initials", "person_key"), include=("division", "household_key"), name="listed_by_initials"),
            models.Index(fields=("division", "name"), include=("household_key",), name="listed_by_place"),
            models.Index(fields=("household_key",), name="listed_by_household"),
        )

    def __str__(self) -> str:
        return f"person {self.person_key} of household {self.household_key}"


class Merge(models.Model):
    """Two persons found to be one: everything of `person_from` counts for `person_into` until the merge is undone."""

    person_from = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_into")
    person_into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_from")
    reason = models.CharField(max_length=400)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True)
    undone_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        """Lookups and constraints."""

        constraints = (
            models.UniqueConstraint(fields=("person_from",), condition=Q(undone_at__isnull=True), name="person_merged_once"),
            models.CheckConstraint(condition=~Q(person_from=F("person_into")), name="merge_joins_two"),
        )

    def __str__(self) -> str:
        return f"person {self.person_from_id} is person {self.person_into_id}"


class Death(models.Model):
    """A delivery says that a person died; withdrawn with the delivery."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deaths", db_index=False)
    died_on = models.DateField()
    delivery = models.CharField(max_length=120)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("delivery",)),)
        constraints = (models.UniqueConstraint(fields=("person", "delivery"), name="delivery_says_one_death"),)

    def __str__(self) -> str:
        return f"person {self.person_id} died on {self.died_on}"


class Snapshot(models.Model):
    """One application of a monthly snapshot to the register; `month` is its first day."""

    HOUSEHOLDS = "households"
    MEMBERS = "members"

    kind = models.CharField(max_length=10, choices=[(HOUSEHOLDS, "households"), (MEMBERS, "members")])
    month = models.DateField()
    delivery = models.CharField(max_length=120)
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)

    class Meta:
        """Lookups and constraints."""

        indexes = (models.Index(fields=("kind", "month")),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.month:%Y-%m} from {self.delivery}"


class RegistryEpoch(models.Model):
    """Counts the changes of persons, numbers and merges, so that whoever resolved against them knows when it is behind."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        """Lookups and constraints."""

        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_registry_epoch"),)

    def __str__(self) -> str:
        return str(self.number)
