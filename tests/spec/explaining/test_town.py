"""Every household of a town is explained, alone and in bulk, and holds to the arithmetic."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from minsheng.engine.explaining.checking import DoesNotAddUp
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import NoSuchHousehold, explain_household
from minsheng.engine.explaining.reasons import warning_reasons
from tests.spec.explaining.plain import indicators, spoken
from tests.spec.explaining.town import MODELS, SECOND, Town, run_town


@pytest.fixture(scope="module", params=["gansu", "wuchang"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Town:
    return run_town(MODELS[request.param], Path(tmp_path_factory.mktemp(request.param)), households=36)


@pytest.fixture(scope="module")
def explanations(town: Town) -> dict[int, Explanation]:
    run = town.second
    return {key: explain_household(run.household(key), run.context, previous=town.first.household(key)) for key in run.household_keys()}


def test_the_town_has_what_there_is_to_explain(explanations: dict[int, Explanation]) -> None:
    found = list(explanations.values())
    assert {0, 1, 2, 4} <= {explanation.level for explanation in found}
    assert {"none", "unchanged", "escalated"} <= {explanation.change for explanation in found}
    assert any(line.standing == "stale" for explanation in found for line in explanation.lines)
    assert any(part.cut for explanation in found for part in explanation.dimensions)
    assert any(explanation.trigger for explanation in found)
    assert any(explanation.reverse for explanation in found)
    assert any(len(explanation.ended) for explanation in found)


def test_parts_sum_exactly_to_the_score_the_run_stored(town: Town, explanations: dict[int, Explanation]) -> None:
    stored = {row["household_key"]: row for row in town.second.table("scores").to_dicts()}
    for key, explanation in explanations.items():
        assert sum(step.change for step in explanation.steps) == explanation.score == stored[key]["score"]
        assert explanation.raw * 10_000 + explanation.overlap.added + explanation.identity.added == stored[key]["score"]
        assert (explanation.level, explanation.score_level) == (stored[key]["level"], stored[key]["score_level"])


def test_every_household_is_told_in_the_plain_words(town: Town, explanations: dict[int, Explanation]) -> None:
    model = town.second.context.model
    for explanation in explanations.values():
        assert explanation.sentences.zh == spoken(explanation, model, "zh")
        assert explanation.sentences.en == spoken(explanation, model, "en")


def test_warnings_in_bulk_say_what_each_explanation_says(town: Town, explanations: dict[int, Explanation]) -> None:
    reasons = warning_reasons(town.second.frames(), town.second.context)
    warned = {key: explanation for key, explanation in explanations.items() if explanation.warning}
    assert reasons.columns == ["household_key", "indicators", "reason_zh", "reason_en"]
    assert reasons["household_key"].to_list() == sorted(warned)
    for row in reasons.to_dicts():
        explanation = warned[row["household_key"]]
        assert (row["reason_zh"], row["reason_en"]) == (explanation.sentences.zh, explanation.sentences.en)
        assert row["indicators"] == indicators(explanation, town.second.context.model)


def test_an_explanation_survives_json(explanations: dict[int, Explanation]) -> None:
    for explanation in explanations.values():
        text = json.dumps(explanation.model_dump(mode="json"), ensure_ascii=False)
        assert Explanation.model_validate_json(text) == explanation


def test_every_line_of_a_warned_household_shows_the_records_behind_it(explanations: dict[int, Explanation]) -> None:
    warned = [explanation for explanation in explanations.values() if explanation.warning]
    lines = [line for explanation in warned for line in explanation.lines if line.points > 0]
    assert lines
    for line in lines:
        assert line.evidence
        assert {record.feed for record in line.evidence} == {line.feed}


def test_stale_lines_name_the_missing_deliveries_and_the_month_they_rest_on(explanations: dict[int, Explanation]) -> None:
    stale = [line for explanation in explanations.values() for line in explanation.lines if line.standing == "stale"]
    assert {line.feed for line in stale} == {"medical_settlements"}
    assert {line.missing for line in stale} == {(str(SECOND),)}
    assert {line.known_in for line in stale} == {"2026-08"}
    assert not any(line.is_new for line in stale)


def _changed(table: pa.Table, column: str, value: object) -> pa.Table:
    at = table.schema.get_field_index(column)
    return table.set_column(at, table.schema.field(at), pa.array([value] * table.num_rows, table.schema.field(at).type))


@pytest.mark.parametrize("column", ["raw", "overlap_percent", "identity_percent", "score", "score_level", "level"])
def test_a_stored_result_that_does_not_add_up_is_refused(town: Town, explanations: dict[int, Explanation], column: str) -> None:
    key = next(key for key, explanation in explanations.items() if explanation.level > 1)
    tables = town.second.household(key)
    stored = tables["scores"][column][0].as_py()
    tampered = tables | {"scores": _changed(tables["scores"], column, stored + 1)}
    with pytest.raises(DoesNotAddUp) as refused:
        explain_household(tampered, town.second.context)
    assert column in refused.value.differences
    assert refused.value.differences[column][0] == stored + 1


def test_points_that_were_changed_afterwards_are_found_out(town: Town, explanations: dict[int, Explanation]) -> None:
    key = next(key for key, explanation in explanations.items() if explanation.level > 1)
    tables = town.second.household(key)
    with pytest.raises(DoesNotAddUp) as refused:
        explain_household(tables | {"points": _changed(tables["points"], "points", 100)}, town.second.context)
    assert "household_dimensions" in refused.value.differences


def test_a_household_the_run_does_not_know_is_refused(town: Town) -> None:
    with pytest.raises(NoSuchHousehold):
        explain_household(town.second.household(999_999), town.second.context)
