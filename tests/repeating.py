"""Pages ask the database as often for a thousand rows as for one: a page that asks the same again and again fails its test.

django-zeal, beside this in the settings, sees what the models' relations ask; this sees every statement, also written by hand.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

MOST = 3
"""How often one request may put the same statement, whatever its parameters: the same for each of a fixed few is no fault."""
_NOT_OURS = ('FROM "socialaccount_socialapp"',)
"""What the sign-in library asks again by itself, once for each of its steps."""


class AskedAgain(Exception):
    """One request put the same statement too often, as it would for each row of a list."""


class SaidOnce:
    """The middleware of tests; stands before all that ask the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; raises AskedAgain for a page that is read. What is written may be written one by one."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        statements: Counter[str] = Counter()

        def noting(execute: Callable[..., Any], sql: Any, parameters: Any, many: bool, context: Any) -> Any:
            statements[str(sql)] += 1
            return execute(sql, parameters, many, context)

        with connection.execute_wrapper(noting):
            answer = self.get_response(request)
        for statement, times in statements.most_common():
            if times > MOST and not any(part in statement for part in _NOT_OURS):
                raise AskedAgain(f"{request.path} asked {times} times: {statement}")
        return answer
