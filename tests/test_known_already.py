"""What is known already is proposed where it is asked again, said to be, and never saved by itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from engagement.budget.services.conventions import add_convention, cofinanceurs_known
from engagement.budget.services.lignes import add_ressource
from engagement.objectifs.services import add_resultat, set_objectifs
from engagement.reunions.services.reunions import create_reunion
from engagement.validation.services import record_avis
from mobilisation.projet.models import CadreEvaluation
from mobilisation.projet.services import update_cadre_evaluation
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.invitations.services import invite
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    UserFactory,
    actor_of,
    engaged,
    ingenierie_of,
    member,
    prestataire_of,
)

pytestmark = pytest.mark.django_db
PROPOSED = "Proposé d’après ce qui est déjà connu"


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def user():
    return member(OrganisationFactory())


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def ingenierie(actor):
    return engaged(actor.organisation, charge_mission=actor.user)


@pytest.fixture
def client(user, client_for):
    return client_for(user)


def test_the_framework_of_the_evaluation_starts_from_the_objectives(client, actor, ingenierie):
    set_objectifs(ingenierie, actor=actor, objet="Toute la démarche", raisons="Savoir si…")
    add_resultat(ingenierie, {"libelle": "Dix structures", "mesure": "Un tableau"}, actor=actor)
    url = reverse("mobilisation:cadre", args=[ingenierie.pk])
    page = text(client.get(url))
    assert PROPOSED in page
    for known in ("Toute la démarche", "Savoir si…", "- Dix structures : Un tableau"):
        assert known in page
    assert not CadreEvaluation.objects.filter(objet="Toute la démarche").exists()
    update_cadre_evaluation(
        ingenierie, actor=actor, expected_version=0, values={"objet": "Autre", "objectifs": "x", "outils": "y"}
    )
    page = text(client.get(url))
    assert "Toute la démarche" not in page
    assert PROPOSED not in page


def test_a_convention_names_those_who_pay_and_whom_no_other_names(client, actor, ingenierie):
    for financeur, obtenu in (("Département", "4000"), ("Commune", "1000"), ("Refus", "0")):
        values = {"nature": "autres", "financeur": financeur, "obtenu": Decimal(obtenu)}
        add_ressource(ingenierie, values, actor=actor)
    url = reverse("engagement:convention_ajouter", args=[ingenierie.pk])
    page = text(client.get(url))
    assert 'value="Département, Commune"' in page
    assert 'value="5 000,00"' in page.replace("\u202f", " ")
    add_convention(ingenierie, {"reference": "C1", "cofinanceurs": "département"}, actor=actor)
    assert cofinanceurs_known(ingenierie) == {"cofinanceurs": "Commune", "montant": Decimal(1000)}


def test_the_family_just_chosen_follows_to_the_new_partner(client, ingenierie):
    page = text(client.get(reverse("engagement:partenaire_ajouter", args=[ingenierie.pk]), {"famille": "financeurs"}))
    url = f"{reverse('engagement:partenaire_nouveau', args=[ingenierie.pk])}?nom=&amp;famille=financeurs"
    assert url in page
    assert 'value="financeurs" selected' in text(client.get(url.replace("&amp;", "&")))


def test_the_person_who_inscribes_a_prestataire_is_the_one_to_reach():
    user = UserFactory(phone="02 00 00 00 00", fonction="Gérante")
    fiche = FicheVersion.objects.get(prestataire=prestataire_of(user))
    assert (fiche.contact_name, fiche.contact_email) == (user.get_full_name(), user.email)
    assert (fiche.contact_function, fiche.contact_phone) == ("Gérante", "02 00 00 00 00")


def test_the_region_of_who_invited_is_the_one_of_the_prestataire(client_for, actor):
    guest = UserFactory()
    invite(guest.email, actor=actor)
    page = text(client_for(guest).get(reverse("portfolio:nouveau")))
    assert f'value="{actor.organisation.region_id}" selected' in page


def test_a_dla_of_one_departement_inscribes_there(client, client_for, actor):
    (only,) = actor.organisation.departements.all()
    chosen = f'value="{only.pk}" selected'
    assert chosen in text(client.get(reverse("structures:nouvelle")))
    ingenierie = ingenierie_of(actor.organisation)
    assert chosen in text(client.get(reverse("projects:structures_new", args=[ingenierie.pk])))
    two = OrganisationFactory(departements=[only, DepartementFactory(region=only.region)])
    assert chosen not in text(client_for(member(two)).get(reverse("structures:nouvelle")))


def test_one_meets_where_one_met(client, actor, ingenierie):
    values = {
        "nature": "copil", "objet": "Cadrage", "date": dt.date(2026, 12, 3), "heure_debut": dt.time(14),
        "heure_fin": dt.time(16), "lieu": "Maison des associations",
    }  # fmt: skip
    create_reunion(ingenierie, values, actor=actor)
    page = text(client.get(reverse("engagement:reunion_nouvelle", args=[ingenierie.pk])))
    assert 'value="Maison des associations"' in page
    assert PROPOSED in page


def test_those_who_sat_last_are_proposed(client, actor, ingenierie):
    values = {"date": dt.date(2026, 11, 10), "sens": "favorable", "membres": "Direction départementale"}
    record_avis(ingenierie, actor.organisation, values, actor=actor)
    other = engaged(actor.organisation)
    page = text(client.get(reverse("engagement:avis", args=[other.pk, actor.organisation_id])))
    assert "Direction départementale" in page
