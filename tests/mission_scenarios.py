"""What makes the mails of the missions leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import clock
from core.actor import Actor
from core.jobs import enqueue_daily
from core.models import Job
from missions.mission.permissions import people_of
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.services import demander, repondre
from missions.modifications.services import perform_action as decide
from missions.suivi import services
from missions.suivi.models import EtapeSuivi
from missions.suivi.retards import RELANCE_APRES, SIGNALEMENT_APRES, relancer
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory, actor_of
from tests.missions import mission

SYSTEM = Actor.system("recette")
CHANGE = {"quoi": "contenu", "de": "Un atelier", "a": "Deux ateliers", "pourquoi": "Les structures le demandent."}


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def _signed(world):
        """A mission of the DLA, whose prestataire has one more person."""
        draft = mission.complete(mission.dossier(world.organisation, charge_mission=world.inviter))
        consultant = mission.consultant(draft)
        convention = mission.signed(mission.to_sign(draft))
        mission.settle()
        return convention, actor_of(consultant)

    def _at_seven(world) -> None:
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()

    def _people(convention) -> set[str]:
        return {email for _, email in people_of(convention)}

    def _first(convention, **values) -> EtapeSuivi:
        EtapeSuivi.objects.filter(pk=services.etapes_of(convention)[0].pk).update(**values)
        row = services.etapes_of(convention)[0]
        row.fiche.convention = convention
        return row

    def _done(convention, actor):
        services.ecrire(
            _first(convention), {"fait_le": clock.today(), "commentaire": "Fait."}, actor=actor, rendre=True
        )

    def fiche_sent(world) -> Any:
        draft = mission.complete(mission.dossier(world.organisation, charge_mission=world.inviter))
        convention = mission.signed(mission.to_sign(draft))
        Job.objects.exclude(mails__template="missions/fiche_suivi").delete()
        gone = type(convention.choix).objects.filter(pk=convention.choix_id)
        return Told(_people(convention), lambda: gone.update(retire_at=clock.now()))

    def stage_returned(world) -> Any:
        convention, consultant = _signed(world)
        _done(convention, consultant)
        row = _first(convention)
        _at_seven(world)
        return Told({world.inviter.email}, lambda: services.reprendre(row, actor=consultant, reason="Une date fausse."))

    def stage_late(world) -> Any:
        convention, consultant = _signed(world)
        _first(convention, prevu_fin=clock.today() - RELANCE_APRES * 2)
        relancer(clock.today(), actor=SYSTEM)
        _at_seven(world)
        return Told(_people(convention), lambda: _done(convention, consultant))

    def stage_told(world) -> Any:
        convention, consultant = _signed(world)
        reminded = clock.now() - SIGNALEMENT_APRES * 2
        _first(convention, prevu_fin=clock.today() - SIGNALEMENT_APRES * 3, relancee_le=reminded)
        relancer(clock.today(), actor=SYSTEM)
        _at_seven(world)
        return Told({world.inviter.email}, lambda: _done(convention, consultant))

    def change_asked(world) -> Any:
        convention, consultant = _signed(world)
        demande = demander(convention, CHANGE, actor=consultant)
        withdraw = {"actor": consultant, "expected_state": "demandee", "reason": "Réglé."}
        return Told({world.inviter.email}, lambda: decide(demande, "retirer", **withdraw))

    def change_decided(world) -> Any:
        convention, _ = _signed(world)
        StructureCiblee(ingenierie=convention.ingenierie, structure=StructureFactory(), state="confirmee").save()
        demande = demander(convention, CHANGE, actor=SYSTEM)
        decide(demande, "accepter", actor=SYSTEM, expected_state="demandee")
        row = AccordStructure.objects.get(demande=demande)
        row.demande = DemandeModification.objects.get(pk=demande.pk)
        row.demande.convention = convention
        repondre(row, {"avis": "oui"}, actor=SYSTEM)
        gone = type(convention.choix).objects.filter(pk=convention.choix_id)
        return Told({*_people(convention), world.inviter.email}, lambda: gone.update(retire_at=clock.now()))

    return {
        "missions/fiche_suivi": fiche_sent,
        "missions/etape_rendue": stage_returned,
        "missions/etape_en_retard": stage_late,
        "missions/etape_signalee": stage_told,
        "missions/modification_demandee": change_asked,
        "missions/modification_decidee": change_decided,
    }
