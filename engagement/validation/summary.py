"""Who validated the démarche, read for other rooms and floors: plain data, in French."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from engagement.validation.models import AvisComite, ValidationPorteur
from projects.enums import SensAvis

#: How each opinion is coloured, wherever it is shown.
TONES = {
    SensAvis.FAVORABLE: "ok",
    SensAvis.RESERVES: "warn",
    SensAvis.DEFAVORABLE: "bad",
    SensAvis.AJOURNE: "neutral",
}


@dataclass(frozen=True, slots=True)
class AvisLu:
    """The opinion of a comité d'appui."""

    organisation: str
    date: dt.date
    sens: str
    commentaires: str


@dataclass(frozen=True, slots=True)
class ValidationLue:
    """Opinions recorded, agreement of the structure porteuse (date, or ``None``), confirmation of its funders."""

    avis: tuple[AvisLu, ...] = ()
    porteur_le: dt.date | None = None
    financeurs_le: dt.date | None = None


def validation_of(ingenierie_id: int) -> ValidationLue:
    """Who validated the démarche. Two queries."""
    avis = AvisComite.objects.filter(ingenierie=ingenierie_id).select_related("organisation")
    porteur = ValidationPorteur.objects.filter(ingenierie=ingenierie_id).first()
    return ValidationLue(
        tuple(AvisLu(str(a.organisation), a.date, a.get_sens_display(), a.commentaires) for a in avis),
        porteur.date if porteur and porteur.validee else None,
        porteur.financeurs_date if porteur else None,
    )
