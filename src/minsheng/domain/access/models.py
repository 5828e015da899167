"""Users, what they answer for, the devices they use, and when somebody broke the glass."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from minsheng.domain.access.roles import TITLES, Role
from minsheng.domain.places.models import Division, Organisation

LANGUAGES = [("zh", "中文"), ("en", "English")]


class UserManager(BaseUserManager["User"]):
    """Finds users by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of a sign-in name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who may sign in. What they may do is said by their grants alone.

    While `one_time_until` is set, the password was made by somebody else: it holds until then, and must be changed at first sign-in.
    """

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="zh")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    one_time_until = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        """Constraints."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(models.functions.Lower("username"), name="username_is_one_persons")
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """What the user is called on pages."""
        return self.display_name

    @property
    def acts_as(self) -> str:
        """How events name this user."""
        return f"user:{self.username}"


class Grant(models.Model):
    """A role held by a user for a place, or for an organisation at its place, from a day until another (half-open).

    `prefix` is the place's code without its ending zeros: what row-level security compares with. While it is `awaiting` a second person it
    counts for nothing.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(role.value, title.en) for role, title in TITLES.items()])
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    granted_by = models.CharField(max_length=120)
    granted_at = models.DateTimeField()
    awaiting = models.BooleanField(default=False, db_default=False)
    confirmed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    confirmed_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    revoked_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=120, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)
    review = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        """Lookups and constraints."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("prefix",))]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="grant_is_forward"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="grant_role_is_known"),
            models.CheckConstraint(condition=Q(prefix__regex=r"^[1-9][0-9]{1,11}$"), name="grant_prefix_is_a_place"),
            models.CheckConstraint(
                condition=(Q(revoked_at__isnull=True) & Q(revoked_by="")) | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="grant_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by="")
                | (Q(confirmed_at__isnull=False, awaiting=False) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("granted_by"))),
                name="grant_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.prefix} until {self.ends_on}"


class OpenedHousehold(models.Model):
    """Break-glass: a household outside the user's area, opened for a limited time with a reason that a supervisor reads."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="opened_households")
    household_key = models.BigIntegerField()
    division = models.CharField(max_length=12)
    reason = models.CharField(max_length=400)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=120, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review = models.CharField(max_length=400, blank=True)

    class Meta:
        """Lookups and constraints."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("user", "closes_at"))]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="opened_for_a_while"),
            models.CheckConstraint(condition=~Q(reason=""), name="opened_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"household {self.household_key} until {self.closes_at}"


class Device(models.Model):
    """A browser that a user signed in from, known by the digest of a cookie that only it holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)
    agent = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("user", "digest"), name="device_is_known_once"),
        ]

    def __str__(self) -> str:
        return f"a device of user {self.user_id}"


class SealedSecret(models.Model):
    """The secret of a second factor, sealed; the sign-in library keeps a reference to it, so that rotating keys finds it here."""

    value = models.BinaryField()

    def __str__(self) -> str:
        return f"secret {self.pk}"
