"""The strict client sees what it is there to see."""

import pytest

from tests.strict import page_faults

PAGE = '<!doctype html><html lang="fr"><head><title>t</title></head><body><h1>t</h1>{}</body></html>'


def test_a_sound_page_has_no_fault():
    form = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>'
    search = '<form method="get"><input name="q"></form><script src="/static/js/app.js"></script>'
    data = '<script type="application/json" id="donnees">{}</script>'
    assert page_faults(PAGE.format(form + search + data)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("⟦variable inconnue : project.titre⟧", "variable inconnue"),
        ('<form method="post"><input name="a"></form>', "jeton CSRF"),
        ('<button onclick="f()">x</button>', "onclick"),
        ('<p style="color:red">x</p>', "attribut style"),
        ("<style>p{}</style>", "feuille de style"),
        ("<script>f()</script>", "script en ligne"),
        ('<a href="javascript:f()">x</a>', "javascript"),
        ('<p id="a"></p><p id="a"></p>', "en double : a"),
        ("<h1>encore</h1>", "2 titres h1"),
    ],
)
def test_each_fault_of_a_page_is_named(body, fault):
    faults = page_faults(PAGE.format(body))
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_whole_page_needs_a_language_a_title_and_a_heading():
    assert page_faults("<html><body></body></html>") == [
        "langue de la page absente",
        "titre de la page absent",
        "0 titres h1 au lieu d’un",
    ]


def test_a_fragment_needs_none_of_them():
    assert page_faults("<tr><td>une ligne</td></tr>") == []
