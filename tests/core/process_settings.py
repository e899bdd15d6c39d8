"""Settings of the processes that the tests start: same database as the test, mail by SMTP to the test's own server."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.essai"]
DATABASES["default"]["NAME"] = os.environ["ESSAI_DATABASE"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("ESSAI_SMTP_PORT", "0"))
EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
EMAIL_USE_TLS = EMAIL_USE_SSL = False
if "ESSAI_MEDIA_ROOT" in os.environ:
    MEDIA_ROOT = os.environ["ESSAI_MEDIA_ROOT"]
