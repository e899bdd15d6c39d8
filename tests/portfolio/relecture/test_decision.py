"""The decision of the C2RA on a version, and of each other région."""

import pytest

from core.actor import Actor
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.remarques import settle
from partners.portfolio.fiche.services.versions import submit
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.retenue import may_be_retained
from partners.portfolio.publication.services import deactivate, publish_in_region
from partners.portfolio.relecture.services import add_remark, publish, refuse, remove_remark, send_back
from tests.factories import (
    OrganisationFactory,
    member_actor,
    prestataire_of,
    submitted_fiche,
)

pytestmark = pytest.mark.django_db


def test_the_c2ra_returns_with_remarks_then_publishes(user, actor, c2ra, centre):
    prestataire = prestataire_of(user)
    fiche = submitted_fiche(prestataire)
    with pytest.raises(ConditionsNotMet) as refused:
        send_back(fiche, actor=c2ra, expected_state="soumise")
    assert "remarque" in refused.value.reasons[0]
    add_remark(fiche, "experiences", "references", "Précisez les jours.", actor=c2ra)
    with pytest.raises(InvalidInput):
        add_remark(fiche, "experiences", "prix_min", "Mauvaise rubrique.", actor=c2ra)
    fiche = send_back(fiche, actor=c2ra, expected_state="soumise")
    (asked,) = fiche.remarques.asked()
    assert asked.champ == "references"
    settle(asked, "", actor=actor)
    fiche = submit(fiche, actor=actor, expected_state="a_completer")
    fiche = publish(fiche, actor=c2ra, expected_state="soumise")
    assert fiche.state == "figee"
    assert may_be_retained(prestataire, centre).ok


def test_a_remark_is_written_and_taken_back_on_a_version_that_waits_only(user, c2ra):
    fiche = submitted_fiche(prestataire_of(user))
    with pytest.raises(InvalidInput, match="n’existe pas"):
        add_remark(fiche, "ailleurs", "", "Où ?", actor=c2ra)
    with pytest.raises(InvalidInput, match="compléter"):
        add_remark(fiche, "autres", "prix_min", "  ", actor=c2ra)
    kept = add_remark(fiche, "autres", "prix_min", "Quel prix ?", actor=c2ra)
    remove_remark(add_remark(fiche, "autres", "", "Une erreur.", actor=c2ra), actor=c2ra)
    fiche = send_back(fiche, actor=c2ra, expected_state="soumise")
    for write in (
        lambda: add_remark(fiche, "autres", "prix_min", "Trop tard.", actor=c2ra),
        lambda: remove_remark(kept, actor=c2ra),
    ):
        with pytest.raises(StaleState, match="n’attend plus de décision"):
            write()
    # Sent again, it waits for another decision: the remark that has left stays said.
    settle(kept, "650 euros.", actor=Actor.system("recette"))
    submit(fiche, actor=Actor.system("recette"), expected_state="a_completer")
    with pytest.raises(InvalidInput, match="déjà partie"):
        remove_remark(kept, actor=c2ra)
    assert [r.texte for r in fiche.remarques.all()] == ["Quel prix ?"]


def test_only_the_c2ra_of_the_home_region_writes_remarks(user, actor, c2ra, other_c2ra):
    fiche = submitted_fiche(prestataire_of(user))
    remark = add_remark(fiche, "autres", "prix_min", "Quel prix ?", actor=c2ra)
    for stranger in (other_c2ra, member_actor(c2ra.organisation, "lecture"), actor):
        with pytest.raises(NotAllowed):
            add_remark(fiche, "autres", "prix_min", "Non.", actor=stranger)
        with pytest.raises(NotAllowed):
            remove_remark(remark, actor=stranger)


def test_only_the_c2ra_of_the_home_region_decides(user, actor, c2ra, other_c2ra, centre):
    fiche = submitted_fiche(prestataire_of(user))
    dla = member_actor(OrganisationFactory(region=centre))
    reader = member_actor(c2ra.organisation, "lecture")
    for stranger in (other_c2ra, dla, reader, actor):
        with pytest.raises(NotAllowed):
            publish(fiche, actor=stranger, expected_state="soumise")
        with pytest.raises(NotAllowed):
            refuse(fiche, actor=stranger, reason="Non.", expected_state="soumise")
    with pytest.raises(InvalidInput, match="motif"):
        refuse(fiche, actor=c2ra, reason=" ", expected_state="soumise")


def test_each_region_decides_for_its_own(user, c2ra, other_c2ra, centre, bretagne):
    prestataire = prestataire_of(user)
    fiche = submitted_fiche(prestataire, regions=[bretagne])
    assert not FicheVersion.objects.visible_to(other_c2ra).exists()
    publish(fiche, actor=c2ra, expected_state="soumise")
    offered = Publication.objects.to_decide().get()
    assert offered.region == bretagne and FicheVersion.objects.visible_to(other_c2ra).exists()
    assert "attend encore" in may_be_retained(prestataire, bretagne).reason
    with pytest.raises(NotAllowed):
        publish_in_region(offered, actor=c2ra, expected_state="demandee")
    publish_in_region(offered, actor=other_c2ra, expected_state="demandee")
    assert may_be_retained(prestataire, bretagne).ok
    offered.refresh_from_db()
    deactivate(offered, actor=other_c2ra, reason="Plainte.", expected_state="publiee")
    assert not may_be_retained(prestataire, bretagne) and may_be_retained(prestataire, centre)
