"""Reading, matching and writing one delivery while it passes, in bounded memory: its files come to stand finished in a folder of scratch.

Rows of registry feeds, which make the register, are held besides: they are as many as the people watched. So are questions of identity,
and the amendment's account of what it mends, which are few.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from minsheng.domain.feeds.amending import Mending
from minsheng.domain.feeds.spooling import Runs, Spool, as_arrow, as_frame, staying, write_file
from minsheng.domain.feeds.storing import clean_rows, ledger_rows
from minsheng.domain.feeds.who import Desk, Identified
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.ahead import lagging
from minsheng.engine.intake.heading import Heading
from minsheng.engine.intake.reading import Account, Figures
from minsheng.engine.intake.settling import Settled, Settlement, without
from minsheng.engine.intake.validating import FAULTS_SCHEMA, Batch
from minsheng.engine.linkage.exact import LINKS, REVIEWS
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Step

_ASKED_AT_ONCE = 100_000
_SURE = {"row_number": pl.Int64, "subject": pl.Binary, "person_key": pl.Int64, "probability": pl.Float64}
_EVIDENCE = {
    "name": pl.String,
    "number": pl.String,
    "birth_on": pl.Date,
    "sex": pl.String,
    "division": pl.String,
    "phone_index": pl.Binary,
}


@dataclass(frozen=True)
class Laid:
    """A delivery that was read and matched, whose files stand finished in a folder but are not yet in the lake.

    `sure`: row_number, subject, person_key, probability of what linkage was sure of; `questions`: row_number, subject, reason, candidates
    of what it doubted, with the evidence; `registered`: a registry feed's accepted rows, in the clear (so: in memory only).
    """

    figures: Figures
    epoch: int
    matched: int
    clean: Path
    quarantine: Path
    ledger: Path
    mended: Path | None
    sure: pl.DataFrame
    questions: pl.DataFrame
    registered: pl.DataFrame


def lay(
    batches: Iterable[Batch], contract: Contract, month: Month, *, desk: Desk, mending: Mending | None, folder: Path, step: Step, named: str
) -> Laid:
    """Read a delivery's batches to their end and lay its files out in the folder; `mending` where it is an amendment.

    Says in the step's note, behind `named`, how far a long file is. Raises what reading raises, and SeveralReceipts.
    """
    laying = _Laying(contract, month, desk, mending, folder)
    begun = lagging(desk.begin(batch, contract) for batch in batches)
    numbered = lagging(desk.find(one, contract) for one in begun)
    for identified in map(desk.identify, numbered):
        laying.add(identified)
        step.note(f"{named} {laying.account.read:,} 行 rows")
    return laying.finish()


class _Laying:
    """What has been laid out of a delivery so far."""

    def __init__(self, contract: Contract, month: Month, desk: Desk, mending: Mending | None, folder: Path) -> None:
        self._contract, self._month, self._desk, self._mending, self._folder = contract, month, desk, mending, folder
        self._epoch = desk.refresh()
        self.account = Account()
        self._settlement = Settlement(contract.key, folder)
        self._clean, self._faults = Spool(folder / "clean.spool"), Spool(folder / "faults.spool")
        self._runs = Runs(folder)
        self._heading: Heading | None = None
        self._no_clean = self._no_rows = pl.DataFrame()
        self._origins: list[pl.DataFrame] = []
        self._stale = [pl.Series("row_number", [], pl.Int64)]
        self._registered: list[pl.DataFrame] = []
        self._waiting: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self._sure = [pl.DataFrame(schema=_SURE)]
        self._questions = [pl.DataFrame(schema={**REVIEWS, **_EVIDENCE})]

    def add(self, identified: Identified) -> None:
        """Lay out one batch."""
        batch = identified.batch
        self.account.see(batch)
        self._settlement.see(batch.clean)
        self._faults.add(batch.faults)
        rows = clean_rows(batch.clean, identified.identities, self._contract, self._month)
        self._heading, self._no_clean, self._no_rows = batch.heading, batch.clean.clear(), rows.clear()
        self._clean.add(rows)
        self._match(identified, rows)
        if self._mending is not None:
            self._origins.append(self._mending.origins(batch))
            stale = self._mending.stale(self._origins[-1])
            self._stale.append(batch.clean["row_number"].filter(batch.clean["row_number"].is_in(stale.implode())))
        if self._contract.registers:
            self._registered.append(batch.clean)

    def finish(self) -> Laid:
        """Settle the whole, and write its files."""
        assert self._heading is not None
        self._ask()
        settled, figures = self._settled(self._heading)
        dropped = settled.dropped
        files = {name: self._folder / f"{name}.parquet" for name in ("clean", "quarantine", "ledger")}
        write_file(files["quarantine"], _with_conflicts(self._faults, settled.conflicts), as_arrow(pl.DataFrame(schema=FAULTS_SCHEMA)))
        no_ledger = as_arrow(ledger_rows(self._no_rows, pl.DataFrame(schema=LINKS)))
        with ThreadPoolExecutor(1) as beside:
            ledger = beside.submit(write_file, files["ledger"], map(as_arrow, self._runs.sorted(dropped)), no_ledger)
            write_file(files["clean"], (staying(rows, dropped) for rows in self._clean), as_arrow(self._no_rows))
        return Laid(
            figures=figures,
            epoch=self._epoch,
            matched=ledger.result(),
            mended=self._mended(),
            sure=without(pl.concat(self._sure), dropped),
            questions=without(pl.concat(self._questions), dropped),
            registered=pl.concat([self._no_clean, *(without(rows, dropped) for rows in self._registered)]),
            **files,
        )

    def _match(self, identified: Identified, rows: pl.DataFrame) -> None:
        """Lay out the rows of plain people, and keep those that linkage has to look at until they are worth its while."""
        links = identified.identities.select("row_number", "person_key").drop_nulls("person_key")
        self._runs.add(ledger_rows(rows, links))
        if identified.asked.height:
            self._waiting.append((identified.asked, rows.join(identified.asked, on="row_number", how="semi")))
        if sum(asked.height for asked, _ in self._waiting) >= _ASKED_AT_ONCE:
            self._ask()

    def _ask(self) -> None:
        if not self._waiting:
            return
        asked, rows = (pl.concat(parts) for parts in zip(*self._waiting, strict=True))
        self._waiting.clear()
        found = self._desk.resolve(asked)
        self._runs.add(ledger_rows(rows, found.links))
        likely = found.links.filter(pl.col("method") == "probabilistic")
        self._sure.append(likely.join(asked.select("row_number", "subject"), on="row_number").select(_SURE.keys()).sort("row_number"))
        evidence = asked.select("row_number", *_EVIDENCE)
        self._questions.append(found.reviews.join(evidence, on="row_number").select(*REVIEWS, *_EVIDENCE).sort("row_number"))

    def _settled(self, heading: Heading) -> tuple[Settled, Figures]:
        """What stays; rows of an amendment that mend nothing count as duplicates."""
        settled = self._settlement.settled()
        figures = self.account.close(settled, heading)
        stale = pl.concat(self._stale)
        more = stale.filter(~stale.is_in(settled.dropped.implode()))
        with_stale = replace(settled, duplicates=pl.concat([settled.duplicates, more]).sort())
        return with_stale, replace(figures, accepted=figures.accepted - more.len(), duplicates=figures.duplicates + more.len())

    def _mended(self) -> Path | None:
        if self._mending is None:
            return None
        file = self._folder / "mended.parquet"
        write_file(file, map(as_arrow, self._origins), as_arrow(self._origins[0].clear()))
        return file


def _with_conflicts(faults: Iterable[pa.Table], conflicts: pl.DataFrame) -> Iterator[pa.Table]:
    """Two lists of faults in the order of their rows, as one."""
    at = 0
    for part in map(as_frame, faults):
        upto = int(conflicts["row_number"].search_sorted(part["row_number"][-1], side="right")) if part.height else at
        yield as_arrow(pl.concat([part, conflicts.slice(at, upto - at)]).sort("row_number", maintain_order=True))
        at = upto
    yield as_arrow(conflicts.slice(at))
