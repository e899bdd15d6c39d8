"""What the conventions put among what waits for a person: to begin, to put to be signed, signatures awaited."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from consultations.choix.models import ChoixPrestataire
from core.actor import Actor
from core.formats import format_date, plural
from missions.conventions.enums import EtatAvenant, EtatConvention
from missions.conventions.facts import waiting_count
from missions.conventions.models import Avenant, Convention
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import Etat


def conventions(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries: prestataires retained without a convention, drafts and texts to sign."""
    mine = carried(actor, "ingenierie__")
    begun = Convention.objects.filter(choix=OuterRef("pk"))
    to_begin = (
        ChoixPrestataire.objects.standing()
        .filter(ingenierie__state=Etat.CONFIRMER, **{k: v for k, v in mine.items() if k != "ingenierie__state__in"})
        .exclude(Exists(begun))
        .order_by("date", "pk")
        .values("ingenierie_id", "ingenierie__titre", "prestataire__name", "date")
    )
    open_ones = (
        Convention.objects.standing()
        .filter(state__in=(EtatConvention.PROJET, EtatConvention.A_SIGNER), **mine)
        .annotate(attendues=waiting_count())
        .order_by("state_since", "pk")
        .values("pk", "ingenierie_id", "ingenierie__titre", "reference", "state", "state_since", "attendues")
    )
    avenants = (
        Avenant.objects.filter(
            state__in=(EtatAvenant.PROJET, EtatAvenant.A_SIGNER), **carried(actor, "convention__ingenierie__")
        )
        .order_by("state_since", "pk")
        .values(
            "pk", "numero", "state", "state_since", "convention_id", "convention__reference",
            "convention__ingenierie_id", "convention__ingenierie__titre",
        )
    )  # fmt: skip
    return [
        *map(_to_begin, to_begin[:LIMIT]),
        *map(_open, open_ones[:LIMIT]),
        *map(_avenant, avenants[:LIMIT]),
    ]


def _to_begin(row: dict[str, Any]) -> Todo:
    return Todo(
        title=row["ingenierie__titre"],
        detail=f"{row['prestataire__name']} est retenu depuis le {format_date(row['date'])} : la convention reste à "
        "écrire.",
        url=reverse("missions:conventions", args=[row["ingenierie_id"]]),
    )


def _open(row: dict[str, Any]) -> Todo:
    since = format_date(row["state_since"])
    if row["state"] == EtatConvention.PROJET:
        detail = f"Le projet de convention {row['reference']}, du {since}, reste à mettre à la signature."
    else:
        waited = plural(row["attendues"] or 0, "signature attendue", "signatures attendues")
        detail = f"La convention {row['reference']} est à la signature depuis le {since} : {waited}."
    return Todo(
        row["ingenierie__titre"], detail, reverse("missions:convention", args=[row["ingenierie_id"], row["pk"]])
    )


def _avenant(row: dict[str, Any]) -> Todo:
    since, state = format_date(row["state_since"]), EtatAvenant(row["state"]).label
    return Todo(
        row["convention__ingenierie__titre"],
        f"L’avenant {row['numero']} à la convention {row['convention__reference']} est {state} depuis le {since}.",
        reverse("missions:avenant", args=[row["convention__ingenierie_id"], row["convention_id"], row["pk"]]),
    )


def register() -> None:
    """Called once by :func:`missions.conventions.providers.register`."""
    TODOS.register("conventions", conventions, order=22)
