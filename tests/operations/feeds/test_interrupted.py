"""Killed anywhere and run again, the end is that of a run nobody disturbed: nothing lost, nothing doubled."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from django.db import transaction

from minsheng.domain.feeds.models import Delivery, IdentityCase
from minsheng.domain.feeds.operations import decide_identity, receiving, recording, registering, releasing, resolving
from minsheng.engine.lake import Lake
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import (
    HOMES,
    MONTH,
    NEWCOMER,
    REGISTERED,
    cremation,
    member_row,
    settlement,
)
from tests.operations.feeds.reading import kept

DOUBTFUL = {"name": "赵大"}
RECEIVING = {
    "the original": (receiving, "seal_original"),
    "reading and matching": (receiving, "lay_down"),
    "the quarantine": (recording, "store_quarantine"),
    "the clean rows": (recording, "store_clean"),
    "the ledger": (recording, "store_ledger"),
    "taking the place of the old delivery": (recording, "withdraw"),
    "remembering identities": (recording, "remember"),
    "putting into effect": (recording, "put_into_effect"),
    "quarantining what the register refused": (registering, "add_to_quarantine"),
    "recording deaths": (registering, "record_deaths_of"),
    "the event": (recording, "record"),
}
RELEASING = {
    "reading again": (releasing, "lay_down"),
    "laying down again": (releasing, "lay_again"),
    "the clean rows": (recording, "store_clean"),
    "the ledger": (recording, "store_ledger"),
    "putting into effect": (releasing, "put_into_effect"),
    "the event": (releasing, "record"),
}
DECIDING = {
    "the ledger": (resolving, "store_ledger"),
    "recording deaths": (resolving, "record_deaths_of"),
    "the event": (resolving, "record"),
}


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Killer:
    """Ends the process the first time that a function works on a thing, before or after it did."""

    module: ModuleType
    name: str
    when: str
    kills: int = 0
    seen: set[str] = field(default_factory=set)

    def __call__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = getattr(self.module, self.name)

        def work(*args, **named):
            spared = self._about(args, named) in self.seen
            self.seen.add(self._about(args, named))
            self._kill(not spared and self.when == "before")
            outcome = original(*args, **named)
            self._kill(not spared and self.when == "after")
            return outcome

        monkeypatch.setattr(self.module, self.name, work)

    def _kill(self, now: bool) -> None:
        if now:
            self.kills += 1
            raise Killed

    @staticmethod
    def _about(args, named) -> str:
        given = [named.get("subject"), named.get("delivery"), *args]
        one = next(thing for thing in given if isinstance(thing, str | Path | Delivery | recording.Arrival))
        return str(getattr(one, "id", getattr(one, "delivery", one)))


def outcome(inbox, action: Callable[..., None], killer: Killer | None, tmp_path: Path):
    """What is kept after the action, killed and repeated until it is through; the database and the lake are as before afterwards."""
    copy = tmp_path / "tried"
    shutil.copytree(inbox.installation.lake.address, copy)
    tried = inbox.at(lake=Lake(str(copy)))
    with transaction.atomic(), pytest.MonkeyPatch.context() as monkeypatch:
        if killer:
            killer(monkeypatch)
        while True:
            try:
                action(tried)
            except Killed:
                continue
            break
        found = kept(tried.installation)
        transaction.set_rollback(True)
    shutil.rmtree(copy)
    return found


def survives(inbox, action, point, tmp_path, undisturbed=None):
    undisturbed = undisturbed or outcome(inbox, action, None, tmp_path)
    for when in ("before", "after"):
        killer = Killer(*point, when)
        disturbed = outcome(inbox, action, killer, tmp_path)
        assert killer.kills
        for what, expected in undisturbed.items():
            assert disturbed[what] == expected, f"killed {when}: {what}"


@pytest.fixture(scope="module")
def received():
    """What receiving the batch leaves undisturbed; the first test finds out."""
    return {}


@pytest.fixture
def batch(inbox):
    """A September in which everything happens: conflicts, quarantine, duplicates, a doubt, deaths, a correction."""
    inbox.send("cremations", [cremation(2)])
    members = [member_row(serial, home) for serial, home in {**HOMES, NEWCOMER: "H3"}.items()]
    members[3] = {**members[3], "household_no": "H9"}
    members[4] = {**members[4], "birth_on": "1980-13-17"}
    medical = [settlement(1), settlement(1), settlement(2, settlement_no="S2", own_share="-1"), settlement(3, **DOUBTFUL)]
    return [
        inbox.put("registry_members", members),
        inbox.put("medical_settlements", medical),
        inbox.put("cremations", [cremation(1), cremation(NEWCOMER)]),
    ]


@pytest.mark.parametrize("point", RECEIVING.values(), ids=RECEIVING.keys())
def test_receiving_survives_being_killed_at(inbox, batch, received, point, tmp_path):
    if not received:
        received.update(outcome(inbox, lambda tried: tried.receive(*batch), None, tmp_path))
    survives(inbox, lambda tried: tried.receive(*batch), point, tmp_path, received)


@pytest.mark.parametrize("point", RELEASING.values(), ids=RELEASING.keys())
def test_releasing_survives_being_killed_at(inbox, point, tmp_path):
    inbox.send("cremations", [cremation(1, **DOUBTFUL), cremation(2)], month=REGISTERED)
    held = inbox.send("cremations", [cremation(1), cremation(3, **DOUBTFUL)], arrived=inbox.installation.today)
    survives(inbox, lambda tried: _release_if_held(tried, held.delivery), point, tmp_path)


@pytest.mark.parametrize("point", DECIDING.values(), ids=DECIDING.keys())
def test_deciding_an_identity_survives_being_killed_at(inbox, point, tmp_path):
    inbox.send("cremations", [cremation(1, **DOUBTFUL)], month=MONTH)
    inbox.send("medical_settlements", [settlement(1, **DOUBTFUL), settlement(2)])
    case = IdentityCase.objects.get().pk
    survives(inbox, lambda tried: _decide(tried, case), point, tmp_path)


def _release_if_held(inbox, delivery):
    if Delivery.objects.get(pk=delivery).status == "held":
        inbox.release(delivery)


def _decide(inbox, case):
    decide_identity(case=case, person_key=1, reason="", installation=inbox.installation, by=BY, at=NOW, progress=SILENT)
