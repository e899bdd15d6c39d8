"""What makes the mails of the capitalisation leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Grant
from accounts.services.links import holder
from capitalisation.consentements import services as consents
from capitalisation.recits.enums import Genre
from capitalisation.recits.services import ecriture
from core.jobs import enqueue_daily, run_pending
from tests.capitalisation import scene
from tests.capitalisation.recits.contributions import scene as contributions
from tests.evaluation.synthese.scene import with_structures
from tests.factories import ingenierie_of
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

    def handed_in(world) -> Any:
        ingenierie = placed(ingenierie_of(world.organisation), charge_mission=world.inviter, state="finaliser")
        with_structures(ingenierie, 1)
        recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=scene.SYSTEM)
        row = contributions.asked(recit)
        run_pending()
        row = contributions.written(row, problematique="Dit.")
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told(
            {world.inviter.email},
            lambda: contributions.taken(row, "problematique", "remplacer"),
        )

    return {
        "capitalisation/consentement_retire": taken_back,
        "capitalisation/contribution_rendue": handed_in,
    }
