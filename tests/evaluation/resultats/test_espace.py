"""A prestataire-partenaire answers in its space, and reads nobody else's answers."""

from __future__ import annotations

import copy

import pytest
from django.urls import reverse

from engagement.partenaires.models import PartenaireProjet
from evaluation.questionnaires.models import Repondant
from partners.portfolio.prestataire.models import Membre
from tests.evaluation.resultats.results import asked, at_finaliser, fresh, of
from tests.factories import UserFactory, published_prestataire

pytestmark = pytest.mark.django_db


def _world():
    ingenierie = at_finaliser(structures=1, partners=True)
    prestataire = published_prestataire(region=ingenierie.pilote.region, name="Cap Sud")
    PartenaireProjet.objects.filter(ingenierie=ingenierie, genre="prestataire").update(prestataire=prestataire)
    user = UserFactory()
    Membre.objects.create(user=user, prestataire=prestataire, state="actif")
    other = UserFactory()
    Membre.objects.create(user=other, prestataire=published_prestataire(name="Cap Nord"), state="actif")
    return asked(ingenierie), user, other


@pytest.fixture(scope="module")
def made(shared):
    return shared(_world)


@pytest.fixture
def world(db, made):
    return copy.deepcopy(made)


def url(row: Repondant) -> str:
    return reverse("mission_evaluee:partenaire_repondre", args=[row.pk])


def test_it_finds_its_questions_in_its_space_and_answers(client_for, world):
    questionnaire, user, _ = world
    row = of(questionnaire, "prestataire")[0]
    client = client_for(user)
    assert url(row) in client.get(reverse("portfolio:espace"), follow=True).content.decode()
    page = client.get(url(row)).content.decode()
    assert "l’efficience des partenariats" in page
    assert "De quelle manière les prestataires" in page
    assert page.count("<textarea") == 15
    data = {"version": str(row.version), "t_r4_1": "Des ateliers croisés.", "envoyer": "1"}
    assert client.post(url(row), data).status_code == 302
    row = Repondant.objects.get(pk=row.pk)
    assert (row.state, row.voie) == ("repondu", "espace")
    assert "Votre réponse est envoyée" in client.get(url(row)).content.decode()
    assert client.post(url(row), {**data, "version": str(row.version)}).status_code == 403


def test_another_prestataire_finds_nothing(client_for, world):
    questionnaire, user, other = world
    row = of(questionnaire, "prestataire")[0]
    assert client_for(other).get(url(row)).status_code == 404
    # Nor does it read what a structure is asked.
    assert client_for(user).get(url(of(questionnaire, "structure")[0])).status_code == 404


def test_nothing_is_there_before_the_opening(client_for):
    questionnaire, user, _ = _world()
    prepared = asked(at_finaliser(structures=1, partners=True), opened=False)
    partner = PartenaireProjet.objects.get(ingenierie=questionnaire.ingenierie, genre="prestataire")
    PartenaireProjet.objects.filter(ingenierie=prepared.ingenierie, genre="prestataire").update(
        prestataire=partner.prestataire
    )
    assert client_for(user).get(url(of(fresh(prepared), "prestataire")[0])).status_code == 404
