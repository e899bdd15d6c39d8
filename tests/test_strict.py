"""The strict client sees what it is there to see."""

import pytest

from tests.strict import page_faults

PAGE = '<!doctype html><html lang="fr"><head><title>t</title></head><body><h1>t</h1>{}</body></html>'


def test_a_sound_page_has_no_fault():
    form = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form>'
    search = '<form method="get"><input name="q"></form><script src="/static/js/app.js"></script>'
    data = '<script type="application/json" id="donnees">{}</script>'
    assert page_faults(PAGE.format(form + search + data)) == []


def test_what_names_its_table_and_completes_its_links_is_sound():
    body = (
        "<table><caption>Lignes</caption></table><table aria-label='Lignes'></table><table role='presentation'></table>"
        '<a href="/l/1/">Modifier<span class="visually-hidden"> la ligne 1</span></a>'
        '<a href="/l/2/">Modifier<span class="visually-hidden"> la ligne 2</span></a>'
        '<a href="/s/1/">Les Amis</a><a href="/s/2/">Les Amis</a><a href="/a/">Accueil</a><a href="/a/">Accueil</a>'
    )
    assert page_faults(PAGE.format(body)) == []


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
        ("<table><tr><td>1</td></tr></table>", "tableau sans nom"),
        ('<a href="/a/">Notes</a><a href="/b/">Notes</a>', "liens de même nom « Notes »"),
        ('<a href="/l/1/">Modifier</a><a href="/l/2/">Modifier</a>', "liens de même nom « Modifier »"),
        ('<a href="/l/1/" aria-label="Voir">1</a><a href="/l/2/"><img alt="Voir" src="v"></a>', "de même nom « Voir »"),
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
