"""The file of an import: kept until it is read in the background, refused in words, forgotten."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.imports import services as imports
from core.jobs import run_pending
from core.models import Import, ImportLine
from tests.factories import DepartementFactory, SecteurFactory, actor_of, member
from tests.spreadsheets import csv_file, xlsx
from tests.structures.annuaire.test_import import HEAD, NEW, checked

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    DepartementFactory(indre_et_loire=True)
    SecteurFactory(sport=True)
    return member()


@pytest.fixture
def actor(user):
    return actor_of(user)


def kept() -> list[str]:
    """The files that wait to be read."""
    folders = default_storage.listdir("imports")[0] if default_storage.exists("imports") else []
    return [name for folder in folders for name in default_storage.listdir(f"imports/{folder}")[1]]


def test_what_is_not_a_spreadsheet_is_told_beside_the_field_and_nothing_is_kept(client_for, user):
    client = client_for(user)
    response = client.post(NEW, {"fichier": SimpleUploadedFile("structures.xlsx", b"%PDF-1.7")})
    assert response.status_code == 422
    assert "se dit classeur Excel mais son contenu est celui d’un PDF" in response.content.decode()
    assert "Choisissez un fichier" in client.post(NEW, {}).content.decode()
    assert Import.objects.count() == 0


def test_a_file_that_cannot_be_read_is_refused_in_words_on_its_page_and_is_not_kept(client_for, user):
    client = client_for(user)
    response = client.post(NEW, {"fichier": csv_file("Chose\nA\n")}, follow=True)
    assert "Lecture et vérification du fichier" in response.content.decode()
    assert len(kept()) == 1
    run_pending()
    source = Import.objects.get()
    page = client.get(reverse("core:import_detail", args=[source.pk])).content.decode()
    assert (source.state, source.lines.count()) == ("refuse", 0)
    assert "aucun titre de colonne attendu" in page and "Déposer un autre fichier" in page
    assert kept() == []


def test_the_file_is_forgotten_once_read_or_given_up(actor):
    read = checked(actor, ["Une", "37", "Sport"])
    assert (read.state, kept()) == ("apercu", [])
    given_up = imports.start_import("structures", xlsx(HEAD, ["Deux", "37", "Sport"]), actor=actor)
    assert len(kept()) == 1
    imports.cancel_import(given_up, actor=actor)
    run_pending()
    given_up.refresh_from_db()
    assert (given_up.state, given_up.lines.count(), kept()) == ("abandonne", 0, [])


def test_reading_is_taken_again_from_the_beginning_after_the_worker_died(actor):
    source = imports.start_import("structures", xlsx(HEAD, ["Une", "37", "Sport"]), actor=actor)
    ImportLine.objects.create(source=source, number=2, cells={"name": "À moitié lue"})
    run_pending()
    source.refresh_from_db()
    assert source.state == "apercu"
    assert [line.cells["name"] for line in source.lines.all()] == ["Une"]
