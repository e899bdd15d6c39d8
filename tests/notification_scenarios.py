"""What makes each mail of docs/notifications.md leave: one scenario per row (tests/test_notifications.py)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import override_settings
from django.urls import reverse

from accounts import services
from accounts.models import Membership, Passation, User
from accounts.services import erasure
from core import clock, outbox
from core.actor import Actor
from core.jobs import enqueue_daily, run_pending
from engagement.comite.services.seances import add_membre, add_point, create_seance, perform_seance
from engagement.partenaires.models import ReponsePartenaire
from engagement.partenaires.services import QUESTIONNAIRE, take_all
from partners.portfolio.donnees import conservation
from partners.portfolio.fiche.services.remarques import settle
from partners.portfolio.fiche.services.versions import submit, under_way, update_rubrique, withdraw
from partners.portfolio.invitations.services import invite
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.prestataire.services import answer_request, ask_to_join
from partners.portfolio.publication import besoin, tasks
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.services import deactivate, reactivate
from partners.portfolio.relecture.services import add_remark, send_back
from partners.portfolio.vitrine.services import write_to
from projects.besoins.services import mutualisation
from projects.cycle.demandes import ask_avis_c2ra
from projects.cycle.services import give_avis_c2ra
from tests import (
    call_scenarios,
    capitalisation_scenarios,
    choice_scenarios,
    grille_scenarios,
    mission_scenarios,
    mobilisation_scenarios,
    remise_scenarios,
    resultats_scenarios,
    seance_scenarios,
    usages_scenarios,
)
from tests.accounts.small_provider import come_back, small_provider
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_passkeys import add
from tests.accounts.test_second_factor import activate, totp
from tests.accounts.test_sign_in import code_in, letters
from tests.factories import (
    PASSWORD,
    OrganisationFactory,
    TypePrestationFactory,
    UserFactory,
    actor_of,
    engaged,
    fulfil_engager,
    ingenierie_of,
    member,
    member_actor,
    prestataire_of,
    published_prestataire,
    submitted_fiche,
)
from tests.strict import StrictClient

CHOSEN = "une autre phrase de passe"


@dataclass
class Told:
    """What an event did: the addresses that must get the mail; ``lose`` takes its object away before it leaves."""

    to: set[str]
    lose: Callable[[], object] | None = None


def invited(world):
    return services.invite(world.organisation, "invitee@example.org", "charge_mission", actor=actor_of(world.inviter))


def invitation(world) -> Told:
    made = invited(world)
    return Told({"invitee@example.org"}, lambda: services.revoke_link(made, actor=actor_of(world.inviter)))


def _link(world):
    row = fulfil_engager(engaged(world.organisation, charge_mission=world.inviter)).partenaires_projet.get()
    actor = actor_of(world.inviter)
    return services.send_link(QUESTIONNAIRE, row, name="Contact", email="contact@example.org", actor=actor)


def personal_link(world) -> Told:
    made = _link(world)
    return Told({"contact@example.org"}, lambda: services.revoke_link(made, actor=actor_of(world.inviter)))


def link_asked(world) -> Told:
    made = _link(world)
    run_pending()
    world.clock_at(made.expires_at.isoformat())
    for _ in range(2):
        world.client.post(reverse("lien_demander", args=[services.link_token(made)]))
    return Told({world.inviter.email}, lambda: services.resend_link(made, actor=actor_of(world.inviter)))


def partner_answered(world) -> Told:
    made = _link(world)
    run_pending()
    token = services.link_token(made)
    values = dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui")
    answer = world.client.post(reverse("lien", args=[token]), {**values, "version": "0", "action": "envoyer"})
    assert answer.status_code == 302
    world.clock_at("2026-11-22 07:00")
    enqueue_daily()
    reponse = ReponsePartenaire.objects.get()
    row, actor = reponse.partenaire_projet, actor_of(world.inviter)
    return Told({world.inviter.email}, lambda: take_all(reponse, actor=actor, expected_version=row.version))


def opened(world) -> Told:
    user = services.open_account(User(email="neuve@example.org", first_name="Noa"), actor=world.operator)
    return Told({user.email}, lambda: User.objects.filter(pk=user.pk).update(is_active=False))


def handed(world) -> Told:
    ingenierie_of(world.organisation, charge_mission=world.inviter)
    colleague = member(world.organisation)
    leaver, receiver = world.inviter.memberships.get(), colleague.memberships.get()
    services.hand_over(leaver, receiver, actor=actor_of(world.other), end=True)
    return Told({colleague.email}, lambda: Passation.objects.update(seen_at=clock.now()))


def taken_over(world) -> Told:
    successor = OrganisationFactory(region=world.organisation.region)
    manager = member(successor, "responsable")
    operator = UserFactory(administrator=True)
    services.take_over(world.organisation, successor, actor=actor_of(operator), reason="Fusion")
    people = {world.inviter.email, world.other.email, world.person.email, manager.email}
    return Told(people, lambda: Membership.objects.update(ended_at=clock.now()))


def prestataires_needed(world) -> Told:
    advisor = member(OrganisationFactory(c2ra=True, region=world.organisation.region))
    besoin.ask(actor=actor_of(world.inviter))
    return Told({advisor.email}, lambda: published_prestataire(region=world.organisation.region))


def _asked(world):
    advisor = member(OrganisationFactory(c2ra=True, region=world.organisation.region))
    ingenierie = ingenierie_of(world.organisation, charge_mission=world.inviter)
    ask_avis_c2ra(ingenierie, actor=actor_of(world.inviter))
    return advisor, ingenierie


def avis_asked(world) -> Told:
    advisor, ingenierie = _asked(world)
    give = {"actor": actor_of(advisor), "sens": "favorable", "commentaire": ""}
    return Told({advisor.email}, lambda: give_avis_c2ra(ingenierie, **give))


def avis_given(world) -> Told:
    advisor, ingenierie = _asked(world)
    avis = give_avis_c2ra(ingenierie, actor=actor_of(advisor), sens="favorable", commentaire="")
    return Told({world.inviter.email}, lambda: avis.delete())


def pooling(world) -> Told:
    theme = TypePrestationFactory()
    others = OrganisationFactory(region=world.organisation.region)
    c2ra = member_actor(OrganisationFactory(c2ra=True, region=world.organisation.region))
    values = {"titre": "Paie", "message": "Ensemble.", "theme": theme, "secteur": None, "seuil": 2}
    made = mutualisation.propose(
        values | {"reponse_avant": dt.date(2026, 12, 20)}, [world.organisation.pk, others.pk], actor=c2ra
    )
    give_up = mutualisation.give_up
    return Told(
        {world.inviter.email, world.other.email},
        lambda: give_up(made, actor=c2ra, reason="Trop tôt.", expected_state="proposee", version=made.version),
    )


def digest(world) -> Told:
    users = [UserFactory(), UserFactory()]
    for user in users:
        context, actor = {"user": user.pk}, world.operator
        outbox.queue_mail("accounts/compte_ouvert", to="a@example.org", context=context, actor=actor, urgent=False)
    world.clock_at("2026-11-22 06:59")
    enqueue_daily()
    run_pending()
    assert mail.outbox == [], "pas avant 7 h"
    world.clock_at("2026-11-22 07:00")
    enqueue_daily()
    return Told({"a@example.org"}, lambda: User.objects.filter(pk__in=[u.pk for u in users]).update(is_active=False))


def login_code(world) -> Told:
    for browser, address in ((StrictClient(), "inconnue@example.org"), (world.client, world.person.email)):
        browser.post(reverse("account_request_login_code"), {"email": address})
    return Told({world.person.email})


def confirmation(world) -> Told:
    user = UserFactory(verified=False)
    world.client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return Told({user.email})


def reset_key(world) -> Told:
    for address in ("inconnue@example.org", world.person.email):
        world.client.post(reverse("account_reset_password"), {"email": address})
    return Told({world.person.email})


def reset(world) -> Told:
    reset_key(world)
    link = re.search(r"http://testserver(\S+)", letters()[-1].body)[1]
    form = world.client.get(link, follow=True).request["PATH_INFO"]
    letters().clear()
    world.client.post(form, {"password1": CHOSEN, "password2": CHOSEN})
    return Told({world.person.email})


def changed(world) -> Told:
    values = {"oldpassword": PASSWORD, "password1": CHOSEN, "password2": CHOSEN}
    world.browser.post(reverse("account_change_password"), values)
    return Told({world.person.email})


def password_set(world) -> Told:
    User.objects.filter(pk=world.person.pk).update(password="!inutilisable")
    world.person.refresh_from_db()
    world.browser.force_login(world.person, backend="accounts.backends.AuthenticationBackend")
    values = {"password1": CHOSEN, "password2": CHOSEN}
    world.browser.post(reverse("account_set_password"), values)
    return Told({world.person.email})


def address_changed(world) -> Told:
    former = world.person.email
    answer = world.browser.post(reverse("account_email"), {"email": "nouvelle@example.org", "action_add": ""})
    message = next(m for m in letters() if m.to == ["nouvelle@example.org"])
    letters().clear()
    world.browser.post(answer["Location"], {"code": code_in(message)})
    return Told({former})


def activated(world) -> Told:
    activate(world.browser)
    return Told({world.person.email})


def deactivated(world) -> Told:
    secret = activate(world.browser)
    world.clock_at("2026-11-21 10:20:05")
    url = reverse("mfa_deactivate_totp")
    world.browser.get(url)
    world.browser.post(reverse("mfa_reauthenticate"), {"code": totp(secret), "next": url})
    letters().clear()
    world.browser.post(url)
    return Told({world.person.email})


def new_codes(world) -> Told:
    activate(world.browser)
    letters().clear()
    world.browser.post(reverse("mfa_generate_recovery_codes"))
    return Told({world.person.email})


def _convened(world):
    """A meeting of tomorrow, a partner convened by mail."""
    from engagement.reunions.services.participants import add_other
    from engagement.reunions.services.reunions import create_reunion, perform_reunion
    from tests.factories import engaged

    actor = actor_of(world.inviter)
    hours = {"date": dt.date(2026, 11, 22), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    made = create_reunion(
        engaged(world.organisation), {"nature": "copil", "objet": "Objectifs", "lieu": "Mairie", **hours}, actor=actor
    )
    add_other(made, {"organisme": "Département", "email": "partenaire@example.org"}, actor=actor)

    def act(action, **more):
        fresh = type(made).objects.get(pk=made.pk)
        perform_reunion(fresh, action, actor=actor, expected_state=fresh.state, version=fresh.version, **more)

    act("convoquer")
    return act


def convocation(world) -> Told:
    act = _convened(world)
    return Told({"partenaire@example.org"}, lambda: act("annuler", reason="Reportée."))


def cancellation(world) -> Told:
    act = _convened(world)
    run_pending()
    act("annuler", reason="Reportée.")
    return Told({"partenaire@example.org"}, lambda: world.clock_at("2026-11-22 09:01"))


def portfolio_invitation(world) -> Told:
    made = invite("prestataire@example.org", actor=actor_of(world.inviter))
    return Told(
        {"prestataire@example.org"},
        lambda: services.revoke_link(made, actor=actor_of(world.inviter)),
    )


def join_asked(world) -> Told:
    there = prestataire_of(world.person)
    asked = ask_to_join(there, actor=actor_of(UserFactory()))
    return Told({world.person.email}, lambda: answer_request(asked, True, actor=actor_of(world.person)))


def join_answered(world) -> Told:
    there, newcomer = prestataire_of(world.person), UserFactory(email="nouveau@example.org")
    asked = ask_to_join(there, actor=actor_of(newcomer))
    answer_request(asked, True, actor=actor_of(world.person))
    return Told({newcomer.email}, lambda: Membre.objects.filter(pk=asked.pk).delete())


def _fiche_sent(world):
    c2ra = OrganisationFactory(c2ra=True, region=world.organisation.region)
    reviewer = member(c2ra, email="c2ra@example.org")
    member(c2ra, "lecture")
    return submitted_fiche(prestataire_of(world.person)), actor_of(reviewer)


def _next_morning(world) -> None:
    world.clock_at("2026-11-22 07:30")
    enqueue_daily()


def fiche_sent(world) -> Told:
    fiche, _ = _fiche_sent(world)
    _next_morning(world)
    system = Actor.system("recette")
    return Told({"c2ra@example.org"}, lambda: withdraw(fiche, actor=system, expected_state="soumise"))


def fiche_decided(world) -> Told:
    fiche, reviewer = _fiche_sent(world)
    add_remark(fiche, "autres", "", "À préciser.", actor=reviewer)
    fiche = send_back(fiche, actor=reviewer, expected_state="soumise")
    system = Actor.system("recette")

    def sent_again() -> None:
        settle(fiche.remarques.asked().get(), "C’est précisé.", actor=system)
        submit(fiche, actor=system, expected_state="a_completer")

    return Told({world.person.email}, sent_again)


def region_decided(world) -> Told:
    published_prestataire(world.person)
    run_pending()
    publication = Publication.objects.get()
    system = Actor.system("recette")
    done = deactivate(publication, actor=system, reason="Plainte.", expected_state="publiee")
    _next_morning(world)
    return Told({world.person.email}, lambda: reactivate(done, actor=system, expected_state="inactive"))


def fiche_to_update(world) -> Told:
    prestataire = published_prestataire(world.person)
    run_pending()
    world.clock_at("2027-10-21 07:30")
    Publication.objects.update(publiee_le="2026-11-21", a_actualiser_le="2027-11-21")
    tasks.remind()
    enqueue_daily()
    return Told(
        {world.person.email},
        lambda: Publication.objects.filter(prestataire=prestataire).update(a_actualiser_le="2028-10-21"),
    )


def visitor_wrote(world) -> Told:
    prestataire = published_prestataire(world.person)
    run_pending()
    made = write_to(prestataire, nom="Une visiteuse", email="visiteuse@example.org", texte="Bonjour")
    return Told({world.person.email}, made.delete)


def fiche_kept_no_longer(world) -> Told:
    prestataire = prestataire_of(world.person)
    run_pending()
    world.clock_at("2029-10-25 08:00")
    conservation.warn_fiches()
    fiche = under_way(prestataire)
    actor = actor_of(world.person)
    return Told(
        {world.person.email},
        lambda: update_rubrique(fiche, "identite", {"sigle": "X"}, actor=actor, only=True),
    )


def account_erased_soon(world) -> Told:
    gone = UserFactory(email="partie@example.org")
    world.clock_at("2029-10-25 08:00")
    erasure.warn_accounts()
    return Told({gone.email}, lambda: world.client.force_login(gone, backend="accounts.backends.AuthenticationBackend"))


def session_cancelled(world) -> Told:
    actor = actor_of(world.inviter)
    day = {"debut": clock.now() + dt.timedelta(days=9), "lieu": "Ici"}
    seance = create_seance(world.organisation, day, actor=actor)
    values = {"nom": "Un nom", "organisme": "Un organisme", "email": "membre@example.org"}
    membre = add_membre(seance, values, actor=actor)
    add_point(seance, engaged(world.organisation), actor=actor)
    seance = perform_seance(seance, "convoquer", actor=actor, expected_state="preparation")
    perform_seance(seance, "annuler", actor=actor, expected_state="convoquee", reason="Reportée")
    return Told({"membre@example.org"}, lambda: membre.delete())


def key_added(world) -> Told:
    add(world.browser, SoftKey())
    return Told({world.person.email})


def key_removed(world) -> Told:
    add(world.browser, SoftKey())
    mail.outbox.clear()
    key = Authenticator.objects.get(user=world.person, type=Authenticator.Type.WEBAUTHN)
    world.browser.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    return Told({world.person.email})


def connected(world) -> Told:
    with small_provider() as provider, override_settings(SOCIALACCOUNT_PROVIDERS=provider.settings):
        provider.email = world.person.email
        come_back(StrictClient(), provider)
    return Told({world.person.email})


SCENARIOS: dict[str, Callable[[SimpleNamespace], Told]] = {
    "accounts/invitation": invitation,
    "accounts/lien": personal_link,
    "accounts/lien_demande": link_asked,
    "engagement/reponse_partenaire": partner_answered,
    "engagement/seance_annulee": session_cancelled,
    **call_scenarios.scenarios(Told),
    **choice_scenarios.scenarios(Told),
    **mission_scenarios.scenarios(Told),
    **remise_scenarios.scenarios(Told),
    **grille_scenarios.scenarios(Told),
    **resultats_scenarios.scenarios(Told),
    **capitalisation_scenarios.scenarios(Told),
    **usages_scenarios.scenarios(Told),
    **mobilisation_scenarios.scenarios(Told),
    "accounts/compte_ouvert": opened,
    "engagement/reunion_convocation": convocation,
    "engagement/reunion_annulation": cancellation,
    **seance_scenarios.scenarios(Told),
    "accounts/passation": handed,
    "portfolio/besoin": prestataires_needed,
    "accounts/organisation_reprise": taken_over,
    "projects/avis_c2ra_demande": avis_asked,
    "projects/avis_c2ra_donne": avis_given,
    "projects/mutualisation_proposee": pooling,
    "core/recapitulatif": digest,
    "portfolio/invitation": portfolio_invitation,
    "portfolio/demande": join_asked,
    "portfolio/reponse": join_answered,
    "portfolio/soumise": fiche_sent,
    "portfolio/decision": fiche_decided,
    "portfolio/region": region_decided,
    "portfolio/rappel": fiche_to_update,
    "portfolio/message": visitor_wrote,
    "portfolio/conservation": fiche_kept_no_longer,
    "accounts/effacement": account_erased_soon,
    "account/email/login_code": login_code,
    "account/email/email_confirmation": confirmation,
    "account/email/password_reset_key": reset_key,
    "account/email/password_reset": reset,
    "account/email/password_changed": changed,
    "account/email/password_set": password_set,
    "account/email/email_changed": address_changed,
    "mfa/email/totp_activated": activated,
    "mfa/email/totp_deactivated": deactivated,
    "mfa/email/webauthn_added": key_added,
    "mfa/email/webauthn_removed": key_removed,
    "mfa/email/recovery_codes_generated": new_codes,
    "socialaccount/email/account_connected": connected,
}
