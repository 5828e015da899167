"""Probabilistic linkage after Fellegi and Sunter (1969), by Splink on the project's execution engine."""

import itertools
from typing import Any, Final

import polars as pl
from splink import DuckDBAPI, Linker
from splink.internals.splink_dataframe import SplinkDataFrame

from minsheng.engine.backends.duckdb_engine import connect
from minsheng.engine.linkage.comparisons import OTHERWISE, Comparison, Level
from minsheng.engine.linkage.settings import ID, LinkageSettings, Shares

PAIRS: Final = pl.Schema({"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64})
_INCOMING: Final = "incoming"
_QUIET: Final = "ERROR"


class Matcher:
    """One set of records, registered once with the execution engine, to find any number of others among.

    `records` has an integer column `unique_id` and the columns that the settings compare, as text or binary.
    """

    def __init__(self, records: pl.DataFrame, settings: LinkageSettings, *, threads: int | None = None) -> None:
        self._settings = settings
        self._columns = _columns_used(settings)
        self._connection = connect(threads)
        self._api = DuckDBAPI(self._connection)
        self._sizes = records.height
        self._names = (f"records_{number}" for number in itertools.count())
        self._records = self._register(records)
        self.linker = Linker(self._records, as_splink(settings, "dedupe_only", records=self._sizes), log_level=_QUIET)
        for column in _rarity_columns(settings):
            self.linker.table_management.compute_tf_table(column)

    def between(self, others: pl.DataFrame, *, at_least: float) -> pl.DataFrame:
        """Pairs of another record (left) and a record (right) whose match weight, in bits, reaches `at_least`; sorted by both."""
        left = self._register(others)
        found = self.linker.inference.predict_between(left, self._records, threshold_match_weight=at_least, warning_mode="never")
        pairs = self._take(found)
        self._connection.execute(f"DROP TABLE {left.physical_name}")
        return pairs

    def within(self, *, at_least: float) -> pl.DataFrame:
        """Pairs of the records themselves whose match weight, in bits, reaches `at_least`, each once; sorted by both."""
        return self._take(self.linker.inference.predict(threshold_match_weight=at_least, warning_mode="never"))

    def trainer(self, others: pl.DataFrame | None) -> Linker:
        """A linker of this matcher's records, with others or among themselves, whose shares are not set yet."""
        link_type = "dedupe_only" if others is None else "link_only"
        inputs = [self._records] if others is None else [self._register(others), self._records]
        return Linker(inputs, as_splink(self._settings, link_type, records=self._sizes, trained=False), log_level=_QUIET)

    def close(self) -> None:
        """Give the engine back."""
        self._connection.close()

    def _register(self, records: pl.DataFrame) -> SplinkDataFrame:
        name = next(self._names)
        self._connection.register(_INCOMING, records.select(ID, *self._columns).to_arrow())
        self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {_INCOMING}")  # noqa: S608 - both names are our own
        self._connection.unregister(_INCOMING)
        return self._api.register(name)

    def _take(self, found: SplinkDataFrame) -> pl.DataFrame:
        pairs = pl.from_arrow(found.as_duckdbpyrelation().to_arrow_table())
        assert isinstance(pairs, pl.DataFrame)
        found.drop_table_from_database_and_remove_from_cache()
        return pairs.select(left=f"{ID}_l", right=f"{ID}_r", weight="match_weight").cast(PAIRS).sort("left", "right")


def as_splink(settings: LinkageSettings, link_type: str, *, records: int, trained: bool = True) -> dict[str, Any]:
    """Say in Splink's own settings what ours say, for so many records to be found; without the model's shares unless `trained`."""
    shares = settings.linkage_model.comparisons if trained else {}
    chance = settings.expected_matches / max(records, 1)
    return {
        "link_type": link_type,
        "unique_id_column_name": ID,
        "probability_two_random_records_match": min(chance / (1 + chance), 0.5),
        "comparisons": [_comparison(comparison, dict(shares.get(comparison.title, {}))) for comparison in settings.comparisons],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": block.condition()} for block in settings.blocking],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def levels_of(comparison: Comparison) -> list[Level]:
    """Every level of a comparison, best first; the first stands for a missing value, the last for everything else."""
    return [*comparison.levels(), Level(title=OTHERWISE, condition="ELSE")]


def _comparison(comparison: Comparison, shares: dict[str, Shares]) -> dict[str, Any]:
    missing, *levels = levels_of(comparison)
    return {
        "output_column_name": comparison.title.replace(" ", "_"),
        "comparison_levels": [
            {"sql_condition": missing.condition, "label_for_charts": missing.title, "is_null_level": True},
            *(_level(level, shares.get(level.title)) for level in levels),
        ],
    }


def _level(level: Level, shares: Shares | None) -> dict[str, Any]:
    known = {} if shares is None else {"m_probability": shares.m, "u_probability": shares.u}
    rarity = {} if level.rarity is None else {"tf_adjustment_column": level.rarity, "disable_tf_exact_match_detection": True}
    return {"sql_condition": level.condition, "label_for_charts": level.title, **known, **rarity}


def _rarity_columns(settings: LinkageSettings) -> list[str]:
    columns = (level.rarity for comparison in settings.comparisons for level in comparison.levels())
    return list(dict.fromkeys(column for column in columns if column is not None))


def _columns_used(settings: LinkageSettings) -> list[str]:
    parts = (*settings.comparisons, *settings.blocking, *settings.training)
    return list(dict.fromkeys(column for part in parts for column in part.columns))
