"""The printed cahier des charges: a preview of the text being written, and the document of a diffused version.

Both are made from a content (:mod:`consultations.cahier.content`), so that a diffused version always says the same;
only the letterhead (logos, address) is the pilot's of the day it is printed.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage

from accounts.letterhead import letterhead
from accounts.models import Organisation
from consultations.cahier import annexes, annexes_documents, permissions
from consultations.cahier import content as contents
from consultations.cahier.enums import DETAILS_LONGS, DETAILS_NOMBRES, DetailStructure
from consultations.cahier.faits import count_of, deadline_of, duration_of, facts, is_range
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from consultations.cahier.sections import lines_of, read_resultat
from consultations.cahier.services import DOCUMENT_CAHIER, DOCUMENT_DIFFUSE
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, Column, DocumentType, EmbeddedFile, Table
from core.documents.widths import column_widths
from core.formats import NBSP, format_date, format_datetime, format_number, plural
from core.models import Attachment

TEMPLATE = "consultations/cahier/cahier.html"
#: Beyond this many structures, their sheets are a table in the annexe rather than cards in the text.
CARDS = 8
#: Characters across that table, which is set in a smaller size.
SHEET_CHARACTERS = 118
#: Files put inside the PDF: beyond, they stay beside it, so that the whole may still be deposited and verified.
EMBEDDED_BYTES = 9_000_000

_COLUMN_LABELS = {
    DetailStructure.COMMUNE: "Commune",
    DetailStructure.SECTEUR: "Secteur et branche",
    DetailStructure.FORME: "Forme juridique",
    DetailStructure.CREATION: "Création",
    DetailStructure.ETP: "ETP",
    DetailStructure.SALARIES: "Salariés",
    DetailStructure.SAISONNIERS: "Saisonniers",
    DetailStructure.BENEVOLES: "Bénévoles",
    DetailStructure.BENEVOLES_ACTIFS: "Dont actifs",
    DetailStructure.ADHERENTS: "Adhérents",
    DetailStructure.BUDGET: "Budget",
}
CRITERES = (
    ("criteres_conformite", "Conformité avec la commande"),
    ("criteres_reponse", "Qualité de la réponse"),
    ("criteres_intervenants", "Qualité des intervenants"),
    ("criteres_couts", "Coûts"),
    ("criteres_collectif", "Propres à l’ingénierie collective"),
    ("criteres_autres", "Autres critères"),
)


# --- Structures -----------------------------------------------------------------------------------------------------


def _cards(content: dict[str, Any]) -> list[dict[str, Any]]:
    """A sheet for each structure: what is short by two on a line, then the texts."""
    labels = {code: label[:1].upper() + label[1:] for code, label in DetailStructure.choices}
    cards = []
    for row in content["structures"]:
        longs = [(labels[code], text) for code, text in row["details"].items() if code in DETAILS_LONGS]
        shorts = [("Département", row["departement"])]
        shorts += [(labels[code], text) for code, text in row["details"].items() if code not in DETAILS_LONGS]
        pairs = [shorts[i : i + 2] for i in range(0, len(shorts), 2)]
        cards.append({"nom": row["nom"], "pairs": pairs, "longs": longs})
    return cards


def _sheet_groups(content: dict[str, Any]) -> dict[str, Any]:
    """The sheets as one table: columns for what is short, a line below the name for the rest, by département."""
    used = {code for row in content["structures"] for code in row["details"]}
    columns = [code for code in _COLUMN_LABELS if code.value in used]
    shared = []
    for code in list(columns):
        told = {row["details"].get(code.value, "") for row in content["structures"]}
        if len(told) == 1:  # the same for all: said once above the table rather than in each row
            shared.append((_COLUMN_LABELS[code], told.pop()))
            columns.remove(code)
    longs = [code for code in DETAILS_LONGS if code.value in used]
    labels = dict(DetailStructure.choices)
    groups: list[dict[str, Any]] = []
    for row in content["structures"]:
        if not groups or groups[-1]["departement"] != row["departement"]:
            groups.append({"departement": row["departement"], "rows": []})
        groups[-1]["rows"].append(
            {
                "nom": row["nom"],
                "cells": [
                    {"text": row["details"].get(code.value, ""), "number": code in DETAILS_NOMBRES} for code in columns
                ],
                "longs": [
                    (labels[code.value][:1].upper() + labels[code.value][1:], text)
                    for code in longs
                    if (text := row["details"].get(code.value))
                ],
            }
        )
    for group in groups:
        group["count"] = plural(len(group["rows"]), "structure")
    rows = [
        ["\n".join([row["nom"], *(text for _, text in row["longs"])]), *(cell["text"] for cell in row["cells"])]
        for group in groups
        for row in group["rows"]
    ]
    sums = content.get("totaux", {})
    return {
        "totals": [sums.get(code.value, {}).get("nombre", "") for code in columns],
        "widths": column_widths(
            ["Structure", *(_COLUMN_LABELS[code] for code in columns)], rows, page=SHEET_CHARACTERS
        ),
        "columns": [{"label": _COLUMN_LABELS[c], "number": c in DETAILS_NOMBRES} for c in columns],
        "width": len(columns) + 1,
        "shared": shared,
        "groups": groups,
    }


def _by_departement(content: dict[str, Any]) -> str:
    """« Cher (18) : 12 ; Indre (36) : 9 »; empty when they are all of one département."""
    counts = Counter(row["departement"] for row in content["structures"])
    return " ; ".join(f"{name}{NBSP}: {n}" for name, n in counts.items()) if len(counts) > 1 else ""


def _partners_table(content: dict[str, Any]) -> Table | None:
    if not content["partenaires"]:
        return None
    rows = []
    for partner in content["partenaires"]:
        marks = [
            label
            for label, held in (
                ("comité de pilotage", partner["comite_pilotage"]),
                ("intervient avec le prestataire", partner["intervient"]),
            )
            if held
        ]
        rows.append([partner["nom"], partner["famille"], partner["role"] or "—", ", ".join(marks) or "—"])
    return Table(
        columns=[Column("Partenaire"), Column("Famille"), Column("Rôle dans l’ingénierie"), Column("Place")], rows=rows
    )


def _results_table(lines: list[str]) -> Table | None:
    """The expected results with how one will know, when the dossier told it; ``None`` for plain lines."""
    rows = [read_resultat(line) for line in lines]
    if not any(any(row[1:]) for row in rows):
        return None
    columns = ["Résultat attendu", "Indicateur", "Cible", "Mesure"]
    kept = [i for i in range(len(columns)) if i == 0 or any(row[i] for row in rows)]
    return Table(columns=[Column(columns[i]) for i in kept], rows=[[row[i] or "—" for i in kept] for row in rows])


# --- The document ---------------------------------------------------------------------------------------------------


def numbered(parts: list[tuple[str, str, list[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """Chapters and their texts, numbered; texts that are empty are left out, and chapters with nothing to say too."""
    answer = []
    for code, title, texts in parts:
        told = [(label, text) for label, text in texts if text.strip()]
        if told or code in _ALWAYS:
            answer.append({"code": code, "number": len(answer) + 1, "title": title, "texts": told})
    return answer


_ALWAYS = frozenset({"structures", "objectifs", "calendrier", "proposition"})


def context_of(
    content: dict[str, Any], *, pilote: Organisation, draft: str = "", made: str = "", sha256: str = ""
) -> dict[str, Any]:
    """The context of the template for one content, on the papers of ``pilote``.

    ``draft`` is said in a banner, ``made`` is the date to print.
    """
    many = len(content["structures"]) > CARDS
    chapters = numbered(
        [
            (
                "demande",
                "Origine de la demande et contexte",
                [
                    ("De qui émane la demande", content["origine_demande"]),
                    ("Contexte et enjeux", content["contexte"]),
                    ("La démarche d’ensemble", content["demarche"]),
                    ("Place dans le plan d’accompagnement", content["plan_accompagnement"]),
                ],
            ),
            (
                "structures",
                "Structures bénéficiaires" if len(content["structures"]) != 1 else "Structure bénéficiaire",
                [("", content["structures_presentation"])],
            ),
            (
                "partenaires",
                "Partenaires et comité de pilotage",
                [
                    ("Comité de pilotage", content["comite_pilotage"]),
                    ("Précisions", content["partenaires_presentation"]),
                ],
            ),
            ("objectifs", "Type d’ingénierie, thème et objectifs", []),
            (
                "contenu",
                "Contenu attendu",
                [
                    ("Intervention", content["contenu_attendu"]),
                    ("Appropriation de la démarche par les structures", content["appropriation"]),
                    ("Travail hors site", content["hors_site"]),
                    ("Productions attendues", content["productions"]),
                ],
            ),
            ("conditions", "Conditions techniques et méthodologiques", [("", content["conditions"])]),
            ("calendrier", "Durée, coût et calendrier", []),
            ("evaluation", "Rôle du prestataire dans l’évaluation", [("", content["role_evaluation"])]),
            ("clauses", "Clauses permanentes", [("", content.get("clauses", ""))]),
            ("proposition", "Votre proposition", [("Ce qu’elle doit contenir", content["proposition_attendue"])]),
        ]
    )
    results = lines_of(content["resultats_attendus"])
    return {
        "header": letterhead(
            pilote,
            pilot=content["pilote"]["nom"],
            kind="Cahier des charges",
            reference=content["reference"],
            version=f"Version {content['numero']}",
            date=made,
        ),
        "c": content,
        "draft": draft,
        "facts": facts(content),
        "deadline": deadline_of(content),
        "chapters": chapters,
        "many": many,
        "cards": [] if many else _cards(content),
        "sheets": _sheet_groups(content) if many else None,
        "by_departement": _by_departement(content) if many else "",
        "count": count_of(content),
        "partners": _partners_table(content),
        "operationnels": lines_of(content["objectifs_operationnels"]),
        "resultats": results,
        "resultats_table": _results_table(results),
        "fourchette": is_range(content),
        "criteres": [(label, content[name]) for name, label in CRITERES if content[name].strip()],
        "duration": duration_of(content),
        "annexes": [*annexes.lines_of(content), *_annexes(content)],
        "syntheses": annexes.syntheses_of(content),
        "sha256": sha256,
    }


def _annexes(content: dict[str, Any]) -> list[str]:
    """The files that go with the document, and whether they are inside it."""
    total = 0
    told = []
    for annexe in _files(content):
        total += annexe["taille"]
        where = "jointe à ce fichier" if total <= EMBEDDED_BYTES else "remise à part"
        told.append(f"{annexe['nom']} ({_size(annexe['taille'])}), {where}")
    return told


def _files(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The files that go with the document: those attached to the cahier, then the guide of the région."""
    guide = content.get("guide")
    if not guide:
        return content["annexes"]
    told = f"Guide de la région à l’usage des prestataires, version {guide['numero']}{NBSP}: {guide['nom']}"
    return [*content["annexes"], {**guide, "nom": told}]


def _size(size: int) -> str:
    if size >= 1_000_000:
        return f"{format_number(Decimal(size) / 1_000_000, decimals=1)}{NBSP}Mo"
    return f"{format_number(max(1, round(size / 1000)))}{NBSP}ko"


def _embedded(content: dict[str, Any]) -> list[EmbeddedFile]:
    """The annexes, read from the storage, and checked against the SHA-256 the content tells."""
    files: list[EmbeddedFile] = []
    total = 0
    found = Attachment.objects.filter(purged_at__isnull=True).in_bulk([a["piece"] for a in _files(content)])
    for annexe in _files(content):
        row = found.get(annexe["piece"])
        total += annexe["taille"]
        if total > EMBEDDED_BYTES:
            break
        if row is None or row.sha256 != annexe["sha256"]:
            continue
        with default_storage.open(row.storage_key) as file:
            files.append(EmbeddedFile(row.original_name, file.read(), "Annexe du cahier des charges"))
    return files


def _built(content: dict[str, Any], context: dict[str, Any], *, obj, scope, suffix: str) -> BuiltDocument:
    title = content["titre"].strip() or "Cahier des charges sans titre"
    return BuiltDocument(
        template=TEMPLATE,
        context=context,
        title=title,
        filename=f"{content['reference']}-v{content['numero']}{suffix}.pdf",
        obj=obj,
        scope=scope,
        author=content["pilote"]["nom"],
        subject=f"Cahier des charges {content['reference']}, version {content['numero']}",
        keywords=["cahier des charges", "DLA", *content["themes"]],
        attachments=_embedded(content),
    )


def build_preview(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The cahier ``object_id`` as it stands now, marked as a preview."""
    cahier = CahierDesCharges.objects.select_related("ingenierie__pilote__region").get(pk=object_id)
    content = contents.build(cahier)
    now = clock.now()
    draft = f"Aperçu du {format_datetime(now)} : texte « {cahier.get_state_display()} », non diffusé."
    context = context_of(content, pilote=cahier.ingenierie.pilote, draft=draft, made=format_date(now))
    return _built(content, context, obj=cahier, scope=cahier.ingenierie, suffix="-apercu")


def build_diffused(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The document of the diffused version ``object_id``, from its frozen content.

    The content goes inside, as JSON, and the documents of the structures, printed first when they were not yet.
    """
    version = VersionDiffusee.objects.select_related("cahier__ingenierie__pilote").get(pk=object_id)
    content = version.data
    pilote = version.cahier.ingenierie.pilote
    context = context_of(content, pilote=pilote, made=format_date(version.le), sha256=version.empreinte)
    built = _built(content, context, obj=version, scope=version.cahier.ingenierie, suffix="")
    source = EmbeddedFile(
        f"{content['reference']}-v{content['numero']}.json",
        version.contenu.encode(),
        "Contenu du cahier des charges (données)",
        "Source",
    )
    ours = annexes.embedded_of(annexes.made_for(version, actor))
    return BuiltDocument(**{**_as_dict(built), "attachments": [source, *ours, *built.attachments]})


def _as_dict(built: BuiltDocument) -> dict[str, Any]:
    return {name: getattr(built, name) for name in BuiltDocument.__dataclass_fields__}


def register() -> None:
    """Register both types of document; called once by ``ConsultationsConfig.ready``."""
    DOCUMENT_TYPES.register(
        DOCUMENT_CAHIER, DocumentType("Aperçu du cahier des charges", build_preview, permissions.viewable)
    )
    annexes_documents.register()
    label, readers = "Cahier des charges diffusé", permissions.viewable_versions
    DOCUMENT_TYPES.register(DOCUMENT_DIFFUSE, DocumentType(label, build_diffused, readers, sealed=True))
