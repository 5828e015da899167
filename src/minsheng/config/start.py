"""Start-up of a process: settings, Django, and the database when it is needed."""

import os

import django
import environ
from django.db import connections

from minsheng.config.embedded_postgres import start_embedded
from minsheng.config.home import home_folder


def prepare() -> None:
    """Load Django, without touching any database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
    django.setup()


def open_database() -> None:
    """Make the database reachable: the one that DATABASE_URL names, or else the embedded one. Raises DatabaseWillNotStart."""
    if os.environ.get("DATABASE_URL"):
        return
    url = start_embedded(home_folder())
    connections["default"].settings_dict.update(environ.Env.db_url_config(url))
