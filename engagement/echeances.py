"""The dates of « Engager » in the échéancier: opinions of the comités d'appui, decisions of funders, answers due."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import Grant
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.models import AvisComite, LigneRessource, PartenaireProjet
from engagement.services.reponses import QUESTIONNAIRE
from projects.echeances import concerned


def _avis(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = AvisComite.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date__range=(window.since, window.until)
    ).select_related("ingenierie", "organisation")
    for avis in found.order_by("date", "pk"):
        yield Echeance(
            f"avis-{avis.pk}",
            f"Comité d’appui, {avis.organisation.name} : avis {avis.get_sens_display()}",
            avis.ingenierie.titre,
            reverse("engagement:validation", args=[avis.ingenierie_id]),
            avis.date,
            done=True,
        )


def _decisions(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = LigneRessource.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date_decision__range=(window.since, window.until)
    ).select_related("ingenierie", "partenaire__partenaire")
    for line in found.order_by("date_decision", "pk"):
        yield Echeance(
            f"decision-{line.pk}",
            f"Décision de financement : {line.nom}",
            line.ingenierie.titre,
            reverse("engagement:budget", args=[line.ingenierie_id]),
            line.date_decision,
            done=line.obtenu is not None,
        )


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
    """Called once by :func:`engagement.providers.register`."""
    ECHEANCES.register("avis", EcheanceSource("Avis des comités d’appui", _avis), order=30)
    ECHEANCES.register("decisions", EcheanceSource("Décisions des financeurs", _decisions), order=40)
    ECHEANCES.register("questionnaires", EcheanceSource("Réponses attendues des partenaires", _answers), order=50)
