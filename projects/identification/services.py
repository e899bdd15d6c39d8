"""Writing the sections of « Identifier », and answering « complémentaire à l'existant ? »."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, create
from core.errors import InvalidInput
from core.text import typed_text
from projects.enums import ReponseExistant
from projects.identification import existant
from projects.identification.models import Ciblage, ExamenExistant, Problematique, RoleDLA
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "projects.problematique": "a modifié la problématique",
        "projects.ciblage": "a modifié le ciblage des structures",
        "projects.role_dla": "a modifié le rôle du DLA",
        "projects.existant": "a répondu à « complémentaire à l’existant ? »",
    }
)
COMMENT_MAX = 2000


def record_existant(
    ingenierie: Ingenierie, *, actor: Actor, reponse: str, commentaire: str, consultes: Iterable[str] = ()
) -> ExamenExistant:
    """Record the answer with the neighbours consulted, among those the actor is shown now.

    Earlier answers stay. Raises ``NotAllowed``, ``InvalidInput`` (unknown answer, no comment, a neighbour that is not
    shown to the actor).
    """
    ensure_open(ingenierie, actor)
    if reponse not in ReponseExistant.values:
        raise InvalidInput("Choisissez une réponse.")
    commentaire = typed_text(commentaire, limit=COMMENT_MAX)
    if not commentaire:
        raise InvalidInput("Dites en une phrase ce qui vous le fait dire : ce qui la distingue, ce qui est convenu.")
    wanted = set(consultes)
    shown = {item.key: item for item in existant.near(existant.subject_of(ingenierie, ingenierie.problematique), actor)}
    if wanted - set(shown):
        raise InvalidInput("Ce que vous avez coché n’est plus dans la liste : relisez-la, puis enregistrez de nouveau.")
    with transaction.atomic():
        row = create(
            ExamenExistant(
                ingenierie=ingenierie,
                reponse=reponse,
                commentaire=commentaire,
                consultes=[
                    {"cle": key, "titre": item.title, "score": item.score, "raisons": list(item.reasons)}
                    for key, item in shown.items()
                    if key in wanted
                ],
                by=actor.user,
                by_label=actor.label[:200],
            ),
            actor=actor,
            verb="projects.existant",
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return row


SECTIONS = {"problematique": Problematique, "ciblage": Ciblage, "role_dla": RoleDLA}


def update_section(
    ingenierie: Ingenierie, section: str, *, actor: Actor, expected_version: int | None, values: Mapping[str, Any]
):
    """Save ``problematique``, ``ciblage`` or ``role_dla``. Raises ``NotAllowed``, ``EditConflict``."""
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        fresh = apply_changes(
            getattr(ingenierie, section),
            values,
            actor=actor,
            verb=f"projects.{section}",
            expected_version=expected_version,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return fresh
