from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.arithmetic import Finding, reckon
from minsheng.engine.explaining.waterfall import waterfall
from tests.unit.explaining.small_model import MODEL, finding, small_model

points = st.integers(0, 9_000)
spots = st.tuples(st.sampled_from(["cost", "disease", "jobless", "student"]), st.integers(1, 4))
findings = st.dictionaries(spots, points, max_size=10).map(
    lambda found: [finding(indicator, person=person, points=given) for (indicator, person), given in found.items()]
)
percents = st.integers(100, 400)


def label(person: int) -> Text:
    return Text(zh=f"第{person}人", en=f"person {person}")


@given(findings, percents, st.integers(0, 100), st.integers(0, 100))
def test_the_steps_sum_exactly_to_the_score(found: list[Finding], identity: int, two: int, three: int) -> None:
    model = small_model(overlap={"percent": {2: min(two, three), 3: max(two, three)}, "basis": "for the tests"})
    now = reckon(model, found, identity)
    steps = waterfall(model, found, now, label)
    assert sum(step.change for step in steps) == now.score
    assert [step.total for step in steps] == list(accumulate(step.change for step in steps))
    for dimension in now.dimensions:
        assert sum(step.change for step in steps if step.dimension == dimension.dimension) == dimension.points * 10_000


@given(findings, percents)
def test_only_caps_take_away_and_no_step_is_empty(found: list[Finding], identity: int) -> None:
    for step in waterfall(MODEL, found, reckon(MODEL, found, identity), label):
        assert (step.change < 0) is step.kind.endswith("_cap")
        assert step.change != 0


def test_steps_go_from_findings_over_caps_to_overlap_and_identity() -> None:
    found = [finding("cost", 3), finding("disease", 2), finding("cost", 3, person=2), finding("jobless")]
    steps = waterfall(MODEL, found, reckon(MODEL, found, 120), label)
    assert [(step.kind, step.change // 10_000) for step in steps] == [
        ("finding", 5_000),
        ("finding", 3_000),
        ("person_cap", -4_000),
        ("finding", 5_000),
        ("person_cap", -1_000),
        ("household_cap", -2_000),
        ("finding", 1_000),
        ("overlap", 700),
        ("identity", 1_540),
    ]
    assert steps[2].title == Text(zh="第1人 · health一项个人封顶 40 分", en="person 1 · one person counts at most 40 in health")
