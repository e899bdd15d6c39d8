"""The life of a diagnostic, declared once (002: « diagnostic et plan d'accompagnement partagés avec la structure »)."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from structures.diagnostics import permissions
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Diagnostic


def _keeper(diagnostic, actor: Actor) -> str | None:
    return permissions.why_not_write(actor, diagnostic)


def _complete(diagnostic, actor: Actor) -> list[str]:
    """What a diagnostic must say before the structure reads it."""
    missing = []
    if not (diagnostic.forces.strip() or diagnostic.faiblesses.strip()):
        missing.append("Écrivez au moins les points forts ou les points faibles.")
    if not diagnostic.problemes.strip():
        missing.append("Dites les problématiques à traiter.")
    if not diagnostic.besoins.exists():
        missing.append("Inscrivez au moins un besoin d’accompagnement.")
    return missing


def _validated(diagnostic, actor: Actor) -> str | None:
    if diagnostic.is_validated:
        return None
    return "La structure n’a pas encore validé ce qui a été partagé avec elle."


def _not_validated(diagnostic, actor: Actor) -> str | None:
    return "La structure l’a validé : il se clôt sans motif." if diagnostic.is_validated else None


DIAGNOSTIC = Lifecycle(
    name="structures.diagnostic",
    states=EtatDiagnostic,
    initial=EtatDiagnostic.BROUILLON,
    actions=(
        Action(
            "partager",
            "Partager avec la structure",
            (EtatDiagnostic.BROUILLON,),
            EtatDiagnostic.PARTAGE,
            _keeper,
            done="a partagé le diagnostic avec la structure",
            said="Le diagnostic est figé pour la structure. Rien ne lui est encore envoyé : adressez-lui son lien "
            "ci-dessous, ou donnez-le-lui à lire autrement.",
            conditions=(_complete,),
            style="primary",
            help="Le texte est figé pendant que la structure le lit ; ses besoins comptent au radar. Vous lui envoyez "
            "ensuite son lien : rien ne part sans vous.",
        ),
        Action(
            "reprendre",
            "Reprendre la rédaction",
            (EtatDiagnostic.PARTAGE,),
            EtatDiagnostic.BROUILLON,
            _keeper,
            done="a repris la rédaction du diagnostic",
            said="La rédaction est rouverte ; ce qui a été partagé reste lisible.",
            needs_reason=True,
            help="Par exemple quand la structure demande des modifications. Ce qui a été partagé reste lisible.",
        ),
        Action(
            "clore",
            "Clore le diagnostic",
            (EtatDiagnostic.PARTAGE,),
            EtatDiagnostic.CLOS,
            _keeper,
            done="a clos le diagnostic",
            said="Le diagnostic est clos.",
            conditions=(_validated,),
            style="primary",
        ),
        Action(
            "clore_sans_validation",
            "Clore sans la validation de la structure",
            (EtatDiagnostic.PARTAGE,),
            EtatDiagnostic.CLOS,
            _keeper,
            done="a clos le diagnostic sans la validation de la structure",
            said="Le diagnostic est clos, sans la validation de la structure.",
            conditions=(_not_validated,),
            needs_reason=True,
            help="Par exemple quand elle ne répond plus : le motif est inscrit au journal.",
        ),
        Action(
            "rouvrir",
            "Rouvrir le diagnostic",
            (EtatDiagnostic.CLOS,),
            EtatDiagnostic.BROUILLON,
            _keeper,
            done="a rouvert le diagnostic",
            said="Le diagnostic est rouvert.",
            needs_reason=True,
        ),
    ),
    next_hint={
        EtatDiagnostic.BROUILLON: "Complétez les rubriques et les besoins, puis partagez-le avec la structure.",
        EtatDiagnostic.PARTAGE: "La structure le lit par le lien que vous lui envoyez, le valide ou demande des "
        "modifications. Vous pouvez aussi "
        "noter ce qu’elle vous a répondu de vive voix.",
        EtatDiagnostic.CLOS: "Le diagnostic est arrêté. Il se rouvre avec un motif.",
    },
    tags={
        EtatDiagnostic.BROUILLON: "tag-warn",
        EtatDiagnostic.PARTAGE: "tag-accent",
        EtatDiagnostic.CLOS: "tag-ok",
    },
    frozen={
        EtatDiagnostic.PARTAGE: "Le diagnostic est partagé avec la structure : reprenez la rédaction pour le modifier.",
        EtatDiagnostic.CLOS: "Le diagnostic est clos : rouvrez-le pour le modifier.",
    },
)

DIAGNOSTIC.attach(Diagnostic)
