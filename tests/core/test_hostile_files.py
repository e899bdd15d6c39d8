"""Files that would act on the computer of who opens them, files that are broken."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from core.uploads.checks import check_upload
from tests.core.upload_files import PDF, ooxml, small_pdf, uploaded

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
