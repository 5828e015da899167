"""`minsheng init` and `minsheng doctor`."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer
from django.conf import settings
from django.core.management import call_command
from django.core.management.utils import get_random_secret_key
from django.db import connection

from minsheng.cli.context import Json, actor, now
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.config.home import home_folder, write_home_settings
from minsheng.config.installation import basemap, forget_installation, installation
from minsheng.config.keyring import home_keys
from minsheng.config.start import open_database
from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring.operations import publish_shipped, tally_missing
from minsheng.domain.places.boundary_files import boundaries_of
from minsheng.domain.places.operations import load_divisions
from minsheng.domain.places.queries import counts_by_level, unknown_divisions
from minsheng.engine.backends.choosing import ENGINES, EngineMissing, check_spark
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.keyring import KeyRing, new_master_key
from minsheng.kernel.progress import Progress

Area = Annotated[
    list[str] | None, typer.Option("--area", help="Division code this installation answers for, e.g. 420106; may be repeated.")
]
MadeUp = Annotated[bool, typer.Option("--made-up", help="Accept made-up people (identity numbers 999xxx). For demos and tests only.")]


class DoctorFound(Refusal):
    """Something must be mended before the installation can work."""

    code: ClassVar[str] = "doctor-found"


class MadeUpForbidden(Refusal):
    """The environment says that this installation takes no made-up people."""

    code: ClassVar[str] = "made-up-forbidden"


def init(area: Area = None, made_up: MadeUp = False, as_json: Json = False) -> None:
    """Set up an installation: key, database tables, places, lake, models. Running it again completes and changes nothing else."""
    with Bars() as bars:
        done = set_up(area=area or [], made_up=made_up, progress=bars)
    if as_json:
        print_json(done)
        return
    console.print(f"[green]✓[/] 已就绪 Ready. {done.divisions:,} divisions, models {', '.join(done.models)}.")
    console.print(f"  Settings and key: {done.settings} [dim](back this file up: without the key, sealed data cannot be opened)[/]")
    console.print("  Next: minsheng feeds receive PATH…   or, to try it out: minsheng demo build --out DIR", highlight=False)


@dataclass(frozen=True)
class SetUp:
    """An installation that is ready."""

    settings: str
    lake: str
    area: list[str]
    divisions: int
    models: list[str]


def set_up(*, area: list[str], made_up: bool, progress: Progress, demo: bool = False) -> SetUp:
    """Bring the installation to readiness, doing only what is missing."""
    file = _change_settings(_settings_to_add(area, made_up) | ({"MINSHENG_DEMO": "1"} if demo else {}))
    with progress.step("数据库 database"):
        open_database()
        call_command("migrate", verbosity=0, interactive=False)
    forget_installation()
    place = installation()
    divisions = load_divisions(progress=progress, by=actor(), at=now()).total
    with progress.step("模型 models"):
        models = publish_shipped(installation=place, by=actor(), at=now())
        tally_missing()
    record("installation.initialised", by=actor(), at=now(), subject="installation", detail={"area": list(place.area), "models": models})
    return SetUp(str(file), place.lake.address, list(place.area), divisions, models)


def accept_made_up_people() -> None:
    """Note in the home folder that this installation takes made-up people: the demo says so."""
    _change_settings(_settings_to_add([], made_up=True))


def _change_settings(added: dict[str, str]) -> Path:
    file = write_home_settings(added)
    settings.SECRET_KEY = added.get("MINSHENG_SECRET_KEY", settings.SECRET_KEY)
    settings.AREA = tuple(added["MINSHENG_AREA"].split(",")) if "MINSHENG_AREA" in added else settings.AREA
    settings.MADE_UP_PEOPLE = settings.MADE_UP_PEOPLE or "MINSHENG_MADE_UP" in added
    settings.DEMO = settings.DEMO or "MINSHENG_DEMO" in added
    return file


def _settings_to_add(area: list[str], made_up: bool) -> dict[str, str]:
    added = {} if home_keys().texts(True).current else {"MINSHENG_KEY": new_master_key()}
    if not os.environ.get("MINSHENG_SECRET_KEY"):
        added["MINSHENG_SECRET_KEY"] = get_random_secret_key().replace("#", "_").replace("$", "_")
    if area:
        added["MINSHENG_AREA"] = ",".join(area)
    if made_up:
        _refuse_where_forbidden()
        added["MINSHENG_MADE_UP"] = "1"
    return added


def _refuse_where_forbidden() -> None:
    if os.environ.get("MINSHENG_MADE_UP", "").lower() in ("0", "false", "no", "off"):
        raise MadeUpForbidden("Made-up people are forbidden here (MINSHENG_MADE_UP=0).", next_step="Use another MINSHENG_HOME for demos.")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    said: str
    next_step: str = ""


def doctor(as_json: Json = False) -> None:
    """Look at everything the installation needs, and say what to do about what is missing."""
    findings = [_look(what, check, next_step) for what, check, next_step in _CHECKS]
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        rows = [("✓" if one.ok else "✗", one.what, one.said, "" if one.ok else one.next_step) for one in findings]
        console.print(table("minsheng doctor", ("", "what", "found", "what to do"), rows))
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _look(what: str, check: Callable[[], str], next_step: str) -> Finding:
    try:
        return Finding(what, True, check())
    except Refusal as refusal:
        return Finding(what, False, refusal.message, refusal.next_step or next_step)
    except Exception as fault:
        return Finding(what, False, f"{type(fault).__name__}: {str(fault).splitlines()[0] if str(fault) else ''}", next_step)


def _python() -> str:
    if sys.version_info[:2] != (3, 11):
        raise DoctorFound(f"Python {sys.version.split()[0]}", next_step="Use Python 3.11.")
    return sys.version.split()[0]


def _home() -> str:
    folder = home_folder()
    if not os.access(folder if folder.exists() else folder.parent, os.W_OK):
        raise DoctorFound(f"{folder} cannot be written", next_step="Set MINSHENG_HOME to a folder you may write.")
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free / 1e9
    return f"{folder}, {free:.0f} GB free"


def _key() -> str:
    old = len(KeyRing(home_keys().texts(True)).old)
    return f"in place, with {old} old" if old else "in place"


def _database() -> str:
    open_database()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
    if int(version.split(".", maxsplit=1)[0]) < 15:
        raise DoctorFound(f"PostgreSQL {version}", next_step="Use PostgreSQL 15 or newer.")
    return f"PostgreSQL {version}{'' if os.environ.get('DATABASE_URL') else ', embedded'}"


def _tables() -> str:
    counts = counts_by_level()
    return f"{sum(counts.values()):,} divisions"


def _lake() -> str:
    lake = Lake(settings.LAKE)
    lake.write_bytes("doctor/probe", b"can be written")
    lake.remove("doctor/probe")
    return lake.address


def _catalogue() -> str:
    return f"{len(load_catalogue(settings.CATALOGUE_FOLDERS))} feed contracts"


def _map() -> str:
    configured = basemap()
    if configured is None:
        return "no boundary file: places are shown as tiles"
    found = boundaries_of(configured)
    unknown = unknown_divisions(found.shapes)
    said = [f"{len(found.shapes):,} divisions"]
    said += [f"{len(found.unmatched)} features without one, the first: {found.unmatched[0]}"] if found.unmatched else []
    said += [f"{len(unknown)} codes that are not on the list of divisions: {', '.join(unknown[:5])}"] if unknown else []
    if not configured.review_number:
        raise DoctorFound(
            "; ".join([*said, "no review number"]),
            next_step="Set MINSHENG_MAP_REVIEW to the map's review number (审图号): it is shown with the map.",
        )
    return "; ".join([*said, f"review number {configured.review_number}"])


def _engine() -> str:
    if settings.ENGINE not in ENGINES:
        raise DoctorFound(f"MINSHENG_ENGINE is {settings.ENGINE!r}", next_step=f"Set it to one of: {', '.join(ENGINES)}.")
    try:
        spark = f"Spark could be used ({check_spark()})"
    except EngineMissing as missing:
        if settings.ENGINE == "spark":
            raise
        spark = f"Spark could not: {missing.message} {missing.next_step}"
    return f"{settings.ENGINE}; {spark}"


_CHECKS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("python", _python, "Use Python 3.11."),
    ("home", _home, "Set MINSHENG_HOME to a folder you may write."),
    ("key", _key, "Run: minsheng init"),
    ("database", _database, "Check DATABASE_URL, or leave it out for the embedded database."),
    ("tables and places", _tables, "Run: minsheng init"),
    ("lake", _lake, "Set MINSHENG_LAKE to a folder or store you may write."),
    ("engine", _engine, "Set MINSHENG_ENGINE to duckdb, or install Spark."),
    ("map", _map, "Mend the boundary files, or leave MINSHENG_BOUNDARIES out."),
    ("contracts", _catalogue, "Mend the contract files named above."),
)
