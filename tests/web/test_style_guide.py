"""The style guide: open to everybody in a demo, nowhere else."""

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["", "?wall"])
@override_settings(DEMO=True)
def test_a_demo_shows_every_component_to_everybody(query: str) -> None:
    answer = Client().get(f"/style/{query}")
    assert answer.status_code == 200
    assert "data-chart" in answer.content.decode()


def test_elsewhere_there_is_no_such_page() -> None:
    assert Client().get("/style/").status_code == 404
