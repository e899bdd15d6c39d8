"""Two people, or two halves of a double click, at the very same instant: nobody gets an error page, nothing is lost.

On PostgreSQL the requests really meet; on SQLite they follow one another, and the same must hold.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from core.actor import Actor
from core.models import JournalEntry
from engagement.dla import expected_organisations
from mobilisation.groupes.services import add_groupe
from mobilisation.scenarios.services import add_scenario
from partners.recherche.entrees import stamp_of
from projects.cycle.services import perform_action
from projects.demarche.services import add_own_item
from projects.structures_ciblees.services import add_structures
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    StructureFactory,
    actor_of,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
)
from tests.strict import StrictClient

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sqlite]

SYSTEM = Actor.system("recette")
TIMES = 5


def browser(user) -> StrictClient:
    client = StrictClient(raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    return client


def together(user, *posts: tuple[str, list, dict]) -> list[int]:
    """Post each (route, arguments, data) from a browser of its own, all at once; return the statuses."""
    start = threading.Barrier(len(posts))
    statuses: list[int] = [0] * len(posts)
    browsers = [browser(user) for _ in posts]

    def send(index: int) -> None:
        route, args, data = posts[index]
        try:
            start.wait(10)
            statuses[index] = browsers[index].post(reverse(route, args=args), data).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(index,)) for index in range(len(posts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return statuses


@pytest.fixture
def user():
    return member(OrganisationFactory())


@pytest.fixture
def dossier(user) -> Callable:
    return lambda: ingenierie_of(user.active_membership.organisation)


def test_one_opinion_of_the_c2ra_whoever_clicks_twice(user, dossier):
    c2ra = member(OrganisationFactory(c2ra=True, region=user.active_membership.organisation.region))
    for _ in range(TIMES):
        i = dossier()
        post = ("projects:avis_c2ra", [i.pk], {"sens": "favorable"})
        assert together(c2ra, post, post) == [302, 302]
        assert i.avis_c2ra.count() == 1


def test_one_attestation_whoever_clicks_twice(user, attested_convention):
    for _ in range(TIMES):
        i = fulfil_engager(engaged(user.active_membership.organisation))
        assert len(expected_organisations(i)) == 1
        i = perform_action(i, "confirmer", actor=SYSTEM, expected_state="engager", version=i.version)
        post = ("projects:attester", [i.pk, "convention"], {"date": "2020-01-01", "text": "Signée."})
        assert together(user, post, post) == [302, 302]
        assert i.attestations.count() == 1


def test_an_own_action_is_taken_away_once(user, dossier):
    for _ in range(TIMES):
        i = dossier()
        item = add_own_item(i, actor=SYSTEM, phase="identifier.problematique", label="X")
        post = ("projects:item_remove", [i.pk, item.pk], {})
        assert set(together(user, post, post)) <= {302, 404}
        assert JournalEntry.objects.filter(verb="projects.item_retire", object_id=item.pk).count() == 1


def test_nothing_is_written_after_the_end(user, dossier):
    for _ in range(TIMES):
        i = dossier()
        end = {"action": "abandonner", "expected_state": "identifier", "version": str(i.version), "reason": "Fini."}
        statuses = together(
            user,
            ("projects:etape", [i.pk], end),
            ("projects:problematique", [i.pk], {"version": "1", "contexte": "X"}),
            ("projects:item_add", [i.pk], {"phase": "identifier.problematique", "label": "X"}),
        )
        assert statuses[0] == 302 and set(statuses) <= {302, 403}
        i.refresh_from_db()
        told = JournalEntry.objects.filter(scope_type="projects.ingenierie", scope_id=i.pk).order_by("pk")
        assert told.last().verb == "projects.ingenierie.abandonner"


def test_a_scenario_kept_while_it_is_changed(user, dossier):
    for _ in range(TIMES):
        i = dossier()
        scenario = add_scenario(i, actor=SYSTEM, values={"nom": "Un"})
        statuses = together(
            user,
            ("mobilisation:scenario_retenir", [i.pk, scenario.pk], {}),
            ("mobilisation:scenario", [i.pk, scenario.pk], {"nom": "Deux", "version": "1"}),
        )
        assert statuses[0] == 302 and statuses[1] in (302, 409)


def test_a_group_undone_while_it_is_changed(user, dossier):
    for _ in range(TIMES):
        i = dossier()
        groupe = add_groupe(i, actor=SYSTEM, values={"nom": "Un"})
        statuses = together(
            user,
            ("mobilisation:groupe_defaire", [i.pk, groupe.pk], {}),
            ("mobilisation:groupe", [i.pk, groupe.pk], {"nom": "Deux", "version": "1"}),
        )
        assert statuses[0] == 302 and statuses[1] in (302, 404, 409)


def test_a_structure_contacted_while_it_joins_a_group(user, dossier):
    for _ in range(TIMES):
        i = dossier()
        structure = StructureFactory(organisation=i.pilote)
        [ciblee] = add_structures(i, [structure.pk], actor=actor_of(user))
        contact = {"action": "contacter", "expected_state": "reperee", "version": "1"}
        assert together(
            user,
            ("projects:structure", [i.pk, ciblee.pk], contact),
            ("mobilisation:groupe_nouveau", [i.pk], {"nom": "Un", "structures": [str(ciblee.pk)]}),
        ) == [302, 302]


def test_a_partner_taken_out_while_a_line_names_it(user):
    for _ in range(TIMES):
        i = fulfil_engager(engaged(user.active_membership.organisation))
        partner = i.partenaires_projet.get()
        line = {
            "ressources-version": str(i.budget.version), "ressources-nature": "etat",
            "ressources-partenaire": str(partner.pk), "ressources-demande": "10",
        }  # fmt: skip
        statuses = together(
            user,
            ("engagement:partenaire_retirer", [i.pk, partner.pk], {"version": "1"}),
            ("engagement:ligne_ajouter", [i.pk, "ressources"], line),
        )
        assert statuses[0] == 302 and statuses[1] in (302, 404, 409, 422)


def test_who_leaves_is_not_given_one_more_dossier(user):
    organisation = user.active_membership.organisation
    for _ in range(TIMES):
        boss, leaver = member(organisation, "responsable"), member(organisation)
        held = leaver.active_membership
        end = {"receiver": str(boss.active_membership.pk), "end": "on"}
        opened = {"titre": "Pour qui part", "pilote": str(organisation.pk), "charge_mission": str(leaver.pk)}
        statuses = together(
            boss,
            ("accounts:member_handover", [organisation.pk, held.pk], end),
            ("projects:create", [], opened),
        )
        assert statuses[0] == 302 and statuses[1] in (302, 422)
        held.refresh_from_db()
        assert held.ended_at is not None
        assert not leaver.ingenieries.exists()


def test_a_region_waits_for_its_own_stamps_and_for_no_other():
    """A stamp is committed before the next one of its région is given: whoever has read up to it missed nothing."""
    here, other = RegionFactory(), RegionFactory()
    given, commit = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        try:
            with transaction.atomic():
                stamp_of(here.pk)
                given.set()
                commit.wait(10)
                order.append("le premier valide")
        finally:
            connections.close_all()

    def second() -> None:
        try:
            with transaction.atomic():
                stamp_of(here.pk)
                order.append("le second reçoit son rang")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    given.wait(10)
    threads[1].start()
    if connection.vendor == "postgresql":  # SQLite writes one transaction at a time
        assert stamp_of(other.pk) == 1
    commit.set()
    for thread in threads:
        thread.join(10)
    assert order == ["le premier valide", "le second reçoit son rang"]
