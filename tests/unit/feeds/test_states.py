import pytest

from minsheng.domain.feeds import states
from minsheng.kernel.states import Label, Transition, event_of


@pytest.mark.parametrize(
    ("known", "transitions"),
    [(states.DELIVERY_STATES, states.DELIVERY_TRANSITIONS), (states.CASE_STATES, states.CASE_TRANSITIONS)],
)
def test_every_state_is_reached_and_every_move_has_an_event(known: dict[str, Label], transitions: tuple[Transition, ...]) -> None:
    assert {row.after for row in transitions} == set(known)
    assert {row.before for row in transitions} - {None} <= set(known)
    assert all("." in row.event for row in transitions)
    assert all(label.zh and label.en and label.owner for label in known.values())


def test_a_move_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        event_of(states.DELIVERY_TRANSITIONS, states.REFUSED, states.RECEIVED)
