"""Where objectives lead when the type of ingénierie is chosen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from engagement.objectifs import services
from engagement.objectifs.enums import CADRE, ObjectifOperationnel
from engagement.objectifs.orientations import of_objective, orientation
from projects.enums import TypeIngenierie
from projects.identification.aide_type import experiences
from tests.engagement.conftest import text, url

COLLECTIVE = ("reponse_collective",)


@pytest.mark.parametrize(
    ("codes", "types"),
    [
        (["competences", "capitalisation"], COLLECTIVE),
        (["capitalisation", "besoins"], COLLECTIVE),
        (["innovation"], ("solution_collective", "solution_mixte")),
        (["innovation", "partenariats"], ("solution_mixte",)),
        (["innovation", "capitalisation"], ("solution_collective",)),
        (["innovation", "partenariats", "adaptabilite"], ("solution_mixte",)),
        (["adaptabilite"], ("reponse_collective", "solution_individuelle", "solution_mixte")),
        (["territoire", "besoins", "consolider", ""], ()),
        ([], ()),
    ],
)
def test_objectives_lead_together_to_a_type(codes, types):
    found, why = orientation(codes)
    assert found == types and bool(why) is bool(types)


def test_every_operational_objective_of_the_framework_says_where_it_leads_in_words():
    told = [of_objective(code) for code in ObjectifOperationnel.values]
    assert all(why.endswith(".") for _, why in told)
    assert {code for types, _ in told for code in types} <= set(TypeIngenierie.values)
    assert of_objective("")[0] == () and of_objective("")[1] == ""


@pytest.mark.parametrize("experience", experiences(), ids=lambda e: e.titre)
def test_the_objectives_of_each_fiche_experience_lead_to_its_own_type(experience):
    assert orientation(experience.objectifs)[0] == (experience.type,)
    assert set(experience.objectifs) <= {code for level in CADRE.values() for code in level.values}


@pytest.mark.django_db
def test_the_aid_explains_where_the_objectives_lead_and_tells_a_type_that_differs(client, ingenierie, actor):
    services.set_objectifs(ingenierie, actor=actor, strategiques=["competences"], operationnels=["capitalisation"])
    page = reverse("projects:type", args=[ingenierie.pk])
    shown = text(client.get(page))
    assert "Ensemble, ils mènent plutôt à : réponse collective." in shown
    assert (
        "Visé par 5 fiches expériences : 3 de réponse collective" in shown
        and "n’est pas celui vers lequel" not in shown
    )
    data = {"version": ingenierie.version, "type_ingenierie": "solution_collective", "type_motif": "Elles y tiennent."}
    assert client.post(page, data).status_code == 302
    assert "n’est pas celui vers lequel penchent ces objectifs" in text(client.get(page))
    assert "mènent plutôt à : <strong>réponse collective</strong>" in text(client.get(url("objectifs", ingenierie)))
