"""Sessions of the comité d'appui: prepared, convened, held, closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from accounts.models import Grant, Organisation
from core import clock, journal, outbox
from core.actor import Actor
from core.documents.jobs import request_document
from core.editing import apply_changes, checked, create, filled, lock, lock_rows
from core.errors import InvalidInput, NotAllowed, StaleState
from core.lifecycle import perform
from engagement.calendar import next_sequence
from engagement.comite import permissions
from engagement.comite.enums import EtatSeance
from engagement.comite.models import MembreComite, PointComite, SeanceComite
from engagement.comite.services import liens
from engagement.validation.models import AvisComite
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from referentiels.fuseaux import fuseau_of

journal.register_verbs(
    {
        "engagement.seance_ouverte": "a ouvert une séance du comité d’appui",
        "engagement.seance_modifiee": "a modifié la séance du comité d’appui",
        "engagement.membre_comite_ajoute": "a inscrit un membre à la séance",
        "engagement.membre_comite": "a modifié un membre de la séance",
        "engagement.membre_comite_retire": "a retiré un membre de la séance",
        "engagement.point_ajoute": "a mis une ingénierie à l’ordre du jour du comité d’appui",
        "engagement.point_retire": "a retiré une ingénierie de l’ordre du jour du comité d’appui",
        "engagement.point_deplace": "a changé l’ordre du jour",
    }
)

DOSSIER = "dossier_comite"
COMPTE_RENDU = "compte_rendu_comite"
#: Ingénieries of one session: its dossier is read before it, and printed in less than a minute.
POINTS_MAX = 20
#: What calendars keep of a session.
_ANNONCE = ("debut", "heure_fin", "fuseau", "lieu", "message")


def ensure_manages(seance: SeanceComite, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` holds this session and it may still change."""
    refusal = permissions.why_not_manage_seance(actor, seance.organisation)
    if refusal:
        raise NotAllowed(refusal)
    seance.ensure_open()


def locked(seance: SeanceComite, actor: Actor) -> SeanceComite:
    """The row of the session, locked and checked: it orders all that changes below it. In a transaction."""
    fresh = lock(seance, None)
    fresh.organisation = seance.organisation
    ensure_manages(fresh, actor)
    return fresh


# --- The session itself ---------------------------------------------------------------------------------------------


def local_zone(organisation: Organisation) -> str:
    """The time zone of the départements that the DLA covers."""
    return fuseau_of(organisation.departements.values_list("code", flat=True))


def create_seance(
    organisation: Organisation, values: Mapping[str, Any], *, actor: Actor, reprendre_membres: bool = True
) -> SeanceComite:
    """Open a session of the comité d'appui of ``organisation``; its members are those of the last one unless told.

    ``values``: ``debut`` (an instant), ``heure_fin``, ``fuseau`` (that of the DLA unless told), ``lieu``, ``message``.
    Raises ``NotAllowed``, ``InvalidInput``.
    """
    refusal = permissions.why_not_manage_seance(actor, organisation)
    if refusal:
        raise NotAllowed(refusal)
    seance = SeanceComite(organisation=organisation)
    with transaction.atomic():
        last = SeanceComite.objects.filter(organisation=organisation).exclude(state=EtatSeance.ANNULEE).first()
        values = {"fuseau": local_zone(organisation), **values}
        create(seance, values, actor=actor, verb="engagement.seance_ouverte", scope=seance)
        if reprendre_membres and last is not None:
            for row in last.membres.all():
                copy = MembreComite(
                    seance=seance, nom=row.nom, organisme=row.organisme, fonction=row.fonction, email=row.email
                )
                create(copy, actor=actor, verb="engagement.membre_comite_ajoute", scope=seance)
    return seance


def update_seance(
    seance: SeanceComite, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> SeanceComite:
    """Save what is said of the session (date, place, message, those present, synthesis).

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    ensure_manages(seance, actor)
    with transaction.atomic():
        fresh = lock(seance, expected_version)
        fresh.organisation = seance.organisation
        ensure_manages(fresh, actor)
        changed = apply_changes(
            fresh,
            checked(fresh, values),
            actor=actor,
            verb="engagement.seance_modifiee",
            expected_version=expected_version,
            scope=seance,
        )
        if any(getattr(changed, name) != getattr(fresh, name) for name in _ANNONCE):
            next_sequence(changed)  # whoever is written to from now on is told something else
        return changed


# --- Members --------------------------------------------------------------------------------------------------------


def _twice(error: IntegrityError) -> InvalidInput:
    return InvalidInput("Une personne de cette séance a déjà cette adresse.")


def add_membre(seance: SeanceComite, values: Mapping[str, Any], *, actor: Actor) -> MembreComite:
    """Invite somebody: ``nom``, ``organisme``, ``fonction``, ``email``. Raises ``NotAllowed``, ``InvalidInput``."""
    membre = MembreComite(seance=seance)
    try:
        with transaction.atomic():
            locked(seance, actor)
            create(membre, values, actor=actor, verb="engagement.membre_comite_ajoute", scope=seance)
    except IntegrityError as error:
        raise _twice(error) from error
    return membre


def update_membre(
    membre: MembreComite, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> MembreComite:
    """Save what is known of a member. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    try:
        with transaction.atomic():
            locked(membre.seance, actor)
            fresh = lock(membre, expected_version)
            email = values.get("email", fresh.email)
            if email.lower() != fresh.email.lower() and liens.grant_of(fresh) is not None:
                raise InvalidInput(
                    "Cette personne est convoquée à cette adresse : retirez-la, puis inscrivez-la avec l’autre."
                )
            return apply_changes(
                fresh,
                checked(fresh, values),
                actor=actor,
                verb="engagement.membre_comite",
                expected_version=expected_version,
                scope=membre.seance,
            )
    except IntegrityError as error:
        raise _twice(error) from error


def remove_membre(membre: MembreComite, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take a member out of the session: the link stops working, who was convened is told. Refused once an avis was
    given."""
    with transaction.atomic():
        seance = locked(membre.seance, actor)
        fresh = lock(membre, expected_version, typed=False)
        if fresh.avis.exists():
            raise InvalidInput("Ce membre a déjà donné un avis : il reste dans la séance.")
        grant = liens.grant_of(fresh)
        liens.revoke(fresh, actor=actor)
        if grant is not None and seance.state == EtatSeance.CONVOQUEE and seance.debut > clock.now():
            _tell_off(seance, grant, actor)
            # Somebody inscribed again: a calendar that was told to forget only listens to a higher number.
            next_sequence(seance)
        changes = {name: (value, None) for name, value in filled(fresh).items()}
        journal.record(actor, "engagement.membre_comite_retire", fresh, scope=membre.seance, changes=changes)
        fresh.delete()


# --- Agenda ---------------------------------------------------------------------------------------------------------


def presentables(organisation: Organisation):
    """The ingénieries that its comité d'appui may examine: open, piloted by it or where it is associated."""
    associated = Ingenierie.associes.through.objects.filter(organisation=organisation).values("ingenierie")
    return Ingenierie.objects.open().filter(Q(pilote=organisation) | Q(pk__in=associated))


def add_point(seance: SeanceComite, ingenierie: Ingenierie, *, actor: Actor) -> PointComite:
    """Put an ingénierie on the agenda, last; a second click gets the point that is there.

    Raises ``NotAllowed``, ``InvalidInput`` for an ingénierie that is not the DLA's to examine, or one too many.
    """
    with transaction.atomic():
        fresh = locked(seance, actor)
        found = fresh.points.filter(ingenierie=ingenierie).first()
        if found is not None:
            return found
        if not presentables(fresh.organisation).filter(pk=ingenierie.pk).exists():
            raise InvalidInput(
                "Le comité d’appui examine les ingénieries en cours que son DLA pilote ou auxquelles il est associé."
            )
        if fresh.points.count() >= POINTS_MAX:
            raise InvalidInput(
                f"L’ordre du jour compte déjà {POINTS_MAX} ingénieries : un dossier plus long ne se lit pas avant la "
                "séance. Retirez-en une, ou préparez une autre séance."
            )
        last = fresh.points.aggregate(last=Max("position"))["last"] or 0
        point = PointComite(seance=seance, ingenierie=ingenierie, position=last + 1)
        create(point, actor=actor, verb="engagement.point_ajoute", scope=seance)
        journal.record(actor, "engagement.point_ajoute", seance, scope=ingenierie)
        touch(ingenierie.pk)
    return point


def remove_point(point: PointComite, *, actor: Actor) -> None:
    """Take an ingénierie out of the agenda. Refused once an avis on it was given."""
    with transaction.atomic():
        fresh = locked(point.seance, actor)
        if (
            point.avis_membres.exists()
            or AvisComite.objects.filter(seance=fresh, ingenierie=point.ingenierie_id).exists()
        ):
            raise InvalidInput("Un avis a déjà été donné sur cette ingénierie : elle reste à l’ordre du jour.")
        journal.record(actor, "engagement.point_retire", point, scope=fresh)
        journal.record(actor, "engagement.point_retire", fresh, scope=point.ingenierie)
        touch(point.ingenierie_id, ended=True)
        point.delete()


def move_point(point: PointComite, up: bool, *, actor: Actor) -> None:
    """Exchange a point with the one before it (or after it); nothing happens at the end of the list."""
    with transaction.atomic():
        fresh = locked(point.seance, actor)
        rows = sorted(lock_rows(fresh.points.all()), key=lambda point: (point.position, point.pk))
        index = next((n for n, row in enumerate(rows) if row.pk == point.pk), None)
        if index is None:
            raise StaleState("Ce point a été retiré entre-temps : rechargez la page.")
        other = index - 1 if up else index + 1
        if not 0 <= other < len(rows):
            return
        rows[index], rows[other] = rows[other], rows[index]
        for position, row in enumerate(rows, 1):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])
        journal.record(
            actor, "engagement.point_deplace", point, scope=fresh, changes={"position": (index + 1, other + 1)}
        )


# --- Lifecycle ------------------------------------------------------------------------------------------------------


def perform_seance(
    seance: SeanceComite,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> SeanceComite:
    """Convene, say that it was held, close, reopen, cancel. Raises what :func:`core.lifecycle.perform` raises.

    Convening makes the file of the session and owes a link to each member; closing freezes the avis and makes the
    minutes; cancelling tells who was convened.
    """

    def before(row: SeanceComite) -> dict[str, Any]:
        row.state_since = clock.now()
        if action == "convoquer":
            row.convocations += 1
        if action in ("convoquer", "annuler"):
            row.sequence += 1
        if action == "tenir" and not row.presents:
            row.presents = "\n".join(dict.fromkeys(row.membres.values_list("organisme", flat=True)))
        return {}

    def effect(row: SeanceComite) -> None:
        if action == "convoquer":
            print_dossier(row, actor)
            for membre in row.membres.exclude(email=""):
                liens.convene(membre, actor=actor)
        elif action == "clore":
            _freeze(row)
            request_document(COMPTE_RENDU, row.pk, actor=actor, keep=True, key=f"comite-cr-{row.pk}-{row.version}")
        elif action == "annuler":
            for grant in liens.grants(row).values():
                _tell_off(row, grant, actor)

    return perform(
        seance,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=seance,
        before=before,
        effect=effect,
    )


def print_dossier(seance: SeanceComite, actor: Actor) -> None:
    """Owe the file of the session as it is sent; the newest one is what links and mails give."""
    request_document(
        DOSSIER, seance.pk, actor=actor, keep=True, key=f"comite-dossier-{seance.pk}-{seance.convocations}"
    )


def reconvene(seance: SeanceComite, *, actor: Actor, version: int) -> int:
    """Send the file and the links again to everybody (the date or the agenda changed); returns how many mails leave.

    Raises ``NotAllowed``, ``StaleState`` (a double click), ``InvalidInput`` for a session not convened or past.
    """
    with transaction.atomic():
        fresh = lock(seance, version, typed=False)
        fresh.organisation = seance.organisation
        ensure_manages(fresh, actor)
        if fresh.state != EtatSeance.CONVOQUEE:
            raise InvalidInput("La séance n’est pas convoquée : convoquez d’abord les membres.")
        if fresh.debut <= clock.now():
            raise InvalidInput(f"La date de la séance est passée ({fresh.quand}) : changez-la.")
        fresh.convocations += 1
        fresh.sequence += 1
        fresh.version += 1
        fresh.save()
        journal.record(
            actor,
            "engagement.seance.convoquer",
            fresh,
            scope=fresh,
            changes={"convocations": (fresh.convocations - 1, fresh.convocations)},
        )
        print_dossier(fresh, actor)
        return sum(liens.convene(m, actor=actor) for m in fresh.membres.exclude(email=""))


def _freeze(seance: SeanceComite) -> None:
    """Write on each point the avis that was given: a later session may give another."""
    given = {avis.ingenierie_id: avis for avis in AvisComite.objects.filter(seance=seance)}
    for point in seance.points.all():
        avis = given[point.ingenierie_id]
        point.sens, point.commentaires = avis.sens, avis.commentaires
        point.version += 1
        point.save()


def _tell_off(seance: SeanceComite, grant: Grant, actor: Actor) -> None:
    """Owe somebody convened that the session is off, or goes without her, with what corrects her calendar."""
    sequence = seance.sequence if seance.state == EtatSeance.ANNULEE else next_sequence(seance)
    outbox.queue_mail(
        "engagement/seance_annulee",
        to=grant.recipient_email,
        context={"seance": seance.pk, "lien": grant.pk, "sequence": sequence},
        actor=actor,
        scope=seance,
        key=f"seance-annulee-{seance.pk}-{grant.pk}",
    )
