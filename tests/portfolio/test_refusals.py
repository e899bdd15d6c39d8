"""What the services of the portfolio refuse by themselves, whatever the page before them lets through."""

import pytest
from django.urls import reverse

from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.models import OutboxMail
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.services.blocs import add_reference
from partners.portfolio.fiche.services.inscription import create_prestataire
from partners.portfolio.fiche.services.versions import start_version, submit, under_way, update_rubrique, verify
from partners.portfolio.invitations.services import invite, invite_colleague
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.services import join
from partners.portfolio.publication.models import Publication
from partners.portfolio.reprise.services import change_address, invite_referent, take_over
from partners.portfolio.vitrine.services import set_open, set_withdrawn, write_to
from partners.recherche.services import set_favori
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    member_actor,
    prestataire_of,
    published_prestataire,
    siret_of,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


def test_only_its_own_people_write_for_a_prestataire(prestataire, centre):
    fiche = under_way(prestataire)
    rival = actor_of(UserFactory())
    prestataire_of(rival.user, number=48)
    for stranger in (rival, member_actor(OrganisationFactory(c2ra=True, region=centre)), Actor.anonymous()):
        for write in (
            lambda a: start_version(prestataire, actor=a),
            lambda a: update_rubrique(fiche, "identite", {"sigle": "PRIS"}, actor=a),
            lambda a: verify(fiche, "identite", actor=a),
            lambda a: add_reference(fiche, {"annee": 2024, "client": "X", "objet": "Y"}, actor=a),
            lambda a: submit(fiche, actor=a, expected_state="brouillon"),
            lambda a: set_withdrawn(prestataire, True, actor=a),
            lambda a: invite_colleague(prestataire, "a@example.org", actor=a),
        ):
            with pytest.raises(NotAllowed):
                write(stranger)
    fiche.refresh_from_db()
    assert (fiche.sigle, fiche.state) == ("", "brouillon")


def test_only_a_dla_or_a_c2ra_that_writes_invites_and_takes_over(centre):
    values = {"siret": siret_of(71), "raison_sociale": "Repris", "contact_email": "a@example.org"}
    for stranger in (
        member_actor(OrganisationFactory(region=centre), "lecture"),
        member_actor(OrganisationFactory(cnar=True)),
        actor_of(UserFactory()),
    ):
        with pytest.raises(NotAllowed):
            invite("a@example.org", actor=stranger)
        with pytest.raises(NotAllowed):
            take_over(values, actor=stranger, source="fichier")
    assert not Prestataire.objects.exists() and not OutboxMail.objects.exists()


def test_only_the_c2ra_of_a_region_opens_it_to_the_public(centre):
    for stranger in (
        member_actor(OrganisationFactory(region=centre)),
        member_actor(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))),
        member_actor(OrganisationFactory(c2ra=True, region=centre), "lecture"),
    ):
        with pytest.raises(NotAllowed):
            set_open(centre, True, actor=stranger, expected_version=0)


def test_a_colleague_who_is_there_is_not_invited_again(prestataire, user):
    colleague = UserFactory(email="la@example.org")
    join(prestataire, colleague, actor=SYSTEM)
    with pytest.raises(InvalidInput, match="appartient déjà"):
        invite_colleague(prestataire, " LA@example.org ", actor=actor_of(user))


def test_a_prestataire_keeps_a_name_and_a_rubric_that_does_not_exist_is_verified_by_nobody(prestataire, user, centre):
    with pytest.raises(InvalidInput, match="raison sociale"):
        create_prestataire(actor=actor_of(user), siret=siret_of(72), name="  ", region=centre)
    fiche = under_way(prestataire)
    with pytest.raises(InvalidInput, match="raison sociale"):
        update_rubrique(fiche, "identite", {"raison_sociale": "  "}, actor=actor_of(user))
    with pytest.raises(InvalidInput, match="n’existe pas"):
        verify(fiche, "ailleurs", actor=actor_of(user))


def test_nobody_is_invited_to_a_fiche_that_was_erased_nor_at_a_wrong_address(centre):
    actor = member_actor(OrganisationFactory(region=centre))
    values = {"siret": siret_of(73), "raison_sociale": "Repris", "contact_email": "a@example.org"}
    prestataire = take_over(values, actor=actor, source="fichier")
    reprise = Reprise.objects.get()
    with pytest.raises(InvalidInput, match="pas valable"):
        change_address(reprise, "pas une adresse", actor=actor)
    Prestataire.objects.filter(pk=prestataire.pk).update(efface_le="2026-11-20T09:00Z")
    for write in (
        lambda: invite_referent(reprise, actor=actor),
        lambda: change_address(reprise, "b@example.org", actor=actor),
    ):
        with pytest.raises(StaleState, match="effacée"):
            write()
    assert Reprise.objects.get().email == "a@example.org"


def test_a_message_that_nobody_would_read_is_not_taken(prestataire):
    prestataire.membres.update(state="parti", ended_at="2026-11-20T09:00Z")
    with pytest.raises(InvalidInput, match="Personne ne relève"):
        write_to(prestataire, nom="Une visiteuse", email="v@example.org", texte="Bonjour")


def test_favourites_are_those_of_somebody_in_an_organisation(prestataire):
    for nobody in (Actor.anonymous(), actor_of(UserFactory())):
        with pytest.raises(NotAllowed, match="favoris"):
            set_favori(prestataire, True, actor=nobody)


def test_an_action_that_a_page_does_not_offer_is_refused_in_words(client_for, user, centre):
    prestataire = published_prestataire(user, region=centre)
    publication = Publication.objects.get()
    mine = client_for(user)
    start_version(prestataire, actor=actor_of(user))
    c2ra = client_for(member(OrganisationFactory(c2ra=True, region=centre)))
    shown = {"version": publication.version, "expected_state": publication.state}
    for client, name, args, posted, said in (
        (c2ra, "publication", [publication.pk], {"action": "demander", **shown}, "plus à jour"),
        (c2ra, "publication", [publication.pk], {"action": "desactiver"}, "plus à jour"),
        (c2ra, "ouverture", [], {"action": "ouvrir"}, "plus à jour"),
        (c2ra, "ouverture", [], {"action": "peindre", "version": 0}, "plus à jour"),
        (mine, "action", [prestataire.pk], {"action": "publier", "version": 1, "expected_state": "x"}, "plus à jour"),
        (mine, "membre", [prestataire.pk, prestataire.membres.get().pk], {"action": "x"}, "n’existe pas"),
    ):
        answer = client.post(reverse(f"portfolio:{name}", args=args), posted)
        assert answer.status_code == 422 and said in answer.content.decode(), (name, posted)
    assert FicheVersion.objects.filter(state="brouillon").count() == 1
