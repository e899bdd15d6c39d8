"""What the reading of the propositions puts among what waits: for who reads, the pilot, a candidate."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from consultations.appel.models import Invitation
from consultations.appel.presenters import title_for
from consultations.lecture.models import Evaluateur, Precision
from consultations.lecture.permissions import opened
from consultations.propositions.models import PropositionOuverte
from core.actor import Actor
from core.formats import format_date, plural
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.ingenierie.models import Ingenierie

#: Rows read at most: several readers make one line.
ROWS = 10 * LIMIT


def lectures(actor: Actor) -> list[Todo]:
    """The readings of propositions that wait: one's own, and those of the others in what one carries. One query."""
    if actor.user_id is None:
        return []
    own = Q(user=actor.user_id, grille__appel__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))
    rows = (
        Evaluateur.objects.filter(
            Exists(PropositionOuverte.objects.filter(appel=OuterRef("grille__appel"))),
            opened("grille__appel__"),
            enregistre_at=None,
        )
        .filter(own | Q(**carried(actor, "grille__appel__ingenierie__")))
        .order_by("grille__appel", "pk")
        .values_list("grille__appel", "grille__appel__ingenierie", "grille__appel__ingenierie__titre", "user")[:ROWS]
    )
    found: dict[int, list] = {}
    for appel, ingenierie, titre, user in rows:
        line = found.setdefault(appel, [ingenierie, titre, False, 0])
        if user == actor.user_id:
            line[2] = True
        else:
            line[3] += 1
    told = []
    for appel, (ingenierie, titre, mine, others) in found.items():
        said = "Votre lecture des propositions n’est pas terminée." if mine else ""
        if others and not mine:
            said = f"{plural(others, 'lecteur n’a', 'lecteurs n’ont')} pas terminé sa lecture des propositions."
            said = said if others == 1 else said.replace("sa lecture", "leur lecture")
        name = "ma_lecture" if mine else "lecture"
        told.append(Todo(title=titre, detail=said, url=reverse(f"consultations:{name}", args=[ingenierie, appel])))
    return told[:LIMIT]


def precisions(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """What a candidate is asked in writing and has not answered, while it still may. One query."""
    rows = (
        Precision.objects.filter(opened("invitation__appel__"), invitation__prestataire=prestataire, repondu_at=None)
        .filter(invitation__in=Invitation.objects.for_actor(actor).values("pk"))
        .select_related("invitation__appel__ingenierie__pilote", "invitation__appel__version_diffusee")
        .order_by("at", "pk")
    )
    return [
        Attente(
            title_for(row.invitation),
            f"Une précision vous est demandée depuis le {format_date(row.at)} : {row.get_famille_display().lower()}.",
            reverse("lecture:precision", args=[row.invitation_id, row.pk]),
        )
        for row in rows
    ]


def register() -> None:
    """Called once by :func:`consultations.lecture.providers.register`."""
    TODOS.register("lectures", lectures, order=20)
    ATTENTES.register("precisions", precisions, order=20)
