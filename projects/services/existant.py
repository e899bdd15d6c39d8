"""Answering « complémentaire à l'existant ? » on evidence."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import create
from core.errors import InvalidInput
from core.text import typed_text
from projects import existant
from projects.enums import ReponseExistant
from projects.models import ExamenExistant, Ingenierie
from projects.services.ingenierie import ensure_open, touch

journal.register_verbs({"projects.existant": "a répondu à « complémentaire à l’existant ? »"})
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
