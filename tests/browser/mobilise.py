"""Where the pages of the mobilisation of structures are found in the demonstration data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import OPEN


def _first(label: str, path: str, world: Any, **filters: Any) -> Any:
    """The first object of a model that hangs from an open ingénierie by ``path``."""
    from django.apps import apps

    rows = apps.get_model(label)._default_manager.filter(
        **{f"{path}__{name}": v for name, v in OPEN.items()}, **filters
    )
    found = rows.order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucun {label} {filters}"
    return found


def answered(world: Any) -> dict:
    """An ingénierie whose structures answered."""
    return {"pk": _first("mobilisation.ReponseStructure", "structure_ciblee", world).structure_ciblee.ingenierie_id}


def answer(world: Any) -> dict:
    """A structure that answered."""
    row = _first("mobilisation.ReponseStructure", "structure_ciblee", world).structure_ciblee
    return {"pk": row.ingenierie_id, "ciblee": row.pk}


def remark(world: Any) -> dict:
    """A remark of a structure."""
    row = _first("mobilisation.CommentaireStructure", "structure_ciblee", world)
    return {"pk": row.structure_ciblee.ingenierie_id, "ciblee": row.structure_ciblee_id, "commentaire": row.pk}


def scenario(world: Any) -> dict:
    """A scenario with sessions."""
    row = _first("mobilisation.DateScenario", "scenario", world).scenario
    return {"pk": row.ingenierie_id, "scenario": row.pk}


def asked(*parts: str) -> Callable[[Any], dict]:
    """An ingénierie that asked a prestataire-partenaire, and its partner or the question."""

    def find(world: Any) -> dict:
        row = _first("mobilisation.DemandePrestataire", "partenaire_projet", world)
        every = {"partenaire": row.partenaire_projet_id, "demande": row.pk}
        return {"pk": row.partenaire_projet.ingenierie_id, **{part: every[part] for part in parts}}

    return find


def link(purpose: str, **filters: Any) -> Callable[[Any], dict]:
    """A personal link of one purpose that still opens."""

    def find(world: Any) -> dict:
        from accounts.models import Grant
        from accounts.services import link_token
        from core import clock

        rows = Grant.objects.filter(purpose=purpose, revoked_at=None, expires_at__gt=clock.now(), **filters)
        return {"token": link_token(rows.order_by("pk").first())}

    return find


def selection(world: Any) -> dict:
    """A selection of the portfolio, of the organisation of the one who visits."""
    from partners.recherche.models import SelectionPartagee

    found = SelectionPartagee.objects.filter(organisation=world.project.pilote).order_by("pk").first()
    return {"pk": found.pk}
