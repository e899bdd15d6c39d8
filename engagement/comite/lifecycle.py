"""The states of a session of the comité d'appui."""

from __future__ import annotations

from core import clock
from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from engagement.comite import permissions
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from engagement.validation.models import AvisComite


def _manages(seance, actor: Actor) -> str | None:
    return permissions.why_not_manage_seance(actor, seance.organisation)


def _ready(seance, actor: Actor) -> list[str]:
    missing = []
    if seance.debut <= clock.now():
        missing.append(f"La date de la séance est passée ({seance.quand}) : changez-la.")
    if not seance.points.exists():
        missing.append("Mettez au moins une ingénierie à l’ordre du jour.")
    if not seance.membres.exclude(email="").exists():
        missing.append("Inscrivez au moins un membre avec son adresse électronique.")
    return missing


def _held(seance, actor: Actor) -> list[str]:
    missing = []
    if seance.debut > clock.now():
        missing.append(f"La séance est prévue le {seance.quand} : elle n’a pas encore eu lieu.")
    if not seance.points.exists():
        missing.append("Mettez au moins une ingénierie à l’ordre du jour.")
    return missing


def _all_given(seance, actor: Actor) -> list[str]:
    given = AvisComite.objects.filter(seance=seance).values("ingenierie")
    points = seance.points.exclude(ingenierie__in=given).select_related("ingenierie")
    return [f"Enregistrez l’avis du comité sur « {point.ingenierie} » (« ajourné » en est un)." for point in points]


_OVER = "La séance est close ou annulée : rien n’y change plus."

SEANCE = Lifecycle(
    name="engagement.seance",
    states=EtatSeance,
    initial=EtatSeance.PREPARATION,
    actions=(
        Action(
            "convoquer",
            "Convoquer les membres",
            (EtatSeance.PREPARATION,),
            EtatSeance.CONVOQUEE,
            _manages,
            done="a convoqué le comité d’appui",
            said="Les convocations partent : chaque membre reçoit le dossier et son lien personnel.",
            conditions=(_ready,),
            style="primary",
            confirm="Convoquer les membres ? Chacun reçoit par courrier le dossier de séance et son lien personnel.",
            help="Le dossier de séance est fabriqué et joint ; chaque membre reçoit un lien pour donner ses avis.",
        ),
        Action(
            "tenir",
            "La séance a eu lieu",
            (EtatSeance.PREPARATION, EtatSeance.CONVOQUEE),
            EtatSeance.TENUE,
            _manages,
            done="a noté que la séance a eu lieu",
            said="La séance a eu lieu : enregistrez l’avis du comité sur chaque ingénierie.",
            conditions=(_held,),
            style="primary",
            help="Vous pourrez alors enregistrer l’avis du comité sur chaque ingénierie.",
        ),
        Action(
            "clore",
            "Clore la séance",
            (EtatSeance.TENUE,),
            EtatSeance.CLOSE,
            _manages,
            done="a clos la séance",
            said="La séance est close. Son compte rendu est en cours de fabrication.",
            conditions=(_all_given,),
            style="primary",
            confirm="Clore la séance ? Les liens des membres ne serviront plus et le compte rendu sera fabriqué.",
            help="Les avis sont figés dans le compte rendu ; les liens des membres ne servent plus.",
        ),
        Action(
            "rouvrir",
            "Rouvrir la séance",
            (EtatSeance.CLOSE,),
            EtatSeance.TENUE,
            _manages,
            done="a rouvert la séance",
            said="La séance est rouverte.",
            needs_reason=True,
            reason_label="Motif",
            help="Pour corriger un avis ou la synthèse : un nouveau compte rendu sera fabriqué à la clôture.",
        ),
        Action(
            "annuler",
            "Annuler la séance",
            (EtatSeance.PREPARATION, EtatSeance.CONVOQUEE),
            EtatSeance.ANNULEE,
            _manages,
            done="a annulé la séance",
            said="La séance est annulée.",
            needs_reason=True,
            reason_label="Motif",
            style="danger",
            help="Les membres convoqués en sont avertis par courrier, avec le motif.",
        ),
    ),
    next_hint={
        EtatSeance.PREPARATION: "Composez l’ordre du jour et la liste des membres, puis convoquez.",
        EtatSeance.CONVOQUEE: "Les membres donnent leur avis par leur lien ; dites ensuite que la séance a eu lieu.",
        EtatSeance.TENUE: "Enregistrez l’avis du comité sur chaque ingénierie, écrivez la synthèse, puis clôturez.",
        EtatSeance.CLOSE: "Les avis sont figés dans le compte rendu.",
        EtatSeance.ANNULEE: "La séance n’aura pas lieu.",
    },
    tags={
        EtatSeance.PREPARATION: "tag-warn",
        EtatSeance.CONVOQUEE: "tag-accent",
        EtatSeance.TENUE: "tag-warn",
        EtatSeance.CLOSE: "tag-ok",
        EtatSeance.ANNULEE: "tag-neutral",
    },
    frozen={EtatSeance.CLOSE: _OVER, EtatSeance.ANNULEE: _OVER},
)

SEANCE.attach(SeanceComite)
