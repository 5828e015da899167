"""The style guide, which only a demo has: here everybody is told that there is no such page."""

from tests.web.routes import Route

ROUTES = {"office:style_guide": Route(may=None, public=True, answers=(404,))}
