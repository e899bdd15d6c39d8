"""The life of an invitation: sent, sent again, revoked, expired, replaced, accepted; and whose link it is."""

from __future__ import annotations

import pytest
from django.core.signing import Signer
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from accounts.models import Grant, Membership, User
from accounts.services.links import EXPIRE, OUVERT, status_of
from accounts.services.sent_links import RESEND_AFTER
from core import clock, outbox
from core.errors import InvalidInput, NotAllowed, StaleState
from core.journal import entries_for
from core.models import OutboxMail
from tests.factories import PASSWORD, UserFactory, member

GUEST = "invitee@example.org"
NEW = {"first_name": "Noa", "last_name": "Essai", "sign_in": "mot_de_passe", "password": "une phrase de passe longue"}


@pytest.fixture
def invitation(dla, responsable):
    return services.invite(dla.organisation, GUEST, Role.CHARGE_MISSION, actor=responsable)


def link(invitation: Grant) -> str:
    return reverse("lien", args=[services.link_token(invitation)])


def ask(invitation: Grant) -> str:
    return reverse("lien_demander", args=[services.link_token(invitation)])


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


def mails(template: str = "accounts/invitation"):
    return OutboxMail.objects.filter(template=template).order_by("pk")


# --- Sending --------------------------------------------------------------------------------------------------------


def test_a_responsable_invites_from_the_page(dla, client_for):
    client = client_for(dla.responsable)
    url = reverse("accounts:invite", args=[dla.organisation.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"email": " Invitee@Example.org ", "role": Role.LECTURE})
    assert answer["Location"] == reverse("accounts:organisation", args=[dla.organisation.pk])
    invitation = Grant.objects.get()
    assert (invitation.recipient_email, invitation.payload, invitation.issued_by) == (
        GUEST,
        {"role": Role.LECTURE},
        dla.responsable,
    )
    page = text(client.get(answer["Location"]))
    assert GUEST in page
    assert "valable jusqu’au" in page


def test_an_invitation_goes_to_the_address_without_what_nobody_sees(dla, client_for):
    client = client_for(dla.responsable)
    url = reverse("accounts:invite", args=[dla.organisation.pk])
    client.post(url, {"email": f"{GUEST}\u200b", "role": Role.LECTURE})
    assert Grant.objects.get().recipient_email == GUEST
    again = client.post(url, {"email": GUEST, "role": Role.LECTURE})
    assert again.status_code == 422 and Grant.objects.count() == 1


def test_the_mail_carries_the_link_and_says_who_and_until_when(invitation, dla):
    [queued] = mails()
    assert queued.to == GUEST
    context = outbox.compose(queued)
    subject, body, html = outbox.render(queued.template, context)
    assert subject == f"Invitation à rejoindre {dla.organisation}"
    assert link(invitation) in body
    assert link(invitation) in html
    assert str(dla.responsable) in body
    assert context["reply_to"] == dla.responsable.email


@pytest.mark.parametrize(
    ("email", "why"), [("pas une adresse", "adresse"), ("", "obligatoire"), ("a" * 250 + "@example.org", "254")]
)
def test_a_wrong_address_is_refused_with_what_was_typed(dla, client_for, email, why):
    answer = client_for(dla.responsable).post(
        reverse("accounts:invite", args=[dla.organisation.pk]), {"email": email, "role": Role.LECTURE}
    )
    assert answer.status_code == 422
    assert "À corriger" in text(answer)
    assert why in text(answer)
    assert not Grant.objects.exists()


def test_a_member_or_somebody_already_invited_is_not_invited_twice(invitation, dla, responsable, client_for):
    with pytest.raises(InvalidInput, match="appartient déjà"):
        services.invite(dla.organisation, dla.charge.email.upper(), Role.LECTURE, actor=responsable)
    answer = client_for(dla.responsable).post(
        reverse("accounts:invite", args=[dla.organisation.pk]), {"email": GUEST.upper(), "role": Role.LECTURE}
    )
    assert answer.status_code == 422
    assert "déjà été envoyée" in text(answer)
    assert Grant.objects.count() == 1


def test_resending_gives_fourteen_more_days_to_the_same_link(invitation, dla, client_for, client, clock_at):
    former, before = link(invitation), invitation.expires_at
    clock_at(before.isoformat())
    assert status_of(invitation) == EXPIRE
    answer = client_for(dla.responsable).post(reverse("accounts:lien_renvoyer", args=[invitation.pk]), {"version": 1})
    assert answer["Location"] == reverse("accounts:organisation", args=[dla.organisation.pk])
    invitation.refresh_from_db()
    assert (invitation.expires_at - before).days == 14
    assert mails().count() == 2
    assert link(invitation) == former
    assert client.get(former).status_code == 200


def test_nobodys_box_is_filled_with_the_same_invitation(invitation, dla, client_for):
    client = client_for(dla.responsable)
    url = reverse("accounts:lien_renvoyer", args=[invitation.pk])
    answer = client.post(url, {"version": 1})
    assert answer.status_code == 422 and "vient de partir" in text(answer)
    assert mails().count() == 1


def test_a_double_click_sends_once(invitation, dla, client_for):
    Grant.objects.update(sent_at=clock.now() - RESEND_AFTER)
    client = client_for(dla.responsable)
    url = reverse("accounts:lien_renvoyer", args=[invitation.pk])
    client.post(url, {"version": 1})
    again = client.post(url, {"version": 1})
    assert again.status_code == 422
    assert "vient de partir" in text(again)
    assert mails().count() == 2


@pytest.mark.parametrize(("version", "status"), [("", 422), ("x", 422), ("9" * 30, 422)])
def test_a_made_up_version_is_refused(invitation, dla, responsable, client_for, version, status):
    url = reverse("accounts:lien_renvoyer", args=[invitation.pk])
    assert client_for(dla.responsable).post(url, {"version": version}).status_code == status
    assert mails().count() == 1


def test_a_revoked_invitation_stops_at_once(invitation, dla, responsable, client_for, client):
    url = reverse("accounts:lien_revoquer", args=[invitation.pk])
    assert client_for(dla.responsable).post(url, {"version": 1}).status_code == 302
    answer = client.get(link(invitation))
    assert answer.status_code == 410
    assert "a été retiré" in text(answer) and str(dla.organisation) in text(answer)
    assert outbox.compose(mails().get()) is None
    with pytest.raises(StaleState, match="a été révoqué"):
        services.resend_link(invitation, actor=responsable)


def test_somebody_revoked_is_invited_anew_in_another_role_and_the_former_link_says_so(
    invitation, dla, responsable, client
):
    former = link(invitation)
    services.revoke_link(invitation, actor=responsable)
    again = services.invite(dla.organisation, GUEST, Role.LECTURE, actor=responsable)
    answer = client.get(former)
    assert answer.status_code == 410 and "Un lien plus récent a été envoyé" in text(answer)
    client.post(link(again), NEW)
    assert User.objects.get(email=GUEST).memberships.get().role == Role.LECTURE


def test_an_accepted_invitation_is_neither_sent_again_nor_revoked_nor_replaced(invitation, responsable, client):
    client.post(link(invitation), NEW)
    for act in (services.resend_link, services.renew_link, services.revoke_link):
        with pytest.raises(StaleState, match="a été acceptée"):
            act(invitation, actor=responsable)


def test_an_invitation_leaves_from_its_own_page_alone(dla, client_for):
    """The page of the other links would forget the role."""
    url = reverse("accounts:lien_envoyer", args=["invitation", dla.organisation.pk])
    assert client_for(dla.responsable).get(url).status_code == 404
    assert client_for(dla.responsable).post(url, {"name": "A", "email": GUEST}).status_code == 404
    assert not Grant.objects.exists()


# --- The link -------------------------------------------------------------------------------------------------------


def test_opening_the_link_accepts_nothing(invitation, client):
    client.get(link(invitation))
    client.head(link(invitation))
    invitation.refresh_from_db()
    assert status_of(invitation) == OUVERT
    assert not User.objects.filter(email=GUEST).exists()


def test_a_cut_or_made_up_link_says_so(invitation, client):
    token = services.link_token(invitation)
    forged = Signer(salt="autre").sign(f"{invitation.pk}-1")
    for wrong in (token[:-3], "1-1", forged, f"{invitation.pk}-1:"):
        answer = client.get(reverse("lien", args=[wrong]))
        assert answer.status_code == 404
        assert "L’adresse est incomplète" in text(answer)


def test_the_link_dies_after_fourteen_days(invitation, client, clock_at):
    clock_at(invitation.expires_at.isoformat())
    for answer in (client.get(link(invitation)), client.post(link(invitation), NEW)):
        assert answer.status_code == 410
        assert "a expiré le" in text(answer)
    assert not User.objects.filter(email=GUEST).exists()


# --- Accepting ------------------------------------------------------------------------------------------------------


def test_a_new_person_opens_an_account_with_a_password(invitation, dla, client):
    assert "Ouvrir votre compte" in text(client.get(link(invitation)))
    answer = client.post(link(invitation), NEW)
    assert answer["Location"] == reverse("portal:accueil")
    person = User.objects.get(email=GUEST)
    assert person.get_full_name() == "Noa Essai"
    assert person.check_password(NEW["password"])
    membership = person.memberships.get()
    assert (membership.organisation, membership.role) == (dla.organisation, Role.CHARGE_MISSION)
    assert person.active_membership == membership
    assert person.emailaddress_set.get().verified
    assert client.session["_auth_user_id"] == str(person.pk)
    used = client.get(link(invitation))
    assert used.status_code == 200
    assert "a été acceptée le" in text(used)
    assert "Demander un nouveau lien" not in text(used)
    assert "invitation.accepte" in entries_for(dla.organisation).values_list("verb", flat=True)


def test_a_new_person_may_prefer_a_code(invitation, client):
    client.post(link(invitation), {**NEW, "sign_in": "code", "password": ""})
    assert not User.objects.get(email=GUEST).has_usable_password()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"password": ""}, "Choisissez un mot de passe"),
        ({"password": "court"}, "12 caractères"),
        ({"password": "motdepasse123456789012345678901234567890" * 6}, "trop long"),
        ({"first_name": ""}, "obligatoire"),
        ({"last_name": "x" * 81}, "trop long"),
        ({"sign_in": "autre"}, "choix valide"),
        ({"last_name": "a\x00b"}, "Le caractère nul"),
    ],
)
def test_wrong_input_opens_nothing_and_says_why(invitation, client, change, why):
    answer = client.post(link(invitation), NEW | change)
    assert answer.status_code == 422
    assert why in text(answer)
    assert not User.objects.filter(email=GUEST).exists()


def test_somebody_with_an_account_signs_in_first_then_accepts(invitation, dla, client):
    person = member(email=GUEST)
    page = text(client.get(link(invitation)))
    assert "connectez-vous pour accepter" in page
    assert client.post(link(invitation), NEW).status_code == 409
    client.post(reverse("account_login"), {"login": GUEST, "password": PASSWORD, "next": link(invitation)})
    assert "Accepter l’invitation" in text(client.get(link(invitation)))
    answer = client.post(link(invitation))
    assert answer["Location"] == reverse("portal:accueil")
    person.refresh_from_db()
    assert person.active_membership.organisation == dla.organisation
    assert person.memberships.count() == 2


def test_another_address_signed_in_is_told_why_and_accepts_nothing(invitation, dla, voisin, client_for):
    client = client_for(voisin)
    assert "n’est pas l’adresse invitée" in text(client.get(link(invitation)))
    answer = client.post(link(invitation))
    assert answer.status_code == 403
    assert GUEST in text(answer)
    assert Membership.objects.filter(organisation=dla.organisation, user=voisin).count() == 0


def test_a_deactivated_account_is_told_so(invitation, client):
    UserFactory(email=GUEST, is_active=False)
    assert "est désactivé" in text(client.get(link(invitation)))
    assert client.post(link(invitation), NEW).status_code == 409


def test_a_second_post_does_not_join_twice(invitation, client):
    client.post(link(invitation), NEW)
    assert client.post(link(invitation), NEW).status_code == 410
    assert Membership.objects.filter(user__email=GUEST).count() == 1


def test_an_invitation_of_a_closed_organisation_is_refused(invitation, dla, client):
    dla.organisation.is_active = False
    dla.organisation.save()
    assert client.post(link(invitation), NEW).status_code == 410
    assert not User.objects.filter(email=GUEST).exists()


# --- Asking for another link ----------------------------------------------------------------------------------------


def test_a_dead_link_lets_one_ask_for_another_once_a_day(invitation, dla, client, clock_at):
    clock_at(invitation.expires_at.isoformat())
    url = ask(invitation)
    assert "Demander un nouveau lien" in text(client.get(link(invitation)))
    assert "Votre demande est transmise" in text(client.post(url))
    assert "déjà été transmise" in text(client.post(url))
    [queued] = mails("accounts/lien_demande")
    assert queued.to == dla.responsable.email
    _, body, _ = outbox.render(queued.template, outbox.compose(queued))
    assert GUEST in body
    assert reverse("accounts:organisation", args=[dla.organisation.pk]) in body


def test_the_request_reaches_the_other_responsables_when_the_inviter_left(invitation, dla, client, clock_at):
    other = member(dla.organisation, Role.RESPONSABLE)
    left = dla.responsable.memberships.get()
    services.end_membership(left, actor=services.actor_for(other))
    clock_at(invitation.expires_at.isoformat())
    client.post(ask(invitation))
    assert [m.to for m in mails("accounts/lien_demande")] == [other.email]


def test_a_living_or_accepted_link_has_nothing_to_renew(invitation, client):
    url = ask(invitation)
    assert client.post(url)["Location"] == link(invitation)
    client.post(link(invitation), NEW)
    client.post(url)
    assert not mails("accounts/lien_demande").exists()


def test_requests_for_links_are_limited(invitation, client, clock_at, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "lien_demande": "5/h/ip"}
    clock_at(invitation.expires_at.isoformat())
    url = ask(invitation)
    assert [client.post(url).status_code for _ in range(6)] == [200] * 5 + [429]


# --- Near misses ----------------------------------------------------------------------------------------------------


def test_the_responsable_next_door_sees_and_changes_nothing(invitation, dla, voisin, client_for):
    client = client_for(voisin)
    pk = dla.organisation.pk
    assert client.get(reverse("accounts:invite", args=[pk])).status_code == 404
    assert client.post(reverse("accounts:invite", args=[pk]), {"email": "x@example.org"}).status_code == 404
    for name in ("lien_renvoyer", "lien_remplacer", "lien_revoquer"):
        assert client.post(reverse(f"accounts:{name}", args=[invitation.pk]), {"version": 1}).status_code == 404
    with pytest.raises(NotAllowed):
        services.invite(dla.organisation, "x@example.org", Role.LECTURE, actor=services.actor_for(voisin))
    invitation.refresh_from_db()
    assert (invitation.version, status_of(invitation)) == (1, OUVERT)


@pytest.mark.parametrize("who", ["charge", "lecture"])
def test_a_colleague_who_is_not_responsable_is_told_who_can(invitation, dla, client_for, who):
    client = client_for(getattr(dla, who))
    pk = dla.organisation.pk
    page = text(client.get(reverse("accounts:organisation", args=[pk])))
    assert GUEST not in page
    assert "Seules les personnes responsables" in page
    assert client.get(reverse("accounts:invite", args=[pk])).status_code == 403
    for name in ("lien_renvoyer", "lien_remplacer", "lien_revoquer"):
        answer = client.post(reverse(f"accounts:{name}", args=[invitation.pk]), {"version": 1})
        assert answer.status_code == 403
        assert "Seules les personnes responsables" in text(answer)
