"""Standing clauses are proposed in each new cahier; the guide in force of the région is given with each version."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.services.takeover import take_over
from consultations.cadre.models import GuidePrestataires
from consultations.cadre.services import add_guide, clauses_of, update_clauses
from consultations.cahier import content, services
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import FrozenError
from core.uploads import detach
from tests.consultations import slot
from tests.consultations.slot import SYSTEM
from tests.core.upload_files import uploaded
from tests.factories import OrganisationFactory, RegionFactory, UserFactory, actor_of, member


def test_standing_clauses_are_proposed_in_a_new_cahier_and_only_there(dossier, cahier, client_for):
    head = member(dossier.pilote, "responsable")
    page = client_for(head).post(reverse("consultations:clauses"), {"texte": "Rien ne se publie.", "version": "0"})
    assert page.status_code == 302 and clauses_of(dossier.pilote).texte == "Rien ne se publie."
    assert cahier.clauses == ""
    fresh, names = services.prefill_empty(cahier, actor=SYSTEM)
    assert fresh.clauses == "Rien ne se publie." and "clauses" in names

    with pytest.raises(EditConflict):
        update_clauses(dossier.pilote, "Autre", actor=SYSTEM, expected_version=99)
    for person in (member(dossier.pilote), member(OrganisationFactory(), "responsable")):
        with pytest.raises(NotAllowed):
            update_clauses(dossier.pilote, "Autre", actor=actor_of(person), expected_version=None)


def test_the_guide_in_force_goes_with_each_version_and_a_new_one_does_not_change_it(cahier, dossier):
    keeper = actor_of(member(dossier.pilote))  # the pilot is the C2RA of its région
    region = dossier.pilote.region
    first = add_guide(region, uploaded("guide.pdf"), {"titre": "Le guide"}, actor=keeper)
    later = {"titre": "Le guide", "depuis": dt.date(2026, 12, 1), "nouveau": "La grille est en annexe."}
    add_guide(region, uploaded("guide.pdf"), later, actor=keeper)

    services.diffuser(services.valider(slot.again(cahier), SYSTEM), SYSTEM)
    told = cahier.versions.get().data["guide"]
    assert (told["numero"], told["sha256"]) == (1, first.fichier.sha256)
    assert GuidePrestataires.objects.in_force(region.pk, dt.date(2026, 12, 2)).numero == 2
    assert GuidePrestataires.objects.in_force(region.pk, dt.date(2026, 1, 1)) is None
    assert content.guide_of(cahier)["numero"] == 1
    with pytest.raises(FrozenError):
        first.delete()
    with pytest.raises(NotAllowed):
        detach(first.fichier, actor=keeper)


def test_a_guide_is_kept_by_the_c2ra_of_its_region_and_read_by_who_works_with_it(dossier, client_for):
    region = dossier.pilote.region
    dla = member(dossier.associes.first(), "responsable")
    with pytest.raises(NotAllowed):
        add_guide(region, uploaded("guide.pdf"), {"titre": "Le guide"}, actor=actor_of(dla))
    far = member(OrganisationFactory(c2ra=True, region=RegionFactory()))
    with pytest.raises(NotAllowed):
        add_guide(region, uploaded("guide.pdf"), {"titre": "Le guide"}, actor=actor_of(far))
    with pytest.raises(InvalidInput):
        add_guide(region, uploaded("photo.png"), {"titre": "Le guide"}, actor=SYSTEM)

    keeper = client_for(member(dossier.pilote))
    form = {"titre": "Le guide", "depuis": "2026-11-01", "nouveau": "", "fichier": uploaded("guide.pdf")}
    assert keeper.post(reverse("consultations:guide_ajouter"), form).status_code == 302
    piece = GuidePrestataires.objects.get().fichier
    page = client_for(dla).get(reverse("consultations:guides")).content.decode()
    assert "en vigueur" in page and "Déposer" not in page
    assert client_for(dla).get(reverse("core:piece", args=[piece.pk])).status_code == 200
    stranger = client_for(UserFactory())
    assert "Le guide" not in stranger.get(reverse("consultations:guides")).content.decode().split("<main")[1]
    assert stranger.get(reverse("core:piece", args=[piece.pk])).status_code == 404


def test_standing_clauses_follow_an_organisation_that_is_taken_over_unless_the_other_has_its_own(db):
    region = RegionFactory()
    gone, other, kept = (OrganisationFactory(region=region) for _ in range(3))
    operator = actor_of(UserFactory(administrator=True))
    update_clauses(gone, "Rien ne se publie.", actor=SYSTEM, expected_version=None)
    update_clauses(other, "Tout se publie.", actor=SYSTEM, expected_version=None)
    take_over(gone, kept, actor=operator, reason="Fusion")
    assert clauses_of(kept).texte == "Rien ne se publie."
    take_over(other, kept, actor=operator, reason="Fusion")
    assert clauses_of(kept).texte == "Rien ne se publie."
    other.refresh_from_db()
    assert clauses_of(other).texte == "Tout se publie."
