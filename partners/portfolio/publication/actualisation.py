"""« Tout est encore exact »: the yearly update of a published fiche that has nothing to change."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock
from core.actor import Actor
from core.clock import months_after
from core.errors import ConditionsNotMet, InvalidInput
from core.formats import format_date
from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.enums import ECRITURE
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import RUBRIQUE_OF
from partners.portfolio.fiche.services.versions import start_version, submit, update_rubrique
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication

#: Months before its term from which a fiche may be confirmed as it is.
MOIS_AVANT = 2


def confirmable_from(prestataire: Prestataire) -> dt.date | None:
    """The day from which the fiche may be confirmed as it is: two months before its first term. ``None`` while it is
    published nowhere."""
    terms = Publication.objects.filter(prestataire=prestataire, state=EtatPublication.PUBLIEE)
    first = terms.order_by("a_actualiser_le").values_list("a_actualiser_le", flat=True).first()
    return months_after(first, -MOIS_AVANT) if first is not None else None


def confirm_unchanged(prestataire: Prestataire, *, actor: Actor) -> FicheVersion:
    """« Tout est encore exact »: next version as the last one, sent at once (002: updated once a year).

    The engagement is said again by the very act. Raises ``InvalidInput`` before its day, ``ConditionsNotMet`` when
    something lacks since (an insurance that has expired): the version begun stays, to be completed.
    """
    since = confirmable_from(prestataire)
    if since is None or since > clock.today():
        told = f"à partir du {format_date(since)}" if since is not None else "quand elle aura été publiée"
        raise InvalidInput(f"La fiche se confirme telle quelle {told}. Pour la changer avant, mettez-la à jour.")
    fiche = start_version(prestataire, actor=actor)
    if fiche.state not in ECRITURE:
        return fiche
    if [m for m in completeness.missing(fiche) if m.champ != "charte"]:
        raise ConditionsNotMet("Tout n’est plus exact : une version est ouverte, complétez-la puis envoyez-la au C2RA.")
    with transaction.atomic():
        fiche = update_rubrique(fiche, RUBRIQUE_OF["charte"].code, {"charte": True}, actor=actor, only=True)
        return submit(fiche, actor=actor, expected_state=fiche.state, version=fiche.version)
