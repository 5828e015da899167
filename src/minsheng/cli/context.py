"""What every command needs: a started process, the installation, who acts, and when."""

import getpass
from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone

from minsheng.config.installation import installation
from minsheng.config.start import open_database
from minsheng.domain.installation import Installation

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of tables.")]


def begin() -> Installation:
    """Start the process and give its installation."""
    open_database()
    return installation()


def actor() -> str:
    """Who acts: the machine user behind the command."""
    return f"cli:{getpass.getuser()}"


def now() -> datetime:
    """This instant."""
    return timezone.now()
