"""Words of the consents: where each stands, by which way it was given."""

from __future__ import annotations

from django.db import models


class EtatConsentement(models.TextChoices):
    """Where a consent stands: only « accordé » lets something be diffused."""

    A_DEMANDER = "a_demander", "à demander"
    DEMANDE = "demande", "demandé"
    ACCORDE = "accorde", "accordé"
    REFUSE = "refuse", "refusé"
    RETIRE = "retire", "retiré"


class Moyen(models.TextChoices):
    """By which way it was given."""

    LIEN = "lien", "lien personnel"
    ECRIT = "ecrit", "courrier ou courriel"
    REUNION = "reunion", "en réunion"
    TELEPHONE = "telephone", "au téléphone"


#: What the team types (a link writes its own).
MOYENS_SAISIS = [(code, label) for code, label in Moyen.choices if code != Moyen.LIEN]
#: What may be answered.
REPONSES = [
    (EtatConsentement.ACCORDE, "Accordé"),
    (EtatConsentement.REFUSE, "Refusé"),
    (EtatConsentement.RETIRE, "Retiré, après avoir été accordé"),
]
