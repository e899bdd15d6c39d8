"""Diagnostics put into words for pages: everything is formatted here, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core.formats import format_date, format_datetime
from structures.diagnostics.enums import Priorite, ReponseStructure
from structures.diagnostics.models import Besoin, Diagnostic, Reponse, ReponseDiagnostic
from structures.diagnostics.rubriques import RUBRIQUES, TITRES

PRIORITE_TAGS = {Priorite.HAUTE: "tag-bad", Priorite.MOYENNE: "tag-warn", Priorite.BASSE: "tag-neutral"}


def person(user: Any) -> str:
    """The name of a person, or who took over when she left."""
    return (user.get_full_name() or user.email) if user else ""


def rubrique_rows(diagnostic: Diagnostic) -> list[dict[str, Any]]:
    """The rubrics with their text."""
    return [
        {
            "code": r.code,
            "titre": r.titre,
            "help": r.help,
            "texte": getattr(diagnostic, r.fields[-1]).strip(),
            "url": reverse("structures:diagnostic_rubrique", args=[diagnostic.pk, r.code]),
        }
        for r in RUBRIQUES
    ]


def besoin_rows(besoins: Iterable[Besoin]) -> list[dict[str, Any]]:
    """The needs, from ``select_related("type_prestation", "detail")``."""
    return [
        {
            "pk": b.pk,
            "url": reverse("structures:besoin", args=[b.pk]),
            "texte": b.texte,
            "theme": b.type_prestation.label,
            "detail": b.detail.label if b.detail_id else "",
            "priorite": b.get_priorite_display(),
            "tag": PRIORITE_TAGS[Priorite(b.priorite)],
            "origine": b.origine,
        }
        for b in besoins
    ]


def answer_words(reponse: Reponse) -> dict[str, str]:
    """Who answered, what, when and how, whatever it was about."""
    return {
        "label": reponse.get_reponse_display(),
        "tag": "tag-ok" if reponse.reponse == ReponseStructure.VALIDE else "tag-warn",
        "qui": f"{reponse.nom}, {reponse.fonction}" if reponse.fonction else reponse.nom,
        "quand": format_date(reponse.date),
        "mode": reponse.get_mode_display().lower(),
        "par": reponse.recueillie_par,
    }


def reponse_rows(reponses: Iterable[ReponseDiagnostic]) -> list[dict[str, Any]]:
    """What the structure answered, newest first, from ``select_related("partage")``."""
    return [
        {
            **answer_words(r),
            "sur": f"partage n° {r.partage.numero}",
            "commentaires": [(TITRES[code], r.commentaires[code]) for code in TITRES if r.commentaires.get(code)],
        }
        for r in reponses
    ]


def version_rows(diagnostic: Diagnostic) -> list[dict[str, Any]]:
    """What was shared, newest first."""
    return [
        {
            "numero": v.numero,
            "quand": format_datetime(v.le),
            "par": v.par,
            "url": reverse("structures:diagnostic_version", args=[diagnostic.pk, v.numero]),
        }
        for v in diagnostic.versions.defer("contenu")
    ]
