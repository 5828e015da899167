"""Columns of secrets: from clear text in memory to blind indexes, pseudonyms and sealed bytes."""

from collections.abc import Callable, Iterable

import polars as pl

from minsheng.kernel.sealing import Keys


def blind_indexed(rows: pl.DataFrame, keys: Keys, columns: dict[str, str]) -> pl.DataFrame:
    """The rows with a blind index beside each clear column: `columns` maps clear column to index column."""
    return rows.with_columns(_hashed(rows[clear], keys.blind_indexes).alias(index) for clear, index in columns.items())


def pseudonyms(texts: pl.Series, keys: Keys) -> pl.Series:
    """The lake's pseudonym of each text, null for null."""
    return _hashed(texts, keys.pseudonyms)


def sealed(texts: pl.Series, keys: Keys) -> pl.Series:
    """Each text sealed, null for null."""
    seal = keys.seal_text
    return pl.Series(texts.name, [None if text is None else seal(text) for text in texts.to_list()], dtype=pl.Binary)


def has_news(secret: str) -> pl.Expr:
    """Whether a delivered secret is another than the known one: `phone_index` beside `known_phone_index`."""
    index = pl.col(f"{secret}_index")
    return index.is_not_null() & index.ne_missing(pl.col(f"known_{secret}_index"))


def sealed_where_new(rows: pl.DataFrame, keys: Keys, secrets: Iterable[str]) -> pl.DataFrame:
    """The rows with each clear secret sealed, and its index, where it has news; null elsewhere: what is not delivered is not forgotten."""
    for secret in secrets:
        rows = rows.with_columns(pl.when(has_news(secret)).then(column).alias(column) for column in (secret, f"{secret}_index"))
        rows = rows.with_columns(sealed(rows[secret], keys))
    return rows


def _hashed(texts: pl.Series, function: Callable[[Iterable[str | None]], list[bytes | None]]) -> pl.Series:
    return pl.Series(texts.name, function(texts.to_list()), dtype=pl.Binary)
