"""« Utilisé par »: said in one click, taken back, counted on the resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.models import Utilisation
from capitalisation.usages.permissions import why_not_change_use, why_not_use
from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import NotAllowed
from core.formats import plural
from projects.enums import OPEN_STATES, Etat
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "capitalisation.ressource_utilisee": "a dit se servir d’une ressource de la bibliothèque",
        "capitalisation.utilisation_precisee": "a précisé ce qui a servi d’une ressource",
        "capitalisation.utilisation_retiree": "a retiré une ressource de celles qui ont servi",
    }
)

#: How many ingénieries one chooses among; the list of those of the organisation is asked by search beyond.
CHOIX = 200


@dataclass(frozen=True, slots=True)
class Groupe:
    """Ingénieries to choose among, under one heading."""

    titre: str
    lignes: list[tuple[int, str]]


def carried_ones(actor: Actor) -> QuerySet:
    """The ingénieries ``actor`` may write in, open or closed: one query with what follows it."""
    organisation = actor.organisation_id
    if organisation is None or not actor.membership.writes:
        return Ingenierie.objects.none()
    mine = Q(pilote=organisation) | Q(referent=organisation) | Q(associes=organisation)
    keys = Ingenierie.objects.filter(mine, state__in=[*OPEN_STATES, Etat.CLOTURE]).values("pk")
    return Ingenierie.objects.filter(pk__in=keys)


def choices(actor: Actor, ressource: Ressource) -> list[Groupe]:
    """Those she may choose for ``ressource``, hers first, the closed ones last; without those it already serves, nor
    the one it comes from."""
    rank = Case(
        When(state=Etat.CLOTURE, then=Value(2)),
        When(charge_mission=actor.user_id, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = (
        carried_ones(actor)
        .exclude(pk=ressource.ingenierie_id)
        .exclude(pk__in=Utilisation.objects.filter(ressource=ressource, ingenierie__isnull=False).values("ingenierie"))
        .annotate(rank=rank)
        .order_by("rank", "-last_activity_at", "-pk")
        .values_list("rank", "pk", "titre")
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for number, pk, titre in rows[:CHOIX]:
        found.setdefault(number, []).append((pk, titre))
    titles = ("Celles que je porte", "Celles de mon organisation", "Terminées")
    return [Groupe(titles[number], lines) for number, lines in found.items()]


def _count(ressource: Ressource) -> None:
    """Said again on the resource, whose row is locked."""
    total = Utilisation.objects.filter(ressource=ressource).count()
    Ressource.objects.filter(pk=ressource.pk).update(utilisations=total)


@transaction.atomic
def use(ressource: Ressource, ingenierie: Ingenierie | None, *, note: str = "", actor: Actor) -> Utilisation:
    """Say that the resource serves: for an ingénierie the actor writes in, or for her organisation. Twice is once.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    fresh = lock(ressource)
    if refusal := why_not_use(actor, fresh):
        raise NotAllowed(refusal)
    if ingenierie is not None and (refusal := why_not_contribute(actor, ingenierie)):
        raise NotAllowed(refusal)
    organisation = actor.organisation or (ingenierie.pilote if ingenierie is not None else fresh.contributeur)
    said = {"ingenierie": ingenierie} if ingenierie is not None else {"organisation": organisation, "ingenierie": None}
    done = Utilisation.objects.filter(ressource=fresh, **said).first()
    if done is not None:
        return done
    row = Utilisation(ressource=fresh, organisation=organisation, ingenierie=ingenierie, par=actor.label[:200])
    create(
        row, {"note": note}, actor=actor, verb="capitalisation.ressource_utilisee", scope=ingenierie or fresh
    )  # fmt: skip
    _count(fresh)
    if ingenierie is not None:
        touch(ingenierie.pk, ended=True)
    return row


@transaction.atomic
def explain(use: Utilisation, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> Utilisation:
    """Say what served. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    if refusal := why_not_change_use(actor, use):
        raise NotAllowed(refusal)
    told = checked(use, values, only=("note",))
    done = apply_changes(
        use, told, actor=actor, verb="capitalisation.utilisation_precisee", expected_version=expected_version,
        scope=use.ingenierie or use.ressource,
    )  # fmt: skip
    if use.ingenierie_id:
        touch(use.ingenierie_id, ended=True)
    return done


@transaction.atomic
def take_back(use: Utilisation, *, actor: Actor, expected_version: int | None) -> None:
    """It did not serve after all. Raises ``NotAllowed``, ``StaleState``."""
    if refusal := why_not_change_use(actor, use):
        raise NotAllowed(refusal)
    ressource = lock(use.ressource)
    fresh = lock(use, expected_version, typed=False)
    ingenierie = use.ingenierie
    remove(fresh, actor=actor, verb="capitalisation.utilisation_retiree", scope=ingenierie or ressource)
    _count(ressource)
    if ingenierie is not None:
        touch(ingenierie.pk, ended=True)


def why_keep(ressource: Ressource) -> str:
    """Why a resource may not be deleted, or ``""``: others use it."""
    others = Utilisation.objects.filter(ressource=ressource).exclude(organisation=ressource.contributeur_id).count()
    if not others:
        return ""
    return (
        f"{plural(others, 'autre équipe s’en sert', 'autres équipes s’en servent')} : archivez-la plutôt, "
        "elle se lira encore, avec votre motif."
    )
