"""What makes the mails of the capitalisation leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Grant
from accounts.services.links import holder
from capitalisation.consentements import services as consents
from capitalisation.recherche.nouveautes import prevenir
from capitalisation.recherche.recherche import Criteres
from capitalisation.recherche.services import keep, update
from core.jobs import enqueue_daily, run_pending
from tests.capitalisation import scene
from tests.evaluation.synthese.scene import with_structures
from tests.factories import actor_of, ingenierie_of
from tests.portal.moments import placed


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def taken_back(world) -> Any:
        ingenierie = placed(ingenierie_of(world.organisation), charge_mission=world.inviter, state="finaliser")
        row = scene.consent(with_structures(ingenierie, 1)[0])
        consents.ask(ingenierie, [row.pk], actor=scene.SYSTEM)
        run_pending()
        by_link = holder(Grant.objects.get(purpose=consents.LIEN))
        consents.answer(scene.read(row), True, nom="Elle Exemple", actor=by_link)
        consents.answer(scene.read(row), False, nom="Elle Exemple", actor=by_link)
        return Told(
            {world.inviter.email},
            lambda: consents.answer(scene.read(row), True, nom="Elle Exemple", actor=by_link),
        )

    def something_new(world) -> Any:
        owner = actor_of(world.inviter)
        row = keep(Criteres(q="trésorerie"), {"nom": "Trésorerie", "prevenir": True}, actor=owner)
        world.clock_at("2026-11-25 06:00")
        scene.ressource(world.organisation)
        prevenir(actor=scene.SYSTEM)
        world.clock_at("2026-11-25 07:30")
        enqueue_daily()
        return Told({world.inviter.email}, lambda: update(row, {"prevenir": False}, actor=owner, expected_version=None))

    return {
        "capitalisation/consentement_retire": taken_back,
        "capitalisation/recherche_nouveautes": something_new,
    }
