"""Before the opening nobody but its author reads a proposition: neither in the database, nor in the files, nor on a
page, nor in a mail, nor in the logs."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.urls import reverse

from consultations.propositions.models import PieceScellee, Proposition, PropositionOuverte
from consultations.propositions.services import add_piece, deposit, open_call, save_draft
from consultations.propositions.services.brouillon import add_row
from core.jobs import run_pending
from tests.consultations.propositions.monde import ETAPE, MARKER
from tests.core.upload_files import PDF, uploaded
from tests.factories import OrganisationFactory, member
from tests.marks import mark_of

pytestmark = pytest.mark.django_db
#: The marker as it is, and inside a text in base 64, whatever its place in it.
FORMS = [
    MARKER.encode(),
    *(base64.b64encode(b"x" * shift + MARKER.encode())[4:-4] for shift in range(3)),
]


def found_in(content: bytes) -> bool:
    return any(form in content for form in FORMS)


def tables_with_it() -> list[str]:
    """The tables of which a row holds the marker, as who reads the file of the database would find it."""

    def plain(value: object) -> bytes:
        return bytes(value) if isinstance(value, memoryview) else str(value).encode()

    holding = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (names of our own tables)
            if any(found_in(plain(value)) for row in cursor.fetchall() for value in row):
                holding.append(name)
    return holding


def files_with_it() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file() and found_in(path.read_bytes())]


def test_the_marker_is_nowhere_before_the_opening_and_found_after_it(w, client_for, clock_at, caplog):
    caplog.set_level(logging.DEBUG)
    client = client_for(w.a.user)
    # Typed in the page, field by field, by row, as a file; and while the session was over.
    section = reverse("propositions:section", args=[w.a.invitation.pk, "comprehension"])
    sent = {"comprehension": f"Nous comprenons {MARKER}", "version": "1", **mark_of(client, section)}
    assert client.post(section, sent).status_code == 302
    add_row(w.a.invitation, "etapes", {**ETAPE, "intitule": MARKER}, actor=w.a.actor)
    add_piece(w.a.invitation, uploaded(f"{MARKER}.pdf", PDF + f"%{MARKER}".encode()), w.a.actor)
    deposit(w.a.invitation, w.a.actor)
    run_pending()
    mark = mark_of(client, section)
    client.logout()
    assert client.post(section, {**sent, **mark}).status_code == 302
    waiting = [str(session.get_decoded()) for session in Session.objects.all()]
    assert any("saisies" in data for data in waiting)
    assert not any(found_in(data.encode()) for data in waiting)

    assert tables_with_it() == []
    assert files_with_it() == []
    assert not any(found_in(f"{m.subject}{m.body}".encode()) for m in mail.outbox)
    assert not found_in(caplog.text.encode())
    assert Proposition.objects.get().brouillon["comprehension"].endswith(MARKER)

    clock_at("2026-12-01 12:00")
    open_call(w.appel, w.actor)
    assert "consultations_propositionouverte" in tables_with_it()
    assert len(files_with_it()) == 1


def test_the_team_sees_how_many_and_never_whose(w, client_for):
    save_draft(w.a.invitation, {"note": MARKER}, w.a.actor)
    deposit(w.a.invitation, w.a.actor)
    client = client_for(w.user)
    page = client.get(reverse("consultations:ouverture", args=[w.dossier.pk, w.appel.pk])).content.decode()
    assert "1 proposition reçue" in page.replace("\xa0", " ")
    for route in ("projects:journal", "projects:documents", "projects:detail"):
        page += client.get(reverse(route, args=[w.dossier.pk]), follow=True).content.decode()
    assert MARKER not in page and "Halles" not in page and "a déposé" not in page


def test_the_administration_has_no_page_of_it():
    assert not {m for m in admin.site._registry if m.__module__.startswith("consultations.propositions")}


def test_who_is_not_its_author_finds_no_page_of_it(w, client_for, client):
    save_draft(w.a.invitation, {"note": MARKER, "etapes": [ETAPE]}, w.a.actor)
    piece = add_piece(w.a.invitation, uploaded("note.pdf"), w.a.actor)
    depot = deposit(w.a.invitation, w.a.actor)
    cle = Proposition.objects.get().brouillon["etapes"][0]["cle"]
    pk = w.a.invitation.pk
    pages = [
        ("accueil", []), ("relire", []), ("depot", [depot.pk]), ("piece", [piece.pk]), ("section", ["note"]),
        ("ligne", ["etapes", cle]), ("piece_ajouter", []),
    ]  # fmt: skip
    buttons = [
        ("deposer", []), ("retirer", []), ("piece_retirer", [piece.pk]), ("reprendre", []), ("ajouter", ["etapes"]),
        ("bouger", ["etapes", cle]), ("champ", ["note", "note"]), ("ligne_champ", ["etapes", cle, "contenu"]),
    ]  # fmt: skip
    strangers = [client_for(user) for user in (w.b.user, w.user, member(OrganisationFactory(avise=True)))]
    for name, args in pages:
        url = reverse(f"propositions:{name}", args=[pk, *args])
        assert client.get(url).status_code == 302
        assert [stranger.get(url).status_code for stranger in strangers] == [404, 404, 404], url
    for name, args in buttons:
        url = reverse(f"propositions:{name}", args=[pk, *args])
        sent = {"note": "Pris", "contenu": "Pris", "sens": "retirer", "version": "2"}
        assert [stranger.post(url, sent).status_code for stranger in strangers] == [404, 404, 404], url
    # A file and a deposit of A under the address of B's own proposition.
    save_draft(w.b.invitation, {"note": "Autre"}, w.b.actor)
    for name, args in (("depot", [depot.pk]), ("piece", [piece.pk]), ("ligne", ["etapes", cle])):
        assert strangers[0].get(reverse(f"propositions:{name}", args=[w.b.invitation.pk, *args])).status_code == 404
    assert PieceScellee.objects.filter(retiree_at=None).count() == 1
    assert "Pris" not in str(Proposition.objects.get(invitation=pk).brouillon)


def test_once_opened_the_parties_read_it_and_neither_a_candidate_nor_who_only_reads_the_dossier(
    w, client_for, clock_at
):
    for who in (w.a, w.b):
        save_draft(who.invitation, {"note": f"{MARKER} {who.prestataire}"}, who.actor)
        deposit(who.invitation, who.actor)
    clock_at("2026-12-01 12:00")
    open_call(w.appel, w.actor)
    opened = PropositionOuverte.objects.get(invitation=w.a.invitation)
    url = reverse("consultations:proposition", args=[w.dossier.pk, w.appel.pk, opened.pk])
    assert MARKER in client_for(w.user).get(url).content.decode()
    avise = client_for(member(OrganisationFactory(avise=True)))
    listed = reverse("consultations:ouverture", args=[w.dossier.pk, w.appel.pk])
    shown = avise.get(listed)
    assert shown.status_code == 200
    assert "Halles" not in shown.content.decode()
    assert avise.get(url).status_code == 404
    for user in (w.b.user, w.a.user, member(OrganisationFactory())):
        assert client_for(user).get(url).status_code == 404


@pytest.mark.parametrize(
    ("keys", "starts"), [("", False), ("a" * 43 + "=", False), ("qVYQ2vZx3mO0v4b1rJt8cXy6kLw9sDfGhUeNaPiTzRo=", True)]
)
def test_production_does_not_start_without_keys_of_its_own(keys, starts):
    secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    env = {"APP_ENV": "production", "SECRET_KEY": secret, "PROPOSITION_KEYS": keys, "PATH": os.environ["PATH"]}
    run = subprocess.run(
        [sys.executable, "-c", "import dla_ingenierie.settings"], cwd=settings.BASE_DIR, env=env, capture_output=True
    )
    assert (run.returncode == 0) == starts
    assert starts or b"PROPOSITION_KEYS" in run.stderr
