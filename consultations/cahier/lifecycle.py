"""The life of a cahier des charges, declared once (002, « De l'appel à concurrence au choix des projets »)."""

from __future__ import annotations

from consultations.cahier import content, sections
from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import CahierDesCharges
from core import clock
from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from projects.ingenierie import permissions


def _pilot(cahier, actor: Actor) -> str | None:
    refusal = permissions.why_not_pilot(actor, cahier.ingenierie)
    if refusal:
        return refusal
    return None if cahier.ingenierie.is_open else "L’ingénierie est terminée : rouvrez-la pour la modifier."


def _complete(cahier, actor: Actor) -> list[str]:
    return [f"{m.section.titre} : {m.label}" for m in sections.missing(cahier)]


def _deadline(cahier, actor: Actor) -> str | None:
    if cahier.date_limite is None:
        return "Fixez la date limite de réponse."
    if cahier.date_limite <= clock.now():
        return f"La date limite de réponse est passée ({cahier.date_limite_texte}) : fixez-en une autre."
    return None


def _as_validated(cahier, actor: Actor) -> str | None:
    if cahier.empreinte_validee and content.digest(content.build(cahier)) != cahier.empreinte_validee:
        return (
            "Ce que le cahier reprend du dossier (structures, partenaires, coordonnées) a changé depuis la validation "
            ": reprenez la rédaction, relisez l’aperçu, puis validez de nouveau."
        )
    return None


CAHIER = Lifecycle(
    name="consultations.cahier",
    states=EtatCahier,
    initial=EtatCahier.BROUILLON,
    actions=(
        Action(
            "valider",
            "Valider le cahier des charges",
            (EtatCahier.BROUILLON,),
            EtatCahier.VALIDE,
            _pilot,
            done="a validé le cahier des charges",
            said="Le cahier des charges est validé.",
            conditions=(_complete,),
            style="primary",
            help="Le texte ne se modifie plus ; on peut encore reprendre la rédaction.",
        ),
        Action(
            "reprendre",
            "Reprendre la rédaction",
            (EtatCahier.VALIDE,),
            EtatCahier.BROUILLON,
            _pilot,
            done="a repris la rédaction du cahier des charges",
            said="La rédaction est rouverte.",
        ),
        Action(
            "diffuser",
            "Diffuser",
            (EtatCahier.VALIDE,),
            EtatCahier.DIFFUSE,
            _pilot,
            done="a diffusé le cahier des charges",
            said="La version {0.numero} est diffusée et figée. Son PDF est en cours de fabrication. Rien n’est "
            "encore envoyé : préparez l’appel aux prestataires, ou adressez-le-leur vous-même.",
            conditions=(_deadline, _as_validated),
            style="primary",
            confirm="Diffuser ce cahier des charges ? Cette version sera figée : elle ne pourra plus être modifiée.",
            help="Le contenu est figé et son PDF fabriqué une fois pour toutes : c’est lui que chacun téléchargera. "
            "Rien n’est encore envoyé : l’appel aux prestataires le remet à chaque invité ; si vous l’adressez "
            "vous-même, inscrivez qui est consulté.",
        ),
        Action(
            "rectifier",
            "Rectifier par une nouvelle version",
            (EtatCahier.DIFFUSE,),
            EtatCahier.BROUILLON,
            _pilot,
            done="a ouvert une nouvelle version du cahier des charges",
            said="La version {0.numero} est ouverte ; la précédente reste lisible et téléchargeable.",
            needs_reason=True,
            reason_label="Motif de la rectification (imprimé sur la nouvelle version et inscrit au journal)",
            help="La version diffusée reste telle quelle, lisible et téléchargeable ; vous en rédigez une nouvelle.",
        ),
    ),
    next_hint={
        EtatCahier.BROUILLON: "Complétez les sections, relisez l’aperçu ; le pilote valide quand tout y est.",
        EtatCahier.VALIDE: "Le pilote peut diffuser, ou reprendre la rédaction s’il reste quelque chose à changer.",
        EtatCahier.DIFFUSE: "Le contenu est figé : préparez l’appel aux prestataires, qui le remet à chaque invité, ou "
        "adressez-le vous-même et inscrivez qui est consulté. "
        "Pour changer quelque chose, ouvrez une nouvelle version.",
    },
    tags={EtatCahier.BROUILLON: "tag-warn", EtatCahier.VALIDE: "tag-accent", EtatCahier.DIFFUSE: "tag-ok"},
    frozen={
        EtatCahier.VALIDE: "Le cahier des charges est validé : le pilote peut reprendre sa rédaction.",
        EtatCahier.DIFFUSE: "Cette version est diffusée et figée : le pilote peut ouvrir une nouvelle version.",
    },
)

CAHIER.attach(CahierDesCharges)
