"""The feeds app."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Feeds: deliveries, receipts, quarantine, identity review."""

    name = "minsheng.domain.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"
