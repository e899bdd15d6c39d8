"""Files that people attach: who may read them, when they go."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.files import UPLOADS, save_file
from core.models import Attachment, JournalEntry
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights, attach, detach
from core.uploads.services import purge
from tests.core.upload_files import EXE, PDF, uploaded
from tests.factories import OrganisationFactory, actor_of, member

# --- Attaching, reading, removing -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _rights(monkeypatch):
    """Members read the files of their organisation; those who write change them."""

    def readers(ids, actor):
        return {pk for pk in ids if pk == actor.organisation_id}

    def writers(ids, actor):
        return readers(ids, actor) if actor.membership is not None and actor.membership.writes else set()

    rights = AttachmentRights(can_view=readers, can_edit=writers, url=lambda obj: "/mentions-legales/")
    monkeypatch.setitem(ATTACHMENT_RIGHTS._items, "accounts.organisation", (50, rights))


@pytest.fixture
def organisation(db):
    return OrganisationFactory()


@pytest.fixture
def adviser(organisation):
    return member(organisation)


def attached(organisation, adviser, name="bilan.pdf", content=PDF, **more) -> Attachment:
    return attach(organisation, uploaded(name, content), actor=actor_of(adviser), scope=organisation, **more)


def keys() -> set[str]:
    """Every file kept under the uploads."""
    found = set()
    for folder in default_storage.listdir(UPLOADS)[0] if default_storage.exists(UPLOADS) else []:
        found |= {f"{UPLOADS}/{folder}/{name}" for name in default_storage.listdir(f"{UPLOADS}/{folder}")[1]}
    return found


def test_a_file_is_kept_under_a_random_name_and_journaled(organisation, adviser):
    piece = attached(organisation, adviser, "../Bilan 2026.pdf", category="bilan")

    assert piece.original_name == "Bilan 2026.pdf"
    assert "Bilan" not in piece.storage_key
    with default_storage.open(piece.storage_key) as file:
        assert file.read() == PDF
    entry = JournalEntry.objects.get(verb="core.joint_piece")
    assert (entry.scope_type, entry.scope_id) == ("accounts.organisation", organisation.pk)
    assert entry.object_label == "Bilan 2026.pdf"
    assert entry.changes["sha256"] == [None, hashlib.sha256(PDF).hexdigest()]


def test_a_double_click_attaches_once(organisation, adviser):
    before = keys()
    first = attached(organisation, adviser)
    second = attached(organisation, adviser)

    assert first.pk == second.pk
    assert Attachment.objects.count() == 1
    assert len(keys() - before) == 1
    assert JournalEntry.objects.filter(verb="core.joint_piece").count() == 1


def test_two_clicks_at_once_attach_once(organisation, adviser, monkeypatch):
    """The second did not see the first's row when it looked: the database refuses its own, and its file goes."""
    from core.uploads import services

    first: list[Attachment] = []

    def save_after_the_other(folder, content):
        monkeypatch.setattr(services, "save_file", save_file)
        first.append(attached(organisation, adviser))
        return save_file(folder, content)

    before = keys()
    monkeypatch.setattr(services, "save_file", save_after_the_other)

    assert attached(organisation, adviser) == first[0]
    assert Attachment.objects.count() == 1
    assert len(keys() - before) == 1
    assert JournalEntry.objects.filter(verb="core.joint_piece").count() == 1


def test_a_refused_file_leaves_nothing(organisation, adviser):
    before = keys()
    with pytest.raises(InvalidInput):
        attached(organisation, adviser, "devis.pdf", EXE)
    assert not Attachment.objects.exists()
    assert not JournalEntry.objects.filter(verb="core.joint_piece").exists()
    assert keys() == before


def test_the_colleague_of_another_organisation_attaches_nothing(organisation):
    stranger = actor_of(member())
    for actor in (stranger, Actor.anonymous(), actor_of(member(organisation, "lecture"))):
        with pytest.raises(NotAllowed):
            attach(organisation, uploaded("a.pdf"), actor=actor, scope=organisation)


def test_a_type_nobody_declared_takes_no_file(adviser):
    with pytest.raises(NotAllowed):
        attach(adviser, uploaded("a.pdf"), actor=actor_of(adviser), scope=adviser)


def test_the_reader_downloads_the_very_bytes(organisation, adviser, client_for):
    piece = attached(organisation, adviser, 'Bilan "été" ; 2026.pdf')
    client = client_for(member(organisation, "lecture"))

    response = client.get(reverse("core:piece", args=[piece.pk]))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"] == f'"{piece.sha256}"'
    again = client.get(reverse("core:piece", args=[piece.pk]), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_near_miss_gets_a_404_everywhere(organisation, adviser, client_for):
    piece = attached(organisation, adviser)
    client = client_for(member())

    assert client.get(reverse("core:piece", args=[piece.pk])).status_code == 404
    assert client.get(reverse("core:piece_remove", args=[piece.pk])).status_code == 404
    assert client.post(reverse("core:piece_remove", args=[piece.pk])).status_code == 404
    add = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])
    assert client.post(add, {"fichier": uploaded("a.pdf")}).status_code == 404
    assert Attachment.objects.present().count() == 1


def test_the_file_of_a_type_no_longer_declared_is_a_404(organisation, adviser, client_for, monkeypatch):
    piece = attached(organisation, adviser)
    monkeypatch.delitem(ATTACHMENT_RIGHTS._items, "accounts.organisation")
    assert client_for(adviser).get(reverse("core:piece", args=[piece.pk])).status_code == 404


def test_nobody_signed_out_reads_a_file(organisation, adviser, client):
    piece = attached(organisation, adviser)
    response = client.get(reverse("core:piece", args=[piece.pk]))
    assert response.status_code == 302
    assert "connexion" in response["Location"]


def test_a_file_is_attached_by_the_form(organisation, adviser, client_for):
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])
    client = client_for(adviser)

    assert client.get(url).status_code == 200
    response = client.post(url, {"fichier": uploaded("bilan.pdf"), "categorie": "bilan", "suite": "/accessibilite/"})

    assert response.status_code == 302
    assert response["Location"] == "/accessibilite/"
    assert Attachment.objects.get().category == "bilan"


@pytest.mark.parametrize("wanted", ["https://exemple.org/", "//exemple.org/", "javascript:alert(1)", "\\\\exemple.org"])
def test_the_form_sends_back_to_our_pages_only(organisation, adviser, client_for, wanted):
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])
    response = client_for(adviser).post(url, {"fichier": uploaded("bilan.pdf"), "suite": wanted})
    assert response["Location"] == "/mentions-legales/"


def test_the_form_shows_why_a_file_is_refused(organisation, adviser, client_for):
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])
    response = client_for(adviser).post(url, {"fichier": uploaded("devis.pdf", EXE)})

    assert response.status_code == 422
    page = response.content.decode()
    assert "celui d’un programme (.exe)" in page
    assert not Attachment.objects.exists()
    assert client_for(adviser).post(url, {}).status_code == 422


def test_a_request_far_too_heavy_is_not_even_read(organisation, adviser, client_for, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    client = client_for(adviser)
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])

    response = client.post(url, {"fichier": uploaded("gros.pdf", PDF + b"0" * 5000)})

    assert response.status_code == 413
    assert "dépasse ce que le site accepte" in response.content.decode()
    assert client.post(url, {"fichier": uploaded("gros.pdf", PDF + b"0" * 2000)}).status_code == 422
    assert not Attachment.objects.exists()


def test_who_only_reads_is_told_so(organisation, adviser, client_for):
    piece = attached(organisation, adviser)
    client = client_for(member(organisation, "lecture"))
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])

    assert client.post(url, {"fichier": uploaded("a.pdf")}).status_code == 403
    assert client.post(reverse("core:piece_remove", args=[piece.pk])).status_code == 403
    assert Attachment.objects.present().count() == 1


def test_reading_pages_writes_nothing(organisation, adviser, client_for):
    piece = attached(organisation, adviser)
    client = client_for(adviser)
    entries = JournalEntry.objects.count()
    for name in ("core:piece", "core:piece_remove"):
        response = client.get(reverse(name, args=[piece.pk]))
        assert response.status_code == 200
        if response.streaming:
            assert b"".join(response.streaming_content) == PDF
    client.get(reverse("core:piece_add", args=["accounts.organisation", organisation.pk]))

    assert JournalEntry.objects.count() == entries
    assert Attachment.objects.present().get() == piece


def test_a_removed_file_is_no_longer_read_and_is_journaled(organisation, adviser, client_for):
    piece = attached(organisation, adviser)
    client = client_for(adviser)

    response = client.post(reverse("core:piece_remove", args=[piece.pk]))

    assert response.status_code == 302
    assert client.get(reverse("core:piece", args=[piece.pk])).status_code == 404
    assert default_storage.exists(piece.storage_key)
    assert JournalEntry.objects.get(verb="core.retire_piece").scope_id == organisation.pk
    with pytest.raises(StaleState):
        detach(piece, actor=actor_of(adviser))
    assert attached(organisation, adviser).pk != piece.pk


# --- On the pages ---------------------------------------------------------------------------------------------------


def show(organisation, user, **context) -> str:
    request = RequestFactory().get("/ici/")
    request.actor = actor_of(user)
    source = "{% load pieces %}{% pieces object category=category %}"
    template = engines["django"].from_string(source)
    return template.render({"object": organisation, "category": "", **context}, request)


def test_the_list_shows_files_and_the_form_to_who_may_change_them(organisation, adviser):
    from tests.strict import page_faults

    attached(organisation, adviser, "bilan <b>.pdf")
    attached(organisation, adviser, "autre.pdf", category="devis")
    html = show(organisation, adviser)

    assert "bilan b.pdf" in html
    assert "autre.pdf" not in html
    assert "Retirer" in html
    assert 'enctype="multipart/form-data"' in html
    assert page_faults(html) == []
    reading = show(organisation, member(organisation, "lecture"))
    assert "bilan b.pdf" in reading
    assert "Retirer" not in reading
    assert "<form" not in reading


def test_the_list_costs_the_same_with_thirty_files(organisation, adviser, count_queries):
    attached(organisation, adviser)
    one = count_queries(lambda: show(organisation, adviser))
    for number in range(29):
        attached(organisation, adviser, f"bilan-{number}.pdf")
    assert count_queries(lambda: show(organisation, adviser)) == one


# --- Housekeeping ---------------------------------------------------------------------------------------------------


def test_the_housekeeping_deletes_files_removed_a_month_ago(organisation, adviser, clock_at):
    clock_at("2026-11-21 10:00")
    kept, gone = attached(organisation, adviser), attached(organisation, adviser, "autre.pdf")
    detach(gone, actor=actor_of(adviser))
    clock_at("2026-12-20 10:00")
    assert purge()["pieces"] == 0
    clock_at("2026-12-22 10:00")

    assert purge(dry_run=True)["pieces"] == 1
    assert default_storage.exists(gone.storage_key)
    assert purge()["pieces"] == 1
    assert not default_storage.exists(gone.storage_key)
    assert default_storage.exists(kept.storage_key)
    gone.refresh_from_db()
    assert gone.purged_at is not None
    assert purge()["pieces"] == 0


def test_the_files_of_a_deleted_object_go_with_the_housekeeping(organisation, adviser, clock_at):
    clock_at("2026-11-21 10:00")
    other = OrganisationFactory(departements=[])
    alone = attach(other, uploaded("seule.pdf", PDF), actor=Actor.system("recette"), scope=other)
    kept = attached(organisation, adviser)
    other.delete()
    purge(dry_run=True)
    alone.refresh_from_db()
    assert alone.removed_at is None
    purge()
    alone.refresh_from_db()
    assert alone.removed_at is not None and default_storage.exists(alone.storage_key)
    clock_at("2026-12-22 10:00")
    assert purge()["pieces"] == 1
    assert not default_storage.exists(alone.storage_key) and default_storage.exists(kept.storage_key)


def test_the_housekeeping_deletes_orphans_but_not_what_is_being_written(db, clock_at):
    key = save_file(UPLOADS, uploaded("x.pdf"))
    written = clock.now().timestamp()
    os.utime(default_storage.path(key), (written, written))  # the disk keeps the real day
    purge()
    assert default_storage.exists(key)
    clock_at(clock.now() + dt.timedelta(hours=25))
    assert purge(dry_run=True)["orphelins"] >= 1
    purge()
    assert not default_storage.exists(key)


def test_the_housekeeping_runs_every_day():
    from core.jobs import DAILY

    assert DAILY.get("core.menage_fichiers").hour == 4


def test_a_full_disk_is_said_and_leaves_no_partial_file(organisation, adviser, client_for, monkeypatch):
    kept, write = keys(), FileSystemStorage._save

    def stop_half_way(storage, name, content):
        write(storage, name, content)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", stop_half_way)
    url = reverse("core:piece_add", args=["accounts.organisation", organisation.pk])
    answer = client_for(adviser).post(url, {"fichier": uploaded("bilan.pdf")})
    assert answer.status_code == 507 and "n’a plus de place" in answer.content.decode()
    assert keys() == kept and not Attachment.objects.exists()
