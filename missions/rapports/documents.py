"""The printed final report: six headings in order; a preview, then the sealed PDF of what was accepted; DOCX.

All are made from a content (:mod:`missions.rapports.content`); only the letterhead is the pilot's of the day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.letterhead import letterhead
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, EmbeddedFile, Table
from core.documents.blocks import Block, Definitions, Heading, Items, Note, Prose
from core.documents.docx import BuiltDocx
from core.formats import format_date, format_datetime
from missions.conventions.models import Convention
from missions.rapports import content as contents
from missions.rapports import permissions
from missions.rapports.completude import TITRES
from missions.rapports.models import RapportFinal, VersionRapport
from missions.rapports.services import DOCUMENT_ACCEPTE, DOCUMENT_PROJET

TEMPLATE = "missions/conventions/document.html"
KIND = "Rapport final de mission"
NOTHING = "Rien n’est écrit."


def _date(iso: str | None) -> str:
    return format_date(dt.date.fromisoformat(iso)) if iso else ""


def _moment(iso: str | None) -> str:
    return format_date(dt.datetime.fromisoformat(iso)) if iso else ""


def _prose(text: str) -> list[Block]:
    return [Prose(text)] if text else []


def _stages(content: dict[str, Any]) -> list[Block]:
    told: list[Block] = _prose(content["deroulement"])
    for row in content["etapes"]:
        told.append(Heading(row["titre"], 3))
        rows = [
            ("Objectif", row["objectif"]),
            ("Réalisée le", _date(row["fait_le"])),
            ("Personnes rencontrées", row["personnes"]),
            ("Contenu", row["contenu"]),
            ("Méthodes", row["methodes"]),
            ("Difficultés", row["difficultes"]),
            ("Commentaires de la fiche de suivi", row["commentaire"]),
        ]
        if kept := [line for line in rows if line[1]]:
            told.append(Definitions(kept))
    return told


def _handed_over(content: dict[str, Any]) -> list[Block]:
    told: list[Block] = []
    if content["remises"]:
        told.append(
            Table(
                columns=[Column("Production"), Column("Description"), Column("Remise")],
                rows=[
                    [
                        "\n".join([row["titre"], *(f["nom"] for f in row["fichiers"]), *filter(None, [row["url"]])]),
                        row["description"] or "—",
                        "\n".join(filter(None, [_date(row["le"]), row["etape"]])),
                    ]
                    for row in content["remises"]
                ],
                caption="Productions remises",
            )
        )
    return [*told, *_prose(content["productions"])]


def _results(content: dict[str, Any]) -> list[Block]:
    told: list[Block] = []
    if content["resultats"]:
        told.append(
            Table(
                columns=[Column("Résultat attendu"), Column("Résultat atteint")],
                rows=[[row["attendu"], row["atteint"] or "—"] for row in content["resultats"]],
                caption="Résultats attendus au cahier des charges, résultats atteints",
            )
        )
    if content["autres_resultats"]:
        told += [Heading("Autres résultats", 3), Prose(content["autres_resultats"])]
    return told


def _recommendations(content: dict[str, Any]) -> list[Block]:
    told = _prose(content["observations"])
    if content["preconisations"]:
        told += [Heading("Préconisations", 3), Items(content["preconisations"], ordered=True)]
    return told


def blocks_of(content: dict[str, Any]) -> list[Block]:
    """The blocks of a report: « attentes particulières » first, then the six headings of 002."""
    told: list[Block] = []
    if content["attentes"]:
        day = f"Convenues le {_date(content['attentes_le'])} entre le DLA et le prestataire."
        told += [Heading("Attentes particulières", 2), *([Note(day)] if content["attentes_le"] else [])]
        told.append(Prose(content["attentes"]))
    if content["fichiers"]:
        files = [f"{row['nom']} (SHA-256 : {row['sha256']})" for row in content["fichiers"]]
        told += [Heading("Le rapport, tel que remis", 2), Items(files)]
    parts = {
        "objectifs": [block for label, text in content["objectifs"] for block in (Heading(label, 3), Prose(text))],
        "deroulement": _stages(content),
        "productions": _handed_over(content),
        "resultats": _results(content),
        "effets": _prose(content["effets"]),
        "observations": _recommendations(content),
    }
    for number, (code, title) in enumerate(TITRES.items(), 1):
        told += [Heading(f"{number}. {title}", 2), *(parts[code] or [Note(NOTHING)])]
    return told


# --- Documents ------------------------------------------------------------------------------------------------------


def _built(
    content: dict[str, Any], obj, convention: Convention, *, made: str, draft="", version="", suffix="", files=()
):
    reference = content["convention"]
    return BuiltDocument(
        template=TEMPLATE,
        context={
            "header": letterhead(
                convention.ingenierie.pilote, kind=KIND, reference=f"Convention {reference}", version=version, date=made
            ),
            "blocks": [*([Note(draft)] if draft else []), *_who(content), *blocks_of(content)],
            "empreinte": obj.empreinte if isinstance(obj, VersionRapport) else "",
        },
        title=content["titre"],
        filename=f"{convention.reference}-rapport{suffix}.pdf",
        obj=obj,
        scope=convention.ingenierie,
        author=content["prestataire"],
        subject=f"{KIND}, convention {reference}",
        keywords=["rapport final", "mission", "DLA"],
        attachments=files,
    )


def _who(content: dict[str, Any]) -> list[Block]:
    handed = ", par ".join(part for part in (_moment(content["remis_le"]), content["remis_par"]) if part)
    rows = [("Prestataire", content["prestataire"]), ("Convention", content["convention"]), ("Remis le", handed)]
    return [Definitions([row for row in rows if row[1]])]


def _draft(rapport: RapportFinal) -> str:
    return f"Aperçu du {format_datetime(clock.now())} : rapport {rapport.get_state_display()}."


_RELATED = ("convention__ingenierie__pilote__region", "convention__choix__prestataire", "convention__version_cahier")


def build_projet(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The report ``object_id`` as it stands now, marked as a preview."""
    rapport = RapportFinal.objects.select_related(*_RELATED).get(pk=object_id)
    made = format_date(clock.today())
    return _built(
        contents.build(rapport), rapport, rapport.convention, draft=_draft(rapport), made=made, suffix="-apercu"
    )


def build_accepte(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The accepted report ``object_id``, from its frozen content, which goes inside as JSON."""
    version = VersionRapport.objects.select_related(
        "rapport__convention__ingenierie__pilote__region", "rapport__convention__choix__prestataire"
    ).get(pk=object_id)
    convention = version.rapport.convention
    name = f"{convention.reference}-rapport-{version.numero}.json"
    source = EmbeddedFile(name, version.contenu.encode(), "Contenu du rapport (données)", "Source")
    return _built(
        version.data,
        version,
        convention,
        made=f"Accepté le {format_date(version.le)}",
        version=f"Version {version.numero}",
        files=[source],
    )


def rapport_docx(rapport: RapportFinal) -> BuiltDocx:
    """The report as it stands now as DOCX; once accepted, the PDF is what proves."""
    content = contents.build(rapport)
    return BuiltDocx(
        title=content["titre"],
        filename=f"{rapport.convention.reference}-rapport.docx",
        header=letterhead(
            rapport.convention.ingenierie.pilote,
            kind=KIND,
            reference=f"Convention {content['convention']}",
            date=format_date(clock.today()),
        ),
        blocks=[Note(_draft(rapport)), *_who(content), *blocks_of(content)],
        ending="Le PDF du rapport accepté fait foi.",
        subject=f"{KIND}, convention {content['convention']}",
        keywords=("rapport final", "DLA"),
    )


def register() -> None:
    """Register the types of document; called once by :func:`missions.rapports.providers.register`."""
    DOCUMENT_TYPES.register(
        DOCUMENT_PROJET, DocumentType("Aperçu du rapport final", build_projet, permissions.viewable)
    )
    DOCUMENT_TYPES.register(
        DOCUMENT_ACCEPTE,
        DocumentType("Rapport final accepté", build_accepte, permissions.viewable_versions, sealed=True),
    )
