"""A DLA closes and another takes it over: the récits it told, with or without dossier, are the other's."""

from __future__ import annotations

import pytest

from accounts import services as accounts
from capitalisation.bibliotheque.permissions import why_not_author
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter, why_not_write
from capitalisation.recits.services import ecriture
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM, ressource
from tests.factories import OrganisationFactory, UserFactory, actor_of, ingenierie_of, member
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


def test_the_recits_of_a_dla_that_is_taken_over_are_written_and_poured_by_the_other():
    gone = OrganisationFactory(name="DLA qui ferme")
    kept = OrganisationFactory(name="DLA qui reprend", region=gone.region)
    heir = member(kept, "responsable")
    alone = ecriture.begin_alone(gone, "fiche_experience", {"titre": "D’avant"}, actor=SYSTEM)
    told = ecriture.begin(placed(ingenierie_of(gone), state="finaliser"), "fiche_experience", actor=SYSTEM)
    poured = ressource(gone, "publiee", recit=scene.arrete(scene.ecrit(alone)), support="fiche_experience", lien="")
    accounts.take_over(gone, kept, actor=actor_of(UserFactory(administrator=True)), reason="Fusion")
    actor = actor_of(heir)
    for recit in (scene.fresh(alone), scene.fresh(told)):
        assert Recit.objects.visible_to(actor).filter(pk=recit.pk).exists()
        assert recit.organisation == kept
        assert not why_not_write(actor, recit) and not why_not_arreter(actor, recit)
    poured.refresh_from_db()
    assert poured.contributeur == kept and not why_not_author(actor, poured)
