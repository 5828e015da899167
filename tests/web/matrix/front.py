"""The front page."""

from tests.web.routes import Route

ROUTES = {"office:front": Route(may=None)}
