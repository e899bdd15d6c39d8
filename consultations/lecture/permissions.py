"""Who reads the propositions and the grids. Deny by default; each refusal has its sentence.

A candidate reads its own column only, once told; the evaluators and the team after the opening; who merely sees the
ingénierie (a C2RA that is no party to it) reads the outcome, once the call is awarded.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel
from consultations.appel.permissions import why_not_call
from consultations.lecture.models import Evaluateur, Grille
from core.actor import Actor
from partners.portfolio.prestataire.permissions import belonging
from projects.ingenierie.models import Ingenierie

#: States in which propositions were opened, or the pre-selected one builds its own: they may be read.
OPENED = (EtatAppel.PRERETENU, EtatAppel.DEPOUILLE)


def is_opened(appel: Appel) -> bool:
    """Is there something to read and to appreciate now? Where nothing is sealed, from the opening of the call on."""
    if appel.state in OPENED:
        return True
    return appel.state == EtatAppel.OUVERT and appel.mode == ModeAppel.SANS_CONCURRENCE


def opened(path: str = "") -> Q:
    """The same, in a query; ``path`` leads to the call (``"grille__appel__"``)."""
    alone = Q(**{f"{path}state": EtatAppel.OUVERT, f"{path}mode": ModeAppel.SANS_CONCURRENCE})
    return Q(**{f"{path}state__in": OPENED}) | alone


def is_adaptable(appel: Appel) -> bool:
    """May the criteria still change? Until the opening of the propositions only."""
    return appel.state in (EtatAppel.PREPARATION, EtatAppel.OUVERT) and not is_opened(appel)


def in_team(actor: Actor, ingenierie: Ingenierie) -> bool:
    """Is ``actor`` of an organisation that runs the ingénierie (pilot, DLA référent, associated)?"""
    if actor.is_system:
        return True
    mine = actor.organisation_id
    if mine is None:
        return False
    return mine in (ingenierie.pilote_id, ingenierie.referent_id) or any(
        o.pk == mine for o in ingenierie.associes.all()
    )


def reads_propositions(actor: Actor, appel: Appel) -> bool:
    """May ``actor``, who sees the ingénierie, read its propositions and grids now?"""
    if appel.state == EtatAppel.ATTRIBUE:
        return True
    return is_opened(appel) and in_team(actor, appel.ingenierie)


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these calls, those whose comparison ``actor`` may print: :func:`reads_propositions` and
    :func:`why_not_compare`, for many."""
    rows = Appel.objects.visible_to(actor).filter(pk__in=ids)
    rows = rows.select_related("ingenierie").prefetch_related("ingenierie__associes")
    return {row.pk for row in rows if reads_propositions(actor, row) and not why_not_compare(actor, row)}


def why_not_adapt(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not change the criteria now, or ``""``: the pilot does, until the opening."""
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if is_adaptable(appel):
        return ""
    return "La grille ne change plus : les propositions sont ouvertes, ou un prestataire est pré-retenu."


def why_not_manage(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not say who reads, nor ask for precisions, now; or ``""``."""
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if is_opened(appel) or is_adaptable(appel):
        return ""
    return f"Cet appel ne se lit plus : {appel.get_state_display()}."


def why_closed(appel: Appel) -> str:
    """Why nobody writes a reading now, or ``""``."""
    if is_opened(appel):
        return ""
    if is_adaptable(appel):
        return "Les propositions ne sont pas encore ouvertes : elles le seront après la date limite."
    return "La lecture des propositions est terminée : elle n’attend plus de réponse."


def why_not_evaluate(evaluateur: Evaluateur, actor: Actor) -> str:
    """Why ``actor`` may not write in the name of this evaluator, or ``""``: herself only (by link, ``take`` answers),
    or the pilot for whom it met.
    """
    if evaluateur.by_link and actor.kind != "link":
        if evaluateur.entretien_le is None:
            return "Cette lecture s’écrit par le lien personnel de la personne, ou après une rencontre."
        return why_not_type(evaluateur, actor)
    if evaluateur.by_link:
        return ""
    if actor.user_id is None or actor.user_id != evaluateur.user_id:
        return "Chaque lecture est écrite par la personne qui lit."
    if not in_team(actor, evaluateur.grille.appel.ingenierie) or not actor.membership.writes:
        return "Vous ne faites plus partie, ou plus avec ce rôle, des organisations qui conduisent cette ingénierie."
    return ""


def why_not_type(evaluateur: Evaluateur, actor: Actor) -> str:
    """Why ``actor`` may not type what a structure, or a member of the comité de pilotage, said of the propositions; or
    ``""``: the pilot does, who has finished her own reading if she reads."""
    appel = evaluateur.grille.appel
    refusal = why_not_manage(appel, actor) or why_closed(appel)
    if refusal:
        return refusal
    if not evaluateur.by_link:
        return "Qui lit pour le DLA écrit sa lecture elle-même."
    if evaluateur.entretien_le is None and (evaluateur.enregistre_at or evaluateur.lectures.exists()):
        return "Cette lecture est déjà écrite par son lien : relancez la personne si elle n’est pas terminée."
    mine = evaluator_of(actor, appel)
    if mine is not None and mine.enregistre_at is None:
        return "Terminez d’abord votre propre lecture : vous liriez celle d’un autre avant d’avoir écrit la vôtre."
    return ""


def evaluator_of(actor: Actor, appel: Appel) -> Evaluateur | None:
    """The evaluator ``actor`` is for this call, or ``None``."""
    if actor.kind != "user":
        return None
    return Evaluateur.objects.filter(grille__appel=appel, user=actor.user_id).select_related("grille").first()


def all_saved(grille: Grille | None) -> bool:
    """Has everybody who reads finished (and does somebody)?"""
    if grille is None:
        return False
    saved = list(grille.evaluateurs.values_list("enregistre_at", flat=True))
    return bool(saved) and all(saved)


def why_not_compare(actor: Actor, appel: Appel) -> str:
    """Why ``actor``, who may read the propositions, does not read the appreciations of the others yet, or ``""``.

    Who evaluates reads them once her own are saved; who does not, once everybody's are, or once it is decided.
    """
    if actor.is_system or appel.state == EtatAppel.ATTRIBUE:
        return ""
    rows = list(Evaluateur.objects.filter(grille__appel=appel).values_list("user_id", "enregistre_at"))
    return why_not_compare_among(actor.user_id, rows)


def why_not_compare_among(user_id: int | None, rows: list[tuple[int | None, object]]) -> str:
    """The same, of (account, when it was finished) already read."""
    if not rows:
        return "Personne ne lit encore les propositions : ajoutez des lecteurs."
    mine = [saved for user, saved in rows if user is not None and user == user_id]
    if mine:
        return "" if mine[0] else "Vous lirez les appréciations des autres une fois les vôtres enregistrées."
    if all(saved for _, saved in rows):
        return ""
    return "Qui ne lit pas les propositions verra les appréciations quand tous les lecteurs auront enregistré la leur."


def for_prestataire(actor: Actor, appel: Appel, prestataire_id: int) -> bool:
    """Is ``actor`` of this invited prestataire?"""
    return belonging(actor, prestataire_id) is not None


#: What is excluded from the readers of a call: nobody reads for a structure that left.
LEFT = Q(state__in=["retiree", "declinee"])
