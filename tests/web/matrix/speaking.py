"""Choosing the language."""

from tests.web.routes import Route

ROUTES = {"office:language": Route(may=None, public=True, method="post", data=lambda _: {"language": "en", "next": "/"}, answers=(302,))}
