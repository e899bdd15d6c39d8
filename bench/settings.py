"""The application's settings as in service, with the bare view's route beside its own."""

import os

os.environ["APP_ENV"] = "demo"
os.environ.update(CACHE_URL="", S3_BUCKET="", DEBUG="0")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from dla_ingenierie.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
