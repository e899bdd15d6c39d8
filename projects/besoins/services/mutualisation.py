"""Pooling needs between DLA: proposing, answering, opening the ingénierie, giving up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from core.outbox import queue_mail, send_again, unsent
from core.sorting import french
from core.text import typed_text
from projects.besoins import permissions, radar
from projects.besoins.models import Mutualisation, ReponseMutualisation
from projects.besoins.services.besoins import write_from_needs
from projects.enums import EtatMutualisation, ReponseDLA
from projects.ingenierie.models import Ingenierie
from structures.annuaire.models import Structure
from structures.diagnostics.models import Besoin

journal.register_verbs(
    {
        "projects.mutualisation": "a proposé de mutualiser des besoins",
        "projects.mutualisation_sollicitee": "a sollicité un DLA",
        "projects.mutualisation_reponse": "a répondu à la proposition de mutualisation",
    }
)
MAIL = "projects/mutualisation_proposee"


def question_of(mutualisation: Mutualisation) -> radar.Question:
    """The needs that the proposal is about: its theme, its sector, whatever their date."""
    return radar.Question(
        periode="tout",
        theme=mutualisation.theme.code,
        secteur=mutualisation.secteur.code if mutualisation.secteur_id else "",
    )


def propose(values: Mapping[str, Any], organisations: Iterable[int], *, actor: Actor) -> Mutualisation:
    """Propose to the DLA ``organisations`` of the région to answer a need together; each is written to.

    ``values``: ``titre``, ``message``, ``theme``, ``secteur`` (or ``None``), ``reponse_avant``, ``seuil``.
    Raises ``NotAllowed``, ``InvalidInput`` (fewer than ``seuil`` DLA, a DLA of elsewhere, a date that is past).
    """
    refusal = permissions.why_not_pool(actor)
    if refusal:
        raise NotAllowed(refusal)
    wanted = set(organisations)
    dlas = list(
        Organisation.objects.filter(
            pk__in=wanted, kind=OrganisationKind.DLA, region=actor.organisation.region_id, is_active=True
        ).order_by(french("name"), "pk")
    )
    if len(dlas) != len(wanted):
        raise InvalidInput("Un DLA choisi n’est pas de votre région : rechargez la page, puis recommencez.")
    seuil = values.get("seuil") or 2
    if len(dlas) < seuil:
        raise InvalidInput(f"Choisissez au moins {seuil} DLA : c’est le nombre d’accords que vous demandez.")
    if values["reponse_avant"] <= clock.today():
        raise InvalidInput("La date de réponse est passée : donnez-en une dans le futur.")
    with transaction.atomic():
        made = create(
            Mutualisation(
                organisation=actor.organisation, created_by=actor.user, created_by_label=actor.label[:200], **values
            ),
            actor=actor,
            verb="projects.mutualisation",
        )
        for dla in dlas:
            row = create(
                ReponseMutualisation(mutualisation=made, organisation=dla),
                actor=actor,
                verb="projects.mutualisation_sollicitee",
                scope=made,
            )
            for address in _addresses(dla):
                queue_mail(MAIL, to=address, context={"reponse": row.pk}, actor=actor, key=_mail_key(row, address))
    return made


def _mail_key(row: ReponseMutualisation, address: str) -> str:
    return f"mutualisation-{row.pk}-{address}"


def not_told(rows: Iterable[ReponseMutualisation]) -> set[int]:
    """The primary keys of those whose DLA has a member that the proposal did not reach: its mail failed."""
    keys = _keys(rows)
    return {keys[key] for key in unsent(keys)}


def _keys(rows: Iterable[ReponseMutualisation]) -> dict[str, int]:
    waiting = {row.organisation_id: row for row in rows if row.reponse == ReponseDLA.EN_ATTENTE}
    if not waiting:
        return {}
    members = Membership.objects.active().filter(organisation__in=waiting).values_list("organisation", "user__email")
    return {_mail_key(waiting[dla], address): waiting[dla].pk for dla, address in members}


def tell_again(mutualisation: Mutualisation, *, actor: Actor) -> int:
    """Send again the proposal to whom it did not reach, its mail having failed. Returns to how many.

    Raises ``NotAllowed``: it is the C2RA that proposed who may.
    """
    refusal = permissions.why_not_decide_pool(actor, mutualisation)
    if refusal:
        raise NotAllowed(refusal)
    return send_again(_keys(mutualisation.reponses.all()), actor=actor)


def _addresses(dla: Organisation) -> list[str]:
    """Who answers for a DLA: its responsables, else all its members who write."""
    members = Membership.objects.active().filter(organisation=dla, user__is_active=True).exclude(role=Role.LECTURE)
    managers = members.filter(role=Role.RESPONSABLE)
    return list((managers if managers.exists() else members).order_by("pk").values_list("user__email", flat=True))


def own_structures(mutualisation: Mutualisation, organisation: Organisation) -> list[Structure]:
    """The structures of a DLA that have the need, by name."""
    found = radar.structures(question_of(mutualisation), Actor.system("mutualisation"))
    return list(found.filter(organisation=organisation).with_list_related_data().order_by("search_text", "pk"))


def answer(
    mutualisation: Mutualisation,
    reponse: str,
    *,
    actor: Actor,
    commentaire: str = "",
    structures: Iterable[int] = (),
    expected_version: int | None = None,
) -> ReponseMutualisation:
    """Answer for the actor's DLA: accept or decline when it was asked, join when it was not. It may change its mind
    until the proposal closes.

    ``structures``: those of the DLA with the need that it brings. Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``.
    """
    refusal = permissions.why_not_answer_pool(actor, mutualisation)
    if refusal:
        raise NotAllowed(refusal)
    commentaire = typed_text(commentaire, limit=2000)
    wanted = set(structures)
    with transaction.atomic():
        locked = lock(mutualisation)
        if locked.state != EtatMutualisation.PROPOSEE:
            raise NotAllowed("Cette proposition est close : elle n’attend plus de réponse.")
        row = ReponseMutualisation.objects.filter(mutualisation=locked, organisation=actor.organisation_id).first()
        possible = possible_answers(row)
        if reponse not in possible:
            raise InvalidInput("Choisissez une réponse.")
        if reponse == ReponseDLA.DECLINE:
            if not commentaire:
                raise InvalidInput("Dites pourquoi vous déclinez : le C2RA doit pouvoir en tenir compte.")
            wanted = set()
        brought = [s for s in own_structures(locked, actor.organisation) if s.pk in wanted]
        if len(brought) != len(wanted):
            raise InvalidInput("Une structure cochée n’a pas ce besoin dans votre annuaire : rechargez la page.")
        if reponse != ReponseDLA.DECLINE and not brought:
            raise InvalidInput("Cochez au moins une structure que vous apportez.")
        if row is None:
            row = create(
                ReponseMutualisation(mutualisation=locked, organisation=actor.organisation, sollicite=False),
                actor=actor,
                verb="projects.mutualisation_sollicitee",
                scope=locked,
            )
            expected_version = None
        return apply_changes(
            row,
            {
                "reponse": reponse,
                "commentaire": commentaire,
                "repondu_le": clock.now(),
                "repondu_par": actor.label[:200],
            },
            many_to_many={"structures": brought},
            actor=actor,
            verb="projects.mutualisation_reponse",
            expected_version=expected_version,
            scope=locked,
        )


def possible_answers(row: ReponseMutualisation | None) -> tuple[str, ...]:
    """What a DLA may answer: accept or decline when it was asked, join (or leave) when it was not."""
    if row is None:
        return (ReponseDLA.REJOINT,)
    return (ReponseDLA.ACCEPTE if row.sollicite else ReponseDLA.REJOINT, ReponseDLA.DECLINE)


def open_pooled(
    mutualisation: Mutualisation, *, actor: Actor, titre: str, expected_state: str, version: int | None
) -> Ingenierie:
    """Open the ingénierie: the C2RA pilots it, the DLA that take part are associated, their structures targeted.

    Raises what :func:`core.lifecycle.perform` raises (``ConditionsNotMet`` while too few accepted), ``InvalidInput``.
    """
    titre = typed_text(titre, limit=200)
    if not titre:
        raise InvalidInput("Donnez un titre à l’ingénierie.")
    opened: list[Ingenierie] = []

    def before(locked: Mutualisation) -> dict[str, Any]:
        opened.append(_write(locked, actor=actor, titre=titre))
        locked.ingenierie = opened[0]
        return {"ingenierie": (None, opened[0].pk)}

    perform(mutualisation, "ouvrir", actor=actor, expected_state=expected_state, version=version, before=before)
    return opened[0]


def _write(mutualisation: Mutualisation, *, actor: Actor, titre: str) -> Ingenierie:
    parts = [r for r in mutualisation.reponses.select_related("organisation") if r.takes_part]
    found = list(
        Structure.objects.active()
        .filter(
            pk__in=ReponseMutualisation.structures.through.objects.filter(
                reponsemutualisation__in=[r.pk for r in parts]
            ).values("structure")
        )
        .select_related("departement", "secteur")
        .order_by("departement__code", "search_text", "pk")
    )
    needs: dict[int, list[Besoin]] = radar.needs_of(found, question_of(mutualisation), actor)
    found = [s for s in found if needs[s.pk]]
    if not found:
        raise InvalidInput("Les structures apportées n’ont plus de besoin recensé sur ce thème.")
    names = ", ".join(r.organisation.name for r in parts)
    return write_from_needs(
        found,
        needs,
        actor=actor,
        values={"titre": titre},
        themes=[mutualisation.theme],
        associes=[r.organisation for r in parts],
        precisions=f"Besoins mutualisés entre {names}.",
    )


def give_up(
    mutualisation: Mutualisation, *, actor: Actor, reason: str, expected_state: str, version: int | None
) -> Mutualisation:
    """Close the proposal without an ingénierie, with a reason. Raises what :func:`core.lifecycle.perform` raises."""
    return perform(
        mutualisation, "abandonner", actor=actor, expected_state=expected_state, version=version, reason=reason
    )


def next_date() -> dt.date:
    """A date of answer to propose: in three weeks."""
    return clock.today() + dt.timedelta(days=21)
