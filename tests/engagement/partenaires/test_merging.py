"""Two partners that are one, both in an ingénierie: one line, with what was noted of both; links go on working."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Grant
from core import clock
from core.errors import StaleState
from core.models import JournalEntry
from engagement.budget.services.lignes import add_ressource
from engagement.partenaires.models import PartenaireProjet, ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE, add_partenaire, save_answer
from engagement.reunions.services.participants import add_participants
from engagement.reunions.services.reunions import create_reunion
from partners.directory.annuaire import PARTENAIRES
from tests.factories import PartenaireFactory
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
CHECKS = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")


@pytest.fixture
def kept(world):
    return PartenaireFactory(organisation=world.pilote, name="Ligue du Loiret")


@pytest.fixture
def gone(world):
    return PartenaireFactory(organisation=world.pilote, name="Ligue Loiret")


def associate(ingenierie, partenaire, actor, **values) -> PartenaireProjet:
    return add_partenaire(ingenierie, partenaire, actor=actor, values=values)


def merge(kept, gone, actor):
    return PARTENAIRES.merge(kept, gone, {}, actor=actor, versions=(None, None))


def send(row, actor, email="noa@example.org"):
    return accounts.send_link(QUESTIONNAIRE, row, name="Noa Contact", email=email, actor=actor)


def opened(grant):
    """The page of the link, as its holder gets it."""
    grant.refresh_from_db()
    return StrictClient().get(reverse("lien", args=[accounts.link_token(grant)]))


def holder(grant):
    grant.refresh_from_db()
    token = accounts.link_token(grant)
    return accounts.open_link(accounts.read_link(token), token).actor


def test_an_ingenierie_with_one_of_them_keeps_its_line_and_its_link(ingenierie, actor, kept, gone):
    row = associate(ingenierie, gone, actor, attentes="De la durée.")
    grant = send(row, actor)
    merge(kept, gone, actor)
    row.refresh_from_db()
    assert (row.partenaire, row.attentes) == (kept, "De la durée.")
    page = opened(grant)
    assert page.status_code == 200 and "Ligue du Loiret" in page.content.decode()


def test_in_an_ingenierie_with_both_what_was_noted_of_each_stays_on_one_line(ingenierie, actor, kept, gone):
    stays = associate(
        ingenierie, kept, actor,
        roles="Relais", attentes="De la durée.", complementaire="oui", complementaire_texte="Rien de tel.",
        interet="non",
    )  # fmt: skip
    associate(
        ingenierie, gone, actor,
        roles="Financeur", attentes="Des outils.", problematique_partagee="oui", complementaire="non",
        complementaire_texte="Une action voisine.", comite_pilotage=True, interet="non",
    )  # fmt: skip
    merge(kept, gone, actor)
    row = PartenaireProjet.objects.get(ingenierie=ingenierie)
    assert (row.pk, row.partenaire, row.roles, row.comite_pilotage) == (stays.pk, kept, "Relais ; Financeur", True)
    assert row.attentes == "De la durée.\n\nDes outils."
    assert (row.problematique_partagee, row.complementaire) == ("oui", "oui")
    assert row.complementaire_texte.startswith("Rien de tel.\n\nUne action voisine.\n\nNoté aussi")
    assert row.complementaire_texte.endswith("non.") and row.interet_texte == ""
    entry = JournalEntry.objects.get(verb="engagement.partenaire_reuni")
    assert entry.scope_id == ingenierie.pk and "« Ligue Loiret » et « Ligue du Loiret »" in entry.reason
    assert entry.changes["comite_pilotage"] == [False, True]


def test_roles_too_long_together_are_not_cut(ingenierie, actor, kept, gone):
    associate(ingenierie, kept, actor, roles="a" * 200)
    associate(ingenierie, gone, actor, roles="b" * 200, contribution_technique="Une salle.")
    merge(kept, gone, actor)
    row = PartenaireProjet.objects.get(ingenierie=ingenierie)
    assert row.roles == "a" * 200 and row.contribution_technique == f"Une salle.\n\nRôle : {'b' * 200}"


def test_its_funding_lines_its_participations_and_its_answers_follow(ingenierie, actor, kept, gone):
    stays = associate(ingenierie, kept, actor)
    goes = associate(ingenierie, gone, actor)
    ligne = add_ressource(ingenierie, {"nature": "etat", "partenaire": goes, "demande": Decimal(100)}, actor=actor)
    reunion = create_reunion(
        ingenierie,
        {"date": clock.today() + dt.timedelta(days=9), "heure_debut": dt.time(10), "heure_fin": dt.time(12),
         "nature": "copil", "lieu": "Ici", "objet": "Une réunion"},
        actor=actor,
    )  # fmt: skip
    add_participants(reunion, [f"partenaire-{goes.pk}"], actor=actor)
    grant = send(goes, actor)
    save_answer(goes, CHECKS, actor=holder(grant), expected_version=0, send=True)
    merge(kept, gone, actor)
    ligne.refresh_from_db()
    assert ligne.partenaire == stays and reunion.participants.get().partenaire == stays
    assert ReponsePartenaire.objects.get().partenaire_projet == stays


def test_a_link_sent_for_the_line_that_goes_opens_the_line_that_stays(ingenierie, actor, kept, gone):
    stays, goes = associate(ingenierie, kept, actor), associate(ingenierie, gone, actor)
    grant, mine = send(goes, actor), send(stays, actor, "sam@example.org")
    save_answer(goes, {"attentes": "Commencé."}, actor=holder(grant), expected_version=0)
    merge(kept, gone, actor)
    assert opened(mine).status_code == 200
    assert "Commencé." in opened(grant).content.decode()
    save_answer(stays, CHECKS, actor=holder(grant), expected_version=1, send=True)
    assert ReponsePartenaire.objects.get().partenaire_projet == stays


@pytest.mark.parametrize("last", ["stays", "goes"])
def test_an_address_that_had_two_links_keeps_the_last_and_what_it_had_begun_by_the_other(
    ingenierie, actor, kept, gone, last
):
    rows = {"stays": associate(ingenierie, kept, actor), "goes": associate(ingenierie, gone, actor)}
    first = next(name for name in rows if name != last)
    early = send(rows[first], actor)
    save_answer(rows[first], {"attentes": "Commencé."}, actor=holder(early), expected_version=0)
    Grant.objects.filter(pk=early.pk).update(sent_at=clock.now() - dt.timedelta(days=2))
    late = send(rows[last], actor, "NOA@example.org")
    save_answer(rows[last], {"attentes": "Repris."}, actor=holder(late), expected_version=0)
    merge(kept, gone, actor)
    assert opened(early).status_code == 410
    page = opened(late).content.decode()
    assert "Commencé." in page and "Repris." in page
    assert list(Grant.objects.of(rows["stays"])) == [late]
    assert JournalEntry.objects.filter(verb="lien.revoque", scope_id=ingenierie.pk).count() == 1


def test_an_answered_link_goes_on_saying_so(ingenierie, actor, kept, gone):
    stays, goes = associate(ingenierie, kept, actor), associate(ingenierie, gone, actor)
    done = send(goes, actor)
    save_answer(goes, CHECKS, actor=holder(done), expected_version=0, send=True)
    waiting = send(stays, actor)
    merge(kept, gone, actor)
    assert "a été reçue" in opened(done).content.decode() and opened(waiting).status_code == 200


def test_it_is_merged_in_an_ended_ingenierie_and_in_that_of_a_neighbour_too(world, actor, kept, gone):
    for ingenierie in (world.ingenierie, world.other):
        for partenaire in (kept, gone):
            PartenaireProjet.objects.create(ingenierie=ingenierie, partenaire=partenaire, famille="financeurs")
    type(world.ingenierie)._base_manager.filter(pk=world.ingenierie.pk).update(state="terminee")
    merge(kept, gone, actor)
    assert PartenaireProjet.objects.filter(partenaire=kept).count() == PartenaireProjet.objects.count() == 2


def test_a_partner_merged_while_the_page_was_open_is_not_associated(ingenierie, actor, kept, gone, monkeypatch):
    seen = type(gone).objects.get(pk=gone.pk)
    merge(kept, gone, actor)
    # Checked a moment too early: it could still be read.
    monkeypatch.setattr(type(type(gone).objects.all()), "visible_to", lambda self, actor: self)
    with pytest.raises(StaleState, match="réuni à une autre"):
        associate(ingenierie, seen, actor)
