"""Reading a spreadsheet: which sheet, which encoding, which columns, which lines. Nothing is computed nor run."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.base import File

from core.errors import InvalidInput
from core.formats import format_number, plural
from core.imports import csv_file
from core.imports.extraction import Sheet, read_sheets
from core.imports.kinds import Column, ImportKind
from core.text import normalise
from core.uploads.checks import IMPORTABLE, CheckedUpload, check_upload

#: Lines that one file may have.
MAX_LINES = 10_000
MAX_COLUMNS = 200
#: A sheet that was formatted down to its last row has a million of them: after so many empty ones, it is over.
EMPTY_ROWS = 1_000
#: The headings are in one of the first rows that hold something: a title may come before.
HEAD_ROWS = 10
CELL_CHARACTERS = 20_000
#: What our file of errors adds, and says nothing of the object.
ERROR_HEADING = "Erreur"
LISTS_SHEET = "Listes"
#: UTF-8 read as Windows reads, « é » as « Ã© »; and what stands for a letter that was lost.
_DAMAGED = re.compile(r"Ã[\u00a0-\u00bf‰€ˆŠ‹Œ‡”›™]|Å[“’]|â€[\u0080-\uffff]|Â[\u00a0-\u00bf]|\ufffd")
_NAMED = 5

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Table:
    """What a file holds. ``lines`` are (number of the row in the file, {column name: text}), empty cells left out;
    ``notices`` what the person should know of how it was read."""

    checked: CheckedUpload
    columns: list[str]
    ignored: list[str]
    lines: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_table(file: File, kind: ImportKind) -> Table:
    """Read ``file`` for ``kind``: long and heavy, hence the work of a job.

    Raises ``InvalidInput`` with a sentence that says what is wrong and what to do.
    """
    checked = check_upload(file, IMPORTABLE)
    extension = checked.name.rpartition(".")[2].lower()
    file.seek(0)
    content = file.read()
    notices: list[str] = []
    if extension == "csv":
        sheet = _of_csv(content, kind, notices)
    else:
        sheet = _of_workbook(content, extension, kind)
        if extension == "xls":
            notices.append(
                "Un ancien classeur (.xls) ne dit ni ses lignes masquées, qui sont donc lues, ni ses cellules en "
                "erreur, lues comme vides : s’il en a, enregistrez-le en XLSX, puis déposez celui-ci."
            )
    return _table(checked, sheet, kind, notices)


# --- One sheet ------------------------------------------------------------------------------------------------------


def _of_workbook(content: bytes, extension: str, kind: ImportKind) -> Sheet:
    sheets = read_sheets(
        content,
        extension,
        preferred=kind.label,
        left_out=LISTS_SHEET,
        rows=MAX_LINES + HEAD_ROWS,
        columns=MAX_COLUMNS,
        empty=EMPTY_ROWS,
    )
    if len(sheets) > 1:
        titles = ", ".join(f"« {sheet.title} »" for sheet in sheets)
        raise InvalidInput(
            f"Ce classeur a plusieurs feuilles remplies ({titles}) : gardez une seule feuille, "
            f"ou nommez « {kind.label} » celle qu’il faut importer."
        )
    return sheets[0] if sheets else Sheet("", [])


def _of_csv(content: bytes, kind: ImportKind, notices: list[str]) -> Sheet:
    text, writer = csv_file.decode(content)
    known = _headings(kind)
    rows = csv_file.rows_of(text, lambda cell: normalise(cell) in known, columns=MAX_COLUMNS, head_rows=HEAD_ROWS)
    if writer:
        sample = next((cell for _, row in rows for cell in row if not cell.isascii()), "")
        notices.append(
            f"Ce fichier CSV est écrit comme le fait {writer} : vérifiez les accents, par exemple « {sample[:60]} »."
        )
    return Sheet("", rows)


# --- Columns --------------------------------------------------------------------------------------------------------


def _headings(kind: ImportKind) -> dict[str, Column]:
    return {normalise(name): column for column in kind.columns for name in (column.heading, *column.aliases)}


def _find_head(rows: Sequence[Row], kind: ImportKind) -> int:
    """The place of the row of headings among ``rows``: of the first ones, the one with most of them."""
    known = _headings(kind)
    scores = [sum(normalise(cell) in known for cell in cells) for _, cells in rows[:HEAD_ROWS]]
    best = max(scores, default=0)
    if not best:
        expected = ", ".join(f"« {c.heading} »" for c in kind.columns[:4])
        raise InvalidInput(
            f"Les premières lignes de ce fichier n’ont aucun titre de colonne attendu ({expected}…). "
            "Partez du modèle à télécharger."
        )
    return scores.index(best)


@dataclass(slots=True)
class _Head:
    """The column of each cell of the head (``None``: not ours, or hidden), and the headings left aside."""

    places: list[Column | None]
    ignored: list[str]
    hidden: list[str]


def _read_head(cells: Sequence[str], hidden_columns: set[int], kind: ImportKind) -> _Head:
    known = _headings(kind)
    head = _Head([], [], [])
    twice: list[str] = []
    for number, cell in enumerate(cells, start=1):
        column = known.get(normalise(cell))
        if column is not None and number in hidden_columns:
            head.hidden.append(column.heading)
            column = None
        elif column is not None and column in head.places:
            twice.append(cell)
        elif column is None and cell and normalise(cell) != normalise(ERROR_HEADING):
            head.ignored.append(cell[:80])
        head.places.append(column)
    if twice:
        raise InvalidInput(
            "Deux colonnes du fichier disent la même chose : "
            + ", ".join(f"« {name} »" for name in twice)
            + ". Gardez-en une seule, puis reprenez."
        )
    missing = [c.heading for c in kind.columns if c.required and c not in head.places]
    if masked := [name for name in missing if name in head.hidden]:
        raise InvalidInput(
            "Ces colonnes sont masquées dans le classeur et doivent être lues : "
            + ", ".join(f"« {name} »" for name in masked)
            + ". Affichez-les, enregistrez, puis déposez de nouveau le fichier."
        )
    if missing:
        raise InvalidInput(
            ("Il manque la colonne " if len(missing) == 1 else "Il manque les colonnes ")
            + ", ".join(f"« {name} »" for name in missing)
            + f" : ajoutez-{'la' if len(missing) == 1 else 'les'}, ou partez du modèle à télécharger."
        )
    return head


# --- Lines ----------------------------------------------------------------------------------------------------------


def _table(checked: CheckedUpload, sheet: Sheet, kind: ImportKind, notices: list[str]) -> Table:
    if not sheet.rows:
        raise InvalidInput("Ce fichier est vide : il n’a ni titres de colonnes ni lignes.")
    place = _find_head(sheet.rows, kind)
    head_number, head_cells = sheet.rows[place]
    head = _read_head(head_cells, sheet.hidden_columns, kind)
    table = Table(checked, [c.name for c in head.places if c is not None], head.ignored, notices=notices)
    rows = sheet.rows[place + 1 :]
    _fill_merged(rows, sheet, head_number, head.places, notices)
    hidden: list[int] = []
    last = head_number
    for number, cells in rows:
        line = {c.name: cell for c, cell in zip(head.places, cells, strict=False) if c is not None and cell}
        if not line:
            continue
        if number - last > EMPTY_ROWS:
            break
        last = number
        if number in sheet.hidden_rows:
            hidden.append(number)
        elif not _is_model(line, len(table.lines), kind):
            _add(table, number, line, kind)
    if not table.lines:
        raise InvalidInput(
            "Toutes les lignes de ce classeur sont masquées : affichez celles qu’il faut importer, puis reprenez."
            if hidden
            else "Ce fichier n’a que des titres de colonnes : ajoutez une ligne par fiche, puis reprenez."
        )
    _tell_hidden(hidden, head.hidden, notices)
    _tell_damage(head_number, head_cells, table)
    return table


def _add(table: Table, number: int, line: dict[str, str], kind: ImportKind) -> None:
    if len(table.lines) >= MAX_LINES:
        raise InvalidInput(f"Ce fichier a plus de {format_number(MAX_LINES)} lignes : coupez-le en plusieurs fichiers.")
    for name, text in line.items():
        if len(text) > CELL_CHARACTERS:
            raise InvalidInput(
                f"Ligne {number}, colonne « {kind.column(name).heading} » : la cellule a plus de "
                f"{format_number(CELL_CHARACTERS)} caractères. Raccourcissez-la, puis reprenez."
            )
    table.lines.append((number, line))


def _is_model(line: dict[str, str], before: int, kind: ImportKind) -> bool:
    """Is this one of the lines of help and example that the template comes with?"""
    if before >= 3 or len(line) < 2:
        return False
    return any(
        all(normalise(text) == normalise(getattr(kind.column(name), part)) for name, text in line.items())
        for part in ("help", "example")
    )


def _fill_merged(
    rows: Sequence[Row], sheet: Sheet, head_number: int, places: Sequence[Column | None], notices: list[str]
) -> None:
    """The value of a merged cell is only in the file on its first row: it is that of each of its rows."""
    numbers = [number for number, _ in rows]
    told: list[str] = []
    for first, column, last, _ in sheet.merged:
        covered = rows[bisect_left(numbers, first) : bisect_right(numbers, last)]
        if first <= head_number or len(covered) < 2 or covered[0][0] != first or not any(places[column - 1 : column]):
            continue
        value = "".join(covered[0][1][column - 1 : column])
        if not value:
            continue
        told.append(f"{_letters(column)}{first}:{_letters(column)}{last}")
        for _, cells in covered[1:]:
            cells += [""] * (column - len(cells))
            cells[column - 1] = cells[column - 1] or value
    if told:
        notices.append(
            f"Cellules fusionnées ({_first(told)}) : leur valeur est reprise sur chacune des lignes qu’elles couvrent."
        )


def _letters(column: int) -> str:
    """3 as « C »."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _first(names: Sequence[object]) -> str:
    """The first of these names, and how many more there are."""
    shown = ", ".join(str(name) for name in names[:_NAMED])
    return shown + (f" et {len(names) - _NAMED} autres" if len(names) > _NAMED else "")


def _tell_hidden(rows: list[int], columns: list[str], notices: list[str]) -> None:
    if rows:
        notices.append(
            f"{plural(len(rows), 'ligne masquée', 'lignes masquées')} dans le classeur, à la main ou par un filtre "
            f"(n° {_first(rows)}) : ce qui est masqué n’est pas repris. Au besoin, affichez-le et redéposez le fichier."
        )
    if columns:
        names = _first([f"« {name} »" for name in columns])
        notices.append(f"Colonnes masquées dans le classeur : {names}. Ce qui est masqué n’est pas repris.")


def _tell_damage(head_number: int, head_cells: Sequence[str], table: Table) -> None:
    texts = [(head_number, cell) for cell in head_cells]
    texts += [(number, text) for number, line in table.lines for text in line.values()]
    found = next(((number, text) for number, text in texts if _DAMAGED.search(text)), None)
    if found is not None:
        table.notices.append(
            f"Des accents semblent perdus : « {found[1][:60]} » (ligne {found[0]}). Reprenez le fichier d’origine, "
            "enregistrez-le en XLSX ou en « CSV UTF-8 », puis déposez celui-ci."
        )
