"""« Prestataire-partenaire » (001, II.B.2): associated, asked, answering; kept for the candidates."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import services as accounts
from core.errors import InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from engagement.partenaires.known import proposals
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.prestataires import associate
from engagement.partenaires.services import add_partenaire, remove_partenaire
from mobilisation.prestataires import services
from mobilisation.prestataires.models import DemandePrestataire
from mobilisation.prestataires.services import LIEN, savoirs_of
from mobilisation.scenarios.services import add_scenario
from partners.directory.models import Partenaire
from partners.portfolio.donnees.registry import engagements
from projects.cycle.services import perform_action
from tests.factories import (
    OrganisationFactory,
    PartenaireFactory,
    UserFactory,
    actor_of,
    ingenierie_of,
    member,
    published_prestataire,
)
from tests.mobilisation.conftest import SYSTEM
from tests.strict import StrictClient

ASKED = {"moment": "identifier", "question": "Que savez-vous de cette question ?", "donne_a_lire": "Un contexte."}


@pytest.fixture
def actor(adviser):
    return actor_of(adviser)


@pytest.fixture
def consultant(db):
    return UserFactory()


@pytest.fixture
def prestataire(consultant):
    return published_prestataire(consultant, name="Cabinet Levain")


@pytest.fixture
def row(dossier, prestataire, actor):
    [found] = associate(dossier, [prestataire], actor=actor).rows
    found.ingenierie = dossier
    return found


@pytest.fixture
def demande(row, actor):
    return services.ask(row, ASKED, actor=actor)


def test_a_prestataire_ticked_in_the_portfolio_becomes_a_partner_once(client_for, adviser, dossier, prestataire):
    url = reverse("engagement:prestataires_associer")
    client = client_for(adviser)
    assert "Cabinet Levain" in client.get(url, {"p": prestataire.pk}).content.decode()
    for _ in range(2):
        assert client.post(url, {"p": [prestataire.pk], "ingenierie": dossier.pk}).status_code == 302
    found = PartenaireProjet.objects.get()
    assert (found.prestataire, found.genre, found.presence) == (prestataire, "prestataire", "ponctuel")
    assert Partenaire.objects.get().organisation == dossier.pilote


def test_the_directory_is_not_written_twice(dossier, prestataire, actor):
    known = PartenaireFactory(organisation=dossier.pilote, name="Cabinet Levain")
    add_partenaire(dossier, known, actor=actor)
    associate(dossier, [prestataire], actor=actor)
    found = PartenaireProjet.objects.get()
    assert (found.partenaire, found.prestataire) == (known, prestataire)


def test_only_who_writes_in_the_ingenierie_associates(client_for, dla, dossier, prestataire, consultant):
    url = reverse("engagement:prestataires_associer")
    data = {"p": [prestataire.pk], "ingenierie": dossier.pk}
    assert client_for(member(OrganisationFactory())).post(url, data).status_code == 422
    assert client_for(member(dla, role="lecture")).post(url, data).status_code == 403
    assert client_for(consultant).post(url, data).status_code == 403
    assert not PartenaireProjet.objects.exists()


def test_what_is_known_of_a_partner_is_proposed(dossier, row, actor):
    c2ra = add_partenaire(dossier, PartenaireFactory(organisation=dossier.pilote, name="C2RA Centre"), actor=actor)
    usual = PartenaireFactory(organisation=dossier.pilote, name="Mairie")
    here = add_partenaire(dossier, usual, actor=actor)
    assert proposals(row)["genre"] == "prestataire"
    assert proposals(c2ra)["genre"] == "c2ra"
    assert proposals(here)["genre"] == "autre"
    before = proposals(here)["presence"]
    add_partenaire(ingenierie_of(dossier.pilote), usual, actor=actor)
    assert (before, proposals(here)["presence"]) == ("ponctuel", "permanent")


def test_its_people_find_the_question_in_their_space_and_answer_once(
    client_for, consultant, prestataire, demande, dossier
):
    client = client_for(consultant)
    space = client.get(reverse("portfolio:espace_prestataire", args=[prestataire.pk])).content.decode()
    url = reverse("mobilisation:avis_prestataire", args=[demande.pk])
    assert url in space and dossier.titre in space
    assert "Un contexte." in client.get(url).content.decode()
    assert client.post(url, {"reponse": " "}).status_code == 422
    assert client.post(url, {"reponse": "Deux réseaux travaillent déjà ce sujet."}).status_code == 302
    assert client.post(url, {"reponse": "Autre chose"}).status_code == 422
    assert DemandePrestataire.objects.get().reponse == "Deux réseaux travaillent déjà ce sujet."
    assert JournalEntry.objects.filter(verb="mobilisation.prestataire_repondu", scope_id=dossier.pk).count() == 1


def test_it_answers_by_link_too_and_the_link_closes(demande, actor, dossier):
    grant = accounts.send_link(LIEN, demande, name="Noa", email="noa@example.org", actor=actor)
    link = reverse("lien", args=[accounts.link_token(grant)])
    visitor = StrictClient()
    page = visitor.get(link).content.decode()
    assert "Que savez-vous" in page and "dits à tous les candidats" in page
    visitor.post(link, {"reponse": "Par lien."})
    found = DemandePrestataire.objects.get()
    assert (found.reponse, found.repondu_par) == ("Par lien.", "Cabinet Levain (par lien)")
    assert "Votre réponse" in visitor.get(link).content.decode()


def test_another_prestataire_reads_and_answers_nothing(client_for, demande):
    stranger = UserFactory()
    published_prestataire(stranger, name="Cabinet voisin")
    url = reverse("mobilisation:avis_prestataire", args=[demande.pk])
    client = client_for(stranger)
    assert (client.get(url).status_code, client.post(url, {"reponse": "Moi"}).status_code) == (404, 404)
    with pytest.raises(NotAllowed):
        services.answer(demande, "Moi", actor=actor_of(stranger))


def test_what_it_learnt_is_kept_for_every_candidate(demande, row, consultant, actor, dossier):
    services.answer(demande, "Nous connaissons ces structures.", actor=actor_of(consultant))
    told = savoirs_of(dossier).answered().get()
    assert (told.prestataire.name, told.donne_a_lire, told.reponse) == (
        "Cabinet Levain", "Un contexte.", "Nous connaissons ces structures.",
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="reste"):
        services.withdraw(told, actor=actor)
    with pytest.raises(InvalidInput, match="prestataire-partenaire"):
        remove_partenaire(row, actor=actor)
    with pytest.raises(StaleState):
        services.answer(demande, "Encore", actor=actor_of(consultant))


def test_the_scenarios_are_given_to_read_never_what_is_for_and_against_them(dossier):
    values = {"nom": "Au printemps", "rythme": "Une fois par mois", "avantages": "Moins cher", "propose": True}
    add_scenario(dossier, actor=SYSTEM, values=values)
    add_scenario(dossier, actor=SYSTEM, values={"nom": "Gardé pour nous"})
    told = services.known(dossier, "confirmer")
    assert "Une fois par mois" in told and "Moins cher" not in told and "Gardé pour nous" not in told


def test_a_question_is_put_to_a_prestataire_partner_and_taken_back_before_its_answer(
    client_for, adviser, dossier, row, actor
):
    client, pk = client_for(adviser), dossier.pk
    ordinary = add_partenaire(dossier, PartenaireFactory(organisation=dossier.pilote), actor=actor)
    assert client.get(reverse("mobilisation:demande_nouvelle", args=[pk, ordinary.pk])).status_code == 404
    url = reverse("mobilisation:demande_nouvelle", args=[pk, row.pk])
    assert "réseaux pouvez-vous nous aider" in client.get(url, {"moment": "engager"}).content.decode()
    assert client.post(url, {**ASKED, "attendue_le": "2020-01-01"}).status_code == 422
    assert client.post(url, ASKED).status_code == 302
    made = DemandePrestataire.objects.get()
    assert str(made.prestataire) in client.get(reverse("mobilisation:demandes", args=[pk])).content.decode()
    assert client.get(reverse("mobilisation:demande", args=[pk, made.pk])).status_code == 200
    assert client.post(reverse("mobilisation:demande_retirer", args=[pk, made.pk])).status_code == 302
    assert not DemandePrestataire.objects.exists()


def test_a_neighbour_and_who_reads_only_ask_nothing(client_for, dla, dossier, row, demande):
    urls = {
        name: reverse(f"mobilisation:{name}", args=[dossier.pk, pk])
        for name, pk in (("demande_nouvelle", row.pk), ("demande_retirer", demande.pk))
    }
    for user, status in ((member(OrganisationFactory()), 404), (member(dla, role="lecture"), 403)):
        client = client_for(user)
        assert [client.post(url, ASKED).status_code for url in urls.values()] == [status, status]
    assert DemandePrestataire.objects.count() == 1


def test_a_prestataire_partenaire_is_engaged_as_long_as_the_ingenierie_runs(row, prestataire, dossier):
    found = engagements([prestataire.pk])[prestataire.pk]
    assert "associe" in found.running and dossier.titre not in found.running
    dossier.refresh_from_db()
    ended = {"expected_state": dossier.state, "version": dossier.version, "reason": "Abandon."}
    perform_action(dossier, "abandonner", actor=SYSTEM, **ended)
    assert engagements([prestataire.pk])[prestataire.pk].running == ""
    assert engagements([published_prestataire().pk]) == {}
