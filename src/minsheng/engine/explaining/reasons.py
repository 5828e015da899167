"""The sentences of every household of a run at once: what happened, what it means, and what is uncertain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.absences import read_missing, stale_text, unknown_text
from minsheng.engine.explaining.clauses import clauses_by_household
from minsheng.engine.explaining.figures import day_column, filled
from minsheng.engine.explaining.people import labelled, now_known_as
from minsheng.engine.explaining.words import (
    ADVICE,
    ENDED,
    ENDED_ONE,
    HELD,
    LANGUAGES,
    LEVELS,
    QUIET,
    SOMEBODY,
    STATES,
    TRIGGERED,
    VERDICTS,
    WITHOUT_ADVICE,
    Language,
    said,
)
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month

Missing = Mapping[str, Mapping[str, object]]
_COMMA = {"zh": "、", "en": ", "}
_STOP = {"zh": "。", "en": ". "}


@dataclass(frozen=True)
class RunContext:
    """What sentences rest on beside the tables.

    The model, the contracts and the month; what was unknown (`RunResult.unknown`); and whom the run's redirects make of merged
    people, who may still stand in the register under their old key (`scoring.inputs.final_targets`).
    """

    model: Model
    catalogue: Catalogue
    month: Month
    unknown: Missing = field(default_factory=dict)
    redirects: Mapping[int, int] = field(default_factory=dict)

    def people(self, tables: Mapping[str, pl.DataFrame], labels: Mapping[int, Text] | None = None) -> pl.DataFrame:
        """The members and the deceased of these tables, labelled as in `people.labelled`."""
        known = {name: now_known_as(tables[name], self.redirects) for name in ("members", "deceased") if name in tables}
        return labelled(known["members"], known.get("deceased"), labels)


def warning_reasons(tables: Mapping[str, pl.DataFrame], context: RunContext) -> pl.DataFrame:
    """Say for every warning of a run why it is given.

    `tables`: warnings, scores, hits and members; if there are any also points (for what is no longer known), deceased and
    evidence (for reasons that count records or name their day). Returns household_key, indicators (those that speak, new
    and weighty ones first), reason_zh, reason_en; one row per warning, sorted.
    """
    warned = tables["warnings"].select("household_key")
    scores = tables["scores"].join(warned, on="household_key", how="semi")
    register = {name: tables[name].join(warned, on="household_key", how="semi") for name in ("members", "deceased") if name in tables}
    told = sentences({**tables, "scores": scores, "found": tables["hits"]}, context.people(register), context)
    return told.rename({"zh": "reason_zh", "en": "reason_en"})


def sentences(tables: Mapping[str, pl.DataFrame], people: pl.DataFrame, context: RunContext) -> pl.DataFrame:
    """Say for every household in `scores` what happened, what it means and what is uncertain.

    `tables` beside those of `warning_reasons`: found (hits, or points with blank is_new and band_rose) and, if known, ended
    (household_key, person_key and indicator of what counted last month and is gone). `people` as `people.labelled` returns them.
    Returns household_key, indicators, zh, en, sorted by household.
    """
    households = tables["scores"].select("household_key")
    found = tables["found"].filter(pl.col("points") > 0).join(households, on="household_key", how="semi")
    parts = (
        clauses_by_household(found, people, tables.get("evidence"), context.model, context.catalogue),
        _meanings(tables["scores"], tables["warnings"], context.model),
        _endings(tables.get("ended"), tables["scores"], people, context.model),
        _doubts(found, tables.get("points"), context),
    )
    joined = households
    for part in parts:
        joined = joined.join(part, on="household_key", how="left")
    told = joined.select(
        "household_key",
        pl.col("indicators").fill_null([]),
        *(_spoken(language).alias(language) for language in LANGUAGES),
    )
    return told.sort("household_key")


def _spoken(language: Language) -> pl.Expr:
    stop = _STOP[language]
    parts = [_capital(pl.col(f"{part}_{language}")) + stop for part in ("clauses", "ended", "meaning", "doubt")]
    return pl.concat_str(parts, ignore_nulls=True).str.strip_chars_end(" ")


def _capital(text: pl.Expr) -> pl.Expr:
    return text.str.slice(0, 1).str.to_uppercase() + text.str.slice(1)


def _meanings(scores: pl.DataFrame, warnings: pl.DataFrame, model: Model) -> pl.DataFrame:
    """What has become of each household, and what to do: household_key, meaning_zh, meaning_en."""
    warned = warnings.select("household_key", "cause", "suppressed", "suppressed_by", "suppressed_by_on")
    rows = scores.join(warned, on="household_key", how="left")
    rows = rows.with_columns(state=pl.coalesce("cause", "change"), quiet=pl.col("suppressed").fill_null(value=False))
    return rows.select("household_key", *(_meaning(model, language).alias(f"meaning_{language}") for language in LANGUAGES))


def _meaning(model: Model, language: Language) -> pl.Expr:
    levels = _numbered(LEVELS, language)
    parts = {"level": pl.col("level").replace_strict(levels), "before": pl.col("previous_level").replace_strict(levels)}
    parts["note"] = _note(model, language)
    state = pl.coalesce(pl.when(pl.col("state") == name).then(filled(said(frame, language), parts)) for name, frame in STATES.items())
    verdicts = {code: said(words, language) for code, words in VERDICTS.items()}
    verdict = pl.col("suppressed_by").replace_strict(verdicts, default=pl.col("suppressed_by"), return_dtype=pl.String)
    quiet = filled(said(QUIET, language), {"on": day_column(pl.col("suppressed_by_on"), language), "verdict": verdict})
    advice = pl.lit({"zh": "，", "en": ": "}[language]) + pl.col("level").replace_strict(_numbered(ADVICE, language))
    after = pl.when("quiet").then(quiet).when(pl.col("state").is_in(list(WITHOUT_ADVICE))).then(pl.lit("")).otherwise(advice)
    return state + after


def _note(model: Model, language: Language) -> pl.Expr:
    """Whether a trigger alone, or else hysteresis, gives the level."""
    titles = {indicator.id: said(indicator.title, language) for indicator in model.indicators}
    level = pl.col("trigger_level").replace_strict(_numbered(LEVELS, language))
    title = pl.col("trigger").replace_strict(titles, default=pl.col("trigger"), return_dtype=pl.String)
    lifts = (pl.col("trigger_level") > pl.col("score_level")) | pl.col("held_by_hysteresis")
    triggered = (pl.col("trigger_level") == pl.col("level")) & (pl.col("trigger_level") > 0) & lifts
    held = pl.col("held_by_hysteresis") & (pl.col("score_level") == pl.col("level"))
    note = pl.when(triggered).then(filled(said(TRIGGERED, language), {"title": title, "level": level}))
    return note.when(held).then(pl.lit(said(HELD, language))).otherwise(pl.lit(""))


def _endings(ended: pl.DataFrame | None, scores: pl.DataFrame, people: pl.DataFrame, model: Model) -> pl.DataFrame:
    """What is gone, where the level has fallen: household_key, ended_zh, ended_en."""
    if ended is None:
        return pl.DataFrame(schema={"household_key": pl.Int64, "ended_zh": pl.String, "ended_en": pl.String})
    fallen = scores.filter(pl.col("change").is_in(["eased", "cleared"]))
    gone = ended.join(fallen, on="household_key", how="semi").join(people, on=["household_key", "person_key"], how="left")
    gone = gone.with_columns(_ending(model, language).alias(language) for language in LANGUAGES)
    told = gone.group_by("household_key", maintain_order=True).agg(pl.col(language).str.join(_COMMA[language]) for language in LANGUAGES)
    frames = {language: said(ENDED, language) for language in LANGUAGES}
    return told.select("household_key", *(filled(frames[at], {"endings": pl.col(at)}).alias(f"ended_{at}") for at in LANGUAGES))


def _ending(model: Model, language: Language) -> pl.Expr:
    titles = {indicator.id: said(indicator.title, language) for indicator in model.indicators}
    member = pl.col(language).fill_null(pl.lit(said(SOMEBODY, language)))
    parts = {"member": member, "title": pl.col("indicator").replace_strict(titles, return_dtype=pl.String)}
    return filled(said(ENDED_ONE, language), parts)


def _doubts(found: pl.DataFrame, points: pl.DataFrame | None, context: RunContext) -> pl.DataFrame:
    """What is carried or no longer known for each household: household_key, doubt_zh, doubt_en; no row without a doubt."""
    stale = found.filter(pl.col("stale_months") > 0).select("household_key", "indicator", state=pl.lit("stale"))
    if points is not None:
        dropped = points.filter("unknown").select("household_key", "indicator", state=pl.lit("unknown"))
        stale = pl.concat([stale, dropped])
    each = stale.unique().join(_doubt_words(context), on=["indicator", "state"]).sort("household_key", "rank")
    each = each.unique(["household_key", "zh", "en"], keep="first", maintain_order=True)
    return each.group_by("household_key", maintain_order=True).agg(
        doubt_zh=pl.col("zh").str.join("；"), doubt_en=pl.col("en").str.join("; ")
    )


def _doubt_words(context: RunContext) -> pl.DataFrame:
    schema = {"indicator": pl.String, "state": pl.String, "rank": pl.Int64, "zh": pl.String, "en": pl.String}
    rows: list[tuple[str, str, int, str, str]] = []
    for rank, (indicator, missing) in enumerate(read_missing(context.unknown, context.model).items()):
        for state, words in (("stale", stale_text), ("unknown", unknown_text)):
            text = words(missing, context.month, context.catalogue)
            rows.append((indicator, state, rank, text.zh, text.en))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _numbered(words: tuple[Text, ...], language: Language) -> dict[int, str]:
    return {number: said(text, language) for number, text in enumerate(words)}
