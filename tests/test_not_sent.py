"""A mail that failed is said beside whom it was for, on every page that says it was sent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Grant
from consultations.choix import avis as projet_avis
from core import clock, outbox
from core.jobs import run_pending
from core.models import MailState, OutboxMail
from engagement.comite.services.seances import add_membre, add_point, create_seance, perform_seance
from engagement.reunions.models import Reunion
from engagement.reunions.services.participants import add_other
from engagement.reunions.services.reunions import create_reunion, perform_reunion
from mobilisation.reponses import services as reponses
from partners.portfolio.invitations.services import invite, invite_colleague
from partners.portfolio.publication import besoin
from projects.besoins.services import mutualisation
from projects.cycle import demandes
from projects.cycle.services import give_avis_c2ra
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import add_structures
from tests.consultations import scene as scenes
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    UserFactory,
    actor_of,
    engaged,
    ingenierie_of,
    member,
    prestataire_of,
)

pytestmark = pytest.mark.django_db
NOT_SENT = "le courrier n’est pas parti"


@pytest.fixture
def world(clock_at):
    clock_at("2026-11-21 10:00")
    organisation = OrganisationFactory(name="DLA Touraine")
    return organisation, member(organisation, "responsable")


def _invitation(organisation, user):
    services.invite(organisation, "invitee@example.org", "lecture", actor=actor_of(user))
    return user, reverse("accounts:organisation", args=[organisation.pk])


def _prestataire(organisation, user):
    invite("cabinet@example.org", actor=actor_of(user))
    return user, reverse("portfolio:invitations")


def _colleague(organisation, user):
    referent = UserFactory()
    prestataire = prestataire_of(referent)
    invite_colleague(prestataire, "collegue@example.org", actor=actor_of(referent))
    return referent, reverse("portfolio:equipe", args=[prestataire.pk])


def _meeting(organisation, user):
    actor, ingenierie = actor_of(user), ingenierie_of(organisation)
    values = {
        "nature": "copil", "objet": "Cadrage", "date": dt.date(2026, 12, 3), "heure_debut": dt.time(14),
        "heure_fin": dt.time(16), "lieu": "Tours",
    }  # fmt: skip
    reunion = create_reunion(ingenierie, values, actor=actor)
    add_other(reunion, {"organisme": "Mairie", "email": "mairie@example.org"}, actor=actor)
    reunion = Reunion.objects.select_related("ingenierie").get(pk=reunion.pk)
    perform_reunion(reunion, "convoquer", actor=actor, expected_state=reunion.state, version=reunion.version)
    return user, reverse("engagement:reunion", args=[ingenierie.pk, reunion.pk])


def _comite(organisation, user):
    actor = actor_of(user)
    seance = create_seance(organisation, {"debut": clock.now() + dt.timedelta(days=10), "lieu": "Tours"}, actor=actor)
    add_membre(seance, {"organisme": "Mairie", "nom": "Sam", "email": "sam@example.org"}, actor=actor)
    add_point(seance, engaged(organisation), actor=actor)
    perform_seance(seance, "convoquer", actor=actor, expected_state="preparation")
    return user, reverse("comite:seance", args=[seance.pk])


def _pooling(organisation, user):
    c2ra = OrganisationFactory(c2ra=True, region=organisation.region)
    other = OrganisationFactory(region=organisation.region)
    member(other, "responsable")
    values = {
        "titre": "Paie", "message": "Ensemble.", "theme": TypePrestationFactory(), "secteur": None, "seuil": 2,
        "reponse_avant": clock.today() + dt.timedelta(days=20),
    }  # fmt: skip
    asks = member(c2ra)
    made = mutualisation.propose(values, [organisation.pk, other.pk], actor=actor_of(asks))
    return asks, reverse("besoins:mutualisation", args=[made.pk])


def _structure(organisation, user):
    ingenierie = ingenierie_of(organisation)
    structure = StructureFactory(organisation=organisation, contact_name="Noa", contact_email="noa@example.org")
    (ciblee,) = add_structures(ingenierie, [structure.pk], actor=actor_of(user))
    reponses.solliciter(ingenierie, [ciblee.pk], actor=actor_of(user))
    return user, reverse("mobilisation:reponses", args=[ingenierie.pk])


def _project(organisation, user):
    made = scenes.call(candidats=1, dla=organisation, pilot=user)
    choix = scenes.decided(made)
    projet_avis.ask_structure(choix, made.ciblees[0], nom="Une", email="s@example.org", actor=made.actor)
    return user, reverse("consultations:projet", args=[made.dossier.pk, choix.pk])


PAGES = [_structure, _project, _invitation, _prestataire, _colleague, _meeting, _comite, _pooling]


@pytest.mark.parametrize("case", PAGES)
def test_the_page_says_it_only_when_the_mail_failed(case, world, client_for):
    reader, url = case(*world)
    assert NOT_SENT not in client_for(reader).get(url).content.decode()
    OutboxMail.objects.update(state=MailState.ECHEC)
    assert NOT_SENT in client_for(reader).get(url).content.decode()


def test_the_convocation_of_one_person_is_sent_again(world, client_for, sent_mails):
    user, url = _meeting(*world)
    run_pending()
    OutboxMail.objects.update(state=MailState.ECHEC)
    page = client_for(user).get(url).content.decode()
    again = page.partition("/renvoyer/")[0].rpartition('action="')[2] + "/renvoyer/"
    assert "/participants/" in again
    version = page.partition(again)[2].partition('name="version" value="')[2].partition('"')[0]
    client_for(user).post(again, {"version": version})
    run_pending()
    assert NOT_SENT not in client_for(user).get(url).content.decode()
    assert OutboxMail.objects.filter(state=MailState.ENVOYE, to="mairie@example.org").count() == 1


def _opinion(organisation, user):
    member(OrganisationFactory(c2ra=True, region=organisation.region))
    ingenierie = ingenierie_of(organisation, charge_mission=user)
    demandes.ask_avis_c2ra(ingenierie, actor=actor_of(user))
    return (
        user,
        reverse("projects:etape", args=[ingenierie.pk]),
        reverse("projects:avis_c2ra_demander", args=[ingenierie.pk]),
    )


def _prestataires(organisation, user):
    member(OrganisationFactory(c2ra=True, region=organisation.region))
    besoin.ask(actor=actor_of(user))
    return user, reverse("recherche:recherche"), reverse("recherche:demander")


def _pooling_again(organisation, user):
    asks, page = _pooling(organisation, user)
    return asks, page, f"{page}renvoyer/"


@pytest.mark.parametrize("case", [_opinion, _prestataires, _pooling_again])
def test_what_did_not_leave_is_sent_again_from_where_it_is_said(case, world, client_for, sent_mails):
    user, page, address = case(*world)
    client = client_for(user)
    assert "Renvoyer" not in client.get(page).content.decode()
    failed = OutboxMail.objects.filter(template__regex="mutualisation_proposee|avis_c2ra_demande|besoin")
    run_pending()
    failed.update(state=MailState.ECHEC)
    mails = len(sent_mails())
    assert "Renvoyer" in client.get(page).content.decode()
    assert client.post(address).status_code == 302
    assert len(sent_mails()) > mails and not failed.exclude(state=MailState.ENVOYE).exists()
    assert NOT_SENT not in client.get(page).content.decode()
    mails = len(sent_mails())
    client.post(address)
    assert len(sent_mails()) == mails  # only what failed


def test_the_mail_that_tells_an_opinion_is_sent_again_by_the_c2ra_that_gave_it(world, client_for, sent_mails):
    organisation, user = world
    c2ra = OrganisationFactory(c2ra=True, region=organisation.region)
    advisor, other = member(c2ra), member(OrganisationFactory(c2ra=True, region=organisation.region))
    ingenierie = ingenierie_of(organisation, charge_mission=user)
    avis = give_avis_c2ra(ingenierie, actor=actor_of(advisor), sens="favorable", commentaire="")
    page = reverse("projects:etape", args=[ingenierie.pk])
    address = reverse("projects:avis_c2ra_renvoyer", args=[ingenierie.pk, avis.pk])
    assert address not in client_for(advisor).get(page).content.decode()
    before = len(sent_mails())
    failed = OutboxMail.objects.filter(template="projects/avis_c2ra_donne")
    failed.update(state=MailState.ECHEC)
    for reader, may in ((advisor, True), (user, False), (other, False)):
        shown = client_for(reader).get(page).content.decode()
        assert NOT_SENT in shown and (address in shown) == may
    assert client_for(other).post(address).status_code == 403
    assert client_for(user).post(address).status_code == 403
    assert len(sent_mails()) == before
    assert client_for(advisor).post(address).status_code == 302
    assert [mail.to for mail in sent_mails()[before:]] == [[user.email]]
    assert NOT_SENT not in client_for(advisor).get(page).content.decode()
    client_for(advisor).post(address)
    assert len(sent_mails()) == before + 1  # only what failed


def test_a_structure_whose_mail_did_not_leave_is_written_to_again_before_the_week_is_over(world, clock_at, sent_mails):
    _structure(*world)
    ciblee = StructureCiblee.objects.select_related("ingenierie").get()
    clock_at("2026-11-22 10:00")

    def again():
        return reponses.solliciter(ciblee.ingenierie, [ciblee.pk], actor=actor_of(world[1]))

    assert again().recent == [ciblee]
    OutboxMail.objects.update(state=MailState.ECHEC)
    assert again().done == [ciblee]
    assert again().recent == [ciblee]


def test_a_mail_whose_digest_failed_did_not_leave_either(world):
    _, user = world
    grant = services.invite(world[0], "invitee@example.org", "lecture", actor=actor_of(user))
    mail = OutboxMail.objects.get()
    mail.digest = OutboxMail.objects.create(template=outbox.DIGEST, to=mail.to, state=MailState.ECHEC)
    mail.save()
    assert outbox.unsent([mail.key, "another"]) == {mail.key}
    assert outbox.send_again([mail.key, "another"], actor=actor_of(user)) == 1
    assert outbox.unsent([mail.key]) == set()
    assert Grant.objects.get() == grant
