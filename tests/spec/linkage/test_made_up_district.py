"""How well people without numbers are found, measured where the truth is known."""

import polars as pl
import pytest

from minsheng.engine.linkage import likeness
from minsheng.engine.linkage.comparisons import Block
from minsheng.engine.linkage.likeness import comparable
from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.engine.linkage.resolve import LinkageSettings, PeopleIndex, Resolution
from minsheng.engine.linkage.settings import ID, REGISTRY_BLOCKING
from minsheng.engine.linkage.training import train
from tests.spec.linkage.made_up import World

NOTHING_DECIDED = pl.DataFrame(schema={"subject": pl.Binary, "person_key": pl.Int64})


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7, everybody=50_000, registered=10_000)


@pytest.fixture(scope="module")
def rows(world: World) -> pl.DataFrame:
    return world.rows(4_000, about_people=0.25)


def found(world: World, rows: pl.DataFrame, settings: LinkageSettings | None = None, threads: int | None = None) -> Resolution:
    index = PeopleIndex(world.people(), settings, threads=threads)
    try:
        return index.resolve(rows, NOTHING_DECIDED)
    finally:
        index.close()


def shares(rows: pl.DataFrame, resolution: Resolution) -> dict[str, float]:
    """Links that are right; people found surely; people found or put before somebody; reviews that hold the right person."""
    truth = rows.select("row_number", "truth")
    linked = resolution.links.join(truth, on="row_number")
    right = linked.filter(pl.col("person_key") == pl.col("truth")).height
    shown = resolution.reviews.join(truth, on="row_number").explode("candidates").unnest("candidates")
    shown_right = shown.filter(pl.col("person_key") == pl.col("truth")).height
    people = rows["truth"].count()
    return {
        "right": right / linked.height,
        "found": right / people,
        "found_or_shown": (right + shown_right) / people,
        "worth_asking": shown_right / resolution.reviews.height,
    }


def test_the_shipped_model_finds_people_and_links_nobody_wrongly(world: World, rows: pl.DataFrame) -> None:
    measured = shares(rows, found(world, rows))
    assert measured["right"] >= 0.999
    assert measured["found"] >= 0.78
    assert measured["found_or_shown"] >= 0.97
    assert measured["worth_asking"] >= 0.9


def test_a_model_trained_on_the_records_themselves_does_as_well(world: World, rows: pl.DataFrame) -> None:
    people = comparable(world.people().rename({"person_key": ID}))
    asked = rows.with_columns(pinyin_of(normalise_name(rows["name"])).alias("pinyin")).rename({"row_number": ID})
    model = train(people, comparable(asked), settings=LinkageSettings(), pairs=3e5)
    measured = shares(rows, found(world, rows, LinkageSettings(linkage_model=model)))
    assert measured["right"] >= 0.999
    assert measured["found_or_shown"] >= 0.97
    assert train(people, comparable(asked), settings=LinkageSettings(), pairs=3e5) == model


def test_answers_do_not_depend_on_threads_or_the_order_of_rows_or_how_many_are_asked_about_at_a_time(
    world: World, rows: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (found(world, rows, threads=threads) for threads in (1, 2))
    shuffled = found(world, rows.sample(fraction=1, shuffle=True, seed=3), threads=2)
    monkeypatch.setattr(likeness, "_AT_A_TIME", 700)
    in_parts = found(world, rows)
    for other in (two, shuffled, in_parts):
        assert one.links.equals(other.links)
        assert one.reviews.equals(other.reviews)
        assert one.outside == other.outside


def test_the_blocking_rules_pass_over_nobody_whom_a_shared_birth_date_alone_would_find(world: World, rows: pl.DataFrame) -> None:
    """Of a birth date's people only those are compared who share a township, or how their names begin or end in sound."""
    wider = LinkageSettings(blocking=(Block.on("birth_on"), *REGISTRY_BLOCKING))
    usual, widest = found(world, rows), found(world, rows, wider)
    who = ("row_number", "person_key")
    assert usual.links.select(who).equals(widest.links.select(who))
    assert _asked(usual).equals(_asked(widest))


def _asked(resolution: Resolution) -> pl.DataFrame:
    people = pl.col("candidates").list.eval(pl.element().struct.field("person_key"))
    return resolution.reviews.select("row_number", "reason", people)
