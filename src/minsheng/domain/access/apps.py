"""The access app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Access: users, roles, jurisdiction. Row-level security is laid down after every migration."""

    name = "minsheng.domain.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lay row-level security down once the tables stand."""
        from minsheng.domain.access.row_security.installing import install_after_migration

        post_migrate.connect(install_after_migration, sender=self, dispatch_uid="row-security")
