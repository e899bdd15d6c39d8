"""What makes the mails of productions, reports and payments leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import clock
from core.jobs import enqueue_daily, run_pending
from engagement.partenaires.services import add_partenaire
from missions.mission.permissions import people_of
from missions.paiements import services as paiements
from missions.paiements.echeancier import echeances_of
from missions.productions.models import DestinataireNote
from missions.productions.services import inform_partners
from missions.rapports import services as rapports
from tests.factories import PartenaireFactory, actor_of
from tests.missions import mission, remise


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def _signed(world):
        """A mission of the DLA, whose prestataire has one more person; its own mails have left."""
        draft = mission.complete(mission.dossier(world.organisation, charge_mission=world.inviter))
        consultant = mission.consultant(draft)
        convention = mission.signed(mission.to_sign(draft))
        mission.settle()
        return convention, actor_of(consultant)

    def _handed_over(world):
        convention, consultant = _signed(world)
        rapport = remise.written(convention, actor=consultant)
        rapport = rapports.perform_action(rapport, "remettre", actor=consultant, expected_state="redaction")
        return convention, rapport

    def _sent_back(world, rapport):
        return rapports.perform_action(
            rapport, "completer", actor=actor_of(world.inviter), expected_state="remis", reason="Les effets."
        )

    def report_received(world) -> Any:
        _, rapport = _handed_over(world)
        return Told({world.inviter.email}, lambda: _sent_back(world, rapport))

    def report_read(world) -> Any:
        convention, rapport = _handed_over(world)
        run_pending()
        rapport = _sent_back(world, rapport)
        again = {"actor": actor_of(world.inviter), "expected_state": "a_completer"}
        return Told(
            {email for _, email in people_of(convention)}, lambda: rapports.perform_action(rapport, "remettre", **again)
        )

    def payment_asked(world) -> Any:
        convention, consultant = _signed(world)
        row = echeances_of(convention)[0]
        asked = {"demande_le": clock.today(), "montant_demande": row.montant}
        paiements.demander(convention, row.cle, asked, actor=consultant, facture=remise.pdf("facture.pdf"))
        paid = {"paye_le": clock.today(), "montant_paye": row.montant}
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told(
            {world.inviter.email},
            lambda: paiements.payer(convention, row.cle, paid, actor=actor_of(world.inviter)),
        )

    def partners_told(world) -> Any:
        convention, _ = _signed(world)
        sheet = PartenaireFactory(organisation=world.organisation, contact_email="partenaire@example.org")
        actor = actor_of(world.inviter)
        partner = add_partenaire(convention.ingenierie, sheet, actor=actor)
        inform_partners(convention, {"titre": "Nouvelles", "texte": "Deux ateliers."}, [partner], actor=actor)
        return Told({"partenaire@example.org"}, lambda: DestinataireNote.objects.all().delete())

    return {
        "missions/rapport_remis": report_received,
        "missions/rapport_lu": report_read,
        "missions/paiement_demande": payment_asked,
        "missions/note_partenaires": partners_told,
    }
