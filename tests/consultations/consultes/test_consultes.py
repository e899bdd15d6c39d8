"""The prestataires consulted for an ingénierie: who records them, when, how many, and how often each was asked."""

import datetime as dt

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from consultations.cahier.services import create_cahier
from consultations.choix import services as choix
from consultations.choix.providers import _asked
from consultations.consultes import services as consultes
from consultations.consultes.models import PrestataireConsulte
from consultations.consultes.permissions import open_to
from core import journal
from core.actor import Actor
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from partners.portfolio.donnees.registry import engagements
from partners.recherche.registry import Sollicitation, sollicitations
from projects.cycle import services
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    actor_of,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
    prestataire_of,
    shown_prestataire,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")
DAY = dt.date(2026, 11, 20)
PAGE = "/ingenieries/consulter/"


def at_confirmer(dla, *, cahier=True, **values):
    """An ingénierie at « Confirmer », its cahier des charges diffused on the 18th."""
    found = fulfil_engager(engaged(dla))
    found = services.perform_action(
        found, "confirmer", actor=SYSTEM, expected_state="engager", version=found.version
    )  # fmt: skip
    if values:
        type(found).objects.filter(pk=found.pk).update(**values)
        found.refresh_from_db()
    if cahier:
        diffused(found)
    return found


def diffused(ingenierie):
    """Its cahier des charges, commenced, with a version diffused on 18 November."""
    cahier = create_cahier(ingenierie, SYSTEM)
    day = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)
    return VersionDiffusee.objects.create(
        cahier=cahier, numero=1, contenu="{}", le=day, par="Recette", date_limite=day + dt.timedelta(days=20)
    )


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def dossier(dla):
    return at_confirmer(dla, titre="Ingénierie de la consultation")


@pytest.fixture
def five(clock_at):
    """Five prestataires whose fiche is published since the 10th; today is the 21st."""
    clock_at("2026-11-10 10:00")
    found = [shown_prestataire(name=f"Cabinet {letter}") for letter in "ABCDE"]
    clock_at("2026-11-21 10:00")
    return found


def decision(**values):
    return {
        "date": DAY, "mode": "hors_application", "justification": "", "choisi_par": "avec",
        "decideurs": "Comité de pilotage", "motifs": "La meilleure démarche.", **values,
    }  # fmt: skip


def posted(dossier, prestataires, **values):
    return {"p": [p.pk for p in prestataires], "ingenierie": dossier.pk, "date": "2026-11-20", **values}


# --- Rules ----------------------------------------------------------------------------------------------------------


def test_who_received_the_cahier_is_recorded_in_the_journal_of_the_ingenierie(dossier, actor, five):
    done = consultes.consult(dossier, five[:2], date=DAY, actor=actor)
    assert [row.prestataire for row in done.rows] == five[:2] and done.already == []
    entries = JournalEntry.objects.filter(verb="consultations.prestataire_consulte", scope_id=dossier.pk)
    told = journal.describe(entries.order_by("pk"))
    assert "Cabinet A" in told[0].object_label and told[0].changes[0].after.startswith("20")


def test_recording_the_same_ones_again_changes_nothing(dossier, actor, five):
    consultes.consult(dossier, five[:2], date=DAY, actor=actor)
    again = consultes.consult(dossier, [*five[:2], five[0]], date=DAY, actor=actor)
    assert again.rows == [] and again.already == five[:2]
    assert PrestataireConsulte.objects.count() == 2


def test_the_pilot_records_and_nobody_else(dla, dossier, actor, five):
    associated = OrganisationFactory()
    dossier.associes.add(associated)
    for person in (member(OrganisationFactory()), member(associated), member(dla, "lecture")):
        with pytest.raises(NotAllowed):
            consultes.consult(dossier, five[:1], date=DAY, actor=actor_of(person))
    assert not PrestataireConsulte.objects.exists()


def test_it_is_recorded_from_confirmer_on_once_the_cahier_is_diffused(dla, actor, five):
    with pytest.raises(NotAllowed, match="Confirmer"):
        consultes.consult(ingenierie_of(dla), five[:1], date=DAY, actor=actor)
    without = at_confirmer(dla, cahier=False)
    create_cahier(without, SYSTEM)
    with pytest.raises(NotAllowed, match="Diffusez d’abord le cahier"):
        consultes.consult(without, five[:1], date=DAY, actor=actor)
    assert without not in open_to(actor)
    diffused(without)
    assert without in open_to(actor)
    with pytest.raises(InvalidInput, match="diffusé que depuis le 18"):
        consultes.consult(without, five[:1], date=dt.date(2026, 11, 17), actor=actor)
    ended = services.perform_action(
        without, "abandonner", actor=actor, expected_state="confirmer", version=without.version, reason="Fin."
    )
    with pytest.raises(NotAllowed):
        consultes.consult(ended, five[:1], date=DAY, actor=actor)


def test_only_one_that_could_be_retained_that_day_is_consulted_and_all_or_none_is_kept(dossier, actor, five):
    elsewhere = shown_prestataire(region=RegionFactory(bretagne=True), name="Breton")
    with pytest.raises(ConditionsNotMet) as refused:
        consultes.consult(dossier, [five[0], elsewhere], date=DAY, actor=actor)
    assert len(refused.value.reasons) == 1 and "Breton n’a pas de fiche publiée" in refused.value.reasons[0]
    with pytest.raises(ConditionsNotMet, match="pourrait être retenu"):
        consultes.consult(dossier, [elsewhere], date=DAY, actor=actor)
    with pytest.raises(InvalidInput, match="futur"):
        consultes.consult(dossier, five[:1], date=dt.date(2026, 11, 22), actor=actor)
    with pytest.raises(InvalidInput, match="Cochez"):
        consultes.consult(dossier, [], date=DAY, actor=actor)
    assert not PrestataireConsulte.objects.exists()


def test_more_than_three_in_all_asks_why_and_the_journal_keeps_it(dossier, actor, five):
    consultes.consult(dossier, five[:2], date=DAY, actor=actor)
    consultes.consult(dossier, five[2:3], date=DAY, actor=actor)
    with pytest.raises(InvalidInput, match="deux ou trois suffisent"):
        consultes.consult(dossier, five[3:4], date=DAY, motif="  ", actor=actor)
    # Those that are there already are not counted twice.
    assert consultes.consult(dossier, five[:3], date=DAY, actor=actor).rows == []
    consultes.consult(dossier, five[3:4], date=DAY, motif="Deux métiers à comparer.", actor=actor)
    assert PrestataireConsulte.objects.get(prestataire=five[3]).motif == "Deux métiers à comparer."
    assert JournalEntry.objects.get(reason="Deux métiers à comparer.").scope_id == dossier.pk


def test_after_a_call_fewer_than_two_consulted_asks_why_when_one_retains(dossier, actor, five):
    with pytest.raises(InvalidInput, match="Aucun prestataire n’est inscrit"):
        choix.retain(dossier, five[0], decision(), actor=actor)
    consultes.consult(dossier, five[:2], date=DAY, actor=actor)
    one = PrestataireConsulte.objects.get(prestataire=five[1])
    consultes.take_back(one, actor=actor, reason="Autre ingénierie.")
    with pytest.raises(InvalidInput, match="Un seul prestataire est inscrit"):
        choix.retain(dossier, five[0], decision(), actor=actor)
    consultes.consult(dossier, five[1:2], date=DAY, actor=actor)
    assert choix.retain(dossier, five[0], decision(), actor=actor).justification == ""
    said = decision(justification="Seul à répondre.")
    other = at_confirmer(dossier.pilote)
    assert choix.retain(other, five[0], said, actor=actor).justification == "Seul à répondre."


def test_what_was_recorded_by_mistake_is_taken_back_with_a_reason_and_stays_readable(dossier, actor, five):
    row = consultes.consult(dossier, five[:1], date=DAY, actor=actor).rows[0]
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        consultes.take_back(row, actor=actor, reason=" ")
    with pytest.raises(NotAllowed):
        consultes.take_back(row, actor=actor_of(member(OrganisationFactory())), reason="Moi.")
    consultes.take_back(row, actor=actor, reason="Mauvaise ingénierie.")
    with pytest.raises(StaleState):
        consultes.take_back(row, actor=actor, reason="Encore.")
    assert JournalEntry.objects.get(verb="consultations.consulte_retire").reason == "Mauvaise ingénierie."
    assert len(consultes.consult(dossier, five[:1], date=DAY, actor=actor).rows) == 1


def test_one_who_was_consulted_is_engaged_in_nothing_and_its_line_stays(dossier, actor, five):
    consultes.consult(dossier, five[:1], date=DAY, actor=actor)
    assert engagements([five[0].pk]) == {}
    with pytest.raises(ProtectedError):
        five[0].delete()


# --- Counts ---------------------------------------------------------------------------------------------------------


def test_consulted_and_retained_are_counted_over_twelve_months_in_one_query(
    dla, dossier, actor, five, clock_at, count_queries
):
    other = at_confirmer(dla)
    consultes.consult(dossier, five[:3], date=DAY, actor=actor)
    consultes.consult(other, five[:1], date=dt.date(2026, 11, 18), actor=actor)
    choix.retain(dossier, five[0], decision(), actor=actor)
    mistaken = PrestataireConsulte.objects.get(prestataire=five[2])
    consultes.take_back(mistaken, actor=actor, reason="Erreur.")
    assert sollicitations() == {five[0].pk: Sollicitation(2, 1), five[1].pk: Sollicitation(1, 0)}
    assert sollicitations([five[1].pk, five[2].pk]) == {five[1].pk: Sollicitation(1, 0)}
    assert sollicitations([]) == {}
    assert count_queries(lambda: _asked([p.pk for p in five])) == 1
    clock_at("2027-11-19 10:00")
    assert sollicitations()[five[0].pk] == Sollicitation(1, 1)
    clock_at("2027-11-21 10:00")
    assert sollicitations() == {}


def test_the_search_says_how_often_each_was_consulted_and_leads_to_recording(dossier, user, five, actor, client_for):
    consultes.consult(dossier, five[:1], date=DAY, actor=actor)
    page = client_for(user).get("/portefeuille/").content.decode()
    assert "consulté 1 fois en douze mois" in page
    leads = 'name="vers" value="consultations:consulter"'
    assert leads in page
    reader = client_for(member(dossier.pilote, "lecture")).get("/portefeuille/").content.decode()
    assert "consulté 1 fois" in reader and leads not in reader


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_one_ticks_in_the_search_chooses_the_ingenierie_and_reads_it_in_the_tab(dossier, user, five, client_for):
    client = client_for(user)
    search = "/portefeuille/?q=cabinet"
    page = client.get(PAGE, {"p": [five[0].pk, five[1].pk], "retour": search}).content.decode()
    assert "Cabinet A" in page and "Cabinet B" in page and "Cabinet C" not in page
    assert "pas sollicité depuis douze mois" in page and dossier.titre in page and search in page
    answer = client.post(PAGE, posted(dossier, five[:2], retour=search), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("consultations:prestataire", args=[dossier.pk])
    told = answer.content.decode()
    assert "2 prestataires sont inscrits comme consultés" in told.replace("\xa0", " ")
    assert "consulté 1 fois en douze mois" in told
    # A second click says so, and does nothing twice.
    again = client.post(PAGE, posted(dossier, five[:2]), follow=True).content.decode()
    assert "Déjà inscrits" in again and PrestataireConsulte.objects.count() == 2


def test_one_ticks_in_the_list_of_the_ingenierie_too(dossier, user, actor, five, client_for):
    consultes.consult(dossier, five[:1], date=DAY, actor=actor)
    client = client_for(user)
    listed = client.get(reverse("consultations:prestataire_choisir", args=[dossier.pk])).content.decode()
    assert f'name="p" value="{five[1].pk}"' in listed and f'name="p" value="{five[0].pk}"' not in listed
    page = client.get(PAGE, {"p": [p.pk for p in five[:2]], "ingenierie": dossier.pk}).content.decode()
    assert f'<option value="{dossier.pk}" selected' in page
    assert page.count("déjà consulté pour cette ingénierie") == 1


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(dossier, user, five, client_for):
    client = client_for(user)
    early = client.post(PAGE, posted(dossier, five[:2], date="2026-11-09", motif="Gardé"))
    assert early.status_code == 422
    assert "que depuis le 18" in early.content.decode() and "Gardé" in early.content.decode()
    many = client.post(PAGE, posted(dossier, five))
    assert many.status_code == 422 and "deux ou trois suffisent" in many.content.decode()
    assert client.post(PAGE, posted(dossier, five[:1], date="2026-11-22")).status_code == 422
    nothing = client.post(PAGE, posted(dossier, []))
    assert nothing.status_code == 422 and "Aucun prestataire n’est coché" in nothing.content.decode()
    unchosen = client.post(PAGE, posted(dossier, five[:1]) | {"ingenierie": ""})
    assert unchosen.status_code == 422 and "Choisissez l’ingénierie" in unchosen.content.decode()
    assert not PrestataireConsulte.objects.exists()


def test_what_one_may_not_see_is_not_there(dossier, user, five, client_for):
    client, hidden = client_for(user), prestataire_of(name="Brouillon")
    neighbour = client_for(member(OrganisationFactory()))
    assert client.get(PAGE, {"p": hidden.pk}).status_code == 404
    assert client.post(PAGE, posted(dossier, [hidden])).status_code == 404
    assert client.post(PAGE, posted(dossier, [hidden, five[0]])).status_code == 422
    assert neighbour.post(PAGE, posted(dossier, five[:1])).status_code == 404
    assert dossier.titre not in neighbour.get(PAGE, {"p": five[0].pk}).content.decode()
    assert not PrestataireConsulte.objects.exists()


def test_an_ingenierie_that_left_the_step_in_another_tab_is_said_and_nothing_is_written(
    dossier, user, actor, five, client_for
):
    services.perform_action(
        dossier, "abandonner", actor=actor, expected_state="confirmer", version=dossier.version, reason="Fin."
    )
    other = at_confirmer(dossier.pilote)
    answer = client_for(user).post(PAGE, posted(dossier, five[:1], motif="Gardé"))
    assert answer.status_code == 422
    assert "terminée" in answer.content.decode() and "Gardé" in answer.content.decode()
    assert other.pk and not PrestataireConsulte.objects.exists()


def test_taking_back_twice_says_it_is_done(dossier, user, actor, five, client_for):
    row = consultes.consult(dossier, five[:1], date=DAY, actor=actor).rows[0]
    client = client_for(user)
    page = reverse("consultations:consulte_retirer", args=[dossier.pk, row.pk])
    assert client.post(page, {"reason": ""}).status_code == 422
    told = client.post(page, {"reason": "Mauvaise ligne."}, follow=True).content.decode()
    assert "Mauvaise ligne." in told and "pas sollicité depuis douze mois" in told
    assert "est déjà retiré" in client.post(page, {"reason": "Encore."}, follow=True).content.decode()
    assert JournalEntry.objects.filter(verb="consultations.consulte_retire").count() == 1


def test_the_tab_asks_as_many_questions_for_one_as_for_five(dossier, user, actor, five, client_for, count_queries):
    page, client = reverse("consultations:prestataire", args=[dossier.pk]), client_for(user)
    consultes.consult(dossier, five[:1], date=DAY, actor=actor)
    client.get(page)
    one = count_queries(lambda: client.get(page))
    consultes.consult(dossier, five[1:], date=DAY, motif="Beaucoup.", actor=actor)
    client.get(page)
    assert count_queries(lambda: client.get(page)) == one
    asked = PAGE + "?" + "&".join(f"p={p.pk}" for p in five[:1])
    few = count_queries(lambda: client.get(asked))
    asked = PAGE + "?" + "&".join(f"p={p.pk}" for p in five)
    assert count_queries(lambda: client.get(asked)) == few
    assert CahierDesCharges.objects.count() == 1
