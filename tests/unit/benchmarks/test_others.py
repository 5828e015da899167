from pathlib import Path

import pytest
from benchmarks.others import OpenFiscaMissing, has_openfisca, openfisca_month, pandas_month

from tests.unit.benchmarks.small import PERSONS


def test_pandas_gives_the_engines_scores_and_levels(small_month: Path) -> None:
    assert pandas_month(str(small_month), PERSONS, "gansu")["seconds"] > 0


def test_openfisca_gives_the_engines_scores_and_levels_or_says_how_to_get_it(small_month: Path) -> None:
    if has_openfisca():
        assert openfisca_month(str(small_month), PERSONS, "gansu")["seconds"] > 0
    else:
        with pytest.raises(OpenFiscaMissing, match="not installed") as refused:
            openfisca_month(str(small_month), PERSONS, "gansu")
        assert "bench-setup" in refused.value.next_step
