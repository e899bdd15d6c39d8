"""Searches that somebody keeps: named, stopped, erased; each of them is hers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from capitalisation.recherche.models import RechercheEnregistree
from capitalisation.recherche.recherche import Criteres
from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed

journal.register_verbs(
    {
        "recherche.gardee": "a gardé une recherche de la bibliothèque",
        "recherche.changee": "a modifié une recherche gardée",
        "recherche.effacee": "a effacé une recherche gardée",
    }
)
#: Most that one person keeps.
MOST = 30


def why_not_keep(actor: Actor) -> str:
    """Why ``actor`` keeps no search, or ``""``: whoever has an account may."""
    return "" if actor.kind == "user" else "Connectez-vous pour garder une recherche."


def _own(recherche: RechercheEnregistree, actor: Actor) -> None:
    if actor.user_id != recherche.user_id:
        raise NotAllowed("Cette recherche est à une autre personne.")


def keep(criteres: Criteres, values: Mapping[str, Any], *, actor: Actor) -> RechercheEnregistree:
    """Keep a search (``nom``, ``prevenir``): what comes from now on is new.

    Raises ``NotAllowed``, ``InvalidInput`` (a name taken, too many criteria, too many searches).
    """
    if refusal := why_not_keep(actor):
        raise NotAllowed(refusal)
    if len(criteres.query) > RechercheEnregistree._meta.get_field("criteres").max_length:
        raise InvalidInput("Cette recherche a trop de critères pour être gardée : retirez-en.")
    with transaction.atomic():
        lock(actor.user)
        if RechercheEnregistree.objects.filter(user=actor.user).count() >= MOST:
            raise InvalidInput(f"Vous gardez déjà {MOST} recherches : effacez-en une.")
        return create(
            RechercheEnregistree(user=actor.user, criteres=criteres.query), values, actor=actor,
            verb="recherche.gardee", scope=actor.user,
        )  # fmt: skip


def update(
    recherche: RechercheEnregistree, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> RechercheEnregistree:
    """Another name, to be told or not. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    _own(recherche, actor)
    return apply_changes(
        recherche, checked(recherche, values), actor=actor, verb="recherche.changee",
        expected_version=expected_version, scope=actor.user,
    )  # fmt: skip


def delete(recherche: RechercheEnregistree, *, actor: Actor, expected_version: int) -> None:
    """Forget it. Raises ``NotAllowed``, ``EditConflict``, ``StaleState``."""
    _own(recherche, actor)
    with transaction.atomic():
        locked = lock(recherche, expected_version, typed=False)
        remove(locked, actor=actor, verb="recherche.effacee", scope=actor.user)
