"""Reading a PDF the way an archivist and a screen reader would: ``pdf_faults`` and ``pdf_text``."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator

import pikepdf

from core.documents.fonts import FAMILIES

_SHOW = {"Tj", "TJ", "'", '"'}
_HEADING = re.compile(r"^/H([1-6])$")


def pdf_faults(content: bytes) -> list[str]:
    """Return what keeps ``content`` from being an accessible archive of ours; empty when nothing does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_declarations(pdf), *_fonts(pdf), *_structure(pdf), *_marked(pdf), *_dangers(pdf)]


def _declarations(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "langue absente"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "document non balisé"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "le titre ne s’affiche pas"
    if "/OutputIntents" not in root:
        yield "profil de couleur absent"
    with pdf.open_metadata() as xmp:
        title = str(xmp.get("dc:title", ""))
        if not title or title != str(pdf.docinfo.get("/Title", "")):
            yield "titre absent ou différent selon l’endroit"
        if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("3", "A"):
            yield "PDF/A-3a non déclaré"
        if xmp.get("pdfuaid:part") != "1":
            yield "PDF/UA-1 non déclaré"
    if b"pdfaExtension" not in root.Metadata.read_bytes():
        yield "schéma de PDF/UA non décrit"
    if "/Outlines" not in root:
        yield "signets absents"


def fonts(content: bytes) -> set[str]:
    """The families of the fonts embedded in ``content``."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {str(d.FontFamily) for _, d in _descriptors(pdf) if "/FontFamily" in d}


def _descriptors(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/DescendantFonts" in item:
            for descendant in item.DescendantFonts:
                yield str(item.BaseFont), descendant.FontDescriptor
        elif isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/FontDescriptor" in item:
            yield str(item.BaseFont), item.FontDescriptor


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    found = list(_descriptors(pdf))
    if not found:
        yield "aucune police"
    for name, descriptor in found:
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"police non incorporée : {name}"
        elif not re.match(r"^/[A-Z]{6}\+", name):
            yield f"police entière au lieu d’un extrait : {name}"
        if str(descriptor.get("/FontFamily", "")) not in FAMILIES:
            yield f"police étrangère : {name}"


def _elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def headings(content: bytes) -> list[int]:
    """The levels of the headings of ``content``, in reading order."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return _levels(pdf)


def _levels(pdf: pikepdf.Pdf) -> list[int]:
    found = (_HEADING.match(str(element.S)) for element in _elements(pdf.Root.StructTreeRoot))
    return [int(match[1]) for match in found if match]


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "structure absente"
        return
    levels = _levels(pdf)
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"le document n’a pas un titre de premier niveau et un seul : {levels}"
    for above, below in itertools.pairwise(levels):
        if below > above + 1:
            yield f"un niveau de titre est sauté : {levels}"
            break
    for element in _elements(pdf.Root.StructTreeRoot):
        if element.S == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "image sans texte de remplacement"
        if element.S == "/TD" and "/A" in element and not list(element.A.get("/Headers", [])):
            yield "cellule sans en-tête"


def _marked(pdf: pikepdf.Pdf) -> Iterator[str]:
    """All that is drawn is either tagged or declared decoration."""
    for number, page in enumerate(pdf.pages, start=1):
        if page.get("/Tabs") != "/S":
            yield f"page {number} : ordre de tabulation"
        images = {name for name, x in page.Resources.get("/XObject", {}).items() if x.get("/Subtype") == "/Image"}
        stack: list[str] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            op = str(operator)
            if op in {"BMC", "BDC"}:
                stack.append(str(operands[0]))
            elif op == "EMC":
                stack.pop()
            elif op in _SHOW and not stack:
                yield f"page {number} : texte non balisé"
            elif op == "Do" and str(operands[0]) in images and not {"/Figure", "/Artifact"} & set(stack):
                yield f"page {number} : image non balisée"


def _dangers(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/OpenAction" in pdf.Root or "/AA" in pdf.Root or "/JavaScript" in pdf.Root.get("/Names", {}):
        yield "le document agit de lui-même"
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Filespec" and "/AFRelationship" not in item:
            yield "fichier joint sans relation"


# --- Text -----------------------------------------------------------------------------------------------------------


def _unicode_map(font: pikepdf.Object) -> dict[int, str]:
    cmap = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return found


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page in the order it is drawn, one line a drawn line; no-break spaces become spaces."""
    pages = []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        maps: dict[str, dict[int, str]] = {}
        for page in pdf.pages:
            page_fonts = page.Resources.Font
            current: dict[int, str] = {}
            pieces: list[str] = []
            line: str | None = None
            for operands, operator in pikepdf.parse_content_stream(page):
                op = str(operator)
                if op == "Tf":
                    name = str(operands[0])
                    current = maps.setdefault(name, _unicode_map(page_fonts[name]))
                elif op == "Tm":
                    if line is not None and str(operands[5]) != line:
                        pieces.append("\n")
                    line = str(operands[5])
                elif op in {"Tj", "TJ"}:
                    for part in operands[0] if op == "TJ" else [operands[0]]:
                        if isinstance(part, pikepdf.String):
                            raw = bytes(part)
                            glyphs = (int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2))
                            pieces.append("".join(current.get(glyph, "\ufffd") for glyph in glyphs))
            pages.append("".join(pieces).replace("\u00a0", " "))
    return pages


def pdf_text(content: bytes) -> str:
    """The text of the whole document; spaces and line ends are all one space, so that sentences are found."""
    return re.sub(r"\s+", " ", "\n".join(pdf_pages(content)))
