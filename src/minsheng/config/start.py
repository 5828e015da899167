"""Start-up of a process: settings, Django, and the database when it is needed, as the role that the process acts as."""

import os
import re
from enum import StrEnum
from typing import Any, ClassVar

import django
import environ
from django.db import OperationalError, connections

from minsheng.config.embedded_postgres import start_embedded
from minsheng.config.home import home_folder
from minsheng.kernel.errors import Refusal


class Acts(StrEnum):
    """As whom a process connects: the owner of the installation (the command line), the web, or the worker."""

    OWNER = ""
    WEB = "minsheng_web"
    WORKER = "minsheng_worker"


_OWN_DATABASE = {Acts.WEB: "MINSHENG_WEB_DATABASE_URL", Acts.WORKER: "MINSHENG_WORKER_DATABASE_URL"}
_WEB_LIMITS = ("statement_timeout=60s", "idle_in_transaction_session_timeout=60s")
_KEPT_OPEN_SECONDS = 600


class DatabaseOutOfReach(Refusal):
    """The database that the settings name does not let the command line in."""

    code: ClassVar[str] = "database-out-of-reach"


def prepare() -> None:
    """Load Django, without touching any database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
    django.setup()


def open_database(acts: Acts = Acts.OWNER) -> None:
    """Make the database reachable: the one that the settings name for this role, or else the embedded one.

    Where only DATABASE_URL is named, the process connects as it says and takes the role on. The command line
    learns at once whether it answers; web and worker wait for it. Raises DatabaseWillNotStart, DatabaseOutOfReach.
    """
    named = os.environ.get("DATABASE_URL")
    own = os.environ.get(_OWN_DATABASE.get(acts, ""), "")
    if named is None or named == "" or own:
        url = own or as_role(start_embedded(home_folder()), acts)
        _set(environ.Env.db_url_config(url))
    if acts is not Acts.OWNER:
        _set({"OPTIONS": _options(acts, take_on=bool(named) and not own), "CONN_HEALTH_CHECKS": True})
        _set({"CONN_MAX_AGE": _KEPT_OPEN_SECONDS if acts is Acts.WEB else 0})
    elif named:
        _reach()


def role_urls(url: str) -> dict[str, str]:
    """Setting → address for processes started by one that holds the embedded database, which trusts them."""
    return {setting: as_role(url, acts) for acts, setting in _OWN_DATABASE.items()}


def as_role(url: str, acts: Acts) -> str:
    """The embedded database's address for another role."""
    return url if acts is Acts.OWNER else re.sub(r"//[^:@/]*", f"//{acts}", url, count=1)


def _reach() -> None:
    try:
        connections["default"].ensure_connection()
    except OperationalError as fault:
        said = str(fault).strip().splitlines()[0]
        raise DatabaseOutOfReach(
            f"The database cannot be reached: {said}",
            next_step="Check DATABASE_URL, and that PostgreSQL runs there; without DATABASE_URL the embedded database is used.",
        ) from fault


def _options(acts: Acts, *, take_on: bool) -> dict[str, Any]:
    given = dict(connections["default"].settings_dict.get("OPTIONS") or {})
    settings = [*([f"role={acts}"] if take_on else []), *(_WEB_LIMITS if acts is Acts.WEB else ())]
    options = " ".join([str(given.pop("options", "")), *(f"-c {setting}" for setting in settings)]).strip()
    return {"application_name": acts.replace("_", " "), **given, **({"options": options} if options else {})}


def _set(changes: dict[str, Any]) -> None:
    connections["default"].settings_dict.update(changes)
