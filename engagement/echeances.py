"""The dates of « Engager » in the échéancier: meetings and what they decided, comités d'appui, funders, answers due."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import Grant
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.enums import EtatReunion, EtatSeance
from engagement.models import AvisComite, DecisionReunion, LigneRessource, PartenaireProjet, Reunion, SeanceComite
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


def _reunions(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Meetings, each at its hours; one that is cancelled leaves."""
    found = (
        Reunion.objects.filter(
            ingenierie__in=concerned(actor, window).values("pk"), date__range=(window.since, window.until)
        )
        .exclude(state=EtatReunion.ANNULEE)
        .select_related("ingenierie")
    )
    for reunion in found.order_by("debut", "pk"):
        nature = str(reunion.get_nature_display())
        yield Echeance(
            f"reunion-{reunion.pk}",
            f"{nature[:1].upper()}{nature[1:]} : {reunion.objet}",
            reunion.ingenierie.titre,
            reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]),
            reunion.debut,
            until=reunion.fin,
            place=reunion.lieu or ("En visioconférence" if reunion.visio else ""),
            done=reunion.state == EtatReunion.TENUE,
        )


def _decided(actor: Actor, window: Window) -> Iterator[Echeance]:
    """What meetings decided and is still to be done. Who does it is left out: a calendar names nobody."""
    found = DecisionReunion.objects.filter(
        reunion__ingenierie__in=concerned(actor, window).values("pk"),
        echeance__range=(window.since, window.until),
        faite_le__isnull=True,
    ).exclude(reunion__state=EtatReunion.ANNULEE)
    for decision in found.select_related("reunion__ingenierie").order_by("echeance", "pk"):
        reunion = decision.reunion
        yield Echeance(
            f"suite-{decision.pk}",
            f"Décision à suivre : {decision}",
            reunion.ingenierie.titre,
            reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]) + "#decisions",
            decision.echeance,
        )


def _seances(actor: Actor, window: Window) -> Iterator[Echeance]:
    """The sessions of the actor's own DLA: all of them, or those that have the ingénierie on their agenda."""
    found = SeanceComite.objects.visible_to(actor).exclude(state=EtatSeance.ANNULEE)
    if window.ingenierie is not None:
        found = found.filter(points__ingenierie=window.ingenierie)
    found = found.filter(debut__date__range=(window.since, window.until)).select_related("organisation")
    for seance in found.order_by("debut", "pk"):
        yield Echeance(
            f"seance-{seance.pk}",
            "Séance du comité d’appui",
            seance.organisation.name,
            reverse("comite:seance", args=[seance.pk]),
            seance.debut,
            place=seance.lieu,
            done=seance.state in (EtatSeance.TENUE, EtatSeance.CLOSE),
        )


def register() -> None:
    """Called once by :func:`engagement.providers.register`."""
    ECHEANCES.register("avis", EcheanceSource("Avis des comités d’appui", _avis), order=30)
    ECHEANCES.register("decisions", EcheanceSource("Décisions des financeurs", _decisions), order=40)
    ECHEANCES.register("questionnaires", EcheanceSource("Réponses attendues des partenaires", _answers), order=50)
    ECHEANCES.register("reunions", EcheanceSource("Réunions", _reunions), order=22)
    ECHEANCES.register("suites", EcheanceSource("Décisions des réunions", _decided), order=24)
    ECHEANCES.register("seances", EcheanceSource("Séances du comité d’appui", _seances), order=26)
