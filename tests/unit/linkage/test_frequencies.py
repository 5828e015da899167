import polars as pl
import pytest

from minsheng.engine.linkage.frequencies import with_own_frequencies
from minsheng.engine.linkage.settings import LinkageSettings

VILLAGES = ["999101001201", "999101001201", "999101001202", "999101002201"]


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {"sex": ["male", "male", "female", None], "division": VILLAGES, "phone_index": [None] * 4},
        schema_overrides={"phone_index": pl.Binary},
    )


def test_chance_agreement_is_reckoned_from_the_people_at_hand() -> None:
    shares = with_own_frequencies(LinkageSettings(), frame()).linkage_model.comparisons
    assert shares["sex"]["same"].u == pytest.approx(1 / 3)
    assert shares["division"]["first 12"].u == pytest.approx(1 / 6)
    assert shares["division"]["first 9"].u == pytest.approx(3 / 6 - 1 / 6)
    assert shares["division"]["first 6"].u == pytest.approx(1 - 3 / 6)


def test_disagreement_never_speaks_for_a_link() -> None:
    shares = with_own_frequencies(LinkageSettings(), frame()).linkage_model.comparisons
    assert all(levels["different"].u >= levels["different"].m for levels in shares.values())


def test_too_few_people_leave_the_model_as_it_was() -> None:
    settings = LinkageSettings()
    assert with_own_frequencies(settings, frame().clear()) == settings
