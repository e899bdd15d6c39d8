"""The printed cahier des charges: one that a DLA would send as it is."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path

import pikepdf
import pytest

from consultations.cahier.models import VersionDiffusee
from consultations.cahier.sections import read_resultat
from consultations.cahier.services import DOCUMENT_CAHIER, DOCUMENT_DIFFUSE
from core.actor import Actor
from core.documents import DOCUMENT_TYPES
from core.documents.frozen import kept_document, render_built
from core.files import default_storage
from tests.consultations import slot
from tests.pdf import pdf_faults, pdf_pages, pdf_text

SYSTEM = Actor.system("recette")


def _keep(name: str, pdf: bytes) -> None:
    """Put the PDF where one asked to look at it (``KEEP_PDF``: a folder)."""
    folder = os.environ.get("KEEP_PDF")
    if folder:
        (Path(folder) / name).write_bytes(pdf)


@pytest.fixture
def slot_pdf(db, run_jobs) -> tuple[VersionDiffusee, bytes]:
    """The SLOT case diffused, and its PDF as everybody downloads it."""
    cahier = slot.diffused()
    run_jobs()
    version = VersionDiffusee.objects.get(cahier=cahier)
    document = kept_document(version, DOCUMENT_DIFFUSE)
    with default_storage.open(document.storage_key) as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == document.sha256
    _keep("slot.pdf", content)
    return version, content


def test_the_diffused_cahier_is_an_accessible_archive_of_about_six_pages(slot_pdf):
    _, pdf = slot_pdf

    assert pdf_faults(pdf) == []
    assert 6 <= len(pdf_pages(pdf)) <= 9


def test_the_diffused_cahier_says_all_that_a_prestataire_needs(slot_pdf):
    version, pdf = slot_pdf
    text = " ".join(pdf_text(pdf).split())

    for expected in (
        "Aide à la mise en œuvre des schémas locaux d’organisation touristique",
        "Soixante offices de tourisme s’organisent pour accueillir autrement",
        version.cahier.reference,
        "vendredi 15 janvier 2027 à 17 h 00, heure de Paris",
        "60 structures, dont 45 confirmées",
        "Produire une solution individuelle et collective avec les structures",
        "Management / GRH",
        "de 15 à 17,5 jours",
        "850,00 € TTC",
        "du 1er mars 2027 au 29 octobre 2027",
        "Union départementale des offices de tourisme du Cher",
        "Place dans le plan d’accompagnement",
        "un schéma d’organisation par structure",
        "respect de l’échéance de réponse",
        "niveau d’engagement demandé aux structures",
        "Indre-et-Loire (37) · 12 structures",
    ):
        assert expected in text, expected
    assert version.empreinte in text.replace(" ", "")


def test_no_personal_detail_of_a_structure_is_printed(slot_pdf):
    _, pdf = slot_pdf
    text = pdf_text(pdf)

    assert "Personne à ne pas diffuser" not in text
    assert "secret@example.org" not in text
    assert "06 99 99 99 99" not in text


def test_the_frozen_content_travels_inside_the_pdf(slot_pdf):
    version, pdf = slot_pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        name = f"{version.cahier.reference}-v1.json"
        inside = opened.attachments[name].get_file().read_bytes()

    assert hashlib.sha256(inside).hexdigest() == version.empreinte
    assert json.loads(inside)["schema"] == 1


def test_a_small_case_prints_a_sheet_for_each_structure(db):
    cahier = slot.cahier(structures=5)
    built = DOCUMENT_TYPES.get(DOCUMENT_CAHIER).build(cahier.pk, SYSTEM)
    pdf = render_built(built)
    _keep("petit.pdf", pdf)
    text = " ".join(pdf_text(pdf).split())

    assert pdf_faults(pdf) == []
    assert "Office de tourisme de Bois-Fleuri" in text
    assert "texte « brouillon », non diffusé" in text


def test_an_empty_cahier_prints_too(db):
    from consultations.cahier import services
    from tests.factories import ingenierie_of

    cahier = services.create_cahier(ingenierie_of(titre="À peine commencée"), SYSTEM)
    pdf = render_built(DOCUMENT_TYPES.get(DOCUMENT_CAHIER).build(cahier.pk, SYSTEM))
    _keep("vide.pdf", pdf)

    assert pdf_faults(pdf) == []
    assert "date à fixer" in pdf_text(pdf)


def test_the_content_is_printed_as_text_whatever_it_holds(db):
    cahier = slot.cahier(structures=2)
    from consultations.cahier import services

    services.update_section(
        cahier,
        "demande",
        {"contexte": '<script>alert(1)</script><img src="http://example.org/x.png"> \x01 & ≥ 3 % 😀'},
        actor=SYSTEM,
    )
    pdf = render_built(DOCUMENT_TYPES.get(DOCUMENT_CAHIER).build(cahier.pk, SYSTEM))

    assert pdf_faults(pdf) == []
    assert "<script>alert(1)</script>" in pdf_text(pdf)


def test_an_annexe_too_heavy_for_the_file_is_said_to_be_given_apart():
    from consultations.cahier.documents import _annexes

    told = _annexes({"annexes": [{"nom": "a.pdf", "taille": 9_000_000}, {"nom": "b.pdf", "taille": 12_000_000}]})

    assert told == ["a.pdf (9,0\u00a0Mo), jointe à ce fichier", "b.pdf (12,0\u00a0Mo), remise à part"]


def test_an_annexe_of_a_diffused_version_is_never_purged(db, clock_at):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from consultations.cahier import services
    from core.models import Attachment
    from core.uploads import attach, detach
    from core.uploads.services import purge

    clock_at("2026-11-21 10:00")
    cahier = slot.cahier(structures=2)
    named, other = (
        attach(
            cahier,
            SimpleUploadedFile(f"{name}.txt", name.encode(), "text/plain"),
            actor=slot.SYSTEM,
            scope=cahier.ingenierie,
            category="annexe",
        )
        for name in ("nommee", "autre")
    )
    detach(other, actor=slot.SYSTEM)
    written = services.diffuser(services.valider(cahier, slot.SYSTEM), slot.SYSTEM)
    services.rectifier(written, slot.SYSTEM, "Une annexe de trop.")
    detach(named, actor=slot.SYSTEM)
    clock_at("2027-01-15 10:00")
    purge()
    assert Attachment.objects.get(pk=other.pk).purged_at is not None
    assert Attachment.objects.get(pk=named.pk).purged_at is None


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (
            "Un schéma (indicateur : Nombre (par an) ; cible : 3 ; mesure : Comptage · prestataire)",
            ("Un schéma", "Nombre (par an)", "3", "Comptage · prestataire"),
        ),
        ("Un schéma (cible : 3 structures)", ("Un schéma", "", "3 structures", "")),
        ("Un schéma (pour chacun)", ("Un schéma (pour chacun)", "", "", "")),
    ],
)
def test_an_expected_result_is_read_with_how_one_will_know(line, read):
    assert read_resultat(line) == read


def test_a_range_is_named_only_when_there_is_one(db):
    from consultations.cahier import content as contents
    from consultations.cahier.documents import context_of
    from consultations.cahier.docx import blocks_of

    cahier = slot.diffused()
    told = contents.build(cahier)
    pilote = cahier.ingenierie.pilote
    for days, range_told in (
        ({"jours_min": "9", "jours_max": "10"}, True),
        ({"jours_min": "9", "jours_max": "9"}, False),
    ):
        blocks = blocks_of(context_of({**told, **days}, pilote=pilote))
        assert any("fourchette" in getattr(block, "text", "") for block in blocks) is range_told


def test_expected_results_are_a_table_when_the_dossier_says_how_one_will_know(db):
    from consultations.cahier import content as contents
    from consultations.cahier.documents import context_of

    cahier = slot.diffused()
    told = {**contents.build(cahier), "resultats_attendus": "- A (indicateur : B ; cible : 3)\n- C"}
    table = context_of(told, pilote=cahier.ingenierie.pilote)["resultats_table"]
    assert [column.label for column in table.columns] == ["Résultat attendu", "Indicateur", "Cible"]
    assert table.rows == [["A", "B", "3"], ["C", "—", "—"]]
    plain = context_of({**told, "resultats_attendus": "- A\n- C"}, pilote=cahier.ingenierie.pilote)
    assert plain["resultats_table"] is None and plain["resultats"] == ["A", "C"]
