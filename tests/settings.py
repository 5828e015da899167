"""The product's settings on a throw-away home, with the embedded PostgreSQL unless DATABASE_URL names another."""

import os
from pathlib import Path

os.environ["MINSHENG_HOME"] = str(Path(__file__).resolve().parent.parent / ".minsheng-test")
os.environ["MINSHENG_KEY"] = "bWluc2hlbmcgdGVzdHMgdXNlIHRoaXMga2V5IG9ubHk="
os.environ["MINSHENG_MADE_UP"] = "1"
os.environ["MINSHENG_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"

from minsheng.config.embedded_postgres import start_embedded
from minsheng.config.home import home_folder

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = start_embedded(home_folder())

from minsheng.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
STATIC_ROOT = None
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]  # noqa: F405
MIDDLEWARE = ["zeal.middleware.zeal_middleware", "tests.repeating.SaidOnce", *MIDDLEWARE]  # noqa: F405
ZEAL_ALLOWLIST = [{"model": "sessions.Session", "field": "get()"}]
"""Django reads a session again when it was replaced meanwhile, and ends the others of an account one by one."""
