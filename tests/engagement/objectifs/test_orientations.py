"""Where objectives lead when the type of ingénierie is chosen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from engagement.objectifs import services
from engagement.objectifs.enums import ObjectifOperationnel
from engagement.objectifs.orientations import ORIENTATIONS, orientation
from projects.enums import TypeIngenierie
from tests.engagement.conftest import text, url

COLLECTIVE = ("reponse_collective",)
TOGETHER = ("solution_collective", "solution_mixte")


@pytest.mark.parametrize(
    ("codes", "types"),
    [
        (["competences", "capitalisation"], COLLECTIVE),
        (["capitalisation", "besoins"], COLLECTIVE),
        (["innovation", "partenariats"], TOGETHER),
        (["innovation", "capitalisation"], TOGETHER),
        (["innovation", "partenariats", "adaptabilite"], ("solution_mixte",)),
        (["adaptabilite"], ("solution_individuelle", "solution_mixte")),
        (["territoire", "besoins", "consolider", ""], ()),
        ([], ()),
    ],
)
def test_objectives_lead_together_to_a_type(codes, types):
    found, why = orientation(codes)
    assert found == types and bool(why) is bool(types)


def test_every_operational_objective_of_the_framework_says_where_it_leads_in_words():
    assert set(ObjectifOperationnel.values) <= set(ORIENTATIONS)
    assert all(why.endswith(".") for _, why in ORIENTATIONS.values())
    assert {code for types, _ in ORIENTATIONS.values() for code in types} <= set(TypeIngenierie.values)


@pytest.mark.django_db
def test_the_aid_explains_where_the_objectives_lead_and_tells_a_type_that_differs(client, ingenierie, actor):
    services.set_objectifs(ingenierie, actor=actor, strategiques=["competences"], operationnels=["capitalisation"])
    page = reverse("projects:type", args=[ingenierie.pk])
    shown = text(client.get(page))
    assert "Ensemble, ils mènent plutôt à : réponse collective." in shown
    assert "Transférer des informations" in shown and "n’est pas celui vers lequel" not in shown
    data = {"version": ingenierie.version, "type_ingenierie": "solution_collective", "type_motif": "Elles y tiennent."}
    assert client.post(page, data).status_code == 302
    assert "n’est pas celui vers lequel penchent ces objectifs" in text(client.get(page))
    assert "mènent plutôt à : <strong>réponse collective</strong>" in text(client.get(url("objectifs", ingenierie)))
