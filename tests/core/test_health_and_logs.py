"""What the one who runs the application relies on."""

from __future__ import annotations

import json
import logging

import pytest
from django.urls import reverse

from core import logs
from core.redirects import path_of_ours
from tests.factories import member

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_signing_in(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_probe_asks_by_address_whatever_the_name_of_the_host(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_what_a_signed_in_person_reads_is_kept_by_no_cache(client, client_for):

    signed_in = client_for(member())
    for name in ("portal:accueil", "projects:list", "structures:liste", "accounts:profil"):
        assert {"private", "no-store"} <= set(signed_in.get(reverse(name))["Cache-Control"].replace(" ", "").split(","))
    export = signed_in.get(reverse("structures:liste") + "?export=csv")
    assert "no-store" in export["Cache-Control"]
    assert "no-store" not in client.get(reverse("core:mentions_legales")).get("Cache-Control", "")


@pytest.mark.parametrize(
    "address", ["/\t/ailleurs.example/x", "//ailleurs.example", "/\\\\ailleurs.example", "https://a.example/"]
)
def test_one_is_sent_back_to_a_page_of_ours_only(address):
    assert path_of_ours(address, "/") == "/"
    assert path_of_ours("/ingenieries/1/?a=b#c") == "/ingenieries/1/?a=b#c"


def test_readyz_names_each_check_and_refuses_without_a_worker(client, monkeypatch):
    monkeypatch.setattr("core.health.worker_alive", lambda: False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": True, "worker": False}
    monkeypatch.setattr("core.health.worker_alive", lambda: True)
    assert client.get("/readyz").status_code == 200


def test_each_answer_carries_the_id_of_its_request(client):
    assert client.get("/healthz", headers={"x-request-id": "abcd-1234"})["X-Request-Id"] == "abcd-1234"
    forged = client.get("/healthz", headers={"x-request-id": "x\ny" * 100})["X-Request-Id"]
    assert len(forged) == 32


def test_logs_are_one_json_line_with_the_request_id(capsys):
    import structlog

    previous = logging.root.handlers[:]
    try:
        logs.configure({"level": "INFO", "format": "json"})
        structlog.contextvars.bind_contextvars(request_id="abcd-1234")
        logging.getLogger("essai").warning("quelque chose")
        line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    finally:
        structlog.contextvars.clear_contextvars()
        logging.root.handlers[:] = previous
    assert (line["event"], line["request_id"], line["level"]) == ("quelque chose", "abcd-1234", "warning")


def test_the_signature_of_a_personal_link_is_left_out_of_the_logs(client, capsys):
    from accounts.services import invite, link_token
    from tests.factories import actor_of, member

    boss = member(role="responsable")
    organisation = boss.active_membership.organisation
    token = link_token(invite(organisation, "venez@example.org", "lecture", actor=actor_of(boss)))
    previous = logging.root.handlers[:]
    try:
        logs.configure({"level": "INFO", "format": "json"})
        # A password too short, by the link that still works: the refusal is logged with its address.
        answer = client.post(f"/lien/{token}/", {"sign_in": "mot_de_passe", "password": "x"})
        said = capsys.readouterr().err
    finally:
        logging.root.handlers[:] = previous
    assert answer.status_code == 422
    value, _, signature = token.partition(":")
    assert f"/lien/{value}:…/" in said and signature not in said


def test_an_expired_session_sends_htmx_to_the_sign_in_page_whole(client):
    answer = client.get("/ingenieries/", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/compte/connexion/")


def test_pages_forbid_inline_code(client):
    policy = client.get("/mentions-legales/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
