"""Whether the lake holds everything of a run that the roll held, so that the roll may let go of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

import polars as pl

from minsheng.domain.monitoring.lake import reasons_path
from minsheng.domain.monitoring.models import Hit, HouseholdLevel, Run, Warning
from minsheng.domain.monitoring.operations.loading import Frames, RunInLake
from minsheng.domain.monitoring.operations.partitions import RollTable
from minsheng.domain.registry.frames import read_frame
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.manifest import read_manifest
from minsheng.engine.scoring.plan import InputFile
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_REGISTER: Final = ("households", "members", "deceased")
_SAME_ROWS: Final[dict[str, RollTable]] = {"scores": HouseholdLevel, "warnings": Warning, "hits": Hit}
_SENTENCES: Final = {"household_key": pl.Int64, "indicators": pl.String, "reason_zh": pl.String, "reason_en": pl.String}


class LakeDiffers(Refusal):
    """The lake does not hold a run as it was computed and published."""

    code: ClassVar[str] = "lake-differs"


@dataclass(frozen=True)
class KeptRun:
    """A published run beside its files in the lake."""

    run: Run
    lake: Lake

    def verify(self) -> None:
        """Read every file that the roll can be made of again; raises LakeDiffers, or LakeMissing where there is no manifest."""
        for file in self._files():
            if not self.lake.exists(file.path):
                raise self._differs(f"{file.path} is missing")
            if self.lake.digest(file.path) != file.sha256:
                raise self._differs(f"{file.path} is not what the run wrote")

    def compare(self) -> None:
        """Count the run's rows in the roll and in the lake; raises LakeDiffers."""
        manifest = read_manifest(self.lake, f"runs/{self.run.pk}")
        for table, model in _SAME_ROWS.items():
            published = model.objects.filter(month=self.run.month, run_id=self.run.pk).count()
            if published != manifest.rows(table):
                raise self._differs(f"{table} has {manifest.rows(table):,} rows in the lake and {published:,} in the database")

    def keep_reasons(self) -> str:
        """Write the sentences of the run's warnings into the lake, word for word; returns the file's SHA-256 (hex)."""
        query = (
            "SELECT household_key, array_to_string(indicators, ','), reason_zh, reason_en "
            "FROM monitoring_warning WHERE month = %s AND run_id = %s ORDER BY household_key"
        )
        told = read_frame(query, _SENTENCES, [self.run.month, self.run.pk])
        indicators = pl.col("indicators").fill_null("").str.split(",").list.eval(pl.element().filter(pl.element() != ""))
        return self.lake.write_table(reasons_path(self.run.pk), told.with_columns(indicators).to_arrow())

    def rows(self) -> RunInLake:
        """The run as it is loaded."""
        register = {name: file.path for name, file in self._register()}
        return RunInLake(self.lake, self.run.pk, Month.parse(self.run.month), register)

    def tell(self, tables: Frames) -> pl.DataFrame:
        """The sentences of these warnings as they were published; raises LakeDiffers if one has none."""
        told = pl.from_arrow(self.lake.read_table(reasons_path(self.run.pk)))
        assert isinstance(told, pl.DataFrame)
        wanted = tables["warnings"].select("household_key")
        found = told.join(wanted, on="household_key", how="semi")
        if found.height != wanted.height:
            raise self._differs(f"{reasons_path(self.run.pk)} has no sentence for some warnings")
        return found

    def _files(self) -> Iterator[InputFile]:
        manifest = read_manifest(self.lake, f"runs/{self.run.pk}")
        for table in TABLES:
            yield from manifest.files(table)
        for _, file in self._register():
            yield file

    def _register(self) -> Iterator[tuple[str, InputFile]]:
        given = self.run.summary["inputs"]["registry"]
        return ((name, InputFile(**given[name])) for name in _REGISTER if name in given)

    def _differs(self, how: str) -> LakeDiffers:
        return LakeDiffers(
            f"The lake does not hold run {self.run.pk} of {self.run.month}: {how}.",
            next_step="Restore the lake from its backup, then try again; nothing was changed.",
        )
