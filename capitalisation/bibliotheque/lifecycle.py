"""The life of a resource, declared once: from a draft to the national reference."""

from __future__ import annotations

from collections.abc import Callable

from capitalisation.bibliotheque.enums import AVEC_FICHIERS, PUBLIES, EtatRessource
from capitalisation.bibliotheque.models import Ressource, files_of
from capitalisation.bibliotheque.permissions import (
    why_not_author,
    why_not_hold,
    why_not_national,
    why_not_regional,
)
from capitalisation.bibliotheque.registry import AVANT_DECISION
from core.actor import Actor
from core.lifecycle import Action, Lifecycle

E = EtatRessource


def _author(ressource: Ressource, actor: Actor) -> str | None:
    return why_not_author(actor, ressource) or None


def _regional(ressource: Ressource, actor: Actor) -> str | None:
    return why_not_regional(actor, ressource) or None


def _national(ressource: Ressource, actor: Actor) -> str | None:
    return why_not_national(actor) or None


def _anyone_in_charge(ressource: Ressource, actor: Actor) -> str | None:
    return why_not_hold(actor, ressource) or None


def manques(ressource: Ressource) -> list[str]:
    """What is still to be said before it is proposed, in sentences."""
    lacking = []
    if not ressource.resume.strip():
        lacking.append("Dites en quelques phrases ce qu’elle apporte.")
    if ressource.support in AVEC_FICHIERS and not files_of(ressource).exists():
        lacking.append("Joignez le fichier.")
    if not (ressource.technique or ressource.pratique or ressource.accessible):
        lacking.append("Dites si elle est technique, pratique ou accessible.")
    if not ressource.verdict:
        lacking.append("Dites si elle vaut partout ou si elle est une source d’inspiration.")
    if not ressource.verifie_par.strip() or ressource.verifie_le is None:
        lacking.append("Dites par qui elle a été vérifiée (administrateur, comptable, avocat…) et quand.")
    return lacking


def _complete(ressource: Ressource, actor: Actor) -> list[str]:
    return manques(ressource)


def _before(action: str) -> Callable[[Ressource, Actor], list[str]]:
    def missing(ressource: Ressource, actor: Actor) -> list[str]:
        return [line for ask in AVANT_DECISION for line in ask(ressource, action, actor)]

    return missing


RESSOURCE = Lifecycle(
    name="capitalisation.ressource",
    states=EtatRessource,
    initial=E.BROUILLON,
    actions=(
        Action(
            "proposer", "Proposer au comité éditorial", (E.BROUILLON, E.A_COMPLETER), E.PROPOSEE, _author,
            done="a proposé la ressource au comité éditorial",
            said="La ressource est proposée : le comité éditorial va la lire.",
            conditions=(_complete, _before("proposer")), style="primary",
        ),
        Action(
            "reprendre", "Reprendre le brouillon", (E.PROPOSEE,), E.BROUILLON, _author,
            done="a repris la ressource avant la décision", said="La ressource est de nouveau un brouillon.",
        ),
        Action(
            "demander_complement", "Demander un complément", (E.PROPOSEE,), E.A_COMPLETER, _regional,
            done="a demandé de compléter la ressource", said="L’auteur est prévenu de ce qui manque.",
            needs_reason=True, reason_label="Ce qu’il faut compléter (l’auteur le lira)",
        ),
        Action(
            "publier", "Publier", (E.PROPOSEE,), E.PUBLIEE, _regional,
            done="a publié la ressource", said="La ressource est publiée : le réseau la lit.",
            conditions=(_before("publier"),), style="primary",
        ),
        Action(
            "proposer_nationale", "Proposer au national", (E.PUBLIEE,), E.PROPOSEE_NATIONALE, _regional,
            done="a proposé la ressource comme référence nationale",
            said="La ressource est proposée au comité éditorial national.",
            conditions=(_before("proposer_nationale"),),
        ),
        Action(
            "promouvoir", "En faire une référence nationale", (E.PROPOSEE_NATIONALE,), E.REFERENCE_NATIONALE, _national,
            done="a fait de la ressource une référence nationale", said="La ressource est une référence nationale.",
            conditions=(_before("promouvoir"),), style="primary",
        ),
        Action(
            "decliner", "La laisser territoriale", (E.PROPOSEE_NATIONALE,), E.PUBLIEE, _national,
            done="a laissé la ressource territoriale", said="La ressource reste territoriale ; le C2RA est prévenu.",
            needs_reason=True, reason_label="Pourquoi (le C2RA et l’auteur le liront)",
        ),
        Action(
            "archiver", "Archiver", (E.A_COMPLETER, *PUBLIES), E.ARCHIVEE, _anyone_in_charge,
            done="a archivé la ressource", said="La ressource est archivée : la recherche ne la montre plus.",
            needs_reason=True, style="danger",
            confirm="Archiver cette ressource ? Qui s’en sert la lit encore, avec votre motif.",
        ),
        Action(
            "rouvrir", "Reprendre en brouillon", (E.ARCHIVEE,), E.BROUILLON, _author,
            done="a repris la ressource archivée", said="La ressource est de nouveau un brouillon.",
        ),
    ),
    next_hint={
        E.BROUILLON: "Complétez la notice, puis proposez-la au comité éditorial.",
        E.PROPOSEE: "Le comité éditorial donne ses avis, sur la qualité et sur la portée ; puis la décision est prise.",
        E.A_COMPLETER: "Complétez ce que le comité demande, puis proposez de nouveau.",
        E.PUBLIEE: "Elle se lit dans le réseau. Le C2RA peut la proposer comme référence nationale.",
        E.PROPOSEE_NATIONALE: "Le comité éditorial national donne ses avis ; l’Avise décide.",
        E.REFERENCE_NATIONALE: "Elle fait référence partout, jusqu’à sa prochaine vérification.",
        E.ARCHIVEE: "La recherche ne la montre plus.",
    },
    tags={
        E.BROUILLON: "tag-neutral", E.PROPOSEE: "tag-warn", E.A_COMPLETER: "tag-warn", E.PUBLIEE: "tag-ok",
        E.PROPOSEE_NATIONALE: "tag-accent", E.REFERENCE_NATIONALE: "tag-ok", E.ARCHIVEE: "tag-neutral",
    },
    frozen={
        E.PROPOSEE: "Le comité éditorial la lit : reprenez le brouillon pour la modifier.",
        E.PROPOSEE_NATIONALE: "Le comité éditorial national la lit : elle ne change pas d’ici là.",
        E.ARCHIVEE: "Elle est archivée : reprenez-la en brouillon pour la modifier.",
    },
)  # fmt: skip
RESSOURCE.attach(Ressource)
