"""An outside measure: the engine, trained without labels, on data sets that the field knows."""

import polars as pl
import pytest

from minsheng.engine.linkage.probabilistic import Matcher
from minsheng.engine.linkage.settings import ID, LinkageSettings
from minsheng.engine.linkage.training import train
from tests.spec.linkage import febrl

PAIRS_FOR_TRAINING = 2e5
MORE_LIKELY_THAN_NOT = 0.0


def trained(records: pl.DataFrame, others: pl.DataFrame | None, settings: LinkageSettings) -> Matcher:
    model = train(records, others, settings=settings, pairs=PAIRS_FOR_TRAINING)
    return Matcher(records, settings.model_copy(update={"linkage_model": model}))


def within_one_file(file: str, settings: LinkageSettings) -> float:
    records = febrl.records(file)
    matcher = trained(records, None, settings)
    pairs = matcher.within(at_least=MORE_LIKELY_THAN_NOT)
    matcher.close()
    copies = records.group_by("entity").len()["len"].cast(pl.Int64)
    return pairwise_f1(pairs, records, records, int((copies * (copies - 1) // 2).sum()))


def between_two_files(left: str, right: str, settings: LinkageSettings) -> float:
    records, others = febrl.records(right), febrl.records(left)
    matcher = trained(records, others, settings)
    pairs = matcher.between(others, at_least=MORE_LIKELY_THAN_NOT)
    matcher.close()
    return pairwise_f1(pairs, others, records, records.join(others, on="entity").height)


def pairwise_f1(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, true_pairs: int) -> float:
    truth = pairs.join(left.select(left=ID, of_left="entity"), on="left").join(right.select(right=ID, of_right="entity"), on="right")
    right_pairs = int((truth["of_left"] == truth["of_right"]).sum())
    return 2 * right_pairs / (pairs.height + true_pairs)


@pytest.mark.parametrize("file", ["1", "2", "3"])
@pytest.mark.parametrize(("with_number", "least"), [(True, 0.998), (False, 0.99)])
def test_duplicates_within_a_file_are_found(file: str, with_number: bool, least: float) -> None:
    assert within_one_file(file, febrl.settings(with_number=with_number)) >= least


@pytest.mark.parametrize(("with_number", "least"), [(True, 0.998), (False, 0.99)])
def test_two_files_are_linked(with_number: bool, least: float) -> None:
    assert between_two_files("4a", "4b", febrl.settings(with_number=with_number)) >= least
