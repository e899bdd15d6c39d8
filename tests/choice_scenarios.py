"""What makes the mails of the reading, of the decision and of the retained project leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from consultations.choix import projet
from consultations.choix.services import take_back
from consultations.lecture.services import precisions
from core.jobs import enqueue_daily
from core.models import Job, OutboxMail
from tests.consultations import scene
from tests.factories import actor_of

#: What is asked.
_ASKED = {"famille": "couts", "question": "Et les frais ?"}


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def _unprinted() -> None:
        """The documents asked for are not what the mail is about."""
        Job.objects.filter(name="core.imprimer_document").delete()

    def precision_asked(world) -> Any:
        call = scene.call(candidats=1, dla=world.organisation, pilot=world.inviter)
        asked = precisions.ask(
            call.invitations[0], {"famille": "couts", "question": "Et les frais ?"}, actor=call.actor
        )
        return Told(
            {call.people[0].email}, lambda: precisions.answer(asked, "Compris.", actor=actor_of(call.people[0]))
        )

    def precision_answered(world) -> Any:
        call = scene.call(candidats=1, dla=world.organisation, pilot=world.inviter)
        asked = precisions.ask(
            call.invitations[0], {"famille": "couts", "question": "Et les frais ?"}, actor=call.actor
        )
        precisions.answer(asked, "Compris.", actor=actor_of(call.people[0]))
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told({world.inviter.email}, lambda: scene.move(call.appel, "annule"))

    def restituted(world) -> Any:
        call = scene.call(candidats=2, dla=world.organisation, pilot=world.inviter)
        choix = scene.decided(call)
        _unprinted()
        return Told({p.email for p in call.people}, lambda: take_back(choix, actor=call.actor, reason="Il renonce."))

    def project_written(world) -> Any:
        call = scene.call(candidats=1, dla=world.organisation, pilot=world.inviter)
        choix = scene.decided(call)
        OutboxMail.objects.all().delete()
        projet.write_section(choix, "note", {"note": "Une note."}, actor=call.actor, expected=1)
        _unprinted()
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told({call.people[0].email}, lambda: take_back(choix, actor=call.actor, reason="Il renonce."))

    return {
        "consultations/precision": precision_asked,
        "consultations/precision_reponse": precision_answered,
        "consultations/restitution": restituted,
        "consultations/projet": project_written,
    }
