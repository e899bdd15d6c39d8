"""A program of its own: a workbook on its standard input, its cells as JSON on its standard output.

``core.imports.extraction`` runs it by its path, in a process under limits: what a stranger's file does to a parser, it
does here. It imports nothing of the application. python-calamine reads the values; hidden rows and columns, merged
cells, errors and formulas that were never computed are looked for here, which no reader of values tells.

Arguments: the extension, the title of the sheet to prefer, that of the sheet to leave out, rows and columns at most,
empty rows after which a sheet is over, characters at most in all, bytes of memory and seconds of processor at most.
Ends with 0 and JSON; ``PASSWORD``, ``TOO_BIG``, or anything else when the file cannot be read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import resource
import sys
import unicodedata
import zipfile
from typing import Any
from xml.parsers import expat

import python_calamine

PASSWORD, TOO_BIG = 4, 5
_CHUNK = 65_536
_MERGED = 5_000


def fold(title: str) -> str:
    """A title without case, accents nor signs, to be compared."""
    return "".join(c for c in unicodedata.normalize("NFKD", title).casefold() if c.isalnum())


def plain(value: Any) -> Any:
    """A cell as JSON: text, number, boolean, ``{"date": …}``; ``None`` when it is empty."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    return None if value == "" else value


# --- What the readers of values do not tell -------------------------------------------------------------------------


class _Done(Exception):
    """The rest of the sheet holds nothing."""


class Look:
    """Where things are in a sheet, rows and columns counted from 1."""

    def __init__(self, last_row: int) -> None:
        self.last_row = last_row
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        #: What stands for a value: the name of an error, the text of a formula that was never computed.
        self.signs: dict[tuple[int, int], str] = {}


def _column_of(reference: str) -> int:
    """3 for « C12 »."""
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column


def _parse(part: Any, start: Any, end: Any, text: Any) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attrs: start(name.rpartition(" ")[2], attrs)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    while chunk := part.read(_CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", True)


class _XlsxLook(Look):
    """Of a sheet of an XLSX (Open XML, Strict or not)."""

    def __init__(self, last_row: int, most_cells: int, part: Any) -> None:
        super().__init__(last_row)
        self._row = self._column = 0
        self._cells = most_cells
        self._kind = self._formula = self._value = self._into = ""
        self._has_formula = False
        with contextlib.suppress(_Done):
            _parse(part, self._start, self._end, self._text)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "c":
            self._cells -= 1
            if self._cells < 0:
                raise MemoryError
            self._column = _column_of(attrs["r"]) if "r" in attrs else self._column + 1
            self._kind, self._formula, self._value, self._has_formula = attrs.get("t", ""), "", "", False
        elif name in ("f", "v"):
            self._into = name
            self._has_formula |= name == "f"
        elif name == "row":
            self._row = int(attrs["r"]) if "r" in attrs else self._row + 1
            self._column = 0
            if self._row > self.last_row:
                raise _Done
            if attrs.get("hidden") in ("1", "true"):
                self.hidden_rows.add(self._row)
        elif name == "col" and attrs.get("hidden") in ("1", "true"):
            self.hidden_columns |= set(range(int(attrs["min"]), min(int(attrs["max"]), 16_384) + 1))

    def _text(self, data: str) -> None:
        if self._into == "f":
            self._formula += data
        elif self._into == "v":
            self._value += data

    def _end(self, name: str) -> None:
        if name in ("f", "v"):
            self._into = ""
        elif name == "c":
            if self._kind == "e":
                self.signs[self._row, self._column] = self._value or "#N/A"
            elif self._has_formula and not self._value and self._kind != "str":
                self.signs[self._row, self._column] = f"=({self._formula})"  # core.imports.cells.formula_sign


class _OdsLook(Look):
    """Of the sheet ``title`` of an ODS."""

    def __init__(self, last_row: int, part: Any, title: str) -> None:
        super().__init__(last_row)
        self._title, self._inside, self._depth = title, False, 0
        self._row = self._column = self._columns = 0
        self._repeated = 1
        self._error: tuple[int, int] | None = None
        with contextlib.suppress(_Done):
            _parse(part, self._start, self._end, self._text)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        said = {key.rpartition(" ")[2]: value for key, value in attrs.items()}
        if name == "table":
            self._depth += 1
            self._inside = self._inside or (self._depth == 1 and said.get("name") == self._title)
        if not self._inside or self._depth > 1:
            return
        if name == "table-column":
            count = int(said.get("number-columns-repeated", 1))
            if said.get("visibility") in ("collapse", "filter"):
                self.hidden_columns |= set(range(self._columns + 1, min(self._columns + count, 16_384) + 1))
            self._columns += count
        elif name == "table-row":
            self._row += self._repeated
            if not self._row:
                self._row = 1
            self._repeated = int(said.get("number-rows-repeated", 1))
            self._column = 0
            if self._row > self.last_row:
                raise _Done
            if said.get("visibility") in ("collapse", "filter"):
                last = min(self._row + self._repeated - 1, self.last_row)
                self.hidden_rows |= set(range(self._row, last + 1))
        elif name in ("table-cell", "covered-table-cell"):
            self._column += 1
            rows, columns = (int(said.get(f"number-{what}-spanned", 1)) for what in ("rows", "columns"))
            if rows > 1 or columns > 1:
                self.merged.append((self._row, self._column, self._row + rows - 1, self._column + columns - 1))
            if said.get("value-type") == "error" or (name == "table-cell" and _is_error(attrs)):
                self._error = self._row, self._column
                self.signs[self._error] = ""
            self._column += int(said.get("number-columns-repeated", 1)) - 1

    def _text(self, data: str) -> None:
        if self._error is not None:
            self.signs[self._error] += data

    def _end(self, name: str) -> None:
        if name == "table":
            self._depth -= 1
            if self._inside and not self._depth:
                raise _Done
        elif name in ("table-cell", "covered-table-cell"):
            self._error = None


def _is_error(attrs: dict[str, str]) -> bool:
    # LibreOffice writes « string » for the office type, and says that it is an error in its own.
    return any(key.endswith(" value-type") and value == "error" for key, value in attrs.items())


def _xlsx_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet of an XLSX, by title."""
    found: dict[str, str] = {}
    targets: dict[str, str] = {}
    folder = "xl/"

    def related(name: str, attrs: dict[str, str]) -> None:
        if name == "Relationship":
            target = attrs["Target"]
            targets[attrs["Id"]] = target[1:] if target.startswith("/") else folder + target

    def sheet(name: str, attrs: dict[str, str]) -> None:
        if name == "sheet":
            key = next(value for name, value in attrs.items() if name.endswith(" id"))
            found[attrs["name"]] = targets.get(key, "")

    with archive.open("xl/_rels/workbook.xml.rels") as part:
        _parse(part, related, lambda name: None, lambda data: None)
    with archive.open("xl/workbook.xml") as part:
        _parse(part, sheet, lambda name: None, lambda data: None)
    return found


def look_at(content: bytes, extension: str, title: str, last_row: int, most_cells: int) -> Look:
    """What there is to know of a sheet besides its values. Nothing is known of an XLS."""
    if extension == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_xlsx_parts(archive)[title]) as part:
            return _XlsxLook(last_row, most_cells, part)
    if extension == "ods":
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
            return _OdsLook(last_row, part, title)
    return Look(last_row)


# --- Sheets ---------------------------------------------------------------------------------------------------------


class Reader:
    """Reads the sheets of one workbook within what may be given back."""

    def __init__(self, content: bytes, extension: str, rows: int, columns: int, empty: int, characters: int) -> None:
        self.content, self.extension = content, extension
        self.most_rows, self.most_columns, self.most_empty = rows, columns, empty
        self.characters = characters
        self.book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))

    def sheets(self, preferred: str, left_out: str) -> list[dict[str, Any]]:
        """The preferred sheet if there is one, else every visible sheet that holds something."""
        titles = [
            sheet.name
            for sheet in self.book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.name != left_out
        ]
        named = [title for title in titles if fold(title) == fold(preferred)]
        read = [self.sheet(title) for title in named[:1] or titles]
        return [sheet for sheet in read if sheet["rows"] or named]

    def sheet(self, title: str) -> dict[str, Any]:
        """One sheet: its title, its rows that hold something, each after its number, and what was looked for."""
        sheet = self.book.get_sheet_by_name(title)
        start = sheet.start or (0, 0)
        values = [self._row(row, start[1]) for row in self._rows(sheet)]
        # A formula that was never computed is no value: it may stand below the last one.
        most_cells = self.most_rows * self.most_columns
        look = look_at(self.content, self.extension, title, len(values) + self.most_empty, most_cells)
        for (row, column), sign in look.signs.items():
            if column <= self.most_columns:
                values += [[] for _ in range(row - len(values))]
                cells = values[row - 1]
                cells += [None] * (column - len(cells))
                cells[column - 1] = sign
        merged = look.merged + [[a + 1, b + 1, c + 1, d + 1] for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
        return {
            "title": title,
            "rows": [[n, cells] for n, cells in enumerate(values, start=1) if any(c is not None for c in cells)],
            "hidden_rows": sorted(look.hidden_rows),
            "hidden_columns": sorted(look.hidden_columns),
            "merged": merged[:_MERGED],
        }

    def _rows(self, sheet: Any) -> Any:
        full = empty = 0
        for row in sheet.iter_rows():
            yield row
            if any(value != "" for value in row):
                full, empty = full + 1, 0
            else:
                empty += 1
            if full > self.most_rows or empty >= self.most_empty:
                return

    def _row(self, row: list[Any], before: int) -> list[Any]:
        cells = [None] * before + [plain(value) for value in row]
        del cells[self.most_columns :]
        self.characters -= sum(len(cell) for cell in cells if isinstance(cell, str)) + len(cells)
        if self.characters < 0:
            raise MemoryError
        return cells


def main(arguments: list[str]) -> int:
    """Read, write, and say how it went."""
    extension, preferred, left_out, *numbers = arguments
    rows, columns, empty, characters, memory, seconds = (int(number) for number in numbers)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        reader = Reader(sys.stdin.buffer.read(), extension, rows, columns, empty, characters)
        sheets = reader.sheets(preferred, left_out)
        sys.stdout.write(json.dumps(sheets))
        sys.stdout.flush()
    except python_calamine.PasswordError:
        return PASSWORD
    except MemoryError:
        return TOO_BIG
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
