"""The monographies: headings and key of 001, the four real ones and the invented one read whole, conflicts kept."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from capitalisation.recits import documents
from capitalisation.recits.enums import Genre
from capitalisation.recits.lecture import lecture_de
from capitalisation.recits.models import VersionRecit
from capitalisation.recits.plans import plan_of
from capitalisation.recits.services import ecriture
from core.documents.docx import render_docx
from core.documents.frozen import render_built
from demo import data, recits_valeurs
from tests import docx
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM
from tests.factories import OrganisationFactory
from tests.pdf import pdf_faults

pytestmark = pytest.mark.django_db

COLLECTIVES = [row for row in data.monographies() if row["forme"] == "collective"]
SEULE = next(row for row in data.monographies() if row["forme"] != "collective")

#: What 001 prints: its headings in their order, those inside others indented; then its reading key.
IMPRIMES = """
Présentation de l’ingénierie collective
  Bénéficiaires concernés
  Problématique
  Objectifs opérationnels
  Moyens mobilisés
    Coût
  Construction partenariale
    Pour la conception
    Pour la mise en œuvre
  Contenus abordés
    Développement de projets, stratégie, organisation
    Gestion financière
    Communication, partenariat
    Gestion des ressources humaines
Descriptif des actions réalisées
  Méthode et déroulement de l’accompagnement
    Mode d’intervention
    Étapes
    Déroulement
  Nombre de journées
Éléments d’évaluation
  Capacité des actions à renforcer les compétences des structures
  Espace d’innovation
  Efficience des partenariats
  Anticiper ou accompagner le changement
  Points positifs
  Points de vigilance
Critères de présentation du projet
  Pilotage
  Type
  Construction partenariale pour la conception
  Construction partenariale pour la mise en œuvre
  Problématique soulevée
  Objectifs opérationnels
  Moyens mobilisés : système intervenant
  Moyens mobilisés : répartition des fonctions
  Bénéficiaires concernés : nombre de structures
  Bénéficiaires concernés : échelle territoriale
  Bénéficiaires concernés : secteur
Critères descriptifs des actions réalisées
  Contenus abordés
  Déroulement : nombre de journées
  Déroulement : mode d’intervention
  Méthode de travail
  Type d’intervention
  Lien avec le plan d’accompagnement de chaque structure participante
Spécificités à prendre en compte par le prestataire
  Les connaissances et savoir-faire transférés participent-ils à l’amélioration des compétences au sein des structures ?
  L’ingénierie a-t-elle constitué un espace d’innovation ?
  L’ingénierie a-t-elle amélioré l’efficience des partenariats ?
  L’ingénierie a-t-elle permis d’anticiper et d’accompagner le changement ?
  L’ingénierie a-t-elle permis d’identifier des besoins ?
  L’ingénierie a-t-elle développé des outils, méthodes, contenus transférables ?
"""
CHOIX = {
    "cle_pilotage": ["DLA(s)", "C2RA", "DLAs et C2RA"],
    "cle_type": ["réponse collective aux structures", "production d’une solution avec les structures"],
    "cle_construction_conception": [
        "DLA(s)", "C2RA", "réseau de bénéficiaires", "réseau territorial", "financeur", "prestataire", "autre",
    ],
    "cle_echelle": ["départementale", "interdépartementale", "régionale"],
    "cle_contenus": [
        "développement de projets, stratégie, organisation", "gestion financière", "communication, partenariat",
        "gestion des ressources humaines",
    ],
    "cle_mode": ["ponctuelle", "étalée dans le temps avec suivi"],
    "cle_methode": ["collectif", "alternance collectif/individuel"],
    "cle_types": [
        "information (apport de savoir)", "formation (acquisition de savoir et de savoir-faire)",
        "accompagnement avec production de savoir et savoir-faire",
        "accompagnement avec mise en réseau, mutualisation, partenariat…",
    ],
}  # fmt: skip


def plain(text: Any) -> str:
    """Words only, whatever the spaces."""
    return re.sub(r"\s+", " ", str(text).replace("\xa0", " ").replace("\u202f", " ")).strip()


def test_the_headings_and_the_key_are_those_of_001_in_their_order():
    found = []
    for partie in plan_of(Genre.MONOGRAPHIE).parties:
        found.append(partie.titre)
        for rubrique in partie.rubriques:
            found += [f"  {rubrique.titre}", *(f"    {one.titre}" for one in rubrique.sous)]
    assert [line.replace("\xa0", " ") for line in found] == IMPRIMES.strip("\n").split("\n")


def test_the_options_of_the_key_are_those_of_001():
    plan = plan_of(Genre.MONOGRAPHIE)
    assert {code: [label for _, label in plan.rubrique(code).choix] for code in CHOIX} == CHOIX
    assert plan.rubrique("cle_construction_mise_en_oeuvre").choix == plan.rubrique("cle_construction_conception").choix
    assert "Réponse collective aux structures d’un même réseau" in plan.sous_titres
    assert plan.rubrique("cout") and plan.rubrique("nombre_journees") and plan.rubrique("cle_journees")


def arrete(row: dict[str, Any]) -> VersionRecit:
    """The monographie of ``row``, told and « arrêtée »."""
    alone = row["forme"] != "collective"
    genre = Genre.MONOGRAPHIE_BENEFICIAIRE if alone else Genre.MONOGRAPHIE
    titre = {"titre": row["titre"], "sous_titre": row["sous_titre"], "origine": recits_valeurs.origine(row)}
    recit = ecriture.begin_alone(OrganisationFactory(), genre, titre, actor=SYSTEM)
    told = recits_valeurs.beneficiaire(row) if alone else recits_valeurs.collective(row)
    assert set(told) <= {one.code for one in plan_of(genre).rubriques}
    for code, values in told.items():
        ecriture.write(recit, code, values, actor=SYSTEM)
    done = scene.arrete(scene.fresh(recit))
    return VersionRecit.objects.select_related("recit__organisation").get(recit=done)


def read(version: VersionRecit) -> str:
    html = render_to_string("capitalisation/recits/lecture.html", {"lecture": lecture_de(version)})
    return plain(strip_tags(html.replace("<", " <")))


@pytest.fixture(scope="module")
def versions(shared) -> dict[str, VersionRecit]:
    """The five, told once."""
    return shared(lambda: {row["cle"]: arrete(row) for row in [*COLLECTIVES, SEULE]})


@pytest.fixture
def texts(versions, db) -> dict[str, str]:
    return {cle: read(version) for cle, version in versions.items()}


#: Codes, and what is said in the words of the house: the rest of the files is read word for word.
_CODES = {
    "cle", "forme", "ingenierie", "ingenieries_collectives", "sources", "source", "region", "departements", "themes",
    "cle_de_lecture", "axe", "sur", "repris_de", "cout", "couts", "consentement", "ressources", "taxes", "secteurs",
    "origine", "chiffres", "jours", "modalites", "structure", "titre", "sous_titre", "libelles",
    # Kept on the sheet of the récit in the library.
    "mots_cles",
}  # fmt: skip


def sentences(node: Any) -> Iterator[str]:
    """Every text of a file, list or mapping, but its codes."""
    if isinstance(node, dict):
        for key, inner in node.items():
            if key not in _CODES:
                yield from sentences(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from sentences(inner)
    elif isinstance(node, str):
        yield from (line for line in (plain(part) for part in node.split("\n")) if line)


@pytest.mark.parametrize("row", [*COLLECTIVES, SEULE], ids=lambda row: row["cle"])
def test_everything_that_is_told_is_read(row, texts):
    text = texts[row["cle"]]
    for sentence in sentences(row):
        assert sentence in text, sentence
    assert plain(recits_valeurs.origine(row)) in text


@pytest.mark.parametrize("row", COLLECTIVES, ids=lambda row: row["cle"])
def test_figures_are_kept_as_told_with_what_conflicts(row, texts):
    text = texts[row["cle"]]
    for one in row["chiffres"]["couts"]:
        whole, cents = one["montant"].split(".")
        amount = f"{int(whole):,}".replace(",", " ") + ("" if cents == "00" else f",{cents}")
        assert f"{amount} € TTC pour {str(one['jours']).removesuffix('.0').replace('.', ',')} jours" in text
    for note in row["chiffres"]["notes"]:
        assert plain(note["texte"]) in text
    for step in row["rubriques"]["descriptif"]["etapes"]:
        assert plain(step["titre"]) in text
    for said in row["cle_de_lecture"]["specificites"].values():
        if said and "texte" in said:
            assert plain(said["texte"]) in text
    shared = row["cle_de_lecture"]["presentation"]["moyens"]["repartition_fonctions"]["texte"]
    assert plain(shared) in text and recits_valeurs.DEDUIT in text


def test_the_key_sends_to_the_rubrique_that_says_it_and_keeps_the_words_of_the_source(texts):
    text = texts["recycleries"]
    assert "Voir « Espace d’innovation »." in text
    assert "Gestion budgétaire" in text and "Budget d’intervention" in text
    # Nothing is told of the change: the key does not send to what is not there.
    assert "Voir « Anticiper" not in text and "Anticiper ou accompagner le changement" not in text


def test_one_beneficiary_speaks_through_roles_and_two_figures_that_differ_both_stay(texts):
    text = texts[SEULE["cle"]]
    assert "La trésorière" in text and "34 dont 12 actifs" in text
    assert "310 euros" in text and "285" in text
    assert "212 000 euros" in text and "3 800 € TTC" in text
    assert "2,3" in text and "14 intermittents" in text


@pytest.mark.parametrize("cle", [row["cle"] for row in [*COLLECTIVES, SEULE]])
def test_it_is_an_accessible_archive_of_three_to_six_pages(cle, versions, db):
    pdf = render_built(documents.build(versions[cle].recit_id, SYSTEM))
    assert pdf_faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert 3 <= len(opened.pages) <= 6


def test_the_docx_holds_its_keys_as_tables(versions, db):
    built = documents.recit_docx(versions["insertion"].recit)
    tables = [block for block in built.blocks if block.kind == "table"]
    assert len(tables) == 3 and built.subtitle == "Production d’une solution collective avec les structures"
    assert ["Objectifs opérationnels", "Voir « Objectifs opérationnels »."] in [list(row) for row in tables[0].rows]
    assert docx.faults(render_docx(built)) == []
