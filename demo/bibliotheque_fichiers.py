"""What the resources of the demonstration hold: their texts as Word documents and tables, their questionnaires."""

from __future__ import annotations

import io
import re
from typing import Any

from django.core.files.base import ContentFile
from docx import Document

from accounts.models import Organisation
from evaluation.questionnaires import definitions
from evaluation.questionnaires.enums import Forme
from evaluation.questionnaires.models import ModeleQuestionnaire

#: The questionnaire of the application that those of the library are kept for, and who answers it.
CODE, SORTE = "suivi", "structure"
_NUMBERED = re.compile(r"^\d+\. ")
_CHOICES = re.compile(r"^Réponses : (.+)$", re.M)
_SCALE = re.compile(r"^De 1 \((.+)\) à (\d) \((.+)\)$", re.M)


def fichier(held: dict[str, str]) -> ContentFile:
    """A table stays one; a text marked up by hand becomes a Word document."""
    name, extension = held["nom"].rsplit(".", 1)
    if extension != "md":
        return ContentFile(held["texte"].encode(), name=held["nom"])
    return ContentFile(_document(held["texte"]), name=f"{name}.docx")


def _document(text: str) -> bytes:
    document = Document()
    document.core_properties.author = ""
    lines = text.strip().split("\n")
    table: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append(line)
            continue
        if table:
            _table(document, table)
            table = []
        if line.startswith("#"):
            marks, title = line.split(" ", 1)
            document.add_heading(title, level=len(marks) - 1)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line.strip():
            # A number that is typed stays: another list begins at one.
            document.add_paragraph(line.strip())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: Any, lines: list[str]) -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not set(line) <= set("|- ")]
    drawn = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, told in zip(drawn.add_row().cells, row, strict=False):
            cell.text = told


def modele(nom: str, text: str, organisation: Organisation) -> ModeleQuestionnaire:
    """The questionnaire that a text tells, as an organisation would keep it; not recorded."""
    title, *rest = text.strip().split("\n")
    choices, scale = _CHOICES.search(text), _SCALE.search(text)
    choix: list[str] = []
    if choices:
        choix = [one.strip() for one in choices[1].split("·")]
    elif scale:
        last = int(scale[2])
        choix = [f"1, {scale[1]}", *map(str, range(2, last)), f"{last}, {scale[3]}"]
    forme = {"forme": Forme.CHOIX.value, "choix": choix} if choix else {"forme": Forme.TEXTE.value}
    asked = [_NUMBERED.sub("", line) for line in rest if _NUMBERED.match(line)]
    said = [line for line in rest if line.strip() and not _NUMBERED.match(line)]
    contenu = definitions.charger()[CODE].contenu() | {
        "titre": title.removeprefix("# "),
        "parties": [
            {
                "code": "1",
                "titre": title.removeprefix("# "),
                "introduction": " ".join(said),
                "repondants": [SORTE],
                "questions": [
                    {"code": f"b_{n}", "texte": texte, "propre": True, **forme} for n, texte in enumerate(asked, 1)
                ],
            }
        ],
    }
    return ModeleQuestionnaire(
        organisation=organisation, code=CODE, nom=nom[:120], contenu=definitions.lire(contenu).contenu()
    )  # fmt: skip
