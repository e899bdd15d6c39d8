"""Reading a spreadsheet: which sheet, which encoding, which columns, which lines. Nothing is computed nor run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.files.base import File
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidInput
from core.formats import format_number
from core.imports.cells import text_of
from core.imports.kinds import Column, ImportKind
from core.text import normalise
from core.uploads.checks import CheckedUpload, check_upload

#: Lines that one file may have.
MAX_LINES = 10_000
MAX_COLUMNS = 200
#: A sheet that was formatted down to its last row has a million of them: after so many empty ones, it is over.
EMPTY_ROWS = 1_000
CELL_CHARACTERS = 20_000
#: What our file of errors adds, and says nothing of the object.
ERROR_HEADING = "Erreur"
LISTS_SHEET = "Listes"
EXTENSIONS = ("xlsx", "csv")


@dataclass(slots=True)
class Table:
    """What a file holds. ``lines`` are (number of the row in the file, {column name: text}), empty cells left out."""

    checked: CheckedUpload
    columns: list[str]
    ignored: list[str]
    lines: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read_table(file: File, kind: ImportKind) -> Table:
    """Read ``file`` for ``kind``. Raises ``InvalidInput`` with a sentence that says what is wrong and what to do."""
    checked = check_upload(file)
    extension = checked.name.rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise InvalidInput(
            "Un import se lit dans un classeur XLSX ou un fichier CSV : enregistrez votre tableau dans l’un des deux."
        )
    file.seek(0)
    rows = _xlsx_rows(file, kind) if extension == "xlsx" else _csv_rows(file.read(), kind)
    try:
        return _table(checked, rows, kind)
    finally:
        file.seek(0)


# --- Rows of cells --------------------------------------------------------------------------------------------------


def _xlsx_rows(file: File, kind: ImportKind) -> Iterator[tuple[int, list[str]]]:
    try:
        # Not `data_only`: a formula is read as its text, never as what somebody else's spreadsheet computed.
        book = load_workbook(io.BytesIO(file.read()), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise InvalidInput("Ce classeur ne s’ouvre pas : enregistrez-le de nouveau en XLSX, puis reprenez.") from error
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and sheet.title != LISTS_SHEET]
    named = [sheet for sheet in sheets if normalise(sheet.title) == normalise(kind.label)]
    if not named:
        sheets = [sheet for sheet in sheets if _has_rows(sheet)]
        if len(sheets) > 1:
            titles = ", ".join(f"« {sheet.title} »" for sheet in sheets)
            raise InvalidInput(
                f"Ce classeur a plusieurs feuilles remplies ({titles}) : gardez une seule feuille, "
                f"ou nommez « {kind.label} » celle qu’il faut importer."
            )
    sheet = (named or sheets or [None])[0]
    if sheet is None:
        return
    sheet.reset_dimensions()  # what the file says of its own size may be false
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
            yield number, [text_of(value) for value in row]
    except (KeyError, ValueError, IndexError, TypeError, SyntaxError) as error:  # a damaged sheet raises about anything
        raise InvalidInput("Ce classeur est abîmé : enregistrez-le de nouveau en XLSX, puis reprenez.") from error


def _has_rows(sheet) -> bool:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=EMPTY_ROWS)
    return any(value not in (None, "") for row in rows for value in row)


def decode(content: bytes) -> str:
    """A CSV as text: UTF-8 with or without mark, UTF-16 with its mark, else what Windows writes (cp1252)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(text: str, kind: ImportKind) -> str:
    """Of « ; », « , » and the tabulation, the one that makes the most of our headings out of the first line."""
    known = _headings(kind)
    head = next((line for line in text.splitlines() if line.strip(' ;,\t"')), "")

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([head], delimiter=delimiter), [])
        return sum(normalise(cell) in known for cell in cells), len(cells)

    return max(";,\t", key=score)


def _csv_rows(content: bytes, kind: ImportKind) -> Iterator[tuple[int, list[str]]]:
    text = decode(content).replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, kind))
    begun = 0
    try:
        for row in reader:
            # The number a person sees in a spreadsheet: rows, not lines of text (a cell may hold several).
            begun += 1
            yield begun, [text_of(value) for value in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise InvalidInput(
            f"Ce fichier CSV ne se lit pas à partir de la ligne {begun + 1} : un guillemet n’est sans doute pas fermé."
        ) from error


# --- Columns and lines ----------------------------------------------------------------------------------------------


def _headings(kind: ImportKind) -> dict[str, Column]:
    return {normalise(name): column for column in kind.columns for name in (column.heading, *column.aliases)}


def _head(cells: Sequence[str], kind: ImportKind) -> tuple[list[Column | None], list[str]]:
    """The column of each cell of the head (``None``: not ours), and the headings that say nothing to us."""
    known = _headings(kind)
    places: list[Column | None] = []
    ignored: list[str] = []
    twice: list[str] = []
    for cell in cells:
        column = known.get(normalise(cell))
        if column is not None and column in places:
            twice.append(cell)
        if column is None and cell and normalise(cell) != normalise(ERROR_HEADING):
            ignored.append(cell[:80])
        places.append(column)
    if twice:
        raise InvalidInput(
            "Deux colonnes du fichier disent la même chose : "
            + ", ".join(f"« {name} »" for name in twice)
            + ". Gardez-en une seule, puis reprenez."
        )
    if not any(places):
        expected = ", ".join(f"« {c.heading} »" for c in kind.columns[:4])
        raise InvalidInput(
            f"La première ligne de ce fichier n’a aucun titre de colonne attendu ({expected}…). "
            "Partez du modèle à télécharger."
        )
    missing = [c.heading for c in kind.columns if c.required and c not in places]
    if missing:
        raise InvalidInput(
            ("Il manque la colonne " if len(missing) == 1 else "Il manque les colonnes ")
            + ", ".join(f"« {name} »" for name in missing)
            + f" : ajoutez-{'la' if len(missing) == 1 else 'les'}, ou partez du modèle à télécharger."
        )
    return places, ignored


def _table(checked: CheckedUpload, rows: Iterator[tuple[int, list[str]]], kind: ImportKind) -> Table:
    head: tuple[int, list[str]] | None = next((row for row in rows if any(row[1])), None)
    if head is None:
        raise InvalidInput("Ce fichier est vide : il n’a ni titres de colonnes ni lignes.")
    places, ignored = _head(head[1], kind)
    helps = {c.name: normalise(c.help) for c in kind.columns}
    examples = {c.name: normalise(c.example) for c in kind.columns}
    table = Table(checked, [c.name for c in places if c is not None], ignored)
    empty = 0
    for number, cells in rows:
        line = {column.name: cell for column, cell in zip(places, cells, strict=False) if column is not None and cell}
        if not line:
            empty += 1
            if empty >= EMPTY_ROWS:
                break
            continue
        empty = 0
        if len(table.lines) < 3 and any(
            len(line) > 1 and all(normalise(text) == model[name] for name, text in line.items())
            for model in (helps, examples)
        ):
            continue  # the lines of help and example that the template comes with
        if len(table.lines) >= MAX_LINES:
            raise InvalidInput(
                f"Ce fichier a plus de {format_number(MAX_LINES)} lignes : coupez-le en plusieurs fichiers."
            )
        for name, text in line.items():
            if len(text) > CELL_CHARACTERS:
                raise InvalidInput(
                    f"Ligne {number}, colonne « {kind.column(name).heading} » : la cellule a plus de "
                    f"{format_number(CELL_CHARACTERS)} caractères. Raccourcissez-la, puis reprenez."
                )
        table.lines.append((number, line))
    if not table.lines:
        raise InvalidInput("Ce fichier n’a que des titres de colonnes : ajoutez une ligne par fiche, puis reprenez.")
    return table
