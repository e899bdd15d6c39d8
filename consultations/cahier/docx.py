"""The cahier des charges as DOCX, from the same content as its PDF (:mod:`consultations.cahier.documents`).

The PDF of a diffused version is what counts; the DOCX is for who must take its text up elsewhere.
"""

from __future__ import annotations

from typing import Any

from consultations.cahier import content as contents
from consultations.cahier.documents import context_of
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core import clock
from core.documents import Column, Table
from core.documents.blocks import Block, Definitions, Heading, Items, NewPage, Note, Prose
from core.documents.docx import BuiltDocx
from core.formats import NBSP, format_date, format_datetime


def _texts(texts: list[tuple[str, str]]) -> list[Block]:
    told: list[Block] = []
    for label, text in texts:
        if label:
            told.append(Heading(label, 3))
        told.append(Prose(text))
    return told


def _structures(c: dict[str, Any], chapter: dict[str, Any]) -> list[Block]:
    told = _texts(chapter["texts"])
    if c["many"]:
        confirmed = c["c"]["portee"] == "confirmees"
        state = "ont confirmé leur participation" if confirmed else "sont concernées à ce jour"
        told.append(Prose(f"{c['count']} {state}. Leur fiche est en annexe."))
        if c["by_departement"]:
            told.append(Prose(f"Par département{NBSP}: {c['by_departement']}."))
    elif c["cards"]:
        for card in c["cards"]:
            rows = [pair for pairs in card["pairs"] for pair in pairs]
            told.append(Definitions([*rows, *card["longs"]], card["nom"]))
    else:
        told.append(Note("Les structures seront précisées au démarrage."))
    return told


def _objectifs(c: dict[str, Any]) -> list[Block]:
    content = c["c"]
    told: list[Block] = []
    if content["type_libelle"]:
        told += [Heading("Type d’ingénierie", 3), Prose(content["type_libelle"]), Prose(content["type_motif"])]
    if content["themes"]:
        told += [Heading("Thème", 3), Prose(f"{NBSP}; ".join(content["themes"]))]
    if content.get("finalite"):
        told += [Heading("But de la mission", 3), Prose(content["finalite"])]
    if content["objectif_general"]:
        told += [Heading("Objectif général", 3), Prose(content["objectif_general"])]
    if c["operationnels"]:
        told += [Heading("Objectifs opérationnels", 3), Items(c["operationnels"], ordered=True)]
    if c["resultats_table"]:
        told += [Heading("Résultats attendus", 3), c["resultats_table"]]
    elif c["resultats"]:
        told += [Heading("Résultats attendus", 3), Items(c["resultats"], ordered=True)]
    return told or [Note("À préciser.")]


def _proposition(c: dict[str, Any], chapter: dict[str, Any]) -> list[Block]:
    told = _texts(chapter["texts"])
    if c["criteres"]:
        told += [
            Heading("Comment elle sera lue", 3),
            Prose(
                "Les propositions sont lues avec une grille commune, qui sert aussi à rendre compte du choix à chaque "
                "candidat."
            ),
            Table(columns=[Column("Famille"), Column("Critères")], rows=[list(row) for row in c["criteres"]]),
        ]
    return [
        *told,
        Heading("Comment répondre", 3),
        Prose(f"Réponse attendue avant le {c['deadline'] or '(date à fixer)'}."),
        Prose(c["c"]["modalites_reponse"]),
    ]


def _chapter(c: dict[str, Any], chapter: dict[str, Any]) -> list[Block]:
    code = chapter["code"]
    if code == "structures":
        return _structures(c, chapter)
    if code == "objectifs":
        return _objectifs(c)
    if code == "proposition":
        return _proposition(c, chapter)
    if code == "partenaires":
        return [*([c["partners"]] if c["partners"] else []), *_texts(chapter["texts"])]
    if code == "calendrier":
        return [
            *([Definitions(c["duration"])] if c["duration"] else []),
            Prose(
                "Le prestataire construit son projet étape par étape et y justifie"
                + (", dans cette fourchette," if c["fourchette"] else "")
                + " le nombre de jours qu’il propose. Il justifie aussi son coût au regard de ce projet."
            ),
        ]
    return _texts(chapter["texts"])


def _sheets(c: dict[str, Any]) -> list[Block]:
    """The sheets of many structures: a table for each département."""
    sheets = c["sheets"]
    told: list[Block] = [NewPage(), Heading("Annexe : fiches des structures bénéficiaires", 2)]
    told += [Prose(f"{label} (pour toutes){NBSP}: {text}") for label, text in sheets["shared"]]
    columns = [Column("Structure"), *(Column(column["label"], column["number"]) for column in sheets["columns"])]
    for group in sheets["groups"]:
        rows = []
        for row in group["rows"]:
            longs = [f"{label}{NBSP}: {' '.join(text.split())}" for label, text in row["longs"]]
            rows.append(["\n".join([row["nom"], *longs]), *(cell["text"] for cell in row["cells"])])
        told.append(Table(columns=columns, rows=rows, caption=f"{group['departement']} · {group['count']}"))
    told.append(Table(columns=columns, rows=[], total=[f"Ensemble · {c['count']}", *sheets["totals"]]))
    return told


def blocks_of(c: dict[str, Any]) -> list[Block]:
    """The blocks of a cahier, from the context of its printed page."""
    content = c["c"]
    told: list[Block] = [Note(c["draft"])] if c["draft"] else []
    told.append(
        Definitions([("Réponse attendue avant le", c["deadline"] or "date à fixer"), *c["facts"]], "L’essentiel")
    )
    if content["motif_rectification"]:
        told.append(Prose(f"Cette version remplace les précédentes. {content['motif_rectification']}"))
    if content["contacts"]:
        told += [Heading("Vos interlocuteurs", 2), Prose(content["contacts"])]
    for chapter in c["chapters"]:
        told.append(Heading(f"{chapter['number']}. {chapter['title']}", 2))
        told += _chapter(c, chapter)
    if content["diagnostic"] or c["annexes"] or c["syntheses"] or c["many"]:
        told.append(Heading("Diagnostic et annexes", 2))
        if content["diagnostic"]:
            told.append(Prose(content["diagnostic"] + (f"{NBSP}:" if content["diagnostic_synthese"] else ".")))
        told.append(Prose(content["diagnostic_synthese"]))
        for structure, text in c["syntheses"]:
            told += [Heading(f"Synthèse du diagnostic de {structure}", 3), Prose(text)]
        names = [name.replace("à ce fichier", "au PDF") for name in c["annexes"]]
        names += ["Fiches des structures bénéficiaires, ci-après"] if c["many"] else []
        if names:
            told += [Heading("Liste des annexes", 3), Items(names)]
    if c["many"]:
        told += _sheets(c)
    return told


def _built(content: dict[str, Any], context: dict[str, Any], *, suffix: str = "", ending: str = "") -> BuiltDocx:
    return BuiltDocx(
        title=content["titre"].strip() or "Cahier des charges sans titre",
        subtitle=content["accroche"],
        filename=f"{content['reference']}-v{content['numero']}{suffix}.docx",
        header=context["header"],
        blocks=blocks_of(context),
        ending=ending,
        subject=f"Cahier des charges {content['reference']}, version {content['numero']}",
        keywords=("cahier des charges", "DLA", *content["themes"]),
    )


def draft_docx(cahier: CahierDesCharges) -> BuiltDocx:
    """The cahier as it stands now, told to be so."""
    content = contents.build(cahier)
    now = clock.now()
    draft = f"Texte « {cahier.get_state_display()} » du {format_datetime(now)}, non diffusé."
    return _built(
        content,
        context_of(content, pilote=cahier.ingenierie.pilote, draft=draft, made=format_date(now)),
        suffix="-apercu",
    )


def version_docx(version: VersionDiffusee) -> BuiltDocx:
    """A diffused version, from its frozen content."""
    content = version.data
    pilote = version.cahier.ingenierie.pilote
    context = context_of(content, pilote=pilote, made=format_date(version.le), sha256=version.empreinte)
    ending = (
        f"Version {content['numero']} diffusée le {context['header'].date} par {content['pilote']['nom']}. Le PDF "
        f"diffusé fait foi. Empreinte SHA-256 du contenu{NBSP}: {version.empreinte}"
    )
    return _built(content, context, ending=ending)
