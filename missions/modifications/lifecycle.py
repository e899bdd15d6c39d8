"""The life of a request: the DLA decides, then the structures; accepted by both, it is written in an avenant."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from missions.modifications import permissions
from missions.modifications.enums import Avis, EtatDemande
from missions.modifications.models import DemandeModification

#: What nobody clicks: done by the last answer of the structures.
ACCORD, DESACCORD = "accord_des_structures", "desaccord_d_une_structure"
_BY_STRUCTURES = "Elle se fait d’elle-même avec la réponse des structures."


def _pilot(demande: DemandeModification, actor: Actor) -> str | None:
    return permissions.why_not_answer(actor, demande.convention) or None


def _asker(demande: DemandeModification, actor: Actor) -> str | None:
    return permissions.why_not_touch(actor, demande) or None


def _nobody(demande: DemandeModification, actor: Actor) -> str | None:
    return None if actor.is_system else _BY_STRUCTURES


def _all_agree(demande: DemandeModification, actor: Actor) -> list[str]:
    return [f"{row} n’a pas encore donné son accord." for row in demande.accords.exclude(avis=Avis.OUI)]


def _somebody_asked(demande: DemandeModification, actor: Actor) -> str | None:
    if demande.accords.exists():
        return None
    return "Dites d’abord quelles structures donnent leur accord : la modification se décide avec elles."


DEMANDE = Lifecycle(
    name="missions.modification",
    states=EtatDemande,
    initial=EtatDemande.DEMANDEE,
    actions=(
        Action(
            "accepter",
            "Accepter, pour le DLA",
            (EtatDemande.DEMANDEE,),
            EtatDemande.A_LA_STRUCTURE,
            _pilot,
            done="a accepté, pour le DLA, une modification de la mission",
            said="La modification est acceptée par le DLA : il reste l’accord des structures.",
            conditions=(_somebody_asked,),
            style="primary",
            help="La structure décide ensuite : par son lien personnel, ou vous notez sa réponse avec sa vraie date.",
        ),
        Action(
            "refuser",
            "Refuser, pour le DLA",
            (EtatDemande.DEMANDEE,),
            EtatDemande.REFUSEE,
            _pilot,
            done="a refusé une modification de la mission",
            said="La modification est refusée : rien ne change, et le prestataire le sait.",
            needs_reason=True,
            reason_label="Motif (dit au prestataire, et inscrit au journal)",
            style="danger",
        ),
        Action(
            ACCORD,
            "Les structures sont d’accord",
            (EtatDemande.A_LA_STRUCTURE,),
            EtatDemande.ACCEPTEE,
            _nobody,
            done="ont donné leur accord à une modification, toutes les structures interrogées",
            said="La modification est acceptée par tous.",
            conditions=(_all_agree,),
        ),
        Action(
            DESACCORD,
            "Une structure n’est pas d’accord",
            (EtatDemande.A_LA_STRUCTURE,),
            EtatDemande.REFUSEE,
            _nobody,
            done="a refusé une modification de la mission, une structure interrogée",
            said="Une structure n’est pas d’accord : rien ne change.",
        ),
        Action(
            "retirer",
            "Retirer la demande",
            (EtatDemande.DEMANDEE, EtatDemande.A_LA_STRUCTURE),
            EtatDemande.RETIREE,
            _asker,
            done="a retiré une demande de modification",
            said="La demande est retirée : rien ne change.",
            needs_reason=True,
        ),
    ),
    next_hint={
        EtatDemande.DEMANDEE: "Le DLA décide, puis les structures.",
        EtatDemande.A_LA_STRUCTURE: "Chaque structure interrogée répond par son lien, ou le pilote note sa réponse.",
        EtatDemande.ACCEPTEE: "L’avenant est prêt à relire : il reste à le faire signer.",
        EtatDemande.REFUSEE: "Rien ne change dans la mission.",
        EtatDemande.RETIREE: "Rien ne change dans la mission.",
    },
    tags={
        EtatDemande.DEMANDEE: "tag-warn",
        EtatDemande.A_LA_STRUCTURE: "tag-accent",
        EtatDemande.ACCEPTEE: "tag-ok",
        EtatDemande.REFUSEE: "tag-neutral",
        EtatDemande.RETIREE: "tag-neutral",
    },
    frozen={
        EtatDemande.A_LA_STRUCTURE: "Le DLA a accepté cette demande : elle ne change plus.",
        EtatDemande.ACCEPTEE: "Cette modification est acceptée : elle est écrite dans un avenant.",
        EtatDemande.REFUSEE: "Cette demande a été refusée.",
        EtatDemande.RETIREE: "Cette demande a été retirée.",
    },
)

DEMANDE.attach(DemandeModification)
