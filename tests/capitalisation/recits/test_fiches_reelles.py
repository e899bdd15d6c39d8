"""The six fiches expériences of 000, told as récits: their facts, their figures and what they leave unsaid."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from capitalisation.recits.enums import Genre
from capitalisation.recits.lecture import lecture_de
from capitalisation.recits.models import VersionRecit
from capitalisation.recits.services import ecriture
from demo import data, recits_valeurs
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " ")).strip()


@pytest.mark.parametrize("row", data.fiches(), ids=lambda row: row["cle"])
def test_the_fiche_says_what_000_says(row):
    titre = {"titre": row["titre"], "origine": row["source"]["document"]}
    recit = ecriture.begin_alone(OrganisationFactory(), Genre.FICHE_EXPERIENCE, titre, actor=SYSTEM)
    for code, values in recits_valeurs.fiche(row).items():
        ecriture.write(recit, code, {**values, "source": "avise"}, actor=SYSTEM)
    scene.arrete(scene.fresh(recit))
    lecture = lecture_de(VersionRecit.objects.select_related("recit__organisation").get(recit=recit))
    html = render_to_string("capitalisation/recits/lecture.html", {"lecture": lecture}).replace("<", " <")
    text = plain(strip_tags(html))

    assert lecture.surtitre == row["type_libelle"]
    actions, means = row["actions"], row["moyens"]
    amount = f"{int(float(means['cout']['montant'])):,}".replace(",", " ")
    told = [
        row["problematique"]["texte"], *row["objectifs"]["points"], means["systeme_intervenant"]["texte"],
        f"{amount} €", row["beneficiaires"]["libelle"], row["beneficiaires"]["territoire"],
        row["beneficiaires"]["secteur"]["libelle"], actions.get("texte", ""), *actions.get("points", []),
        *(point["texte"] for point in actions["contenus"]["points"]), actions["contenus"]["libelle"], *row["notes"],
        means["cout"].get("note", ""), row["source"]["document"],
    ]  # fmt: skip
    for sentence in filter(None, told):
        assert plain(sentence) in text, sentence
