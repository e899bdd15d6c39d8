"""The presentation sheet in the common language of fiche pratique 5: read from the dossier, always current."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from core.documents import DOCUMENT_TYPES
from core.documents.docx import render_docx
from core.documents.frozen import render_built
from core.errors import InvalidInput
from engagement.presentation import documents, fiche, services
from engagement.presentation.models import ActionStructures
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee
from tests import docx
from tests.consultations import slot
from tests.engagement.conftest import text, url
from tests.factories import DetailPrestationFactory, StructureFactory, TypePrestationFactory, fulfil_engager, member
from tests.pdf import pdf_text

pytestmark = pytest.mark.django_db


def _keep(name: str, content: bytes) -> bytes:
    folder = os.environ.get("KEEP_PDF")
    if folder:
        (Path(folder) / name).write_bytes(content)
    return content


def test_the_sheet_has_the_five_parts_of_fiche_pratique_5(client, ingenierie):
    page = text(client.get(url("fiche_presentation", ingenierie)))

    titles = ["Problématique soulevée", "Objectifs fixés", "Bénéficiaires", "Moyens mobilisés",
              "Action réalisée auprès des structures"]  # fmt: skip
    places = [page.index(f">{title}</h3>") for title in titles]
    assert places == sorted(places)
    for label in ("Humains", "Financiers", "Logistique, communication", "Coût des prestations extérieures",
                  "Type d’intervention auprès des structures"):  # fmt: skip
        assert label in page


def test_what_is_missing_is_said_with_where_it_is_written(client, as_, ingenierie):
    page = text(client.get(url("fiche_presentation", ingenierie)))

    assert "lignes restent à écrire" in page
    assert f'<a href="{url("objectifs_modifier", ingenierie)}">Objectifs stratégiques</a>' in page
    assert f'<a href="{url("action", ingenierie)}">Rythme</a>' in page
    # Who may not write is told what is missing, without links that would refuse.
    reader = text(as_("lecture").get(url("fiche_presentation", ingenierie)))
    assert "Objectifs stratégiques" in reader and url("objectifs_modifier", ingenierie) not in reader


def test_the_sheet_follows_the_dossier(client, ingenierie):
    before = {ligne.label for ligne in fiche.build(ingenierie).manques}
    fulfil_engager(ingenierie)
    after = fiche.build(ingenierie)

    assert {"Objectifs stratégiques", "Budget", "Partenariat mobilisé"} <= before
    assert not {"Objectifs stratégiques", "Budget", "Partenariat mobilisé"} & {x.label for x in after.manques}
    page = text(client.get(url("fiche_presentation", ingenierie)))
    assert "Consolider et développer les activités d’utilité sociale" in page
    assert "15 000,00 € TTC" in page


def test_the_action_is_written_once_and_read_by_the_sheet(client, ingenierie, actor):
    theme = TypePrestationFactory(label="Management / GRH")
    detail = DetailPrestationFactory(label="Recrutement", type_prestation=theme)
    ingenierie.themes.set([theme])
    answer = client.post(
        url("action", ingenierie),
        {"types_intervention": ["formation", "accompagnement_collectif"], "jours": "4,5", "rythme": "Une par mois",
         "duree": "Quatre mois", "details": [detail.pk], "version": 0},
    )  # fmt: skip
    assert answer.status_code == 302 and answer["Location"] == url("fiche_presentation", ingenierie)
    page = text(client.get(url("fiche_presentation", ingenierie)))
    for told in ("4,5 jours", "Une par mois", "Quatre mois", "Sessions de formation", "temps de travail collectif",
                 "Recrutement"):  # fmt: skip
        assert told in page, told
    # A second tab that shows the empty page is told of the first.
    late = client.post(url("action", ingenierie), {"rythme": "Deux par mois", "version": 0})
    assert late.status_code == 409 and "Une par mois" in text(late)
    assert ActionStructures.objects.get().rythme == "Une par mois"


def test_a_detailed_content_is_one_of_the_themes(ingenierie, actor, client):
    stranger = DetailPrestationFactory()
    with pytest.raises(InvalidInput, match="thème"):
        services.update_action(ingenierie, {}, actor=actor, details=[stranger])
    with pytest.raises(InvalidInput):
        services.update_action(ingenierie, {"types_intervention": ["autre"]}, actor=actor)
    with pytest.raises(InvalidInput, match="demi-journées"):
        services.update_action(ingenierie, {"jours": Decimal("1.3")}, actor=actor)


def test_the_projet_d_intervention_takes_the_place_of_what_was_envisaged(ingenierie, actor):
    from mobilisation.projet.services import update_projet
    from mobilisation.scenarios.services import add_scenario, keep_scenario

    services.update_action(ingenierie, {"jours": Decimal("4"), "rythme": "Envisagé", "duree": "Deux mois"}, actor=actor)
    update_projet(ingenierie, actor=actor, expected_version=None, values={"jours": Decimal("6.5")})
    keep_scenario(add_scenario(ingenierie, actor=actor, values={"nom": "A", "rythme": "Fixé"}), actor=actor)

    told = {ligne.label: ligne for partie in fiche.build(ingenierie).parties for ligne in partie.lignes}
    assert told["Nombre de journées"].text == "6,5\u00a0jours"
    assert (told["Rythme"].text, told["Durée des interventions"].text) == ("Fixé", "Deux mois")
    assert told["Rythme"].url == reverse("mobilisation:projet", args=[ingenierie.pk])
    assert told["Durée des interventions"].url == url("action", ingenierie)


def test_page_pdf_and_docx_say_the_same(db):
    dossier = slot.ingenierie(structures=3)
    pdf = _keep("fiche.pdf", render_built(DOCUMENT_TYPES.get(documents.FICHE).build(dossier.pk, slot.SYSTEM)))
    file = _keep("fiche.docx", render_docx(documents.fiche_docx(dossier)))

    assert docx.faults(file) == []
    printed, written = " ".join(pdf_text(pdf).split()), " ".join(docx.text(file).split())
    for told in ("Les besoins repérés", "Trois journées par module, espacées de trois semaines.",
                 "Coût des prestations extérieures", "Partenariat mobilisé"):  # fmt: skip
        assert told in printed and told in written, told
    assert "secret@example.org" not in printed + written


def test_the_sheet_costs_the_same_for_one_structure_and_for_thirty(client_for, count_queries):
    dossier = slot.ingenierie(structures=1)
    client = client_for(member(dossier.pilote))
    address = url("fiche_presentation", dossier)
    client.get(address)
    one = count_queries(lambda: client.get(address))
    for _ in range(30):
        structure = StructureFactory(organisation=dossier.pilote)
        StructureCiblee.objects.create(ingenierie=dossier, structure=structure)
    assert count_queries(lambda: client.get(address)) == one


def test_the_engaged_structures_are_added_up_apart_from_those_that_may_still_come(ingenierie):
    for state, etp in (("confirmee", 3), ("interessee", 10)):
        structure = StructureFactory(organisation=ingenierie.pilote, etp=etp)
        StructureCiblee.objects.create(ingenierie=ingenierie, structure=structure, state=state)
    touch(ingenierie.pk, structures=True)
    ingenierie.refresh_from_db()

    parts = fiche.build(ingenierie).parties
    [nom] = [ligne for part in parts for ligne in part.lignes if ligne.label == "Nom"]

    assert "celles qui sont engagées : 3\u00a0ETP" in nom.text
