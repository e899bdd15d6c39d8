"""The life of a synthesis, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import Synthese
from evaluation.synthese.permissions import why_not_fix, why_not_write

#: What is written before it is fixed, as the page names it.
A_ECRIRE = (
    ("methode_collecte", "la méthode de collecte"),
    ("coherence", "« Cohérence » : les moyens adaptés aux objectifs"),
    ("complementarite", "« Cohérence » : les moyens complémentaires"),
    ("pertinence", "« Pertinence »"),
    ("efficacite", "« Efficacité »"),
    ("efficience", "« Efficience »"),
)


def manques(synthese: Synthese) -> list[str]:
    """What is still to be written before the synthesis is fixed."""
    return [label for name, label in A_ECRIRE if not getattr(synthese, name).strip()]


def _team(synthese: Synthese, actor: Actor) -> str | None:
    return why_not_write(actor, synthese.ingenierie) or None


def _pilot(synthese: Synthese, actor: Actor) -> str | None:
    return why_not_fix(actor, synthese.ingenierie) or None


def _something(synthese: Synthese, actor: Actor) -> str | None:
    if any(getattr(synthese, name).strip() for name, _ in A_ECRIRE[1:]):
        return None
    return "Rien n’est encore écrit : répondez au moins à l’un des quatre registres."


def _complete(synthese: Synthese, actor: Actor) -> list[str]:
    return [f"Il manque {label}." for label in manques(synthese)]


SYNTHESE = Lifecycle(
    name="evaluation.synthese",
    states=EtatSynthese,
    initial=EtatSynthese.BROUILLON,
    actions=(
        Action(
            "partager",
            "Partager pour réactions",
            (EtatSynthese.BROUILLON,),
            EtatSynthese.PARTAGEE,
            _team,
            done="a partagé la synthèse de l’évaluation",
            said="Une version est gardée. Choisissez maintenant à qui l’envoyer.",
            conditions=(_something,),
            style="primary",
            help="Une version est gardée, avec les faits de ce jour ; rien ne part encore. Le texte peut être repris "
            "d’après les réactions.",
        ),
        Action(
            "arreter",
            "Arrêter la synthèse",
            (EtatSynthese.BROUILLON, EtatSynthese.PARTAGEE),
            EtatSynthese.ARRETEE,
            _pilot,
            done="a arrêté la synthèse de l’évaluation",
            said="La synthèse est arrêtée : son texte, ses faits et la fiche de présentation sont figés. Son PDF "
            "scellé est en cours de fabrication.",
            conditions=(_complete,),
            style="primary",
            confirm="Arrêter la synthèse ? Son texte, ses faits et la fiche de présentation sont figés.",
            help="Le texte, les faits et la fiche de présentation sont figés, avec leur empreinte ; le PDF est scellé.",
        ),
        Action(
            "rouvrir",
            "Rouvrir la synthèse",
            (EtatSynthese.ARRETEE,),
            EtatSynthese.PARTAGEE,
            _pilot,
            done="a rouvert la synthèse de l’évaluation",
            said="La synthèse est rouverte. La version arrêtée reste lisible.",
            needs_reason=True,
            help="La version arrêtée reste lisible, avec son empreinte ; une autre la remplacera.",
        ),
    ),
    next_hint={
        EtatSynthese.BROUILLON: "Répondez aux quatre registres en vous appuyant sur les faits, puis partagez-la.",
        EtatSynthese.PARTAGEE: "Envoyez-la, notez les réactions, reprenez le texte ; le pilote l’arrête.",
        EtatSynthese.ARRETEE: "Elle est figée : envoyez-la à ceux qui l’attendent.",
    },
    tags={
        EtatSynthese.BROUILLON: "tag-warn",
        EtatSynthese.PARTAGEE: "tag-accent",
        EtatSynthese.ARRETEE: "tag-ok",
    },
    frozen={EtatSynthese.ARRETEE: "La synthèse est arrêtée : le pilote peut la rouvrir, avec un motif."},
)
SYNTHESE.attach(Synthese)
