"""What is logged holds nobody's data: not what was typed, not what an exception quotes, not what a library fills in."""

import io
import json
import logging
import logging.config
import sys
from collections.abc import Iterator
from copy import deepcopy

import pytest
import structlog
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from minsheng.config.logging import logging_settings
from minsheng.domain.access.roles import Role
from minsheng.web.gate import page, public
from minsheng.web.requests import OfficeRequest
from tests.staff import somebody

pytestmark = pytest.mark.django_db
NAME, NUMBER, PHONE = "周芷若", "999001199001011234", "13800138000"


@public
def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"{request.POST.get('name')} {request.POST.get('number')} cannot be read")


@public
def clashes(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE somebody (number text UNIQUE)")
        cursor.execute("INSERT INTO somebody VALUES (%s), (%s)", [request.POST["number"], request.POST["number"]])
    return HttpResponse()


@page()
def fine(_: OfficeRequest) -> HttpResponse:
    return HttpResponse("fine")


urlpatterns = [path("breaks/", breaks, name="breaks"), path("clashes/", clashes, name="clashes"), path("fine/", fine, name="fine")]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """What the loggers say, as the settings have them say it."""
    stream = io.StringIO()
    wanted = deepcopy(logging_settings("json", "INFO"))
    wanted["handlers"]["told"]["stream"] = stream
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(wanted)
    yield stream
    root.handlers[:], root.level = before, level


def lines(said: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_request_is_told_by_its_route_and_the_number_of_who_asked(said: io.StringIO) -> None:
    monitor = somebody(Role.TOWNSHIP_OFFICER)
    client = Client()
    client.force_login(monitor)
    with override_settings(ROOT_URLCONF=__name__):
        answer = client.get("/fine/", {"name": NAME, "number": NUMBER})
    [line] = [one for one in lines(said) if one["event"] == "request"]
    assert (line["route"], line["method"], line["status"], line["user"]) == ("fine", "GET", 200, monitor.pk)
    assert line["request"] == answer["X-Request-Id"]
    assert not [secret for secret in (NAME, NUMBER, monitor.username, monitor.display_name) if secret in said.getvalue()]


@pytest.mark.parametrize(("route", "fault"), [("breaks", "ValueError"), ("clashes", IntegrityError.__name__)])
def test_a_fault_is_told_by_its_type_and_place(said: io.StringIO, route: str, fault: str) -> None:
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=__name__):
        assert client.post(f"/{route}/", {"name": NAME, "number": NUMBER, "phone": PHONE}).status_code == 500
    faults = [one for one in lines(said) if fault in str(one.get("fault"))]
    assert faults
    assert any("test_logs.py" in str(where) for where in faults[0]["through"])  # type: ignore[attr-defined]
    assert not [secret for secret in (NAME, NUMBER, PHONE) if secret in said.getvalue()]


def test_what_libraries_fill_into_their_warnings_is_left_out(said: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=__name__):
        client.get(f"/{NAME}/{NUMBER}/")
        client.get("/fine/", headers={"host": f"{NUMBER}.example"})
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/?q={NAME}")
    assert {one["event"] for one in lines(said)} >= {"Internal Server Error", "Error handling request %s"}
    assert not [secret for secret in (NAME, NUMBER) if secret in said.getvalue()]


def test_numbers_are_blotted_out_wherever_they_stand(said: io.StringIO) -> None:
    structlog.stdlib.get_logger("minsheng.test").info(f"{NUMBER} and {PHONE}", note=f"tel {PHONE}", rows=130_000)
    logging.getLogger("minsheng.test").warning("of %s", NUMBER)
    [first, second] = lines(said)
    assert (first["event"], first["note"], first["rows"], second["event"]) == ("… and …", "tel …", 130_000, "of …")


def test_people_are_told_the_same_without_json() -> None:
    drawn = logging_settings("console", "INFO")["formatters"]["told"]
    formatter = structlog.stdlib.ProcessorFormatter(**{name: value for name, value in drawn.items() if name != "()"})
    try:
        raise ValueError(NAME)
    except ValueError:
        record = logging.LogRecord("minsheng", logging.ERROR, "", 1, "of %s", (NUMBER,), sys.exc_info())
    told = formatter.format(record)
    assert ("ValueError" in told, "of …" in told, NAME in told, NUMBER in told) == (True, True, False, False)
