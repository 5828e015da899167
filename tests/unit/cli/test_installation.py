"""The installation of a process that lives for days."""

from datetime import UTC, datetime
from unittest.mock import patch

from minsheng.config import installation as place


def test_a_process_that_lives_past_midnight_knows_the_new_day() -> None:
    first = place.installation()
    with patch.object(place.timezone, "now", return_value=datetime(2031, 5, 4, 17, 0, tzinfo=UTC)):
        later = place.installation()
    assert (str(later.today), later.catalogue is first.catalogue) == ("2031-05-05", True)
