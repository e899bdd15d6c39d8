"""A prestataire of the portfolio becomes a partner of an ingénierie (001, II.B.2, « prestataire-partenaire »)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from core.actor import Actor
from core.editing import apply_changes
from core.errors import InvalidInput, NotAllowed
from engagement.partenaires.enums import Genre, Presence
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import DejaAssocie, add_partenaire
from partners.directory.annuaire import PARTENAIRES
from partners.directory.enums import Famille
from partners.directory.models import Partenaire
from partners.portfolio.prestataire.models import Prestataire
from projects.enums import OPEN_STATES, Cycle
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch


@dataclass(frozen=True, slots=True)
class Associes:
    """What associating did: the partners added, and the prestataires that were partners already."""

    rows: list[PartenaireProjet]
    already: list[Prestataire]


def open_to(actor: Actor) -> QuerySet[Ingenierie]:
    """The ingénieries collectives where ``actor`` writes and may so associate a prestataire."""
    if actor.membership is None or not actor.membership.writes:
        return Ingenierie.objects.none()
    key = f"o{actor.organisation_id}"
    rows = Ingenierie.objects.filter(scopes__key=key, cycle=Cycle.COLLECTIVE, state__in=OPEN_STATES)
    return rows.order_by("-last_activity_at", "-pk")


def associate(ingenierie: Ingenierie, prestataires: Sequence[Prestataire], *, actor: Actor) -> Associes:
    """Make partners of these prestataires: each is found by its name in the directory of the actor's organisation, or
    inscribed there. Those that are partners already stay as they are.

    Raises ``NotAllowed``, ``InvalidInput``. All of them or none.
    """
    ensure_open(ingenierie, actor)
    if not prestataires:
        raise InvalidInput("Cochez au moins un prestataire.")
    keys = [p.pk for p in prestataires]
    if Prestataire.objects.visible_to(actor).filter(pk__in=keys).count() != len(set(keys)):
        raise NotAllowed("Un de ces prestataires n’est plus dans le portefeuille que vous lisez.")
    done = Associes([], [])
    with transaction.atomic():
        for prestataire in prestataires:
            if ingenierie.partenaires_projet.filter(prestataire=prestataire).exists():
                done.already.append(prestataire)
            else:
                done.rows.append(_associate(ingenierie, prestataire, actor))
    return done


def _associate(ingenierie: Ingenierie, prestataire: Prestataire, actor: Actor) -> PartenaireProjet:
    there = Partenaire.objects.present().filter(
        organisation=actor.organisation or ingenierie.pilote, name__iexact=prestataire.name
    )
    partenaire = there.filter(is_active=True).first() or PARTENAIRES.create(
        {"name": prestataire.name, "sigle": prestataire.sigle, "famille": Famille.RESSOURCES},
        actor=actor,
        confirmed=True,
    )
    values = {"genre": Genre.PRESTATAIRE, "presence": Presence.PONCTUEL, "roles": "Prestataire-partenaire"}
    try:
        return add_partenaire(ingenierie, partenaire, actor=actor, values=values, prestataire=prestataire)
    except DejaAssocie as known:
        row = known.existing
        fresh = apply_changes(
            row,
            {"prestataire": prestataire, "genre": Genre.PRESTATAIRE},
            actor=actor,
            verb="engagement.partenaire",
            expected_version=None,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
        return fresh
