"""The six fiches expériences of 000: all that they say is read, and each is printed on one page."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from itertools import pairwise

import docx
import pikepdf
import pytest

from capitalisation.recits import documents
from capitalisation.recits.lecture import derniere, lecture_de
from capitalisation.recits.services import ecriture
from core.documents.blocks import Heading
from core.documents.docx import render_docx
from core.documents.frozen import render_built
from demo import data, recits_valeurs
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def told(fiche):
    recit = ecriture.begin_alone(
        OrganisationFactory(name="Avise", kind="avise"), "fiche_experience",
        {"titre": fiche["titre"], "origine": fiche["source"]["document"]}, actor=SYSTEM,
    )  # fmt: skip
    for code, values in recits_valeurs.fiche(fiche).items():
        ecriture.write(recit, code, {**values, "source": "avise"}, actor=SYSTEM)
    return scene.arrete(recit)


@pytest.mark.parametrize("fiche", data.fiches(), ids=lambda fiche: fiche["cle"])
def test_each_is_held_whole_and_printed_on_one_page(fiche, referentiels):
    recit = told(fiche)
    lecture = lecture_de(derniere(recit))
    assert lecture.surtitre == fiche["type_libelle"]
    said = " ".join(json.dumps([asdict(partie) for partie in lecture.parties], ensure_ascii=False).split())
    means, reached, actions = fiche["moyens"], fiche["beneficiaires"], fiche["actions"]
    written = (
        fiche["problematique"]["texte"], *fiche["objectifs"]["points"], means["systeme_intervenant"]["texte"],
        means["cout"].get("note", ""), reached["libelle"], reached["territoire"], reached["secteur"]["libelle"],
        actions.get("texte", ""), *actions.get("points", ()), actions["contenus"]["libelle"],
        *(point["texte"] for point in actions["contenus"]["points"]), *(note["texte"] for note in fiche["notes"]),
    )  # fmt: skip
    for text in written:
        assert " ".join(text.split()) in said
    assert lecture.origine == fiche["source"]["document"]
    alone = [] if means["cout"].get("note") else ["de budget"]  # a figure that needs a note is read with it
    assert [one["libelle"] for one in lecture.chiffres][: len(alone) + 1] == [*alone, "structures"]
    levels = [2, *(block.level for block in documents.blocs(lecture) if isinstance(block, Heading))]
    assert all(below - above <= 1 for above, below in pairwise(levels)), "a level of heading is skipped"
    pdf = render_built(documents.build(recit.pk, SYSTEM))
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 1


def test_its_picture_is_printed_with_its_words_and_it_still_holds_on_one_page(referentiels):
    recit = scene.reprise(told(data.fiches()[2]))
    image = scene.image(recit, alt="Un atelier autour d’une table", legende="L’atelier de mars")
    recit = scene.arrete(recit)
    built = documents.build(recit.pk, SYSTEM)
    assert [(one.alt, one.texte) for one in built.context["pictures"]] == [(image.alt, "L’atelier de mars")]
    assert len(pikepdf.open(io.BytesIO(render_built(built))).pages) == 1
    made = docx.Document(io.BytesIO(render_docx(documents.recit_docx(scene.fresh(recit)))))
    assert [shape._inline.docPr.get("descr") for shape in made.inline_shapes] == [image.alt]
    # What a version shows stays when the picture leaves the récit, as long as its file is there.
    image.piece.removed_at = image.piece.purged_at = image.piece.uploaded_at
    image.piece.save()
    assert documents.build(recit.pk, SYSTEM).context["pictures"] == []
