"""The price of the convention goes to the budget: nobody types it twice."""

from __future__ import annotations

from django.db import transaction

from core.actor import Actor
from core.errors import InvalidInput
from engagement.budget.enums import NatureCharge
from engagement.budget.models import LigneCharge
from engagement.budget.services.lignes import add_charge, update_ligne
from missions.conventions.models import Convention
from projects.ingenierie.services import ensure_open


def _lines(convention: Convention) -> list[LigneCharge]:
    """The lines of the kept budget that this convention answers for: those of its phase, when some say it."""
    rows = LigneCharge.objects.filter(
        ingenierie=convention.ingenierie_id, scenario__retenu=True, nature=NatureCharge.REALISATION
    ).select_related("scenario")
    found = list(rows)
    if convention.phase:
        found = [row for row in found if row.phase == convention.phase] or [row for row in found if not row.phase]
    return found


def to_budget(convention: Convention, *, actor: Actor) -> LigneCharge:
    """Give the kept budget the price of ``convention``: its line of external services takes it, or one is added.

    Raises ``NotAllowed``, ``InvalidInput`` (no price; several lines of external services: one says there which is
    which).
    """
    ensure_open(convention.ingenierie, actor)
    if convention.prix is None:
        raise InvalidInput("Donnez d’abord le prix de la mission.")
    values = {
        "montant": convention.prix,
        "base": convention.base,
        "taux_tva": convention.taux_tva,
        "prix_unitaire": None,
    }
    with transaction.atomic():
        lines = _lines(convention)
        if len(lines) > 1:
            raise InvalidInput(
                "Le budget compte plusieurs lignes de prestations extérieures : mettez-les vous-même au prix de la "
                "convention."
            )
        if lines:
            lines[0].ingenierie = convention.ingenierie
            return update_ligne(lines[0], values, actor=actor, expected_version=None)
        added = {
            "nature": NatureCharge.REALISATION,
            "libelle": f"Prestataire : convention {convention.reference}",
            "phase": convention.phase,
            **values,
        }
        return add_charge(convention.ingenierie, added, actor=actor)
