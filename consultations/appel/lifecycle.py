"""The life of a call to prestataires, declared once (002, « De l’appel à concurrence au choix des projets »)."""

from __future__ import annotations

from consultations.appel import conditions
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.permissions import why_not_call
from core.actor import Actor
from core.lifecycle import Action, Lifecycle


def _pilot(appel: Appel, actor: Actor) -> str:
    return why_not_call(appel.ingenierie, actor)


def _pilot_or_candidate(appel: Appel, actor: Actor) -> str:
    if appel.mode != ModeAppel.SIMPLIFIEE:
        return "Cet appel est déjà en mode complet."
    if Invitation.objects.for_actor(actor).filter(appel=appel).exists():
        return ""
    return why_not_call(appel.ingenierie, actor)


#: Actions that a service of a room does with what it needs, and that no plain button does.
BY_SERVICES = ("preselectionner", "revenir_complet", "depouiller", "attribuer", "rouvrir")

APPEL = Lifecycle(
    name="consultations.appel",
    states=EtatAppel,
    initial=EtatAppel.PREPARATION,
    actions=(
        Action(
            "ouvrir",
            "Ouvrir l’appel et envoyer les invitations",
            (EtatAppel.PREPARATION,),
            EtatAppel.OUVERT,
            _pilot,
            done="a ouvert l’appel aux prestataires",
            said="L’appel est ouvert : chaque prestataire invité reçoit un courrier.",
            conditions=(conditions.ready,),
            style="primary",
            confirm="Ouvrir cet appel ? Un courrier part à chaque prestataire invité.",
        ),
        Action(
            "preselectionner",
            "Pré-retenir",
            (EtatAppel.OUVERT,),
            EtatAppel.PRERETENU,
            _pilot,
            done="a pré-retenu un prestataire",
        ),
        Action(
            "revenir_complet",
            "Revenir au mode complet",
            (EtatAppel.OUVERT,),
            EtatAppel.PREPARATION,
            _pilot_or_candidate,
            done="a fait revenir l’appel au mode complet",
            needs_reason=True,
        ),
        Action(
            "depouiller",
            "Ouvrir les propositions",
            (EtatAppel.OUVERT, EtatAppel.PRERETENU),
            EtatAppel.DEPOUILLE,
            _pilot,
            done="a ouvert les propositions",
            conditions=(conditions.closed,),
        ),
        Action(
            "attribuer",
            "Attribuer",
            (EtatAppel.DEPOUILLE, EtatAppel.PRERETENU),
            EtatAppel.ATTRIBUE,
            _pilot,
            done="a attribué l’appel",
        ),
        Action(
            "annuler",
            "Annuler l’appel",
            (EtatAppel.PREPARATION, EtatAppel.OUVERT, EtatAppel.PRERETENU, EtatAppel.DEPOUILLE),
            EtatAppel.ANNULE,
            _pilot,
            done="a annulé l’appel aux prestataires",
            said="L’appel est annulé ; chaque prestataire invité en reçoit le motif.",
            needs_reason=True,
            reason_label="Motif (envoyé aux prestataires invités et inscrit au journal)",
            style="danger",
        ),
        Action(
            "sans_suite",
            "Déclarer sans suite",
            (EtatAppel.OUVERT, EtatAppel.DEPOUILLE),
            EtatAppel.SANS_SUITE,
            _pilot,
            done="a déclaré l’appel sans suite",
            said="L’appel est sans suite ; chaque prestataire invité en reçoit le motif.",
            conditions=(conditions.over,),
            needs_reason=True,
            reason_label="Motif (envoyé aux prestataires invités et inscrit au journal)",
        ),
        Action(
            "rouvrir",
            "Rouvrir l’appel",
            (EtatAppel.SANS_SUITE,),
            EtatAppel.OUVERT,
            _pilot,
            done="a rouvert l’appel aux prestataires",
            conditions=(conditions.nothing_received, conditions.alone),
            needs_reason=True,
        ),
    ),
    next_hint={
        EtatAppel.PREPARATION: "Choisissez qui est invité, puis ouvrez l’appel.",
        EtatAppel.OUVERT: "Les prestataires invités répondent avant la date limite ; leurs questions sont publiées à "
        "tous avec votre réponse.",
        EtatAppel.PRERETENU: "Le prestataire pré-retenu construit sa proposition avec vous et la structure.",
        EtatAppel.DEPOUILLE: "Les propositions se lisent avec la grille, puis le choix se décide.",
        EtatAppel.ATTRIBUE: "Un prestataire est retenu.",
        EtatAppel.ANNULE: "Les prestataires invités en ont reçu le motif. Un autre appel peut être préparé.",
        EtatAppel.SANS_SUITE: "Les prestataires invités en ont reçu le motif. On peut le rouvrir ou en préparer un "
        "autre.",
    },
    tags={
        EtatAppel.PREPARATION: "tag-warn",
        EtatAppel.OUVERT: "tag-accent",
        EtatAppel.PRERETENU: "tag-accent",
        EtatAppel.DEPOUILLE: "tag-accent",
        EtatAppel.ATTRIBUE: "tag-ok",
    },
)

APPEL.attach(Appel)
