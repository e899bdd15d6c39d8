"""What makes the mails of the capitalisation leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Grant
from accounts.services.links import holder
from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.services import lecteurs as readers
from capitalisation.comite.services import comites
from capitalisation.consentements import services as consents
from capitalisation.recherche.nouveautes import prevenir
from capitalisation.recherche.recherche import Criteres
from capitalisation.recherche.services import keep, update
from capitalisation.recits.enums import Genre
from capitalisation.recits.services import ecriture
from core.jobs import enqueue_daily, run_pending
from tests.capitalisation import scene
from tests.capitalisation.comite import scene as comite_editorial
from tests.capitalisation.recits.contributions import scene as contributions
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member
from tests.portal.moments import placed


def _next_morning(world) -> None:
    world.clock_at("2026-11-22 07:30")
    enqueue_daily()


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

    def asked_an_avis(world) -> Any:
        made = comite_editorial.proposed(dla=world.organisation)
        run_pending()  # the personal links of the others
        _next_morning(world)
        return Told({made.seated.email}, lambda: made.give(comite_editorial.FAVORABLE))

    def no_avis_any_more(world) -> Any:
        made = comite_editorial.proposed(dla=world.organisation)
        made.act("reprendre", made.author)
        seats = list(made.comite.membres.all())
        _next_morning(world)
        return Told(
            {seat.email for seat in seats},
            lambda: [comites.leave(seat, actor=scene.SYSTEM) for seat in seats],
        )

    def decided(world) -> Any:
        made = comite_editorial.proposed(dla=world.organisation)
        made.act("demander_complement", made.decider, "Dire d’où viennent les chiffres.")
        return Told({made.author.email}, lambda: made.act("proposer", made.author))

    def _deposited(world) -> Any:
        """A published resource of the organisation, its depositor, who decides for the network and for everybody."""
        found = scene.ressource(world.organisation, auteur=world.inviter, lecteurs=Lecteurs.REGION)
        c2ra = member(OrganisationFactory(c2ra=True, region=world.organisation.region))
        return found, c2ra

    def opening_asked(world) -> Any:
        row, c2ra = _deposited(world)
        asked = readers.ask(row, Lecteurs.RESEAU, actor=actor_of(world.inviter))
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told({c2ra.email}, lambda: readers.decline(asked, actor=actor_of(world.inviter)))

    def opening_decided(world) -> Any:
        row, c2ra = _deposited(world)
        asked = readers.ask(row, Lecteurs.RESEAU, actor=actor_of(world.inviter))
        opened = readers.open_to(asked, Lecteurs.RESEAU, actor=actor_of(c2ra))
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        mine = {world.inviter.email}
        return Told(mine, lambda: readers.open_to(opened, Lecteurs.REGION, actor=actor_of(world.inviter)))

    def something_new(world) -> Any:
        owner = actor_of(world.inviter)
        row = keep(Criteres(q="trésorerie"), {"nom": "Trésorerie", "prevenir": True}, actor=owner)
        world.clock_at("2026-11-25 06:00")
        scene.ressource(world.organisation)
        prevenir(actor=scene.SYSTEM)
        world.clock_at("2026-11-25 07:30")
        enqueue_daily()
        return Told({world.inviter.email}, lambda: update(row, {"prevenir": False}, actor=owner, expected_version=None))

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
        "capitalisation/avis_editorial_demande": asked_an_avis,
        "capitalisation/examen_clos": no_avis_any_more,
        "capitalisation/ressource_decidee": decided,
        readers.MAIL_DEMANDEE: opening_asked,
        readers.MAIL_DECIDEE: opening_decided,
        "capitalisation/recherche_nouveautes": something_new,
        "capitalisation/contribution_rendue": handed_in,
    }
