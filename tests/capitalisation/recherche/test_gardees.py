"""Searches that one keeps: who, how, and when they write."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Membership
from accounts.personal import PERSONAL_DATA
from accounts.services.erasure import anonymise
from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche import services
from capitalisation.recherche.models import RechercheEnregistree
from capitalisation.recherche.nouveautes import prevenir
from capitalisation.recherche.recherche import Criteres
from core import clock
from core.actor import Actor
from core.errors import InvalidInput
from core.models import OutboxMail
from core.outbox import compose
from tests.capitalisation.scene import ressource
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")
LIST = "/bibliotheque/recherches/"


@pytest.fixture
def user():
    return member(OrganisationFactory(dla=True))


@pytest.fixture
def ailleurs():
    return OrganisationFactory(dla=True, region=RegionFactory(bretagne=True))


def kept(user, query="q=tresorerie", **values) -> RechercheEnregistree:
    told = {"nom": "Trésorerie", "prevenir": True, **values}
    row = services.keep(Criteres.lire(query), told, actor=actor_of(user))
    RechercheEnregistree.objects.filter(pk=row.pk).update(vue_jusqua=clock.now() - dt.timedelta(hours=1))
    row.refresh_from_db()
    return row


def owed() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(template="capitalisation/recherche_nouveautes").order_by("pk"))


# --- Keeping --------------------------------------------------------------------------------------------------------


def test_a_search_is_kept_under_a_name_found_again_renamed_and_erased(client_for, user):
    client = client_for(user)
    query = "q=tr%C3%A9sorerie&sorte=documentaire"
    page = client.get(f"{LIST}garder/?{query}").content.decode()
    assert "« trésorerie » ; Sorte : Ressources documentaires" in page
    client.post(f"{LIST}garder/?{query}", {"nom": "La trésorerie", "prevenir": "on"})
    row = RechercheEnregistree.objects.get()
    assert (row.criteres, row.prevenir) == (query, True)
    assert "/bibliotheque/?q=tr%C3%A9sorerie&amp;sorte=documentaire" in client.get(LIST).content.decode()
    client.post(f"{LIST}{row.pk}/", {"nom": "Les comptes", "prevenir": "on", "version": row.version})
    row.refresh_from_db()
    assert row.nom == "Les comptes"
    client.post(f"{LIST}{row.pk}/prevenir/", {"prevenir": "0"})
    row.refresh_from_db()
    assert row.prevenir is False
    client.post(f"{LIST}{row.pk}/effacer/", {"version": row.version})
    assert not RechercheEnregistree.objects.exists()


def test_a_name_taken_is_said_beside_what_was_typed(client_for, user):
    kept(user)
    answer = client_for(user).post(f"{LIST}garder/?q=autre", {"nom": "Trésorerie"})
    assert answer.status_code == 422
    assert "Vous avez déjà une recherche de ce nom." in answer.content.decode()


def test_too_many_criteria_or_too_many_searches_are_refused_in_words(user):
    many = "&".join(f"departement={n:02}" for n in range(1, 96)) + "&q=" + "é" * 200
    with pytest.raises(InvalidInput, match="trop de critères"):
        services.keep(Criteres.lire(many), {"nom": "Tout", "prevenir": True}, actor=actor_of(user))
    for n in range(services.MOST):
        kept(user, nom=f"n° {n}")
    with pytest.raises(InvalidInput, match="Vous gardez déjà 30 recherches"):
        kept(user, nom="De trop")


def test_a_form_of_two_tabs_does_not_overwrite(client_for, user):
    row, client = kept(user), client_for(user)
    client.post(f"{LIST}{row.pk}/", {"nom": "Un", "prevenir": "on", "version": row.version})
    assert client.post(f"{LIST}{row.pk}/", {"nom": "Deux", "version": row.version}).status_code == 409


@pytest.mark.parametrize("suffix", ["", "prevenir/", "effacer/"])
def test_the_search_of_a_colleague_is_not_found(client_for, user, suffix):
    row = kept(user)
    colleague = member(user.active_membership.organisation)
    data = {"nom": "Prise", "version": row.version}
    assert client_for(colleague).post(f"{LIST}{row.pk}/{suffix}", data).status_code == 404
    assert "Trésorerie" not in client_for(colleague).get(LIST).content.decode()


# --- What is new ----------------------------------------------------------------------------------------------------


def test_one_mail_lists_what_is_new_in_each_search_once(user, ailleurs):
    kept(user)
    kept(user, "support=lien", nom="Les liens")
    kept(user, "q=danse", nom="Danse")
    ressource(ailleurs)
    ressource(ailleurs, titre="Ancienne trésorerie", publiee_le=clock.now() - dt.timedelta(days=3))
    assert prevenir(actor=SYSTEM) == 1
    (mail,) = owed()
    assert (mail.to, mail.urgent) == (user.email, False)
    told = compose(mail)
    assert told["compte"] == "1\u00a0nouveauté"
    assert [r["nom"] for r in told["recherches"]] == ["Trésorerie", "Les liens"]
    assert [x["titre"] for x in told["recherches"][0]["ressources"]] == ["Lire sa trésorerie mois par mois"]
    assert prevenir(actor=SYSTEM) == 0
    assert len(owed()) == 1


def test_nothing_new_nothing_leaves_and_it_is_told_when_it_comes(user, ailleurs):
    kept(user)
    assert prevenir(actor=SYSTEM) == 0
    ressource(ailleurs)
    assert prevenir(actor=SYSTEM) == 1


def test_what_one_may_not_read_is_not_new(user, ailleurs):
    kept(user)
    ressource(ailleurs, lecteurs=Lecteurs.REGION)
    assert prevenir(actor=SYSTEM) == 0


@pytest.mark.parametrize("meanwhile", ["closed", "stopped", "erased", "archived", "left", "deactivated"])
def test_the_mail_has_nothing_left_to_say_when_that_changed_before_it_leaves(user, ailleurs, meanwhile):
    row, found = kept(user), ressource(ailleurs)
    prevenir(actor=SYSTEM)
    (mail,) = owed()
    assert compose(mail) is not None
    if meanwhile == "closed":
        Ressource.objects.filter(pk=found.pk).update(lecteurs=Lecteurs.REGION)
    elif meanwhile == "archived":
        from capitalisation.bibliotheque.services.ressources import perform_action

        perform_action(found, "archiver", actor=SYSTEM, expected_state=found.state, reason="Dépassée.")
    elif meanwhile == "stopped":
        services.update(row, {"prevenir": False}, actor=actor_of(user), expected_version=None)
    elif meanwhile == "erased":
        services.delete(row, actor=actor_of(user), expected_version=row.version)
    elif meanwhile == "left":
        Membership.objects.filter(user=user).update(ended_at=clock.now())
    else:
        user.is_active = False
        user.save(update_fields=["is_active"])
    assert compose(mail) is None


def test_whoever_left_is_owed_nothing(user, ailleurs):
    kept(user)
    Membership.objects.filter(user=user).update(ended_at=clock.now())
    ressource(ailleurs)
    assert prevenir(actor=SYSTEM) == 0


def test_one_reads_ones_searches_in_ones_personal_data(user):
    kept(user)
    (section,) = PERSONAL_DATA.get("bibliotheque.recherches")(user)
    assert section.rows[0]["critères"] == "q=tresorerie"


def test_the_searches_of_an_account_go_with_it(user):
    kept(user)
    Membership.objects.filter(user=user).update(ended_at=clock.now())
    anonymise(user, actor=SYSTEM)
    assert not RechercheEnregistree.objects.exists()
