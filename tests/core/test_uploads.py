"""Files that people attach: what is taken, what is refused and why, who may read them, when they go."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import os
import zlib

import openpyxl
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.files import UPLOADS, clean_name, save_file
from core.models import Attachment, JournalEntry
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights, UploadField, attach, check_upload, detach
from core.uploads.services import purge
from tests.core.upload_files import EXE, GOOD, PDF, archive, image, odf, ooxml, uploaded
from tests.factories import OrganisationFactory, actor_of, member

# --- What is taken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_a_true_file_is_taken(name):
    file = uploaded(name, GOOD[name], "application/x-whatever")
    checked = check_upload(file)

    assert checked.name == name
    assert checked.size == len(GOOD[name])
    assert checked.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert checked.mime != "application/x-whatever"
    assert file.tell() == 0


def test_a_workbook_written_by_a_real_tool_is_taken():
    book = openpyxl.Workbook()
    book.active.append(["Structure", "ETP"])
    out = io.BytesIO()
    book.save(out)

    assert check_upload(uploaded("etp.xlsx", out.getvalue())).mime.endswith("spreadsheetml.sheet")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("devis.pdf", EXE, "se dit PDF mais son contenu est celui d’un programme (.exe)"),
        ("devis.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 90, "celui d’un programme"),
        ("devis.pdf", b"#!/bin/sh\nrm -rf /\n", "celui d’un programme"),
        ("devis.pdf", archive({"a.txt": "x"}), "celui d’une archive (.zip)"),
        ("devis.pdf", EXE + PDF, "celui d’un programme (.exe)"),
        ("devis.pdf", ooxml(), "celui d’une archive ou d’un autre document Office"),
        ("texte.docx", archive({"a.txt": "x"}), "celui d’une archive (.zip)"),
        ("texte.docx", ooxml("spreadsheetml.sheet"), "un autre document Office"),
        ("texte.docx", OLE, "celui d’un ancien document Office"),
        ("texte.docx", PDF, "celui d’un PDF"),
        ("texte.odt", odf("spreadsheet"), "un autre document Office"),
        ("photo.png", image("JPEG"), "celui d’une image JPEG"),
        ("photo.jpg", image("PNG"), "celui d’une image PNG"),
        ("photo.png", SVG, "celui d’un dessin SVG"),
        ("photo.png", HTML, "celui d’une page web"),
        ("note.txt", HTML, "celui d’une page web"),
        ("note.txt", b"   \n<script>alert(1)</script>", "celui d’une page web"),
        ("liste.csv", SVG, "celui d’un dessin SVG"),
        ("liste.csv", EXE, "celui d’un programme (.exe)"),
        ("liste.csv", b"nom;ville\x00\x01\x02", "d’une autre nature"),
        ("note.txt", b"<?php echo 1;", "celui d’un programme"),
        ("photo.png", image("PNG")[:40], "abîmée"),
        ("texte.docx", ooxml()[:-30], "abîmé"),
        ("texte.docx", ooxml(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("texte.odt", odf("text", **{"Basic/Standard/Module1.xml": "x"}), "macros"),
        ("page.svg", SVG, "« .svg » ne sont pas acceptés"),
        ("page.html", HTML, "« .html » ne sont pas acceptés"),
        ("jeu.exe", EXE, "« .exe » ne sont pas acceptés"),
        ("facture.pdf.exe", EXE, "« .exe » ne sont pas acceptés"),
        ("texte.docm", ooxml(), "« .docm » ne sont pas acceptés"),
        ("sans-extension", PDF, "sans extension"),
        ("vide.pdf", b"", "vide"),
    ],
)
def test_a_false_file_is_refused_with_what_it_is(name, content, words):
    with pytest.raises(InvalidInput) as refused:
        check_upload(uploaded(name, content, "application/pdf"))
    assert words in refused.value.message
    assert refused.value.status == 422


def test_a_zip_bomb_is_refused_without_being_unpacked():
    bomb = ooxml(**{"x/bomb.xml": b"\0" * 60_000_000})
    assert len(bomb) < 100_000

    with pytest.raises(InvalidInput, match="démesuré"):
        check_upload(uploaded("bombe.docx", bomb))


def test_an_archive_that_lies_on_its_size_is_not_unpacked():
    lying = bytearray(archive({"mimetype": b"\0" * 5_000_000, "content.xml": "<x/>"}))
    at = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"PK\x01\x02"))
    lying[at + 24 : at + 28] = (100).to_bytes(4, "little")

    with pytest.raises(InvalidInput):
        check_upload(uploaded("menteur.odt", bytes(lying)))


def test_an_archive_whose_parts_leave_their_folder_is_refused():
    with pytest.raises(InvalidInput):
        check_upload(uploaded("texte.docx", ooxml(**{"../../etc/passwd": "x"})))


def test_a_document_with_a_password_is_refused():
    locked = bytearray(odf("text"))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        locked[at] |= 1

    with pytest.raises(InvalidInput, match="mot de passe"):
        check_upload(uploaded("secret.odt", bytes(locked)))


def test_an_image_as_large_as_a_field_is_refused():
    out = io.BytesIO(image("PNG"))
    raw = bytearray(out.getvalue())
    raw[16:24] = (40_000).to_bytes(4, "big") * 2  # the size it announces
    raw[29:33] = zlib.crc32(raw[12:29]).to_bytes(4, "big")
    with pytest.raises(InvalidInput, match="trop grande"):
        check_upload(uploaded("champ.png", bytes(raw)))


def test_a_file_too_heavy_is_refused_with_both_weights(settings):
    settings.UPLOAD_MAX_BYTES = 2_000_000
    with pytest.raises(InvalidInput, match=r"pèse 2,5.Mo pour 2.Mo au plus"):
        check_upload(uploaded("gros.pdf", PDF + b"0" * 2_500_000))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\moi\\Bilan.pdf", "Bilan.pdf"),
        ('bilan "final"\r\nSet-Cookie: a=b.pdf', "bilan final Set-Cookie a=b.pdf"),
        ("bilan\u202efdp.exe.pdf", "bilan fdp.exe.pdf"),
        ("..pdf", "pdf"),
        (".pdf", "pdf"),
        ("e\u0301te\u0301 2026.pdf", "été 2026.pdf"),
        ("a" * 400 + ".pdf", "a" * 146 + ".pdf"),
        ("   ", "document"),
        ("bilan.pdf\x00.exe", "bilan.pdf.exe"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert clean_name(sent) == kept
    assert len(clean_name(sent)) <= 150


def test_the_field_says_why_it_refuses():
    from django.core.exceptions import ValidationError

    field = UploadField()
    assert field.widget.attrs["accept"].startswith(".pdf,")
    assert field.clean(uploaded("a.pdf")).name == "a.pdf"
    with pytest.raises(ValidationError, match=r"celui d’un programme \(.exe\)"):
        field.clean(uploaded("a.pdf", EXE))
    with pytest.raises(ValidationError, match="Choisissez un fichier"):
        field.clean(None)


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
