"""Which files are taken, which are refused and why."""

from __future__ import annotations

import hashlib
import io
import zlib

import openpyxl
import pytest

from core.errors import InvalidInput
from core.files import clean_name
from core.uploads import UploadField, check_upload
from tests.core.upload_files import EXE, GOOD, PDF, archive, image, odf, ooxml, small_pdf, uploaded

# --- What is taken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_a_true_file_is_taken(name):
    file = uploaded(name, GOOD[name], "application/x-whatever")
    checked = check_upload(file)

    assert checked.name == name
    assert checked.size == len(GOOD[name])
    assert checked.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert checked.mime != "application/x-whatever"
    assert file.tell() == 0


def test_a_workbook_written_by_a_real_tool_is_taken():
    book = openpyxl.Workbook()
    book.active.append(["Structure", "ETP"])
    out = io.BytesIO()
    book.save(out)

    assert check_upload(uploaded("etp.xlsx", out.getvalue())).mime.endswith("spreadsheetml.sheet")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("devis.pdf", EXE, "se dit PDF mais son contenu est celui d’un programme (.exe)"),
        ("devis.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 90, "celui d’un programme"),
        ("devis.pdf", b"#!/bin/sh\nrm -rf /\n", "celui d’un programme"),
        ("devis.pdf", archive({"a.txt": "x"}), "celui d’une archive (.zip)"),
        ("devis.pdf", EXE + PDF, "celui d’un programme (.exe)"),
        ("devis.pdf", ooxml(), "celui d’une archive ou d’un autre document Office"),
        ("texte.docx", archive({"a.txt": "x"}), "celui d’une archive (.zip)"),
        ("texte.docx", ooxml("spreadsheetml.sheet"), "un autre document Office"),
        ("texte.docx", OLE, "celui d’un ancien document Office"),
        ("texte.docx", PDF, "celui d’un PDF"),
        ("texte.odt", odf("spreadsheet"), "un autre document Office"),
        ("photo.png", image("JPEG"), "celui d’une image JPEG"),
        ("photo.jpg", image("PNG"), "celui d’une image PNG"),
        ("photo.png", SVG, "celui d’un dessin SVG"),
        ("photo.png", HTML, "celui d’une page web"),
        ("note.txt", HTML, "celui d’une page web"),
        ("note.txt", b"   \n<script>alert(1)</script>", "celui d’une page web"),
        ("liste.csv", SVG, "celui d’un dessin SVG"),
        ("liste.csv", EXE, "celui d’un programme (.exe)"),
        ("liste.csv", b"nom;ville\x00\x01\x02", "d’une autre nature"),
        ("note.txt", b"<?php echo 1;", "celui d’un programme"),
        ("photo.png", image("PNG")[:40], "abîmée"),
        ("texte.docx", ooxml()[:-30], "abîmé"),
        ("texte.docx", ooxml(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("texte.odt", odf("text", **{"Basic/Standard/Module1.xml": "x"}), "macros"),
        ("page.svg", SVG, "« .svg » ne sont pas acceptés"),
        ("page.html", HTML, "« .html » ne sont pas acceptés"),
        ("jeu.exe", EXE, "« .exe » ne sont pas acceptés"),
        ("facture.pdf.exe", EXE, "« .exe » ne sont pas acceptés"),
        ("texte.docm", ooxml(), "« .docm » ne sont pas acceptés"),
        ("sans-extension", PDF, "sans extension"),
        ("vide.pdf", b"", "vide"),
    ],
)
def test_a_false_file_is_refused_with_what_it_is(name, content, words):
    with pytest.raises(InvalidInput) as refused:
        check_upload(uploaded(name, content, "application/pdf"))
    assert words in refused.value.message
    assert refused.value.status == 422


def test_a_zip_bomb_is_refused_without_being_unpacked():
    bomb = ooxml(**{"x/bomb.xml": b"\0" * 60_000_000})
    assert len(bomb) < 100_000

    with pytest.raises(InvalidInput, match="démesuré"):
        check_upload(uploaded("bombe.docx", bomb))


def test_an_archive_that_lies_on_its_size_is_not_unpacked():
    lying = bytearray(archive({"mimetype": b"\0" * 5_000_000, "content.xml": "<x/>"}))
    at = lying.rindex(b"PK\x01\x02", 0, lying.rindex(b"PK\x01\x02"))
    lying[at + 24 : at + 28] = (100).to_bytes(4, "little")

    with pytest.raises(InvalidInput):
        check_upload(uploaded("menteur.odt", bytes(lying)))


def test_an_archive_whose_parts_leave_their_folder_is_refused():
    with pytest.raises(InvalidInput):
        check_upload(uploaded("texte.docx", ooxml(**{"../../etc/passwd": "x"})))


def test_a_document_with_a_password_is_refused():
    locked = bytearray(odf("text"))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        locked[at] |= 1

    with pytest.raises(InvalidInput, match="mot de passe"):
        check_upload(uploaded("secret.odt", bytes(locked)))


def test_an_image_as_large_as_a_field_is_refused():
    out = io.BytesIO(image("PNG"))
    raw = bytearray(out.getvalue())
    raw[16:24] = (40_000).to_bytes(4, "big") * 2  # the size it announces
    raw[29:33] = zlib.crc32(raw[12:29]).to_bytes(4, "big")
    with pytest.raises(InvalidInput, match="trop grande"):
        check_upload(uploaded("champ.png", bytes(raw)))


def test_a_file_too_heavy_is_refused_with_both_weights(settings):
    settings.UPLOAD_MAX_BYTES = 2_000_000
    with pytest.raises(InvalidInput, match=r"pèse 2,5.Mo pour 2.Mo au plus"):
        check_upload(uploaded("gros.pdf", PDF + b"0" * 2_500_000))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\moi\\Bilan.pdf", "Bilan.pdf"),
        ('bilan "final"\r\nSet-Cookie: a=b.pdf', "bilan final Set-Cookie a=b.pdf"),
        ("bilan\u202efdp.exe.pdf", "bilan fdp.exe.pdf"),
        ("..pdf", "pdf"),
        (".pdf", "pdf"),
        ("e\u0301te\u0301 2026.pdf", "été 2026.pdf"),
        ("a" * 400 + ".pdf", "a" * 146 + ".pdf"),
        ("   ", "document"),
        ("bilan.pdf\x00.exe", "bilan.pdf.exe"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert clean_name(sent) == kept
    assert len(clean_name(sent)) <= 150


def test_the_field_says_why_it_refuses():
    from django.core.exceptions import ValidationError

    field = UploadField()
    assert field.widget.attrs["accept"].startswith(".pdf,")
    assert field.clean(uploaded("a.pdf")).name == "a.pdf"
    with pytest.raises(ValidationError, match=r"celui d’un programme \(.exe\)"):
        field.clean(uploaded("a.pdf", EXE))
    with pytest.raises(ValidationError, match="Choisissez un fichier"):
        field.clean(None)


# --- What acts by itself, what is broken ----------------------------------------------------------------------

RELS = (
    '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    '{kind}" Target="{target}" TargetMode="External"/></Relationships>'
)

ACTIVE = {
    "javascript.pdf": small_pdf(b"/OpenAction 4 0 R", b"<</S/JavaScript/JS(app.alert(1))>>"),
    "javascript-en-place.pdf": small_pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "apres-un-autre.pdf": small_pdf(b"/OpenAction 4 0 R", b"<</S/GoTo/Next[<</S/JavaScript/JS(x)>>]>>"),
    "lance.pdf": small_pdf(b"/OpenAction 4 0 R", b"<</S/Launch/F(cmd.exe)>>"),
    "modele.docx": ooxml(
        **{"word/_rels/settings.xml.rels": RELS.format(kind="attachedTemplate", target="https://exemple.fr/a.dotm")}
    ),
    "objet.docx": ooxml(**{"word/embeddings/oleObject1.bin": b"x"}),
    "champ.docx": ooxml(**{"word/document.xml": "<w:p><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText></w:p>"}),
    "lien.xlsx": ooxml(
        "spreadsheetml.sheet", **{"xl/externalLinks/externalLink1.xml": '<externalLink><ddeLink ddeService="cmd"/>'}
    ),
    "controle.pptx": ooxml("presentationml.presentation", **{"ppt/activeX/activeX1.xml": "<x/>"}),
}
HARMLESS = {
    "note.pdf": PDF,
    "lien.docx": ooxml(**{"word/_rels/document.xml.rels": RELS.format(kind="hyperlink", target="https://exemple.fr/")}),
    "graphique.docx": ooxml(
        **{"word/embeddings/classeur.xlsx": b"x", "word/document.xml": "<w:t>DDE et DDEAUTO</w:t>"}
    ),
}


@pytest.mark.parametrize("name", ACTIVE)
def test_a_file_that_acts_by_itself_is_refused_in_words(name):
    with pytest.raises(InvalidInput, match="pourrait agir sur l’ordinateur de qui l’ouvre"):
        check_upload(uploaded(name, ACTIVE[name]))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_like_it_is_taken(name):
    assert check_upload(uploaded(name, HARMLESS[name])).name == name


@pytest.mark.parametrize("content", [b"%PDF-1.4 n\xe2importe quoi", PDF[:40], b"%PDF-"])
def test_a_broken_pdf_is_refused_in_words(content):
    with pytest.raises(InvalidInput, match="abîmé"):
        check_upload(uploaded("note.pdf", content))
