"""Guessing is slowed down, and the count is shared by every process through the cache table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from core import cache_table
from core.jobs import run_pending
from tests.factories import PASSWORD, member
from tests.strict import StrictClient

WRONG = "certainement pas celui-là"
TOO_MANY = "Trop de tentatives"


def attempt(client, email: str, password: str = WRONG) -> str:
    return client.post(reverse("account_login"), {"login": email, "password": password}).content.decode()


def test_the_cache_is_a_table_made_by_the_migrations(db):
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_cache")
    assert "core_cache" not in connection.introspection.table_names()
    cache_table.ensure()
    cache_table.ensure()
    assert "core_cache" in connection.introspection.table_names()
    caches["default"].set("essai", "là")
    assert caches["default"].get("essai") == "là"


def test_the_sixth_try_of_one_password_is_refused_even_from_another_browser_and_address(db):
    person = member()
    for number in range(5):
        client = StrictClient(REMOTE_ADDR=f"192.0.2.{number}")
        assert TOO_MANY not in attempt(client, person.email)
    other = StrictClient(REMOTE_ADDR="198.51.100.7")
    assert TOO_MANY in attempt(other, person.email, PASSWORD)
    assert "_auth_user_id" not in other.session


def test_somebody_else_is_not_slowed_down(db):
    person, neighbour = member(), member()
    for number in range(6):
        attempt(StrictClient(REMOTE_ADDR=f"192.0.2.{number}"), person.email)
    client = StrictClient(REMOTE_ADDR="198.51.100.7")
    attempt(client, neighbour.email, PASSWORD)
    assert "_auth_user_id" in client.session


def test_a_forged_forwarding_header_does_not_give_new_tries(db):
    client = StrictClient()
    for number in range(20):
        attempt(client, f"personne{number}@example.org")
    client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    assert TOO_MANY in attempt(client, "encore@example.org")


def test_codes_and_password_links_are_not_sent_without_end(db, mailoutbox):
    person = member()
    answers = [StrictClient().post(reverse("account_request_login_code"), {"email": person.email}) for _ in range(6)]
    run_pending()
    assert len(mailoutbox) == 5
    assert answers[-1].status_code == 200
    assert TOO_MANY in answers[-1].content.decode()
    resets = [StrictClient().post(reverse("account_reset_password"), {"email": person.email}) for _ in range(6)]
    assert [a.status_code for a in resets] == [302] * 5 + [429]
    assert "Trop de demandes en peu de temps" in resets[-1].content.decode()


_OTHER_PROCESS = """
import json, sys
import django
from django.conf import settings
from tests import settings as _  # the environment of the tests
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.test import Client
from django.urls import reverse
pages = [
    Client(REMOTE_ADDR=f"192.0.2.{n}").post(
        reverse("account_login"), {"login": sys.argv[2], "password": "certainement pas"}
    ).content.decode()
    for n in range(int(sys.argv[3]))
]
print(json.dumps(["Trop de tentatives" in page for page in pages]))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_count_together():
    person = member()
    database = str(connection.settings_dict["NAME"])
    call_command("createcachetable", verbosity=0)

    def elsewhere(tries: int) -> list[bool]:
        run = subprocess.run(
            [sys.executable, "-c", _OTHER_PROCESS, database, person.email, str(tries)],
            cwd=Path(settings.BASE_DIR),
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return json.loads(run.stdout.splitlines()[-1])

    assert elsewhere(3) == [False] * 3
    assert elsewhere(3) == [False, False, True]
    assert TOO_MANY in attempt(StrictClient(), person.email, PASSWORD)
