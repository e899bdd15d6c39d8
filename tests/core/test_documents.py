"""Printing: what a PDF is, what it says, and what it refuses to read."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.template import engines

from core.documents import Column, EmbeddedFile, Table, render_document
from core.documents.fonts import FAMILIES, only_printable
from core.documents.sources import read_static, static_name
from core.templatetags.documents import texte
from tests.core import document_sample
from tests.pdf import fonts, headings, pdf_faults, pdf_pages, pdf_text

pytestmark = pytest.mark.usefixtures("essai_templates")


def render(**changes) -> bytes:
    options = {"title": document_sample.TITLE, "author": "DLA de la Drôme", "subject": "Cahier des charges"}
    context = changes.pop("context", None) or document_sample.context(**changes.pop("sample", {}))
    return render_document(document_sample.TEMPLATE, context, **{**options, **changes})


@pytest.fixture
def pdf() -> bytes:
    """The sample, printed."""
    return render()


def test_the_document_is_an_accessible_archive(pdf):
    assert pdf_faults(pdf) == []


def test_the_blank_document_is_an_accessible_archive_without_values():
    blank = render(sample={"blank": True})

    assert pdf_faults(blank) == []
    text = pdf_text(blank)
    assert "Problématique" in text
    assert "Les structures concernées" not in text
    assert "☑" not in text
    assert "☐ Proposition d’intervention" in text


def test_only_our_fonts_are_embedded(pdf):
    assert fonts(pdf) == {"Source Sans 3", "DejaVu Sans DLA"}
    assert fonts(pdf) <= set(FAMILIES)


def test_latin_letters_outside_the_first_file_keep_their_own_shapes():
    content = render(context={**document_sample.context(), "accroche": "Œuvre, Łódź, Škoda, ǆ, Ωμέγα, Жизнь"})

    assert fonts(content) == set(FAMILIES)
    assert "Œuvre, Łódź, Škoda, ǆ, Ωμέγα, Жизнь" in pdf_text(content)
    assert pdf_faults(content) == []


def test_each_page_says_who_which_and_how_many(pdf):
    pages = pdf_pages(pdf)

    assert len(pages) == 6
    for number, text in enumerate(pages, start=1):
        assert f"Page {number}/6" in text
        assert "21 novembre 2026" in text
        assert "DLA de la Drôme – Association Léon & Œuvres" in text
        assert "26-2026-014" in text
        assert "Version 2" in text


def test_tables_repeat_their_head_on_each_page(pdf):
    pages = [text for text in pdf_pages(pdf) if "Journée de travail collectif" in text]

    assert len(pages) == 2
    assert all("Montant TTC" in text and "Financeur" in text for text in pages)
    assert "553 917,30 €" in pages[-1]


def test_no_heading_stays_alone_at_the_foot_of_a_page():
    names = {name for name, *_ in document_sample.context()["rubriques"]} | {"Budget", "Modalités"}
    for paragraphs in (1, 2, 4, 5):
        for text in pdf_pages(render(sample={"paragraphs": paragraphs})):
            lines = [line for line in text.split("\n") if line.strip() and not line.startswith(("Page ", "DLA de"))]
            body = [line for line in lines if "novembre 2026" not in line and "26-2026-014" not in line]
            assert body[-1].strip() not in names


def test_bookmarks_follow_the_headings(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root] == [document_sample.TITLE]
        names = [item.title for item in outline.root[0].children]
    assert names[:3] == ["Sommaire", "Contexte", "Problématique"]
    assert headings(pdf)[0] == 1


def test_the_file_says_what_it_is():
    content = render(keywords=["DLA", "culture"])

    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "fr"
        assert str(document.docinfo["/Title"]) == document_sample.TITLE
        assert str(document.docinfo["/Author"]) == "DLA de la Drôme"
        assert str(document.docinfo["/Subject"]) == "Cahier des charges"
        assert str(document.docinfo["/Keywords"]) == "DLA, culture"


def test_files_are_embedded_with_what_they_are():
    content = render(attachments=[EmbeddedFile("budget.csv", b"poste;montant\n", "Budget", "Data")])

    assert pdf_faults(content) == []
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.attachments["budget.csv"].get_file().read_bytes() == b"poste;montant\n"
        assert [str(item.AFRelationship) for item in document.Root.AF] == ["/Data"]


def test_a_document_without_title_is_refused():
    with pytest.raises(ValueError, match="titre"):
        render(title="  ")


def test_a_typed_text_is_printed_as_typed_and_reads_no_file():
    secret = read_static("print/print.css").decode()[:40]
    typed = (
        '<img src="file:///etc/passwd"><script>alert(1)</script>\n\n'
        '<link rel="attachment" href="file:///etc/hostname"> <style>@import "/static/print/print.css"</style>\n'
        "{{ settings.SECRET_KEY }} {% include 'base.html' %} &lt;"
    )
    sample = document_sample.context()
    sample["accroche"] = typed
    sample["rubriques"] = [(typed, typed, typed)]
    sample["identite"] = [(typed, typed)]
    content = render(context=sample, title=f"Titre {typed}")

    text = pdf_text(content)
    assert '<img src="file:///etc/passwd"><script>alert(1)</script>' in text
    assert "{{ settings.SECRET_KEY }}" in text
    assert "&lt;" in text
    assert "root:" not in text
    assert secret not in text
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.attachments) == 0
    assert pdf_faults(content) == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.png",
        "https://exemple.org/x.png",
        "ftp://exemple.org/x.png",
        "/media/uploads/x",
        "http://document.invalid/static/../dla_ingenierie/settings.py",
        "http://document.invalid/static/%2e%2e/dla_ingenierie/settings.py",
        "http://document.invalid/static//etc/passwd",
        "http://document.invalid.exemple.org/static/x.png",
    ],
)
def test_the_fetcher_gives_nothing_but_static_files(url):
    from core.documents.render import OwnFilesFetcher

    with pytest.raises(Exception) as refused:
        OwnFilesFetcher().fetch(url)
    assert "root:" not in str(refused.value)


def test_the_fetcher_gives_our_static_files_and_data_in_memory():
    from core.documents.render import OwnFilesFetcher

    fetcher = OwnFilesFetcher()
    assert fetcher.fetch("http://document.invalid/static/print/print.css").read() == read_static("print/print.css")
    assert fetcher.fetch("data:text/plain;base64,Ym9uam91cg==").read() == b"bonjour"
    with pytest.raises(ValueError, match="adresse refusée"):
        static_name("file:///etc/passwd")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("23\u202f824,32\u00a0€", "23\u00a0824,32\u00a0€"),
        ("e\u0301te\u0301", "été"),
        ("➔ ✓ ≥ ½", "➔ ✓ ≥ ½"),
        ("fin de\u2028ligne", "fin de\nligne"),
        ("code\u202egpj.exe", "codegpj.exe"),
        ("caf\u0000é\u0007", "café"),
        ("bonjour \U0001f44b\U0001f3fd", "bonjour □"),
        ("東京", "□□"),
        ("ＡＢＣ", "ABC"),
        ("casse\u2011tête", "casse-tête"),
    ],
)
def test_what_our_fonts_lack_is_replaced(typed, printed):
    assert only_printable(typed) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("＜a href＝http://exemple.fr/＞clic＜/a＞", "&lt;a href=http://exemple.fr/&gt;clic&lt;/a&gt;"),
        ("＆lt; ＂ ＇ ﹤b﹥", "&amp;lt; &quot; &#x27; &lt;b&gt;"),
        # A combining stroke would otherwise melt into the end of the tag that opens its paragraph.
        ("\u0338 style=color:red", "</p>"),
    ],
)
def test_what_replaces_a_character_is_never_markup(typed, printed):
    html = only_printable(f"<p>{typed}</p>")
    assert html.startswith("<p>") and html.endswith("</p>") and html.count("<") == 2
    assert printed in html


def test_texts_become_paragraphs_and_lists():
    assert texte("Un\ndeux\n\nTrois :\n- a < b\n• c\nfin") == (
        "<p>Un<br>deux</p><p>Trois :</p><ul><li>a &lt; b</li><li>c</li></ul><p>fin</p>"
    )
    assert texte(None) == ""
    assert texte("- <b>x</b>") == "<ul><li>&lt;b&gt;x&lt;/b&gt;</li></ul>"


def test_a_row_that_does_not_fit_its_table_is_refused():
    with pytest.raises(ValueError, match="3 cases pour 2 colonnes"):
        Table(columns=[Column("a"), Column("b")], rows=[["1", "2", "3"]])


def test_partials_know_their_variables(settings):
    """Every optional variable of the partials may be left out."""
    source = (
        '{% include "documents/partials/definitions.html" with rows=rows %}'
        '{% include "documents/partials/ticks.html" with options=rows %}'
        '{% include "documents/partials/rubric.html" with title="t" text="x" %}'
        '{% include "documents/partials/signature.html" with signatories=rows %}'
    )
    html = engines["django"].from_string(source).render({"rows": [("a", "b")], "blank": False})
    assert "variable inconnue" not in html
