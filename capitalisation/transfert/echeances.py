"""The dates of the plans of transfer in the échéancier: the day of the decision, that of each transfer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from capitalisation.transfert.enums import EtatPlan
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from projects.dashboard import carried
from projects.enums import OPEN_STATES, Etat

#: Transfers are often made once the ingénierie is closed.
ETAPES = (*OPEN_STATES, Etat.CLOTURE)


def _mine(actor: Actor, window: Window, path: str) -> dict[str, Any]:
    if window.ingenierie is not None:
        return {f"{path}pk": window.ingenierie}
    return {**carried(actor, path), f"{path}state__in": ETAPES}


def _expected(path: str, state: str) -> Q:
    """Of an ingénierie that is over, only what was decided: a draft left there expects nothing any more."""
    return Q(**{f"{path}state__in": OPEN_STATES}) | ~Q(**{state: EtatPlan.BROUILLON})


def _url(pk: int, anchor: str) -> str:
    return reverse("capitalisation:transfert", args=[pk]) + anchor


def _plans(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = PlanTransfert.objects.filter(
        _expected("ingenierie__", "state"),
        **_mine(actor, window, "ingenierie__"),
        echeance__range=(window.since, window.until),
    ).order_by("echeance", "pk")
    for row in rows.values("pk", "ingenierie_id", "ingenierie__titre", "echeance", "state"):
        yield Echeance(
            f"plan-transfert-{row['pk']}",
            "Capitalisation à décider",
            row["ingenierie__titre"],
            _url(row["ingenierie_id"], ""),
            row["echeance"],
            done=row["state"] != EtatPlan.BROUILLON,
        )


def _lignes(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = LigneTransfert.objects.filter(
        _expected("plan__ingenierie__", "plan__state"),
        **_mine(actor, window, "plan__ingenierie__"),
        sans_suite="",
        prevu_le__range=(window.since, window.until),
    ).order_by("prevu_le", "pk")
    for row in rows.values(
        "pk", "quoi", "prevu_le", "fait_le", "plan__ingenierie_id", "plan__ingenierie__titre"
    ):  # fmt: skip
        yield Echeance(
            f"transfert-{row['pk']}",
            f"Transfert : {row['quoi']}",
            row["plan__ingenierie__titre"],
            _url(row["plan__ingenierie_id"], "#lignes"),
            row["prevu_le"],
            done=row["fait_le"] is not None,
        )


def register() -> None:
    """Called once by :func:`capitalisation.transfert.providers.register`."""
    ECHEANCES.register("plans-transfert", EcheanceSource("Capitalisations à décider", _plans), order=77)
    ECHEANCES.register("transferts", EcheanceSource("Transferts à faire", _lignes), order=78)
