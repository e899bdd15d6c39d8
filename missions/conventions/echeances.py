"""The dates of the conventions in the échéancier: the beginning and the end of the mission, its payments."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from core.formats import format_money_plain
from missions.conventions.enums import SIGNEES, EtatAvenant, EtatConvention
from missions.conventions.models import Avenant, Convention, PaiementPrevu
from projects.echeances import concerned


def _missions(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Of the signed conventions; an end that an avenant moved is told as it is now."""
    moved = Avenant.objects.filter(convention=OuterRef("pk"), state=EtatAvenant.SIGNE, fin__isnull=False)
    rows = (
        Convention.objects.standing()
        .filter(ingenierie__in=concerned(actor, window).values("pk"), state__in=SIGNEES)
        .annotate(fin_dite=Coalesce(Subquery(moved.order_by("-numero").values("fin")[:1]), "fin"))
        .filter(Q(debut__range=(window.since, window.until)) | Q(fin_dite__range=(window.since, window.until)))
        .order_by("debut", "pk")
        .values("pk", "ingenierie_id", "ingenierie__titre", "reference", "debut", "fin_dite", "state")
    )
    for row in rows:
        url = reverse("missions:convention", args=[row["ingenierie_id"], row["pk"]])
        done = row["state"] == EtatConvention.CLOSE
        for name, word in (("debut", "Début"), ("fin_dite", "Fin")):
            day = row[name]
            if day is not None and window.since <= day <= window.until:
                title = f"{word} de la mission, convention {row['reference']}"
                yield Echeance(
                    f"convention-{word.lower()}-{row['pk']}", title, row["ingenierie__titre"], url, day, done=done
                )


def _paiements(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = PaiementPrevu.objects.filter(
        convention__ingenierie__in=concerned(actor, window).values("pk"),
        convention__state__in=SIGNEES,
        convention__choix__retire_at__isnull=True,
        date__range=(window.since, window.until),
    ).values(
        "pk", "libelle", "montant", "date", "convention_id", "convention__ingenierie_id",
        "convention__ingenierie__titre",
    )  # fmt: skip
    for row in rows.order_by("date", "pk"):
        yield Echeance(
            f"paiement-{row['pk']}",
            f"Paiement du prestataire : {format_money_plain(row['montant'])}, {row['libelle']}",
            row["convention__ingenierie__titre"],
            reverse("missions:convention", args=[row["convention__ingenierie_id"], row["convention_id"]])
            + "#paiements",
            row["date"],
        )


def register() -> None:
    """Called once by :func:`missions.conventions.providers.register`."""
    ECHEANCES.register("missions", EcheanceSource("Début et fin des missions", _missions), order=62)
    ECHEANCES.register("paiements", EcheanceSource("Paiements des prestataires", _paiements), order=64)
