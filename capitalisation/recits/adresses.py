"""Where a récit is read and written: in its dossier, or in the library when it has none."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.recits.models import Recit


def adresse(recit: Recit, name: str = "recit", *more: Any) -> str:
    """The address of one of its pages: the same names in both places."""
    if recit.ingenierie_id is None:
        return reverse(f"bibliotheque:{name}", args=[recit.pk, *more])
    return reverse(f"capitalisation:{name}", args=[recit.ingenierie_id, recit.pk, *more])


def salle(recit: Recit) -> str:
    """The room it stands in."""
    if recit.ingenierie_id is None:
        return reverse("bibliotheque:recits_sans_dossier")
    return reverse("capitalisation:recits", args=[recit.ingenierie_id])
