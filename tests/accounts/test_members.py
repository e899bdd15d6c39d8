"""Members: roles, departures, what is handed over, and who may look."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.urls import reverse

from accounts import handover, services
from accounts.enums import Role
from accounts.models import Membership, User
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.journal import describe, entries_for
from core.models import JournalEntry
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory, actor_of, member


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


def url(name: str, *args) -> str:
    return reverse(f"accounts:{name}", args=args)


# --- Roles ----------------------------------------------------------------------------------------------------------


def test_a_responsable_changes_a_role_and_the_journal_says_it(dla, membership, client_for):
    target = membership(dla.charge)
    answer = client_for(dla.responsable).post(
        url("member_role", dla.organisation.pk, target.pk),
        {"role": Role.RESPONSABLE, "expected_role": Role.CHARGE_MISSION},
    )
    assert answer.status_code == 302
    target.refresh_from_db()
    assert target.role == Role.RESPONSABLE
    [line] = describe(entries_for(dla.organisation))
    assert line.sentence == "a changé le rôle de"
    assert [(c.before, c.after) for c in line.changes] == [("chargé de mission", "responsable")]


def test_two_responsables_who_change_the_same_role_do_not_overwrite_each_other(dla, responsable, membership):
    target = membership(dla.charge)
    services.change_role(target, Role.LECTURE, actor=responsable, expected_role=Role.CHARGE_MISSION)
    with pytest.raises(StaleState, match="lecture seule"):
        services.change_role(target, Role.RESPONSABLE, actor=responsable, expected_role=Role.CHARGE_MISSION)


def test_the_last_responsable_stays_one(dla, responsable, membership, client_for):
    target = membership(dla.responsable)
    answer = client_for(dla.responsable).post(
        url("member_role", dla.organisation.pk, target.pk),
        {"role": Role.LECTURE, "expected_role": Role.RESPONSABLE},
    )
    assert answer.status_code == 409
    assert "dernière personne responsable" in text(answer)
    with pytest.raises(ConditionsNotMet):
        services.end_membership(target, actor=responsable)
    # A responsable whose account is closed does not count.
    other = member(dla.organisation, Role.RESPONSABLE)
    User.objects.filter(pk=other.pk).update(is_active=False)
    with pytest.raises(ConditionsNotMet):
        services.end_membership(target, actor=responsable)
    target.refresh_from_db()
    assert target.role == Role.RESPONSABLE
    assert target.ended_at is None


def test_an_unknown_role_is_refused(dla, membership, client_for):
    target = membership(dla.charge)
    answer = client_for(dla.responsable).post(
        url("member_role", dla.organisation.pk, target.pk), {"role": "roi", "expected_role": Role.CHARGE_MISSION}
    )
    assert answer.status_code == 422
    target.refresh_from_db()
    assert target.role == Role.CHARGE_MISSION


# --- Leaving --------------------------------------------------------------------------------------------------------


def test_a_leaver_loses_access_at_once_and_what_she_did_stays_told(dla, responsable, membership, client_for):
    client = client_for(dla.charge)
    page = url("organisation", dla.organisation.pk)
    assert client.get(page).status_code == 200
    services.end_membership(membership(dla.charge), actor=responsable, reason="Mutation")
    assert client.get(page).status_code == 404
    dla.charge.refresh_from_db()
    assert actor_of(dla.charge).organisation is None
    assert "n’appartenez à aucune organisation" in text(client.get(url("organisations")))
    entry = JournalEntry.objects.get(verb="membership.ended")
    assert entry.reason == "Mutation"


def test_a_leaver_who_has_another_organisation_acts_for_it(dla, responsable, membership):
    other = MembershipFactory(user=dla.charge, active=False)
    services.end_membership(Membership.objects.get(user=dla.charge, organisation=dla.organisation), actor=responsable)
    dla.charge.refresh_from_db()
    assert actor_of(dla.charge).organisation == other.organisation


def test_somebody_may_come_back(dla, responsable, membership):
    services.end_membership(membership(dla.charge), actor=responsable)
    invitation = services.invite(dla.organisation, dla.charge.email, Role.LECTURE, actor=responsable)
    token = services.link_token(invitation)
    dla.charge.refresh_from_db()
    services.accept_invitation(services.open_link(services.read_link(token), token), dla.charge)
    assert dla.charge.memberships.count() == 2
    assert actor_of(dla.charge).membership.role == Role.LECTURE


# --- Handing over ---------------------------------------------------------------------------------------------------


def test_what_somebody_holds_is_shown_then_goes_to_a_colleague_and_the_membership_ends(
    dla, dossiers, membership, client_for
):
    dossiers[dla.charge.pk] = 12
    colleague = member(dla.organisation)
    client = client_for(dla.responsable)
    page = url("member_handover", dla.organisation.pk, membership(dla.charge).pk)
    shown = text(client.get(page))
    assert "Dossiers d’essai" in shown
    assert ">12<" in shown
    answer = client.post(page, {"receiver": membership(colleague).pk, "end": "on", "reason": "Départ en retraite"})
    assert answer["Location"] == url("organisation", dla.organisation.pk)
    assert dossiers == {colleague.pk: 12}
    assert not Membership.objects.filter(user=dla.charge, ended_at=None).exists()
    told = describe(entries_for(dla.organisation))
    assert [line.sentence for line in told] == [
        "a mis fin à l’appartenance de",
        "a confié à une autre personne ce que tenait",
    ]
    assert told[1].changes[0].after == f"{colleague} (12)"
    assert "12 dossiers confiés" in text(client.get(answer["Location"]))


def test_handing_over_without_leaving_is_possible(dla, dossiers, responsable, membership):
    dossiers[dla.charge.pk] = 1
    moved = services.hand_over(membership(dla.charge), membership(dla.responsable), actor=responsable)
    assert [(m.label, m.count) for m in moved] == [("Dossiers d’essai", 1)]
    assert membership(dla.charge)


def test_one_does_not_leave_with_what_one_holds(dla, dossiers, responsable, membership, client_for):
    dossiers[dla.charge.pk] = 2
    with pytest.raises(ConditionsNotMet) as refused:
        services.end_membership(membership(dla.charge), actor=responsable)
    assert refused.value.reasons == ["Dossiers d’essai : 2"]
    answer = client_for(dla.responsable).post(
        url("member_handover", dla.organisation.pk, membership(dla.charge).pk), {"end": "on"}
    )
    assert answer.status_code == 422
    assert "obligatoire" in text(answer)


def test_when_a_transfer_fails_nothing_moves_and_nobody_leaves(dla, dossiers, responsable, membership, monkeypatch):
    dossiers[dla.charge.pk] = 3

    def breaks(*args):
        raise InvalidInput("Ce dossier résiste.")

    handover.HOLDINGS.register("essai.rebelle", handover.Holding("Rebelles", lambda u, o: 1, breaks), order=99)
    try:
        with pytest.raises(InvalidInput):
            services.hand_over(membership(dla.charge), membership(dla.responsable), actor=responsable, end=True)
    finally:
        handover.HOLDINGS._items.pop("essai.rebelle")
    assert membership(dla.charge).ended_at is None
    assert not JournalEntry.objects.filter(verb__startswith="membership.").exists()


def test_somebody_who_holds_nothing_simply_leaves(dla, dossiers, membership, client_for):
    page = url("member_handover", dla.organisation.pk, membership(dla.lecture).pk)
    client = client_for(dla.responsable)
    assert "ne tient rien" in text(client.get(page))
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"end": "on"}).status_code == 302
    assert not Membership.objects.filter(user=dla.lecture, ended_at=None).exists()


@pytest.mark.parametrize("who", ["herself", "lecture", "neighbour", "left", "made up"])
def test_only_a_writing_colleague_takes_over(dla, dossiers, voisin, responsable, membership, client_for, who):
    dossiers[dla.charge.pk] = 1
    gone = membership(member(dla.organisation))
    services.end_membership(gone, actor=responsable)
    receiver = {
        "herself": membership(dla.charge),
        "lecture": membership(dla.lecture),
        "neighbour": membership(voisin),
        "left": gone,
    }.get(who)
    answer = client_for(dla.responsable).post(
        url("member_handover", dla.organisation.pk, membership(dla.charge).pk),
        {"receiver": receiver.pk if receiver else "0' OR 1=1", "end": "on"},
    )
    assert answer.status_code == 422
    assert dossiers == {dla.charge.pk: 1}
    if receiver:
        with pytest.raises(InvalidInput):
            services.hand_over(membership(dla.charge), receiver, actor=responsable, end=True)


def test_a_second_click_on_the_departure_is_told_it_is_done(dla, dossiers, responsable, membership):
    leaving = membership(dla.lecture)
    services.end_membership(leaving, actor=responsable)
    with pytest.raises(StaleState, match="n’est plus membre"):
        services.end_membership(leaving, actor=responsable)


def test_a_responsable_who_hands_over_her_own_place_leaves_by_the_door(dla, dossiers, membership, client_for):
    heir = member(dla.organisation, Role.RESPONSABLE)
    client = client_for(dla.responsable)
    answer = client.post(
        url("member_handover", dla.organisation.pk, membership(dla.responsable).pk),
        {"receiver": membership(heir).pk, "end": "on"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "n’appartenez à aucune organisation" in text(answer)


# --- Near misses ----------------------------------------------------------------------------------------------------


def test_the_responsable_next_door_finds_nothing(dla, voisin, membership, client_for):
    client = client_for(voisin)
    target, pk, own = membership(dla.charge), dla.organisation.pk, voisin.memberships.get().organisation_id
    for name in ("organisation", "organisation_update", "organisation_journal"):
        assert client.get(url(name, pk)).status_code == 404
    assert client.post(url("organisation_update", pk), {"version": 1, "phone": "1"}).status_code == 404
    assert client.post(url("switch", pk)).status_code == 404
    for organisation in (pk, own):
        assert client.get(url("member_handover", organisation, target.pk)).status_code == 404
        for name in ("member_handover", "member_role"):
            answer = client.post(
                url(name, organisation, target.pk),
                {"role": Role.LECTURE, "expected_role": Role.CHARGE_MISSION, "end": "on"},
            )
            assert answer.status_code == 404
    for action in (
        lambda: services.change_role(target, Role.LECTURE, actor=actor_of(voisin), expected_role=target.role),
        lambda: services.end_membership(target, actor=actor_of(voisin)),
        lambda: services.hand_over(target, membership(dla.responsable), actor=actor_of(voisin)),
    ):
        with pytest.raises(NotAllowed):
            action()
    target.refresh_from_db()
    assert (target.role, target.ended_at) == (Role.CHARGE_MISSION, None)


@pytest.mark.parametrize("who", ["charge", "lecture"])
def test_colleagues_read_the_page_and_change_nothing(dla, membership, client_for, who):
    client = client_for(getattr(dla, who))
    pk, target = dla.organisation.pk, membership(dla.responsable)
    page = client.get(url("organisation", pk))
    assert page.status_code == 200
    assert str(dla.responsable) in text(page)
    assert "<select" not in text(page)
    for name in ("organisation_update", "organisation_journal"):
        assert client.get(url(name, pk)).status_code == 403
    assert client.get(url("member_handover", pk, target.pk)).status_code == 403
    answer = client.post(url("member_role", pk, target.pk), {"role": Role.LECTURE, "expected_role": Role.RESPONSABLE})
    assert answer.status_code == 403
    assert "Seules les personnes responsables" in text(answer)


def test_a_responsable_acting_for_another_organisation_is_told_to_choose_this_one_first(dla, client_for):
    other = MembershipFactory(user=dla.responsable)
    client = client_for(dla.responsable)
    page = client.get(url("organisation", dla.organisation.pk))
    assert "Choisissez d’abord celle-ci" in text(page)
    assert client.get(url("invite", dla.organisation.pk)).status_code == 403
    assert client.get(url("invite", other.organisation.pk)).status_code == 403
    client.post(url("switch", dla.organisation.pk))
    assert client.get(url("invite", dla.organisation.pk)).status_code == 200


# --- Switching ------------------------------------------------------------------------------------------------------


def test_switching_changes_whom_one_acts_for(dla, client_for):
    other = MembershipFactory(user=dla.charge, organisation=OrganisationFactory(c2ra=True), active=False)
    client = client_for(dla.charge)
    page = text(client.get(url("organisations")))
    assert "vous agissez pour elle" in page
    assert f"Agir pour {other.organisation}" in page
    answer = client.post(url("switch", other.organisation.pk))
    assert answer["Location"] == reverse("portal:accueil")
    dla.charge.refresh_from_db()
    assert actor_of(dla.charge).organisation == other.organisation
    assert client.get(url("switch", other.organisation.pk)).status_code == 405


def test_one_does_not_switch_to_what_one_has_left_or_what_is_closed(dla, responsable, client_for):
    left = MembershipFactory(user=dla.charge, active=False)
    services.end_membership(left, actor=actor_of(member(left.organisation, Role.RESPONSABLE)))
    closed = MembershipFactory(user=dla.charge, organisation__is_active=False, active=False)
    client = client_for(dla.charge)
    for organisation in (left.organisation, closed.organisation):
        assert client.post(url("switch", organisation.pk)).status_code == 404
        assert client.get(url("organisation", organisation.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        services.switch_organisation(dla.charge, left)


def test_the_members_page_costs_the_same_for_three_and_for_thirty(dla, client_for, count_queries):
    client = client_for(dla.responsable)
    page = url("organisation", dla.organisation.pk)
    client.get(page)
    few = count_queries(lambda: client.get(page))
    for _ in range(27):
        MembershipFactory(organisation=dla.organisation, user=UserFactory())
    assert count_queries(lambda: client.get(page)) == few


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_responsables_who_leave_at_the_same_instant_do_not_leave_the_organisation_without_one():
    organisation = OrganisationFactory()
    pair = [member(organisation, Role.RESPONSABLE) for _ in range(2)]
    start = threading.Barrier(2)
    refused = []

    def leave(user) -> None:
        try:
            start.wait(10)
            services.end_membership(user.memberships.get(), actor=actor_of(user))
        except ConditionsNotMet as error:
            refused.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(user,)) for user in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert Membership.objects.active().filter(organisation=organisation, role=Role.RESPONSABLE).count() == 1
