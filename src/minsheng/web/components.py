"""Small data that components are given: crumbs, tabs, steps of a procedure."""

from dataclasses import dataclass
from typing import Literal

from minsheng.engine.contracts.schema import Text

Words = Text | str
"""A text in both languages, or words that were said in the active one before."""


@dataclass(frozen=True)
class Crumb:
    """A page above this one."""

    title: Words
    url: str


@dataclass(frozen=True)
class Tab:
    """One of several views of the same thing; each has its own address."""

    title: Words
    url: str
    here: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Stage:
    """A step of a procedure and how far it is."""

    title: Words
    state: Literal["done", "now", "next"] = "next"
    note: Words = ""


@dataclass(frozen=True)
class Purpose:
    """Why somebody asks to see a masked field."""

    code: str
    title: Words
