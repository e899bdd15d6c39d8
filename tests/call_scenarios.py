"""What makes the mails of the calls, of the propositions and of the conventions leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts import services
from accounts.models import Grant
from consultations.appel.services import cycle, preparation, questions, simplifiee
from core import clock
from core.actor import Actor
from core.jobs import run_pending
from core.models import Job
from missions.conventions.services.actes import perform_action as act_on_text
from missions.conventions.services.liens import SIGNATURE, SIGNE
from missions.conventions.services.signatures import ask_code, send_links
from partners.portfolio.prestataire.models import Membre
from tests.consultations.appel.conftest import DEADLINE, at_confirmer, diffuse, held, sheet
from tests.factories import UserFactory, actor_of
from tests.missions import mission


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def _called(world, mode: str = "complete"):
        """A call of the DLA, open, and the référent of the one prestataire invited."""
        dossier = at_confirmer(world.organisation)
        type(dossier).objects.filter(pk=dossier.pk).update(charge_mission=world.inviter)
        dossier.refresh_from_db()
        values = {"mode": mode, "date_limite": DEADLINE, "motif_nombre": "Un seul."}
        if mode == "simplifiee":
            values |= sheet()
        else:
            diffuse(dossier)
        actor = actor_of(world.inviter)
        appel = preparation.prepare(dossier, values, actor=actor)
        invited_one = held("Cabinet invité", dossier.pilote.region)
        preparation.invite(appel, [invited_one], actor=actor)
        appel.refresh_from_db()
        return cycle.open_call(appel, actor=actor), invited_one.membres.get().user, actor

    def call_invitation(world) -> Any:
        appel, user, actor = _called(world)
        return Told({user.email}, lambda: cycle.cancel(appel, reason="Abandon.", actor=actor))

    def call_news(world) -> Any:
        appel, user, actor = _called(world)
        run_pending()
        extended = cycle.extend(appel, DEADLINE + dt.timedelta(days=7), "Une question tardive.", actor=actor)
        return Told({user.email}, lambda: cycle.cancel(extended, reason="Abandon.", actor=actor))

    def call_stopped(world) -> Any:
        appel, user, actor = _called(world)
        run_pending()
        world.clock_at("2026-12-09 10:00")
        ended = cycle.close_without(appel, reason="Aucune proposition.", actor=actor)
        later = clock.now() + dt.timedelta(days=7)
        return Told({user.email}, lambda: cycle.reopen(ended, later, reason="Le cahier est revu.", actor=actor))

    def call_question(world) -> Any:
        appel, user, actor = _called(world)
        run_pending()
        question = questions.ask(appel.invitations.get(), "Où ?", actor=actor_of(user))
        return Told({world.inviter.email}, lambda: questions.answer(question, "Ici.", actor=actor))

    def call_back_to_complete(world) -> Any:
        appel, user, actor = _called(world, "simplifiee")
        run_pending()
        back = simplifiee.back_to_complete(appel, reason="Un projet complet.", actor=actor_of(user))
        return Told({world.inviter.email}, lambda: cycle.cancel(back, reason="Abandon.", actor=actor))

    def _to_sign(world):
        """A text to sign, and the link of the prestataire."""
        acte = mission.to_sign(mission.complete(mission.dossier(world.organisation, charge_mission=world.inviter)))
        mission.printed(acte)
        send_links(acte, actor=actor_of(world.inviter))
        run_pending()
        row = acte.signataires.get(partie__role="prestataire")
        return acte, row, services.links.holder(Grant.objects.of(row, SIGNATURE).get())

    def signature_code(world) -> Any:
        _, row, held = _to_sign(world)
        ask_code(row, nom="Sam Essai", qualite="gérance", actor=held)
        return Told({row.email}, lambda: type(row).objects.filter(pk=row.pk).update(code_essais=3))

    def signature_withdrawn(world) -> Any:
        acte, _, _ = _to_sign(world)
        actor = actor_of(world.inviter)
        back = act_on_text(acte.convention, "reprendre", actor=actor, expected_state="a_signer", reason="Une erreur.")
        told = set(acte.signataires.values_list("email", flat=True))
        return Told(told, lambda: act_on_text(back, "mettre_a_signer", actor=actor, expected_state="projet"))

    def convention_signed(world) -> Any:
        acte, _, _ = _to_sign(world)
        mission.signed(acte)
        Job.objects.filter(key=f"convention-preuve-{acte.pk}").delete()  # long to print, and no mail
        Job.objects.filter(mails__template="missions/fiche_suivi").delete()  # that of the prestataire is another mail
        links = Grant.objects.filter(purpose=SIGNE)
        told = set(links.values_list("recipient_email", flat=True))
        return Told(told, lambda: [services.revoke_link(grant, actor=actor_of(world.inviter)) for grant in links])

    def proposition_received(world) -> Any:
        """Somebody of the prestataire deposits: she and its référent are told; not once it is taken back."""
        from consultations.propositions.services import deposit, save_draft, withdraw
        from tests.consultations.propositions.monde import monde

        w = monde(dla=world.organisation)
        consultant = UserFactory()
        Membre.objects.create(prestataire=w.a.prestataire, user=consultant, role="consultant")
        actor = Actor.for_user(consultant)
        save_draft(w.a.invitation, {"note": "Notre note."}, actor)
        deposit(w.a.invitation, actor)
        return Told({consultant.email, w.a.user.email}, lose=lambda: withdraw(w.a.invitation, actor))

    def proposition_withdrawn(world) -> Any:
        """It is taken back: they are told too, but not who left the prestataire meanwhile."""
        from consultations.propositions.services import deposit, save_draft, withdraw
        from tests.consultations.propositions.monde import monde

        w = monde(dla=world.organisation)
        save_draft(w.a.invitation, {"note": "Notre note."}, w.a.actor)
        deposit(w.a.invitation, w.a.actor)
        run_pending()
        withdraw(w.a.invitation, w.a.actor)
        members = Membre.objects.filter(user=w.a.user)
        return Told({w.a.user.email}, lose=lambda: members.update(state="parti", ended_at=clock.now()))

    return {
        "consultations/invitation": call_invitation,
        "consultations/nouvelle": call_news,
        "consultations/appel_arrete": call_stopped,
        "consultations/question_posee": call_question,
        "consultations/retour_complet": call_back_to_complete,
        "consultations/recu": proposition_received,
        "consultations/retrait": proposition_withdrawn,
        "missions/code_signature": signature_code,
        "missions/signature_retiree": signature_withdrawn,
        "missions/convention_signee": convention_signed,
    }
