"""The pages of a diagnostic: what is offered, what is refused in words, what is never lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from structures.diagnostics import services
from structures.diagnostics.models import Besoin, Diagnostic
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    ingenierie_of,
    member,
    member_actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return StructureFactory(name="Les Ateliers du Cher", contact_name="Claude Recette")


@pytest.fixture
def client(structure, client_for):
    return client_for(member(structure.organisation))


def page(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"structures:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_diagnostic_is_started_from_the_page_of_the_structure(client, structure):
    assert "Commencer un diagnostic" in page(client, "detail", structure.pk)
    answer = client.post(reverse("structures:diagnostic_nouveau", args=[structure.pk]))
    diagnostic = Diagnostic.objects.get()
    assert answer["Location"] == reverse("structures:diagnostic", args=[diagnostic.pk])
    told = page(client, "detail", structure.pk)
    assert f"Diagnostic du {format_date(diagnostic.date)}" in told  # in hand
    assert told.count(answer["Location"]) == 2  # and in its history


def test_rubrics_are_written_one_after_the_other(client, structure):
    diagnostic = services.create_diagnostic(structure, actor=member_actor(structure.organisation))
    url = reverse("structures:diagnostic_rubrique", args=[diagnostic.pk, "forces"])
    answer = client.post(url, {"forces": "Un lieu connu de tous.", "version": "1", "suite": "rubrique"})
    assert answer["Location"] == reverse("structures:diagnostic_rubrique", args=[diagnostic.pk, "faiblesses"])
    assert "Un lieu connu de tous." in page(client, "diagnostic", diagnostic.pk)


def test_who_saves_the_same_rubric_second_sees_the_other_s_text_and_keeps_his_own(client, structure):
    colleague = member_actor(structure.organisation)
    diagnostic = services.create_diagnostic(structure, actor=colleague)
    services.update_rubrique(diagnostic, "forces", {"forces": "Le sien."}, actor=colleague, expected_version=1)
    url = reverse("structures:diagnostic_rubrique", args=[diagnostic.pk, "forces"])
    answer = client.post(url, {"forces": "Le mien.", "version": "1"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Le mien." in text and "Le sien." in text


def test_an_unknown_rubric_is_not_found(client, structure):
    found = page(client, "diagnostic_rubrique", diagnostic_of(structure).pk, "inconnue", status=404)
    assert "<form method" not in found.split("<main")[1], "rien à remplir"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"exprime": ""}, "Cochez l’une des deux cases au moins."),
        ({"texte": ""}, "Ce champ est obligatoire."),
        ({"type_prestation": "999999"}, "Ce choix n’est pas dans la liste."),
        ({"texte": "x" * 2001}, "Ce texte est trop long"),
    ],
)
def test_a_need_ill_typed_is_told_beside_its_field_and_nothing_is_lost(client, structure, typed, said):
    diagnostic = services.create_diagnostic(structure, actor=member_actor(structure.organisation))
    need = {"texte": "Un plan.", "type_prestation": TypePrestationFactory().pk, "priorite": "1", "exprime": "on"}
    answer = client.post(reverse("structures:besoin_nouveau", args=[diagnostic.pk]), {**need, **typed})
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text
    assert text.count(said) <= 2  # in the summary and beside the field
    assert typed.get("texte", "Un plan.") in text
    assert not Besoin.objects.exists()


def test_sharing_too_early_says_what_is_missing(client, structure):
    diagnostic = services.create_diagnostic(structure, actor=member_actor(structure.organisation))
    assert "Inscrivez au moins un besoin" in page(client, "diagnostic", diagnostic.pk)
    answer = client.post(
        reverse("structures:diagnostic_action", args=[diagnostic.pk]),
        {"action": "partager", "expected_state": "brouillon", "version": "1"},
    )
    assert answer.status_code == 409
    assert "Dites les problématiques à traiter." in answer.content.decode()


def test_a_reason_typed_is_not_lost_when_the_action_is_refused(client, structure):
    diagnostic = diagnostic_of(structure, shared=True)
    services.record_reponse(
        diagnostic,
        {"reponse": "valide", "nom": "X", "mode": "ecrit"},
        actor=member_actor(structure.organisation),
    )
    answer = client.post(
        reverse("structures:diagnostic_action", args=[diagnostic.pk]),
        {
            "action": "clore_sans_validation",
            "expected_state": "partage",
            "version": diagnostic.version,
            "reason": "Trois relances.",
        },
    )
    assert answer.status_code == 409
    assert "Trois relances." in answer.content.decode()


def test_the_answer_of_the_structure_is_noted_and_read_beside_what_was_shared(client, structure):
    diagnostic = diagnostic_of(structure, shared=True)
    url = reverse("structures:diagnostic_reponse", args=[diagnostic.pk])
    assert 'value="Claude Recette"' in client.get(url).content.decode()
    answer = {"reponse": "a_modifier", "nom": "La trésorière", "mode": "telephone", "date": "2026-01-10"}
    refused = client.post(url, answer)
    assert refused.status_code == 422 and "La trésorière" in refused.content.decode()
    assert client.post(url, {**answer, "commentaire_forces": "Aussi le lieu."}).status_code == 302
    told = page(client, "diagnostic_version", diagnostic.pk, 1)
    assert "Aussi le lieu." in told and "par téléphone" in told


def test_a_need_is_not_changed_while_the_structure_reads_it(client, structure):
    need = diagnostic_of(structure, shared=True).besoins.get()
    page(client, "besoin", need.pk, status=403)
    client.post(reverse("structures:besoin_retirer", args=[need.pk]))
    assert Besoin.objects.filter(pk=need.pk).exists()


def test_the_region_s_c2ra_reads_and_writes_nothing(structure, client_for):
    diagnostic = diagnostic_of(structure)
    c2ra = client_for(member(OrganisationFactory(c2ra=True, region=structure.organisation.region)))
    told = page(c2ra, "diagnostic", diagnostic.pk)
    assert "seuls ses membres y écrivent" in told
    assert "Inscrire un besoin" not in told
    page(c2ra, "diagnostic_rubrique", diagnostic.pk, "forces", status=403)


def test_a_dla_that_shares_an_ingenierie_learns_the_themes_of_shared_diagnostics_and_nothing_more(
    structure, client_for
):
    from projects.structures_ciblees.services import add_structures

    theme = TypePrestationFactory(label="Thème du partage")
    shared = diagnostic_of(structure, shared=True, needs=[theme], forces="Un secret de la structure.")
    draft = diagnostic_of(structure, needs=[TypePrestationFactory(label="Thème du brouillon")])
    neighbour = OrganisationFactory(region=structure.organisation.region)
    dossier = ingenierie_of(structure.organisation, associes=[neighbour])
    add_structures(dossier, [structure.pk], actor=Actor.system("recette"))
    client = client_for(member(neighbour))
    told = page(client, "detail", structure.pk)
    assert "Thème du partage" in told and "Thème du brouillon" not in told
    assert "Un secret" not in told and "Accompagnement</h2>" not in told
    for diagnostic in (shared, draft):
        assert reverse("structures:diagnostic", args=[diagnostic.pk]) not in told
        page(client, "diagnostic", diagnostic.pk, status=404)
    page(client, "diagnostic_version", shared.pk, 1, status=404)
    answer = client.post(reverse("core:document_request", args=["diagnostic", shared.pk]))
    assert answer.status_code == 404


def test_the_page_costs_the_same_with_one_need_and_with_thirty(client, structure, count_queries):
    diagnostic = diagnostic_of(structure)
    url = reverse("structures:diagnostic", args=[diagnostic.pk])
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for theme in [TypePrestationFactory() for _ in range(29)]:
        services.add_besoin(
            diagnostic,
            {"type_prestation": theme, "texte": "Encore.", "identifie": True},
            actor=member_actor(structure.organisation),
        )
    client.get(url)
    assert count_queries(lambda: client.get(url)) == one <= 14


def test_the_sheet_costs_the_same_with_one_diagnostic_and_with_ten(client, structure, count_queries):
    url = reverse("structures:detail", args=[structure.pk])
    diagnostic_of(structure, shared=True)
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for _ in range(9):
        diagnostic_of(structure)
    assert count_queries(lambda: client.get(url)) == one


def test_the_pdf_is_asked_for_and_the_page_of_the_work_leads_back(client, structure):
    diagnostic = diagnostic_of(structure)
    here = reverse("structures:diagnostic", args=[diagnostic.pk])
    answer = client.post(
        reverse("core:document_request", args=["diagnostic", diagnostic.pk]), {"retour": here, "vierge": "1"}
    )
    assert here in client.get(answer["Location"]).content.decode()
