"""The office's pages over a million people, each beside the plainest page that somebody signed in can open.

Asked over HTTP of `minsheng web` as it runs in production: a process of its own, as the role that row-level security binds, with sessions
of a province's, a prefecture's and a county's monitor. Each page takes turns with the plainest one.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.measuring import measure
from benchmarks.province import Office, Person, enter
from benchmarks.visiting import Crowd, NotServed, Visit, Visitor, all_at_once, first_load, percentile, served

PLAINEST = Visit("/accounts/password/change/")
KINDS = ("list", "situation", "front")
_WARNINGS, _HOUSEHOLDS = "/warnings/search/", "/households/search/"
_SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "黄", "赵")
_SPELT = ("wa", "li", "zh", "l", "wang", "chenj", "wx", "z")
_WARM = 4
_FAR = 20
_VISITS_EACH = 7


@dataclass(frozen=True)
class Page:
    """A page with what it counts as (one of `KINDS`) and the visits to it, which come round again."""

    name: str
    kind: str
    visits: Sequence[Visit]


@dataclass(frozen=True)
class Turns:
    """What somebody's visits to a page took, and those to the plainest page between them, in seconds; and one of the page's answers."""

    who: Person
    page: Page
    seconds: Sequence[float]
    plainest: Sequence[float]
    body: str

    @property
    def name(self) -> str:
        """The page, and whose."""
        return f"{_title(self.who)}: {self.page.name}"

    def ratio(self, share: float = 0.95) -> float:
        """The page's percentile over that of the plainest page."""
        return round(percentile(self.seconds, share) / percentile(self.plainest, share), 2)


def run(folder: Path, persons: int, warnings: int, users: int, turns: int) -> dict[str, Any]:
    """This will build the office if it does not stand, and measure its pages; raises NotServed, TooFewWarnings.

    Of each of `pages`: milliseconds, the `ratio` of 95th percentiles, and the statements put to the database. `list_ratio`,
    `situation_ratio` and `front_ratio` are the worst of their kind (`…_median_ratio`: of medians); `errors` are answers to the `users` at
    once that were not 200.
    """
    given = {"folder": str(folder)}
    told = measure("province:build_office", {**given, "persons": persons, "warnings": warnings, "users": users}).value
    office, signed_in = Office.standing(folder), measure("province:sessions", given).value
    enter(folder)
    before = os.getloadavg()[0]
    with served() as port:
        visitors = {name: Visitor(port, key) for name, key in signed_in.items()}
        found = [_in_turns(who, visitors[who.username], page, turns) for who, page in _asked(office, visitors)]
        loads = _first_loads(found, visitors)
        monitors = [one for one in office.staff if one.role == "monitor"][:users]
        for one in monitors:
            visitors[one.username].page(PLAINEST)
        crowd = all_at_once([(visitors[one.username], _mixed(one, office)) for one in monitors])
    return {
        **told,
        **_ratios(found),
        **_of_crowd(crowd, len(monitors)),
        "first_load_kb": round(max(loads) / 1000, 1),
        "turns": turns,
        "load_average": [round(load, 1) for load in (before, os.getloadavg()[0])],
        "pages": _pages(found, _counted(folder, found, signed_in)),
    }


def _asked(office: Office, visitors: Mapping[str, Visitor]) -> Iterator[tuple[Person, Page]]:
    """Everybody who is measured, with their pages: the first of each role and level of place."""
    first: dict[str, Person] = {}
    for one in office.staff:
        first.setdefault(_title(one), one)
    for who in first.values():
        for page in pages_of(who, visitors[who.username], office):
            yield who, page


def _title(person: Person) -> str:
    return {2: "province", 4: "prefecture", 6: "county"}[len(person.prefix)] if person.role == "monitor" else person.role


def _in_turns(who: Person, visitor: Visitor, page: Page, turns: int) -> Turns:
    """A page's answers and the plainest page's, one after the other, after a few that only wake the processes up."""
    for visit in islice(cycle(reversed(page.visits)), min(_WARM, turns)):
        visitor.page(visit)
    plainest, answers = [], []
    for visit in islice(cycle(page.visits), turns):
        plainest.append(visitor.page(PLAINEST).seconds)
        answers.append(visitor.page(visit))
    return Turns(who, page, [answer.seconds for answer in answers], plainest, answers[-1].body)


def _ratios(found: Sequence[Turns]) -> dict[str, float]:
    plainest = [seconds for one in found for seconds in one.plainest]
    told = {f"trivial_p{share}": _milliseconds(percentile(plainest, share / 100)) for share in (50, 95)}
    for kind in KINDS:
        told[f"{kind}_ratio"] = max(one.ratio() for one in found if one.page.kind == kind)
        told[f"{kind}_median_ratio"] = max(one.ratio(0.5) for one in found if one.page.kind == kind)
    return told


def _of_crowd(crowd: Crowd, users: int) -> dict[str, Any]:
    shares = {f"users_p{share}": _milliseconds(percentile(crowd.seconds, share / 100)) for share in (50, 95)}
    return {"users": users, "answers": len(crowd.seconds), "errors": crowd.errors, **shares}


def _first_loads(found: Sequence[Turns], visitors: Mapping[str, Visitor]) -> list[int]:
    """Each page's bytes of script and style."""
    known: dict[str, int] = {}
    return [first_load(one.body, visitors[one.who.username], known) for one in found]


def _counted(folder: Path, found: Sequence[Turns], signed_in: Mapping[str, str]) -> dict[str, int]:
    asked = [[one.name, signed_in[one.who.username], *vars(one.page.visits[0]).values()] for one in found]
    return dict(measure("pages:count", {"folder": str(folder), "asked": asked}).value)


def count(folder: Path, asked: list[list[str]]) -> dict[str, Any]:
    """This will count the statements of each visit (name, session, path, text) as the web, those of session and gate included."""
    enter(folder)
    from minsheng.config.start import Acts, open_database, prepare

    prepare()
    open_database(Acts.WEB)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, session, path, text in asked:
        client = Client(SERVER_NAME="127.0.0.1")
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        client.get(PLAINEST.path)
        with CaptureQueriesContext(connection) as statements:
            client.get(path) if not text else client.post(path, {"q": text}, follow=True)
        found[name] = len(statements)
    return found


def pages_of(who: Person, visitor: Visitor, office: Office) -> list[Page]:
    """The pages that a person is measured at; raises NotServed."""
    if who.role == "administrator":
        return [Page("people and rights", "list", [Visit("/users/")]), Page("review of rights", "list", [Visit("/users/review/")])]
    if who.role == "auditor":
        return [Page("audit search", "list", [Visit("/audit/")])]
    known = office.known[who.prefix]
    pages = [*_views(known), *_filters(known), *_next_pages(visitor), *_searches(known), *_files(known)]
    return pages + (_lists() if _title(who) == "province" else [])


def _views(known: Mapping[str, Any]) -> list[Page]:
    inner = Visit(f"/situation/?{urlencode({'place': known['below']})}")
    return [
        Page("front page", "front", [Visit("/")]),
        Page("situation", "situation", [Visit("/situation/")]),
        Page("situation of a place within", "situation", [inner]),
        Page("wall", "situation", [Visit("/wall/")]),
    ]


def _filters(known: Mapping[str, Any]) -> list[Page]:
    asked: dict[str, dict[str, str]] = {
        "first page": {},
        "orange": {"level": "3"},
        "every status": {"status": "all"},
        "one place": {"place": known["below"]},
        "escalated": {"change": "escalated"},
        "one dimension": {"dimension": "medical"},
        "one indicator": {"indicator": "own_medical_cost"},
        "waiting three months": {"age": "3"},
        "by points": {"least": "20", "most": "60"},
        "not noted": {"noted": "no"},
        "newest first": {"sort": "newest"},
        "longest waiting first": {"sort": "waiting"},
        "by place": {"sort": "place"},
        "many filters": {"level": "2", "place": known["below"], "indicator": "own_medical_cost", "age": "1", "sort": "waiting"},
        "the month before": {"month": "2026-09"},
    }
    return [Page(f"warnings, {name}", "list", [Visit(f"/warnings/?{urlencode(words)}")]) for name, words in asked.items()]


def _next_pages(visitor: Visitor) -> list[Page]:
    """The second page of the list and a far one, by the addresses that its links lead to; raises NotServed where there is one page."""
    path, found = "/warnings/", []
    while len(found) < _FAR and (link := re.search(r'rel="next" href="([^"]+)"', visitor.page(Visit(path)).body)):
        path = unescape(link[1])
        found.append(path)
    if not found:
        raise NotServed("The list of warnings has one page only.", next_step="Ask for more warnings.")
    return [Page("warnings, next page", "list", [Visit(found[0])]), Page("warnings, a far page", "list", [Visit(found[-1])])]


def _searches(known: Mapping[str, Any]) -> list[Page]:
    typed = {
        "a surname": _SURNAMES,
        "pinyin": _SPELT,
        "a name": known["names"],
        "an identity number": known["numbers"],
        "a household number": known["households"][:40],
    }
    boxes = {"warnings": _WARNINGS, "households": _HOUSEHOLDS}
    return [
        Page(f"{box}, search by {what}", "list", [Visit(path, text) for text in texts])
        for box, path in boxes.items()
        for what, texts in typed.items()
    ]


def _files(known: Mapping[str, Any]) -> list[Page]:
    numbers = known["households"]
    return [
        Page("household file, first look", "list", [Visit(f"/households/of/{number}/") for number in numbers[1:]]),
        Page("household file, again", "list", [Visit(f"/households/of/{numbers[0]}/")]),
        Page("household file, the month before", "list", [Visit(f"/households/of/{numbers[0]}/?month=2026-09")]),
    ]


def _lists() -> list[Page]:
    paths = {
        "deliveries": "/deliveries/",
        "identity review": "/identity/",
        "identity decisions": "/identity/decisions/",
        "merges": "/identity/merges/",
        "runs": "/jobs/runs/",
        "jobs": "/jobs/",
        "models": "/models/",
        "agreements": "/agreements/",
        "opened households": "/openings/",
    }
    return [Page(name, "list", [Visit(path)]) for name, path in paths.items()]


def _mixed(person: Person, office: Office) -> list[Visit]:
    """What somebody in the crowd looks at: the day's pages, a search and a household of their own, in an order of their own."""
    known, rng = office.known[person.prefix], random.Random(person.username)
    visits = [
        Visit("/"),
        Visit("/situation/"),
        Visit("/warnings/"),
        Visit("/warnings/?level=3&sort=waiting"),
        Visit(f"/households/of/{rng.choice(known['households'])}/"),
        Visit(_WARNINGS, rng.choice(_SURNAMES)),
        Visit(_HOUSEHOLDS, rng.choice(known["names"])),
    ]
    return rng.sample(visits, _VISITS_EACH)


def _pages(found: Sequence[Turns], statements: Mapping[str, int]) -> dict[str, dict[str, float]]:
    return {
        one.name: {
            **{f"p{share}": _milliseconds(percentile(one.seconds, share / 100)) for share in (50, 95)},
            "ratio": one.ratio(),
            "queries": statements[one.name],
        }
        for one in found
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
