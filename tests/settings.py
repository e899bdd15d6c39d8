"""The application's settings, in the environment of the tests.

Set before Django reads anything (pytest-django loads the settings before any conftest), and whatever the shell or an
.env file say: a test never sends a mail, never writes to the installation's files.
"""

import atexit
import os
import shutil
import tempfile

os.environ["APP_ENV"] = "test"
os.environ["SITE_URL"] = "http://localhost:8000"
os.environ.update(CACHE_URL="", S3_BUCKET="", DEBUG="0", ALLOWED_HOSTS="localhost,127.0.0.1,testserver")
os.environ.update(OIDC_ISSUER="", OIDC_CLIENT_ID="", OIDC_CLIENT_SECRET="", OIDC_LABEL="")
os.environ.update(SEAL_PKCS12="", SEAL_PASSPHRASE="")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from dla_ingenierie.settings import *  # noqa: F403

# Static files are looked for when they are asked, not all of them for each test client.
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = tempfile.mkdtemp(prefix="dla-medias-")
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 (a live server's threads would keep the test database open)
