"""What is ticked and what the dossier proves: told apart, and ticked in one act that stays a person's."""

import pytest
from django.urls import reverse

from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.models import JournalEntry
from projects.demarche import services
from projects.demarche.avancement import Avancement, proven_unticked
from projects.enums import EtatItem
from projects.evidence import evidence_for
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie
from tests.factories import actor_of, ingenierie_of, member, member_actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    made = ingenierie_of(user.active_membership.organisation)
    update_section(
        made, "ciblage", actor=SYSTEM, expected_version=None, values={"territoire": "Le Lochois", "poids": "Petites"}
    )
    return made


def items_of(ingenierie):
    return list(ingenierie.checklist.all())


def proven(ingenierie):
    return proven_unticked(items_of(ingenierie), evidence_for(ingenierie))


def told(ingenierie) -> Avancement:
    return Avancement.of(items_of(ingenierie), evidence_for(ingenierie))


def test_a_proof_never_ticks_and_a_tick_proves_nothing(ingenierie):
    before = told(ingenierie)
    assert (before.cochees, before.prouvees, before.a_cocher) == (0, 0, 2)
    other = next(item for item in items_of(ingenierie) if item.code not in evidence_for(ingenierie))
    services.set_item(other, actor=SYSTEM, state=EtatItem.FAIT)
    after = told(ingenierie)
    assert (after.cochees, after.prouvees, after.a_cocher) == (1, 0, 2)


def test_one_act_ticks_those_shown_with_one_journal_entry_each(client, user, ingenierie):
    client.force_login(user)
    url = reverse("projects:demarche", args=[ingenierie.pk])
    shown = proven(ingenierie)
    page = client.get(url).content.decode()
    assert "Cocher les 2 dont la preuve est là" in page
    answer = client.post(
        reverse("projects:items_proven", args=[ingenierie.pk]),
        {"action": [f"{item.pk}:{item.version}" for item in shown]},
        follow=True,
    )
    assert "2\u00a0actions cochées." in answer.content.decode()
    assert "dont 2\u00a0prouvées par le dossier" in answer.content.decode()
    assert JournalEntry.objects.filter(verb="projects.item", object_id__in=[i.pk for i in shown]).count() == 2
    assert told(ingenierie).a_cocher == 0


def test_what_changed_since_it_was_shown_is_left_and_said(user, ingenierie):
    actor = actor_of(user)
    first, second = proven(ingenierie)
    versions = {first.pk: first.version, second.pk: second.version}
    services.set_item(first, actor=SYSTEM, note="Quelqu’un vient d’écrire")
    result = services.tick_proven(ingenierie, versions, actor=actor)
    assert ([i.pk for i in result.done], [i.pk for i in result.changed]) == ([second.pk], [first.pk])
    update_section(ingenierie, "ciblage", actor=SYSTEM, expected_version=None, values={"territoire": "", "poids": ""})
    first.refresh_from_db()
    result = services.tick_proven(ingenierie, {first.pk: first.version}, actor=actor)
    assert [i.pk for i in result.unproven] == [first.pk]
    first.refresh_from_db()
    assert first.state == EtatItem.A_FAIRE


def test_only_who_contributes_ticks_and_nothing_asked_is_refused(ingenierie):
    item = proven(ingenierie)[0]
    with pytest.raises(NotAllowed):
        services.tick_proven(ingenierie, {item.pk: item.version}, actor=member_actor())
    with pytest.raises(InvalidInput):
        services.tick_proven(ingenierie, {}, actor=SYSTEM)


def test_the_list_and_the_page_tell_the_same_figures(client, user, ingenierie):
    client.force_login(user)
    item = proven(ingenierie)[0]
    services.set_item(item, actor=SYSTEM, state=EtatItem.FAIT)
    found = Ingenierie.objects.get(pk=ingenierie.pk)
    live = told(ingenierie)
    assert found.actions_reglees == live.cochees == 1
    page = client.get(reverse("projects:list")).content.decode()
    assert f"1/{live.total} cochées" in page
