"""Propositions of prestataires: a call that is opened, with three of them; one that runs, with drafts.

Each is written by the services, at its date, by somebody of the prestataire.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from accounts.services import actor_for
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.services import cycle, preparation, reponses
from consultations.cahier.models import VersionDiffusee
from consultations.choix.models import ChoixPrestataire
from consultations.consultes.models import PrestataireConsulte
from consultations.propositions.services import add_piece, deposit, open_call, save_draft
from consultations.propositions.services.brouillon import proposables
from core import clock
from core.actor import Actor
from demo import data
from demo.marks import Marks
from demo.portfolio import pdf_named, retained_in
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.publication.retenue import may_be_retained
from projects.ingenierie.models import Ingenierie

OPENED, RUNNING = "slot", "saisonniers-pleine-nature"
_MOTIF = "Trois métiers différents sont demandés : il faut de quoi comparer dans chacun."
_TEXTS = (
    "comprehension", "specificites", "appropriation", "justification_jours", "justification_prix", "calendrier",
    "engagement", "animation", "enquete", "role_evaluation", "articulation", "note",
)  # fmt: skip
_HALF = Decimal("0.5")


def load(marks: Marks) -> None:
    """Write what is not there yet: a whole call, where nothing was chosen; drafts on the one that runs."""
    written = data.propositions()
    ingenierie = Ingenierie.objects.filter(pk=marks.id_of(f"ingenierie:{OPENED}")).first()
    if f"propositions:{OPENED}" not in marks and ingenierie is not None and _free(ingenierie):
        _opened(ingenierie, written[OPENED])
        marks.set(f"propositions:{OPENED}", ingenierie)
    running = Appel.objects.filter(state=EtatAppel.OUVERT, mode=ModeAppel.COMPLETE, date_limite__gt=clock.now())
    appel = running.select_related("ingenierie").order_by("pk").first()
    if f"propositions:{RUNNING}" not in marks and appel is not None:
        _running(appel, written[RUNNING][0])
        marks.set(f"propositions:{RUNNING}", appel)


def _free(ingenierie: Ingenierie) -> bool:
    """Is its cahier diffused, and nobody called nor retained?"""
    return (
        ingenierie.state == "confirmer"
        and ingenierie.charge_mission is not None
        and VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).exists()
        and not Appel.objects.filter(ingenierie=ingenierie).exists()
        and not ChoixPrestataire.objects.standing().filter(ingenierie=ingenierie).exists()
    )


def _opened(ingenierie: Ingenierie, texts: list[dict[str, Any]]) -> None:
    course = _Course(ingenierie)
    appel = course.call(0.03, limit=course.at(0.8), count=len(texts))
    for number, (invitation, text) in enumerate(zip(course.invitations(appel), texts, strict=False)):
        course.write(invitation, text, 0.3 + number / 10, deposit_at=0.62 + number / 20)
    with clock.replay(course.at(0.9)):
        open_call(Appel.objects.get(pk=appel.pk), course.pilot, "Odile Vernoux", "présidente d’un office de tourisme")


def _running(appel: Appel, text: dict[str, Any]) -> None:
    course = _Course(appel.ingenierie, since=appel.ouvert_at)
    first, *others = [i for i in course.invitations(appel) if i.decline_at is None]
    course.write(first, text, 0.5, deposit_at=0.8)
    for invitation in others:
        course.write(invitation, {**text, "etapes": text["etapes"][:1], "calendrier": ""}, 0.9)


class _Course:
    """What happens to one call, at shares of the time since its cahier was diffused (or ``since``)."""

    def __init__(self, ingenierie: Ingenierie, since: dt.datetime | None = None) -> None:
        self.ingenierie = ingenierie
        self.version = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).order_by("-numero").first()
        self.pilot = actor_for(ingenierie.charge_mission)
        self.now = clock.now()
        self.since = since or self.version.le

    def at(self, share: float) -> dt.datetime:
        return self.since + (self.now - self.since) * share

    def call(self, share: float, *, limit: dt.datetime, count: int) -> Appel:
        with clock.replay(self.at(share)):
            values = {"mode": ModeAppel.COMPLETE, "date_limite": limit}
            appel = preparation.prepare(self.ingenierie, values, actor=self.pilot)
            preparation.invite(appel, self._candidates(count), motif=_MOTIF, actor=self.pilot)
            return cycle.open_call(Appel.objects.get(pk=appel.pk), actor=self.pilot)

    def _candidates(self, count: int) -> list[Any]:
        region = self.ingenierie.pilote.region
        asked = set(
            PrestataireConsulte.objects.standing()
            .filter(ingenierie=self.ingenierie)
            .values_list("prestataire", flat=True)
        )
        held = set(Membre.objects.active().values_list("prestataire", flat=True))
        found = sorted(retained_in(region, Random(self.ingenierie.titre)), key=lambda p: p.pk not in asked)
        return [p for p in found if p.pk in held and may_be_retained(p, region)][:count]

    def invitations(self, appel: Appel) -> list[Invitation]:
        return list(Invitation.objects.filter(appel=appel).select_related("appel__ingenierie", "prestataire"))

    def write(
        self, invitation: Invitation, text: dict[str, Any], share: float, *, deposit_at: float | None = None
    ) -> None:
        """A draft, with a file; deposited or not."""
        user = Membre.objects.active().filter(prestataire=invitation.prestataire).order_by("pk").first().user
        actor = Actor.for_user(user)
        with clock.replay(self.at(share)):
            reponses.intend(invitation, True, actor=actor)
            save_draft(invitation, self._values(invitation, text), actor)
            name = "Note méthodologique.pdf"
            add_piece(invitation, pdf_named(f"Note méthodologique - {invitation.prestataire}", name), actor)
        if deposit_at is not None:
            with clock.replay(self.at(deposit_at)):
                deposit(invitation, actor)

    def _values(self, invitation: Invitation, text: dict[str, Any]) -> dict[str, Any]:
        asked = self.version.data
        least, most = (Decimal(asked.get(name) or "5") for name in ("jours_min", "jours_max"))
        total = _halves(least + (most - least) * Decimal(str(text["jours"])))
        off = _halves(total * Decimal(str(text["hors_site"])))
        day = Decimal(asked.get("cout_jour") or "800")
        ht = asked.get("regime") == "ht"
        price = (day * Decimal(str(text["cout"])) * total).quantize(Decimal(1))
        values: dict[str, Any] = {name: text[name] for name in _TEXTS}
        if self.ingenierie.is_individuelle:
            for name in ("engagement", "animation", "enquete", "role_evaluation", "articulation"):
                del values[name]
        values |= {
            "etapes": _stages(text["etapes"], total, asked.get("date_debut"), asked.get("date_fin")),
            "intervenants": [
                {"nom": i.nom, "fonction": i.fonction, "experiences": text["experiences"]}
                for i in proposables(invitation)[:2]
            ],
            "jours_site": total - off,
            "jours_hors_site": off,
            "hors_site": text["hors_site_texte"],
            "tva": "20.00",
            "prix_ht" if ht else "prix_ttc": price,
        }
        return values


def _halves(days: Decimal) -> Decimal:
    return max(_HALF, (days / _HALF).quantize(Decimal(1)) * _HALF)


def _stages(rows: list[dict[str, Any]], total: Decimal, start: str | None, end: str | None) -> list[dict[str, Any]]:
    """The stages, whose days make the total, one after the other over the period of the cahier."""
    told, left, done = [], total, 0.0
    first = dt.date.fromisoformat(start) if start and end else None
    length = (dt.date.fromisoformat(end) - first).days if first and end else 0
    for number, row in enumerate(rows, 1):
        days = left if number == len(rows) else min(left, _halves(total * Decimal(str(row["part"]))))
        left -= days
        stage = {name: value for name, value in row.items() if name != "part"} | {"duree": days}
        if first:
            stage["debut"] = first + dt.timedelta(days=round(length * done))
            done += row["part"]
            stage["fin"] = max(stage["debut"], first + dt.timedelta(days=round(length * min(done, 1.0)) - 1))
        told.append(stage)
    return told
