"""Settings, all read from the environment (see .env.example).

APP_ENV says what kind of place this is: ``demo`` (one machine, SQLite, http), ``test`` or ``production``.
Everything defaults to the secure choice: without APP_ENV the application believes it is in production
and refuses to start with a default secret.
"""

import base64
import hashlib
import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from dla_ingenierie import oidc

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env().str("VAR_DIR", str(BASE_DIR / "var")))
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

APP_ENV = env.str("APP_ENV", "production")
if APP_ENV not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("APP_ENV vaut demo, test ou production.")
PRODUCTION = APP_ENV == "production"
DEBUG = env.bool("DEBUG", False) and not PRODUCTION

INSECURE_SECRET = "demo-only-secret-never-used-in-production-0123456789abcdef"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", INSECURE_SECRET)
if PRODUCTION and (SECRET_KEY == INSECURE_SECRET or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 20):
    raise ImproperlyConfigured(
        "SECRET_KEY manque, est trop courte (50 caractères au moins) ou trop pauvre (20 caractères différents) : "
        "python -c 'import secrets; print(secrets.token_urlsafe(64))' en donne une."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The propositions of prestataires lie encrypted under keys of their own: the first encrypts, the others still read.
PROPOSITION_KEYS = env.list("PROPOSITION_KEYS", default=[])
if not PROPOSITION_KEYS and not PRODUCTION:
    _own = hashlib.sha256(b"propositions" + SECRET_KEY.encode()).digest()
    PROPOSITION_KEYS = [base64.urlsafe_b64encode(_own).decode()]
if not PROPOSITION_KEYS or not all(
    re.fullmatch(r"[A-Za-z0-9_-]{43}=", key) and len(set(key)) > 15 for key in PROPOSITION_KEYS
):
    raise ImproperlyConfigured(
        "PROPOSITION_KEYS manque, ou n’est pas une suite de clés tirées au hasard : "
        "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())' en donne une."
    )

SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if PRODUCTION else [])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    # The house, from the ground up.
    "core",
    "referentiels",
    "accounts",
    "partners.directory",
    "partners.portfolio",
    "partners.recherche",
    "structures",
    "projects",
    "engagement",
    "mobilisation",
    "consultations",
    "missions",
    "evaluation",
    "capitalisation",
    "portal",
    "demo",
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.HealthMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PrivateMiddleware",
    "core.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ActorMiddleware",
    "core.middleware.ReadableRequestMiddleware",
    "core.middleware.TypedMiddleware",
    "accounts.middleware.SamePersonMiddleware",
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "dla_ingenierie.urls"
WSGI_APPLICATION = "dla_ingenierie.wsgi.application"

_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
            "builtins": ["core.templatetags.ui"],
            # A misspelt variable must not pass in silence: the tests look for this mark in every page.
            "string_if_invalid": "⟦variable inconnue : %s⟧" if APP_ENV == "test" else "",
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'dla.sqlite3'}")}
_db = DATABASES["default"]
_db["ATOMIC_REQUESTS"] = False  # services are atomic, pages are not
_suffix = env.str("TEST_DB_SUFFIX", "")
if _db["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
    _db["TEST"] = {"NAME": str(VAR_DIR / f"test{_suffix}.sqlite3")}
else:
    _db["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    _db["CONN_HEALTH_CHECKS"] = True
    # Compiling a query takes longer than any of ours takes to answer.
    _db["OPTIONS"] = {"options": "-c jit=off"}
    _db["TEST"] = {"NAME": f"test_dla{_suffix}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache: shared by every process, so that rate limits hold (database by default, Redis by CACHE_URL) -----------
_cache_url = env.str("CACHE_URL", "")
if _cache_url.startswith("redis"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _cache_url}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "core_cache",
            "OPTIONS": {"MAX_ENTRIES": 20000},
        }
    }

# --- Files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
_modules = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", _modules / "bootstrap" / "dist"),
    ("vendor/bootstrap-icons", _modules / "bootstrap-icons" / "font"),
    ("vendor/chart", _modules / "chart.js" / "dist"),
    ("vendor/source-sans-3", _modules / "@fontsource-variable" / "source-sans-3"),
    ("vendor/source-sans-3-print", _modules / "@fontsource" / "source-sans-3" / "files"),
    ("vendor/dejavu-sans", _modules / "@fontsource" / "dejavu-sans" / "files"),
]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media-non-servi/"  # uploads are only served by an authorised view
if env.str("S3_BUCKET", ""):
    _default_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT_URL", None),
            "region_name": env.str("S3_REGION", None),
            "access_key": env.str("S3_ACCESS_KEY", None),
            "secret_key": env.str("S3_SECRET_KEY", None),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
else:
    _default_storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES = {
    "default": _default_storage,
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # text of one form: 2.5 MB
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "core.uploads.handlers.HeavyRequestHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 10_000_000)

# --- Seal of the documents that prove something (core.documents.seal): a PKCS#12, its passphrase ----------------------
SEAL_PKCS12 = env.str("SEAL_PKCS12", "")
SEAL_PASSPHRASE = env.str("SEAL_PASSPHRASE", "")

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "accounts.backends.AuthenticationBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if APP_ENV == "test"
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address per person, replaced once the new one is confirmed
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # the same work for them; the adapter writes to no stranger
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
# Counted in the shared cache, hence over every process. « key » is the address that is tried.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,5/10m/key",
    "reset_password": "20/m/ip,5/10m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/10s/key",
    "code_essai": "3/10m/key",  # « key » is the code that was sent
    "acces_demande": "5/h/ip",
    # Personal links: a whole office may answer from one address; « key » is the link.
    "lien_inconnu": "30/m/ip",
    "lien_reponse": "300/m/ip,20/m/key",
    "lien_demande": "10/h/ip",
    # Writing to a prestataire from the public pages; « key » is the prestataire.
    "message_public": "5/h/ip,20/d/key",
    "verifier": "20/m/user",
    # The QR code of a session: a whole room answers from one address; « key » is the questionnaire.
    "salle_inconnue": "30/m/ip",
    "salle_reponse": "300/m/ip,300/m/key",
}
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.LoginForm",
    "request_login_code": "accounts.sign_in_forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.sign_in_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.sign_in_forms.ConfirmEmailVerificationCodeForm",
    "add_email": "accounts.sign_in_forms.AddEmailForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "set_password": "accounts.sign_in_forms.SetPasswordForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.AuthenticateForm",
    "reauthenticate": "accounts.sign_in_forms.ReauthenticateByCodeForm",
    "activate_totp": "accounts.sign_in_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.sign_in_forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.sign_in_forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.sign_in_forms.ReauthenticatePasskeyForm",
    "edit_webauthn": "accounts.sign_in_forms.EditPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost; browsers refuse any other without HTTPS
MFA_TOTP_ISSUER = "DLA Ingénierie"
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in without a verified address: changing it stays possible
# One OpenID Connect provider, or none (accounts.oidc): it opens accounts that exist, by an address it has verified.
SOCIALACCOUNT_PROVIDERS = oidc.providers(
    env.str("OIDC_ISSUER", ""),
    env.str("OIDC_CLIENT_ID", ""),
    env.str("OIDC_CLIENT_SECRET", ""),
    env.str("OIDC_LABEL", ""),
    https=PRODUCTION,
)
SOCIALACCOUNT_ADAPTER = "accounts.oidc.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# The address of the client behind our own proxy; without proxy X-Forwarded-For is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if env.bool("BEHIND_PROXY", PRODUCTION) else 0)
# The unique constraint on the lower-case address is the one that counts.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
INVITATION_DAYS = 14
# After so many months without use, what identifies people is erased (docs/exploitation.md).
# The public directory of companies, asked about a SIRET (core.entreprises); empty: never asked.
ENTREPRISES_URL = env.str("ENTREPRISES_URL", "")
if ENTREPRISES_URL and not ENTREPRISES_URL.startswith("https://" if PRODUCTION else ("https://", "http://")):
    raise ImproperlyConfigured("ENTREPRISES_URL est une adresse https://.")
# The worker asks each day whether the links of the library answer (capitalisation.usages.services.liens).
VERIFIER_LIENS = env.bool("VERIFIER_LIENS", False)
PERSONAL_DATA_MONTHS = env.int("PERSONAL_DATA_MONTHS", 36)

# --- Security -----------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("BEHIND_PROXY", PRODUCTION):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "dla_session"
SESSION_COOKIE_AGE = 60 * 60 * 12
# Addresses whose forms hold passwords and codes: nothing that is typed there is ever kept (core.views.kept).
TYPED_NEVER_KEPT = ["/compte/connexion/", "/administration/"]
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Mail, jobs ---------------------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="consolemail://" if not PRODUCTION else "smtp://localhost:25")
vars().update(_email)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "DLA Ingénierie <ne-pas-repondre@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
JOB_HEARTBEAT_SECONDS = env.int("JOB_HEARTBEAT_SECONDS", 10)
JOB_STALE_SECONDS = env.int("JOB_STALE_SECONDS", 60)
JOB_BACKOFF_SECONDS = env.int("JOB_BACKOFF_SECONDS", 15)  # wait after a first failure; doubles each time
# A worker that holds more after a job is replaced; none is given more addresses (MB, 0: no limit).
JOB_MEMORY_MB = env.int("JOB_MEMORY_MB", 600)
JOB_ADDRESS_LIMIT_MB = env.int("JOB_ADDRESS_LIMIT_MB", 3000)

# --- Language -----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Logs: one JSON line per event, with the request id -----------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOG_FORMAT", "json" if PRODUCTION else "console")
LOGGING_CONFIG = "core.logs.configure"
LOGGING = {"level": LOG_LEVEL, "format": LOG_FORMAT}

# --- What the legal pages say about who runs this installation -----------------------------------------------------
OPERATOR = {
    "name": env.str("OPERATOR_NAME", ""),
    "address": env.str("OPERATOR_ADDRESS", ""),
    "director": env.str("OPERATOR_DIRECTOR", ""),
    "contact": env.str("OPERATOR_CONTACT", ""),
    "host": env.str("OPERATOR_HOST", ""),
    "dpo": env.str("OPERATOR_DPO", ""),
}
