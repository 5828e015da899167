"""Django's settings, from the environment and the home folder."""

from pathlib import Path

import environ

from minsheng.config.home import home_folder, read_home_settings

read_home_settings()
env = environ.Env()

HOME = home_folder()
SECRET_KEY = env.str("MINSHENG_SECRET_KEY", default="not-used-before-there-are-pages")
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.postgres",
    "minsheng.domain.places",
    "minsheng.domain.audit",
    "minsheng.domain.registry",
    "minsheng.domain.feeds",
    "minsheng.domain.monitoring",
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///minsheng")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False

LAKE = env.str("MINSHENG_LAKE", default=str(HOME / "lake"))
MASTER_KEY = env.str("MINSHENG_KEY", default="")
AREA = tuple(env.list("MINSHENG_AREA", default=[]))
MADE_UP_PEOPLE = env.bool("MINSHENG_MADE_UP", default=False)
CATALOGUE_FOLDERS = tuple(Path(folder) for folder in env.list("MINSHENG_CATALOGUE", default=[]))
MODEL_FOLDERS = tuple(Path(folder) for folder in env.list("MINSHENG_MODELS", default=[]))
THREADS = env.int("MINSHENG_THREADS", default=0) or None

ENGINE = env.str("MINSHENG_ENGINE", default="duckdb")
SPARK_MASTER = env.str("MINSHENG_SPARK_MASTER", default="")

LOGGING = {"version": 1, "disable_existing_loggers": False}
