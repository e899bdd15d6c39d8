"""What the demonstration shows of figures one can count on."""

from __future__ import annotations

import pytest

from engagement.budget.models import LigneCharge, LigneRessource, prix_total
from mobilisation.projet.models import ProjetIntervention
from projects.demarche.avancement import Avancement
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import Echange, StructureCiblee
from projects.structures_ciblees.perimetre import perimetre_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("the_day_of_the_demonstration"),
]


def test_what_lists_repeat_is_what_pages_count():
    for found in Ingenierie.objects.all():
        told = Avancement.of(list(found.checklist.all()), evidence_for(found))
        assert found.actions_reglees == told.cochees, found
        rows = found.structures_ciblees
        assert found.structures_contactees == rows.filter(contactee_le__isnull=False).count(), found
        assert found.structures_repondu == rows.filter(echanges__sens="reponse").distinct().count(), found


def test_every_point_has_something_to_show():
    assert Echange.objects.exclude(par="Le réseau des structures").exists()
    assert Echange.objects.filter(par="Le réseau des structures").exists()
    silent = StructureCiblee.objects.filter(contactee_le__isnull=False, reponse_le__isnull=True)
    assert silent.exists()
    assert Ingenierie.objects.filter(structures_declinees__gt=0, structures_annoncees__gt=0).exists()
    assert LigneRessource.objects.exclude(part="").exists()
    assert all(
        line.montant == prix_total(line.quantite, line.prix_unitaire)
        for line in LigneCharge.objects.filter(prix_unitaire__isnull=False)
    )
    assert LigneCharge.objects.filter(prix_unitaire__isnull=False).exists()
    assert ProjetIntervention.objects.filter(date_debut__isnull=False, jours_individuels__gt=0).exists()
    assert any(perimetre_of(found).differe for found in Ingenierie.objects.all())
