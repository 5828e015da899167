"""Django's settings, from the environment and the home folder."""

from pathlib import Path

import environ

from minsheng.config.home import home_folder, read_home_settings
from minsheng.config.logging import begin_telling, logging_settings

read_home_settings()
env = environ.Env()

HOME = home_folder()
PACKAGE = Path(__file__).resolve().parent.parent
SECRET_KEY = env.str("MINSHENG_SECRET_KEY", default="made by minsheng init")
"""Made by `minsheng init`; without one of its own an installation is not served."""
DEBUG = False
DEMO = env.bool("MINSHENG_DEMO", default=False)
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = env.list("MINSHENG_HOSTS", default=["127.0.0.1", "localhost"])
ROOT_URLCONF = "minsheng.config.urls"
WSGI_APPLICATION = "minsheng.config.wsgi.application"
AUTH_USER_MODEL = "access.User"
INSTALLATION_PROVIDER = "minsheng.config.installation.installation"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_prometheus",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "minsheng.domain.places",
    "minsheng.domain.audit",
    "minsheng.domain.access",
    "minsheng.domain.registry",
    "minsheng.domain.documents",
    "minsheng.domain.jobs",
    "minsheng.domain.feeds",
    "minsheng.domain.monitoring",
    "minsheng.domain.modelling",
    "minsheng.jobs",
    "minsheng.web",
]

MIDDLEWARE = [
    "minsheng.web.health.middleware.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "minsheng.web.request_log.RequestLog",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "minsheng.web.accounts.limits.SessionLimits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "minsheng.web.language.Language",
    "django_htmx.middleware.HtmxMiddleware",
    "minsheng.web.gate.Gate",
    "minsheng.web.accounts.duties.FirstDuties",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "office" / "templates", PACKAGE / "web" / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "minsheng.web.office.context.frame",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "office" / "static", PACKAGE / "web" / "accounts" / "static"]
STATIC_ROOT = HOME / "static"
"""Where `minsheng web` gathers scripts and styles, fingerprinted and compressed."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "minsheng.web.static_files.Fingerprinted"},
}
WHITENOISE_USE_FINDERS = True

FILE_UPLOAD_MAX_MEMORY_SIZE = 11 << 20
"""A document of a household never lies on the disk in clear."""

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("MINSHENG_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

SECOND_FACTOR_REQUIRED = env.bool("MINSHENG_SECOND_FACTOR", default=not DEMO)
SESSION_IDLE_MINUTES = env.int("MINSHENG_SESSION_IDLE", default=30)
SESSION_HOURS = env.int("MINSHENG_SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = (SESSION_HOURS + 12) * 3600
"""Longer than a session lasts, so that whoever comes back late is told why they were signed out."""
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "minsheng.web.accounts.passwords.HardToGuess"},
    {"NAME": "minsheng.web.accounts.passwords.NeverBreached"},
]
BREACHED_PASSWORDS = env.str("MINSHENG_BREACHED_PASSWORDS", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
"""Shared by all processes of the web: what rate limits count."""

ACCOUNT_ADAPTER = "minsheng.web.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
SIGN_IN_FAILURES = env.int("MINSHENG_SIGN_IN_FAILURES", default=5)
LOCK_OUT_MINUTES = env.int("MINSHENG_LOCK_OUT", default=15)
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": f"20/m/ip,{SIGN_IN_FAILURES}/{LOCK_OUT_MINUTES}m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("MINSHENG_PROXIES", default=0)
MFA_ADAPTER = "minsheng.web.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "民生 Minsheng"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = "minsheng.web.accounts.adapters.Elsewhere"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ISSUER = env.str("MINSHENG_OIDC_ISSUER", default="").rstrip("/")
OIDC_NAME = env.str("MINSHENG_OIDC_NAME", default="统一身份认证")
OIDC_CLAIM = env.str("MINSHENG_OIDC_CLAIM", default="preferred_username")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": env.str("MINSHENG_OIDC_CLIENT", default=""),
                "secret": env.str("MINSHENG_OIDC_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
if OIDC_ISSUER:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("/".join(OIDC_ISSUER.split("/")[:3]))

MAIL = env.str("MINSHENG_MAIL", default="")
vars().update(env.email_url_config(MAIL) if MAIL else {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"})
DEFAULT_FROM_EMAIL = env.str("MINSHENG_MAIL_FROM", default="minsheng@localhost")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = bool(MAIL)

GRANT_MONTHS = env.int("MINSHENG_GRANT_MONTHS", default=12)
REVIEW_MONTHS = env.int("MINSHENG_REVIEW_MONTHS", default=6)
OPENING_HOURS = env.int("MINSHENG_OPENING_HOURS", default=4)
OPENINGS_A_DAY = env.int("MINSHENG_OPENINGS_A_DAY", default=10)

DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///minsheng")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False

LAKE = env.str("MINSHENG_LAKE", default=str(HOME / "lake"))
AREA = tuple(env.list("MINSHENG_AREA", default=[]))
MADE_UP_PEOPLE = env.bool("MINSHENG_MADE_UP", default=False)
CATALOGUE_FOLDERS = tuple(Path(folder) for folder in env.list("MINSHENG_CATALOGUE", default=[]))
MODEL_FOLDERS = tuple(Path(folder) for folder in env.list("MINSHENG_MODELS", default=[]))
THREADS = env.int("MINSHENG_THREADS", default=0) or None

AGREEMENTS_REQUIRED = env.bool("MINSHENG_AGREEMENTS_REQUIRED", default=False)
UPLOADS = Path(env.str("MINSHENG_UPLOADS", default=str(HOME / "uploads")))
"""Where uploaded files wait until they are received."""
UPLOAD_LIMIT = env.int("MINSHENG_UPLOAD_LIMIT", default=8_000_000_000)

CAPACITY = env.str("MINSHENG_CAPACITY", default="")
"""Verifications a month: one number, or a CSV file (township, capacity)."""

BOUNDARIES = env.str("MINSHENG_BOUNDARIES", default="")
"""Boundaries of divisions for maps: a GeoJSON file, or a folder of them."""
BOUNDARY_CODE = env.str("MINSHENG_BOUNDARY_CODE", default="")
MAP_REVIEW = env.str("MINSHENG_MAP_REVIEW", default="").strip()

ENGINE = env.str("MINSHENG_ENGINE", default="duckdb")
SPARK_MASTER = env.str("MINSHENG_SPARK_MASTER", default="")

AUDIT_HEADS = Path(env.str("MINSHENG_AUDIT_HEADS", default=str(HOME / "audit-heads")))
"""Where the timetable puts each day's head of the audit chain, to be fetched by another machine."""
METRICS_TOKEN = env.str("MINSHENG_METRICS_TOKEN", default="")
WEB_BIND = env.str("MINSHENG_WEB_BIND", default="127.0.0.1:8000")
WEB_WORKERS = env.int("MINSHENG_WEB_WORKERS", default=0)
WEB_THREADS = env.int("MINSHENG_WEB_THREADS", default=8)
WORKER_CONCURRENCY = env.int("MINSHENG_WORKER_CONCURRENCY", default=2)

LOGGING = logging_settings(env.str("MINSHENG_LOG_FORMAT", default="console"), env.str("MINSHENG_LOG_LEVEL", default="INFO"))
begin_telling()
