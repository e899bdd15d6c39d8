"""What the mails of the uses of the library say, from ids, when they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatLien, EtatSignalement
from capitalisation.usages.models import QuestionRessource, Signalement
from capitalisation.usages.services import liens, questions, signalements, suites, verification
from core import clock
from core.formats import format_date
from core.models import JournalEntry
from core.outbox import mail_context


def _shown(ressource: Ressource, anchor: str = "") -> dict[str, Any]:
    return {
        "titre": ressource.titre,
        "contributeur": str(ressource.contributeur),
        "url": reverse("bibliotheque:ressource", args=[ressource.pk]) + anchor,
    }


def _ressource(pk: int) -> Ressource | None:
    return Ressource.objects.select_related("contributeur").filter(pk=pk).first()


def _question(pk: int) -> QuestionRessource | None:
    return QuestionRessource.objects.select_related("ressource__contributeur", "user").filter(pk=pk).first()


def _signalement(pk: int) -> Signalement | None:
    return Signalement.objects.select_related("ressource__contributeur", "user").filter(pk=pk).first()


@mail_context(questions.MAIL_POSEE)
def asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody wrote to the author; nothing once it is answered or taken out."""
    row = _question(ids["question"])
    if row is None or row.repondu_le is not None:
        return None
    told = {"qui": row.signature, "quoi": row.get_genre_display(), "texte": row.texte}
    return {**_shown(row.ressource, "#questions"), **told}


@mail_context(questions.MAIL_REPONDUE)
def answered(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The author answered."""
    row = _question(ids["question"])
    if row is None or row.repondu_le is None:
        return None
    return {**_shown(row.ressource, "#questions"), "qui": row.repondu_par, "texte": row.texte, "reponse": row.reponse}


def _entry(ids: dict[str, Any]) -> JournalEntry | None:
    return JournalEntry.objects.filter(pk=ids["entree"]).first()


@mail_context(questions.MAIL_RETIREE)
def taken_out(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What one wrote was taken out, and why."""
    ressource, entry = _ressource(ids["ressource"]), _entry(ids)
    if ressource is None or entry is None:
        return None
    return {**_shown(ressource), "motif": entry.reason, "qui": entry.organisation_label or entry.actor_label}


def _problem(ids: dict[str, Any]) -> dict[str, Any] | None:
    row = _signalement(ids["signalement"])
    if row is None or row.etat != EtatSignalement.OUVERT:
        return None
    told = {"qui": row.signature, "motif": row.get_motif_display(), "texte": row.texte}
    return {**_shown(row.ressource, "#signalements"), **told}


@mail_context(signalements.MAIL)
def reported(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A problem was reported; nothing once it is dealt with."""
    return _problem(ids)


@mail_context(signalements.MAIL_DROITS)
def rights_reported(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody is named without her agreement, or a work used without its author's: the same, at once."""
    return _problem(ids)


@mail_context(signalements.MAIL_SUITE)
def dealt_with(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What came of what one reported."""
    row = _signalement(ids["signalement"])
    if row is None or row.etat == EtatSignalement.OUVERT:
        return None
    told = {"etat": row.get_etat_display(), "suite": row.suite, "qui": row.traite_par, "motif": row.get_motif_display()}
    return {**_shown(row.ressource), **told}


def _to_verify(ids: dict[str, Any]) -> Ressource | None:
    """The resource, while it is published and its date is still the one of the reminder."""
    row = _ressource(ids["ressource"])
    day = dt.date.fromisoformat(ids["date"])
    return row if row is not None and row.est_publiee and row.a_reverifier_le == day else None


@mail_context(verification.MAIL_RAPPEL)
def to_verify(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Its date nears, or is past; nothing once it was verified."""
    row = _to_verify(ids)
    if row is None:
        return None
    return {
        **_shown(row),
        "le": format_date(row.a_reverifier_le),
        "passee": row.a_reverifier_le <= clock.today(),
        "url": reverse("bibliotheque:verifiee", args=[row.pk]),
    }


@mail_context(verification.MAIL_VEILLE)
def long_past(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A legal watch that nobody verified in two months."""
    row = _to_verify(ids)
    return None if row is None else {**_shown(row), "le": format_date(row.a_reverifier_le)}


@mail_context(liens.MAIL_MORT)
def dead(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The link does not answer any more; nothing once it does, or was changed."""
    row = _ressource(ids["ressource"])
    if row is None or not row.est_publiee or row.lien != ids["adresse"]:
        return None
    found = liens.state_of(row)
    if found is None or found.etat not in (EtatLien.MORT, EtatLien.REFUSE):
        return None
    return {**_shown(row), "adresse": row.lien, "detail": found.detail}


@mail_context(suites.MAIL_ARCHIVEE)
def archived(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A resource that one uses was archived; nothing once it was taken up again."""
    row, entry = _ressource(ids["ressource"]), _entry(ids)
    if row is None or entry is None or row.state != EtatRessource.ARCHIVEE:
        return None
    return {**_shown(row), "motif": entry.reason}
