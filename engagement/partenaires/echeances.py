"""The dates of the partners in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import Grant
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import QUESTIONNAIRE
from projects.echeances import concerned


def _answers(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = {
        row.pk: row
        for row in PartenaireProjet.objects.filter(ingenierie__in=concerned(actor, window).values("pk")).select_related(
            "partenaire", "ingenierie"
        )
    }
    waiting = Grant.objects.filter(
        purpose=QUESTIONNAIRE, object_id__in=rows, used_at=None, revoked_at=None,
        expires_at__date__range=(window.since, window.until),
    )  # fmt: skip
    for grant in waiting.order_by("expires_at", "pk"):
        row = rows[grant.object_id]
        yield Echeance(
            f"questionnaire-{grant.pk}",
            f"Fin du lien envoyé à {row.partenaire}",
            row.ingenierie.titre,
            reverse("engagement:partenaire", args=[row.ingenierie_id, row.pk]),
            grant.expires_at,
        )


def register() -> None:
    """Called once by :func:`engagement.partenaires.providers.register`."""
    ECHEANCES.register("questionnaires", EcheanceSource("Réponses attendues des partenaires", _answers), order=50)
