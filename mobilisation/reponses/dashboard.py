"""What the answers of structures put among what waits for a person."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date, plural
from mobilisation.reponses.enums import Reponse
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import EtatMobilisation


def remarks(actor: Actor) -> list[Todo]:
    """The ingénieries the actor carries where remarks of structures wait to be examined, oldest first."""
    rows = (
        CommentaireStructure.objects.to_examine()
        .filter(**carried(actor, "structure_ciblee__ingenierie__"))
        .order_by()
        .values("structure_ciblee__ingenierie_id", "structure_ciblee__ingenierie__titre")
        .annotate(n=Count("pk"), first=Min("recu_le"))
        .order_by("first", "structure_ciblee__ingenierie_id")
    )
    return [
        Todo(
            title=row["structure_ciblee__ingenierie__titre"],
            detail=f"{plural(row['n'], 'remarque', 'remarques')} de structures à examiner avec les partenaires, la "
            f"première reçue le {format_date(row['first'])}.",
            url=reverse("mobilisation:reponses", args=[row["structure_ciblee__ingenierie_id"]]) + "#remarques",
        )
        for row in rows[:LIMIT]
    ]


def to_confirm(actor: Actor) -> list[Todo]:
    """The ingénieries the actor carries where structures said by link that they take part, and are not confirmed."""
    rows = (
        ReponseStructure.objects.filter(
            **carried(actor, "structure_ciblee__ingenierie__"),
            structure_ciblee__state=EtatMobilisation.INTERESSEE,
            participation__in=(Reponse.OUI, Reponse.EN_PARTIE),
            par_lien=True,
        )
        .order_by()
        .values("structure_ciblee__ingenierie_id", "structure_ciblee__ingenierie__titre")
        .annotate(n=Count("pk"), first=Min("recue_le"))
        .order_by("first", "structure_ciblee__ingenierie_id")
    )
    return [
        Todo(
            title=row["structure_ciblee__ingenierie__titre"],
            detail=f"{plural(row['n'], 'structure a répondu par lien qu’elle participe', 'structures ont répondu par lien qu’elles participent')} : à confirmer.",  # noqa: E501
            url=reverse("projects:structures", args=[row["structure_ciblee__ingenierie_id"]]) + "?etat=interessee",
        )
        for row in rows[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`mobilisation.reponses.providers.register`."""
    TODOS.register("remarques_structures", remarks, order=36)
    TODOS.register("structures_a_confirmer", to_confirm, order=34)
