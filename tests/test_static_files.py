"""The static files as production serves them: every file named by another is there, under the name of its content."""

import io

import pytest
from django.core.management import call_command
from django.templatetags.static import static


@pytest.mark.slow
def test_static_files_collect_for_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        # Production's storage compresses them besides (whitenoise), which takes time and refuses nothing more.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
    served = static("css/app.css").removeprefix(settings.STATIC_URL)
    assert served != "css/app.css"
    assert (tmp_path / served).is_file()
