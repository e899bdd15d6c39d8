"""The contributions and the pictures of the demonstration: one asked, one handed in, one taken up."""

from __future__ import annotations

import pytest

from capitalisation.recits.images import images_de
from capitalisation.recits.models import Contribution, Recit, Rubrique

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_one_is_asked_one_handed_in_one_taken_up_of_a_recit_still_written():
    rows = list(Contribution.objects.select_related("recit").order_by("etat"))
    assert [row.etat for row in rows] == ["demandee", "rendue", "reprise"]
    assert {row.recit.state for row in rows} == {"en_cours"}
    taken = Rubrique.objects.get(recit=rows[2].recit, code="problematique")
    assert "ensemble, c’est devenu possible" in taken.valeur and taken.source == rows[2].sorte


def test_its_two_pictures_open_and_say_what_they_show():
    recit = Recit.objects.select_related("organisation", "ingenierie").get(contributions__etat="rendue")
    shown = images_de(recit)
    assert [row["rang"] for row in shown] == [0, 1]
    assert all(row["alt"].startswith("Schéma") and row["octets"][:4] == b"\x89PNG" for row in shown)
