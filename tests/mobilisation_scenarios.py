"""What makes the mails of the mobilisation leave (tests/test_notifications.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts import services
from core.actor import Actor
from core.jobs import enqueue_daily, run_pending
from core.lifecycle import perform
from engagement.partenaires.prestataires import associate
from mobilisation.prestataires import services as demandes
from mobilisation.reponses.services import LIEN, answer_by_link
from projects.cycle.services import perform_action
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory, UserFactory, actor_of, ingenierie_of, published_prestataire


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def _tomorrow(world) -> None:
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()

    def structure_answered(world) -> Any:
        i = ingenierie_of(world.organisation, charge_mission=world.inviter)
        ciblee = StructureCiblee.objects.create(ingenierie=i, structure=StructureFactory(organisation=i.pilote))
        sent = services.send_link(
            LIEN, ciblee, name="Noa", email="noa@example.org", actor=actor_of(world.inviter)
        )  # fmt: skip
        run_pending()
        holder = services.links.holder(sent)
        ciblee.refresh_from_db()
        for said in ("en_partie", "oui"):  # twice in a day, told once
            version = ciblee.reponse.version if hasattr(ciblee, "reponse") else 0
            ciblee.reponse = answer_by_link(ciblee, {"participation": said}, actor=holder, expected_version=version)
        _tomorrow(world)
        row, actor = StructureCiblee.objects.select_related("ingenierie").get(pk=ciblee.pk), actor_of(world.inviter)
        return Told({world.inviter.email}, lambda: perform(row, "confirmer", actor=actor, expected_state=row.state))

    def prestataire_answered(world) -> Any:
        i = ingenierie_of(world.organisation, charge_mission=world.inviter)
        consultant, actor = UserFactory(), actor_of(world.inviter)
        [row] = associate(i, [published_prestataire(consultant)], actor=actor).rows
        row.ingenierie = i
        asked = demandes.ask(row, {"moment": "identifier", "question": "Que savez-vous ?"}, actor=actor)
        run_pending()
        demandes.answer(asked, "Deux études.", actor=Actor.for_user(consultant))
        _tomorrow(world)
        i.refresh_from_db()
        ended = {"expected_state": i.state, "version": i.version, "reason": "Abandon."}
        return Told({world.inviter.email}, lambda: perform_action(i, "abandonner", actor=actor, **ended))

    return {
        "mobilisation/reponse_structure": structure_answered,
        "mobilisation/avis_prestataire": prestataire_answered,
    }
