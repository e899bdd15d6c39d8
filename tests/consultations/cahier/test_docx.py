"""The cahier des charges as DOCX: the draft, and each diffused version from its frozen content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse

from consultations.cahier.docx import draft_docx, version_docx
from consultations.cahier.models import VersionDiffusee
from consultations.cahier.services import update_section
from core.documents.docx import MIME, render_docx
from tests import docx
from tests.consultations import slot
from tests.factories import member

pytestmark = pytest.mark.django_db


def _keep(name: str, content: bytes) -> bytes:
    folder = os.environ.get("KEEP_PDF")
    if folder:
        (Path(folder) / name).write_bytes(content)
    return content


def test_the_draft_has_real_headings_lists_and_tables():
    file = _keep("cahier.docx", render_docx(draft_docx(slot.cahier(structures=3))))

    assert docx.faults(file) == []
    told = docx.styled(file)
    headings = [text for style, text in told if style == "Heading 1"]
    assert headings[0] == "Vos interlocuteurs" and "3. Partenaires et comité de pilotage" in headings
    assert ("Heading 2", "Objectif général") in told
    assert any(style == "List Number" for style, _ in told)
    assert any("non diffusé" in text for style, text in told if style == "Remarque")


def test_sixty_structures_are_tables_by_departement():
    file = _keep("cahier-60.docx", render_docx(draft_docx(slot.cahier())))

    assert docx.faults(file) == []
    captions = [text for style, text in docx.styled(file) if style == "Caption"]
    assert len([c for c in captions if "structures" in c]) == 5
    assert "Personne à ne pas diffuser" not in docx.text(file)


def test_a_diffused_version_keeps_its_text_when_the_draft_goes_on(client_for):
    from consultations.cahier import services

    cahier = slot.diffused(structures=3)
    services.rectifier(cahier, slot.SYSTEM, "Une date.")
    update_section(cahier, "conditions", {"conditions": "Texte tout neuf"}, actor=slot.SYSTEM)
    version = VersionDiffusee.objects.get()
    file = render_docx(version_docx(version))

    assert docx.faults(file) == []
    assert "Texte tout neuf" not in docx.text(file)
    assert version.empreinte in docx.text(file) and "Le PDF diffusé fait foi" in docx.text(file)
    client = client_for(member(cahier.ingenierie.pilote))
    for name, args in (("docx", []), ("version_docx", [1])):
        answer = client.get(reverse(f"consultations:{name}", args=[cahier.ingenierie_id, *args]))
        assert answer["Content-Type"] == MIME and "attachment" in answer["Content-Disposition"]
    page = client.get(reverse("consultations:cahier", args=[cahier.ingenierie_id])).content.decode()
    assert reverse("consultations:version_docx", args=[cahier.ingenierie_id, 1]) in page
