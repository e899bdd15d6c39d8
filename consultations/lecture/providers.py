"""What the room gives to those below it."""

from __future__ import annotations

from django.urls import reverse

from consultations.appel.models import Appel, Invitation
from consultations.appel.registry import A_L_OUVERTURE, SUITES_CANDIDAT, SUITES_EQUIPE, Suite
from consultations.lecture import dashboard, documents, liens
from consultations.lecture.models import Evaluateur, Precision
from consultations.lecture.permissions import is_adaptable, is_opened, reads_propositions
from consultations.lecture.services.lecteurs import send_links
from consultations.propositions.models import PropositionOuverte
from core.actor import Actor
from core.formats import plural


def _team(appel: Appel, actor: Actor) -> list[Suite]:
    """The grid and its readers, while the call lives; the comparison once it is opened."""
    url = reverse("consultations:lecture", args=[appel.ingenierie_id, appel.pk])
    if is_adaptable(appel):
        note = "La grille de lecture s’adapte, et les lecteurs se choisissent, jusqu’à l’ouverture des propositions."
        return [Suite(note, "Grille de lecture", url, primary=False)]
    if not reads_propositions(actor, appel):
        return []
    rows = list(Evaluateur.objects.filter(grille__appel=appel).values_list("enregistre_at", flat=True))
    done = plural(sum(1 for saved in rows if saved), "lecture terminée", "lectures terminées")
    note = f"{done} sur {len(rows)}." if rows else "Personne ne lit encore les propositions."
    if appel.is_simplifie and not PropositionOuverte.objects.filter(appel=appel).exists():
        note = "Le prestataire pré-retenu n’a pas encore déposé son projet. Choisissez dès maintenant qui le lira."
        return [Suite(note, "Grille de lecture", url, primary=False)]
    return [Suite(note, "Lire et apprécier", url, primary=is_opened(appel))]


def _candidate(invitation: Invitation, actor: Actor) -> list[Suite]:
    """The precisions asked; the grid, for who was pre-selected."""
    found = []
    asked = list(Precision.objects.filter(invitation=invitation).values_list("repondu_at", flat=True))
    if asked:
        waiting = sum(1 for at in asked if at is None) if is_opened(invitation.appel) else 0
        note = (
            f"{plural(waiting, 'précision vous est demandée', 'précisions vous sont demandées')}."
            if waiting
            else "Vous avez répondu à ce qui vous était demandé de préciser."
        )
        url = reverse("lecture:precisions", args=[invitation.pk])
        found.append(Suite(note, "Préciser ma proposition" if waiting else "Revoir", url, primary=bool(waiting)))
    if invitation.appel.is_simplifie and invitation.pre_retenu_at is not None:
        url = reverse("lecture:grille", args=[invitation.pk])
        found.append(
            Suite("La grille avec laquelle votre projet est lu, sans comparaison.", "Grille de lecture", url, False)
        )
    return found


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    documents.register()
    liens.register()
    dashboard.register()
    A_L_OUVERTURE.register("lecture", lambda appel, actor: send_links(appel, actor=actor))
    SUITES_EQUIPE.register("lecture", _team, order=20)
    SUITES_CANDIDAT.register("lecture", _candidate, order=20)
