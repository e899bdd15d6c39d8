"""The contributions and the pictures of the demonstration: one asked, one handed in, one taken up."""

from __future__ import annotations

import pytest

from capitalisation.recits.models import Contribution, Recit, Rubrique

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_one_is_asked_one_handed_in_one_taken_up_of_a_recit_still_written():
    rows = list(Contribution.objects.select_related("recit").order_by("etat"))
    assert [row.etat for row in rows] == ["demandee", "rendue", "reprise"]
    assert {row.recit.state for row in rows} == {"en_cours"}
    taken = Rubrique.objects.get(recit=rows[2].recit, code="problematique")
    assert "ensemble, c’est devenu possible" in taken.valeur and taken.source == rows[2].sorte


def test_its_two_pictures_say_what_they_show():
    rows = Recit.objects.get(contributions__etat="rendue").images.all()
    assert [row.rang for row in rows] == [0, 1]
    assert all(row.alt.startswith("Schéma") and row.accord and row.piece.mime == "image/png" for row in rows)
