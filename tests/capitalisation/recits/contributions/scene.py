"""A contribution asked, written, handed in, as tests and samples need it."""

from __future__ import annotations

from typing import Any

from accounts import services as accounts
from accounts.models import Grant
from accounts.services.links import holder
from capitalisation.recits.apporteurs import connus
from capitalisation.recits.liens import load
from capitalisation.recits.models import Contribution, Recit
from capitalisation.recits.services import contributions as services
from core.actor import Actor
from tests.capitalisation.scene import SYSTEM

DEMANDE: dict[str, Any] = {
    "nom": "Elle Exemple",
    "email": "elle@example.org",
    "rubriques": ["seances", "contenus_points", "problematique"],
    "message": "Avec vos mots.",
}


def asked(recit: Recit, sorte: str = "structure", actor: Actor = SYSTEM, **more: Any) -> Contribution:
    """Somebody of the dossier is asked, its link is sent."""
    known = connus(recit.ingenierie)
    qui = next((one for one in known if one.sorte == sorte), known[0])
    return read(services.ask(recit, qui, {**DEMANDE, **more}, actor=actor))


def read(row: Contribution) -> Contribution:
    return load(row.pk)


def grant(row: Contribution) -> Grant:
    return Grant.objects.get(purpose=services.LIEN, object_id=row.pk)


def address(row: Contribution) -> str:
    return f"/lien/{accounts.link_token(grant(row))}/"


def by_link(row: Contribution) -> Actor:
    return holder(grant(row))


def written(row: Contribution, rendre: bool = True, **textes: str) -> Contribution:
    told = textes or {"seances": "Deux journées, puis une visite.", "contenus_points": "- la presse\n- le site"}
    return read(services.write(read(row), told, rendre=rendre, actor=by_link(row), expected_version=None))


def taken(row: Contribution, code: str, choix: str, actor: Actor = SYSTEM) -> Contribution:
    found = read(row)
    return read(
        services.take_up(found, code, choix, actor=actor, expected_version=found.version, rubrique_version=None)
    )
