"""What the pages of the final report show, ready to print."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from core.formats import format_date, format_datetime
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.rapports import services
from missions.rapports.cahier import objectifs_of, resultats_attendus
from missions.rapports.content import remises
from missions.rapports.enums import RECUS, SortePreconisation
from missions.rapports.models import RapportFinal, SuitePreconisation
from missions.suivi.models import EtapeSuivi


def preview(convention: Convention) -> dict[str, Any]:
    """What the report will take up, before it is begun."""
    return {"objectifs": objectifs_of(convention), "attendus": resultats_attendus(convention)}


def proposals(etape: EtapeSuivi) -> dict[str, str]:
    """What is already known of a stage, proposed where its comments are empty."""
    signed = etape.etape
    methods = [signed.outils, signed.realisation] if signed is not None else []
    return {
        "contenu": (signed.contenu if signed is not None else "") or etape.objectif,
        "methodes": "\n".join(text for text in methods if text),
        "difficultes": etape.commentaire,
    }


def page_of(rapport: RapportFinal, view: Any) -> dict[str, Any]:
    """The parts of the report, with the addresses of ``view`` (``route``). A fixed number of queries."""
    version = services.accepted_version(rapport)
    document = services.pdf_of(version) if version is not None else None
    return {
        "etat": rapport.get_state_display(),
        "depuis": format_datetime(rapport.state_since),
        "remis": format_date(rapport.remis_le) if rapport.remis_le else "",
        "attentes_le": format_date(rapport.attentes_le) if rapport.attentes_le else "",
        "objectifs": objectifs_of(rapport.convention),
        "etapes": [
            {
                "titre": row.etape.titre,
                "url": view.route("rapport_etape", row.pk),
                "facts": [
                    (label, text)
                    for label, text in (
                        ("Réalisée le", format_date(row.etape.fait_le) if row.etape.fait_le else ""),
                        ("Personnes rencontrées", row.etape.personnes_rencontrees),
                        ("Contenu", row.contenu),
                        ("Méthodes", row.methodes),
                        ("Difficultés", row.difficultes),
                    )
                    if text
                ],
            }
            for row in rapport.etapes.select_related("etape")
        ],
        "remises": [{**row, "le": format_date_iso(row["le"])} for row in remises(rapport.convention)],
        "resultats": [
            {"attendu": row.attendu, "atteint": row.atteint, "url": view.route("rapport_resultat", row.pk)}
            for row in rapport.resultats.all()
        ],
        "preconisations": [
            {
                "pk": row.pk,
                "texte": row.texte,
                "version": row.version,
                "url": view.route("preconisation", row.pk),
                "remove_url": view.route("preconisation_retirer", row.pk),
            }
            for row in rapport.preconisations.all()
        ],
        "preconiser_url": view.route("preconisation_ajouter"),
        "sections": {code: view.route("rapport_section", code) for code in services.SECTIONS},
        "anciennes": [
            {
                "titre": f"Version {row.numero}, acceptée le {format_date(row.le)}",
                "url": reverse("core:document", args=[made.pk]) if made is not None else "",
            }
            for row, made in services.former_versions(rapport)
        ],
        "pdf_url": view.route("rapport_pdf") if document is not None else "",
        "making": version is not None and document is None,
    }


def format_date_iso(day: str) -> str:
    """A day of the content, in words."""
    return format_date(dt.date.fromisoformat(day))


def reprises(rapport: RapportFinal, can_write: bool) -> dict[int, dict[str, Any]]:
    """By recommendation: what it became for whom, and how to take it up: in one click for the only structure of an
    ingénierie individuelle. Four queries."""
    convention = rapport.convention
    open_now = can_write and rapport.state in RECUS
    alone = beneficiaires(convention.ingenierie) if convention.ingenierie.is_individuelle else []
    theme = convention.ingenierie.themes.first() if alone else None
    found: dict[int, dict[str, Any]] = {
        row.pk: {
            "suites": [],
            "url": reverse("missions:preconisation_reprendre", args=[convention.ingenierie_id, convention.pk, row.pk])
            if open_now
            else "",
            "structure": alone[0].pk if alone else None,
            "theme": theme.pk if theme else None,
            "sortes": dict(SortePreconisation.choices) if alone else {},
        }
        for row in rapport.preconisations.all()
    }
    rows = SuitePreconisation.objects.filter(preconisation__rapport=rapport)
    for suite in rows.select_related("structure__structure", "besoin", "ligne"):
        one = found[suite.preconisation_id]
        one["sortes"].pop(suite.quoi, None)
        one["suites"].append(_suite(suite))
    return found


def _suite(suite: SuitePreconisation) -> dict[str, str]:
    url = ""
    if suite.ligne_id:
        url = reverse("structures:ligne", args=[suite.ligne_id])
    elif suite.besoin_id:
        url = reverse("structures:diagnostic", args=[suite.besoin.diagnostic_id])
    label = SortePreconisation(suite.quoi).label
    return {
        "text": f"Devenue {label} : {suite.structure.structure}, le {format_date(suite.le)}",
        "url": url,
        "gone": "" if url else "retirée depuis",
    }
