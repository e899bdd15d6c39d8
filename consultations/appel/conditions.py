"""What must hold before a call passes to another state: each condition answers in French what is missing."""

from __future__ import annotations

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel
from consultations.appel.registry import received
from consultations.regles.models import Regle, regle_of
from core import clock
from core.actor import Actor
from core.formats import plural
from partners.portfolio.publication.enums import Statut
from partners.portfolio.publication.retenue import may_be_retained, statuts

#: What the sheet of the simplified mode tells, all of it.
SHEET = (
    ("secteur", "le secteur d’activité"),
    ("taille", "la taille de la structure"),
    ("problematique", "la problématique, en deux ou trois lignes"),
    ("theme", "le thème"),
    ("objectif", "l’objectif principal"),
    ("duree", "la durée"),
    ("echeance", "l’échéance"),
    ("rencontre_du", "les dates de la 1ère rencontre"),
    ("rencontre_au", "les dates de la 1ère rencontre"),
)


def rule(appel: Appel) -> Regle:
    """The rule of the pilot's région today."""
    return regle_of(appel.ingenierie.pilote.region_id)


def ready(appel: Appel, actor: Actor) -> list[str]:
    """What is missing before the invitations leave."""
    return [*_content(appel), *_deadline(appel), *_invited(appel)]


def _content(appel: Appel) -> list[str]:
    if appel.is_simplifie:
        lacks = dict.fromkeys(said for name, said in SHEET if not getattr(appel, name))
        return [f"La fiche ne dit pas {said}." for said in lacks]
    if appel.version_diffusee_id is None:
        return ["Diffusez d’abord le cahier des charges : seule une version diffusée s’envoie."]
    return []


def _deadline(appel: Appel) -> list[str]:
    if appel.date_limite is None:
        return ["Fixez la date limite de réponse."]
    if appel.date_limite <= clock.now():
        return [f"La date limite est passée ({appel.date_limite_texte}) : fixez-en une autre."]
    return []


def _invited(appel: Appel) -> list[str]:
    invited = [i.prestataire for i in appel.invitations.select_related("prestataire")]
    if not invited:
        return ["Aucun prestataire n’est invité."]
    region = appel.ingenierie.pilote.region
    where = statuts([p.pk for p in invited], region)
    doubtful = [p for p in invited if where[p.pk][0] != Statut.PUBLIEE]
    lacks = [found.reason for p in doubtful if not (found := may_be_retained(p, region))]
    if not appel.motif_nombre and (why := out_of_rule(appel, len(invited))):
        lacks.append(f"{why} Dites pourquoi, ou invitez-en un autre nombre.")
    return lacks


def out_of_rule(appel: Appel, count: int) -> str:
    """Why this number of invited prestataires asks a reason, or ``""``: never a block."""
    if appel.mode == ModeAppel.SANS_CONCURRENCE:
        return "" if count == 1 else "Sans mise en concurrence, un seul prestataire est invité."
    held = rule(appel)
    if held.invites_min <= count <= held.invites_max:
        return ""
    told = plural(count, "prestataire est invité", "prestataires sont invités")
    return f"{told} : la règle de la région est d’en inviter {held.nombre}."


def closed(appel: Appel, actor: Actor) -> str | None:
    """Propositions that compete stay closed until the deadline."""
    if appel.is_sealed and not appel.is_closed:
        return f"La date limite n’est pas passée ({appel.date_limite_texte})."
    return None


def over(appel: Appel, actor: Actor) -> str | None:
    """Nothing comes of a call once its deadline is past, or once all declined."""
    if appel.state != EtatAppel.OUVERT or appel.is_closed:
        return None
    if appel.invitations.filter(envoyee_at__isnull=False, decline_at=None).exists():
        return f"La date limite n’est pas passée ({appel.date_limite_texte})."
    return None


def nothing_received(appel: Appel, actor: Actor) -> str | None:
    """Only a call that received nothing is opened again, or extended after its deadline."""
    if received([appel.pk]).get(appel.pk):
        return "Des propositions ont été reçues : l’appel ne se rouvre pas."
    return None


def alone(appel: Appel, actor: Actor) -> str | None:
    """One call runs at a time."""
    if Appel.objects.running().filter(ingenierie=appel.ingenierie_id).exclude(pk=appel.pk).exists():
        return "Un autre appel est en cours pour cette ingénierie."
    return None
