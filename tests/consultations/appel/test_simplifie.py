"""The simplified mode (002, DLA 28): four questions, one pre-selected, or back to the complete mode."""

import datetime as dt

import pytest

from consultations.appel.enums import EtatAppel, ModeAppel, MotifDeclin
from consultations.appel.models import Invitation, RemiseVersion
from consultations.appel.presenters import answers, sheet, title_for
from consultations.appel.services import cycle, preparation, reponses, simplifiee
from core.errors import InvalidInput, NotAllowed
from core.models import OutboxMail
from tests.consultations.appel.conftest import TITRE, diffuse, of, yes

pytestmark = pytest.mark.django_db


def told(quoi):
    rows = OutboxMail.objects.filter(template="consultations/nouvelle", context__quoi=quoi)
    return set(rows.values_list("to", flat=True))


def email(prestataire):
    return prestataire.membres.get().user.email


def test_no_cahier_is_given_and_nothing_names_the_structure(simple, asked):
    assert simple.version_diffusee is None and not simple.is_sealed
    assert not RemiseVersion.objects.exists()
    assert TITRE not in title_for(asked[0])
    assert list(sheet(simple)) == ["Problématique rencontrée", "Intervention proposée"]
    assert "Aucun projet n’est demandé" in asked[0].why_not_propose()


def test_the_four_questions_are_answered_in_full_and_may_change_until_the_deadline(asked, three, clock_at):
    mine, asks = asked[0], of(three[0])
    for lacking in ({"rencontre_possible": None}, {"coherence": " "}, {"prix_demi_journee": None}):
        with pytest.raises(InvalidInput):
            reponses.position(mine, yes(**lacking), actor=asks)
    with pytest.raises(InvalidInput, match="1ère rencontre"):
        reponses.position(mine, yes(rencontre_possible=False), actor=asks)
    with pytest.raises(InvalidInput, match="pas négatif"):
        reponses.position(mine, yes(prix_demi_journee=-1), actor=asks)
    reponses.position(mine, yes(rencontre_possible=False, rencontre_des=dt.date(2027, 2, 1)), actor=asks)
    row = reponses.position(mine, yes(), actor=asks)
    assert row.rencontre_des is None
    assert [label for label, _ in answers(row)] == [
        "Positionnement possible",
        "1ère rencontre entre le 5\xa0janvier\xa02027 et le 15\xa0janvier\xa02027 possible",
        "Cohérence de l’offre avec vos compétences et expériences",
        "À quel prix moyen accepteriez-vous cette mission ?",
    ]
    clock_at("2026-12-08 17:00")
    with pytest.raises(NotAllowed, match="date limite est passée"):
        reponses.position(mine, yes(), actor=asks)


def test_no_to_the_first_question_is_said_with_its_reason(asked, three):
    row = reponses.position(
        asked[0], {"positionne": False, "motif_declin": MotifDeclin.HORS_CHAMPS}, actor=of(three[0])
    )
    assert row.positionne is False and row.decline_at and row.motif_declin == MotifDeclin.HORS_CHAMPS


def test_one_alone_is_pre_selected_and_receives_the_cahier(simple, asked, three, actor):
    for row, prestataire in zip(asked[:2], three, strict=False):
        reponses.position(row, yes(), actor=of(prestataire))
    asked[0].refresh_from_db()
    with pytest.raises(NotAllowed, match="Diffusez d’abord"):
        simplifiee.preselect(asked[0], reason="La plus proche.", actor=actor)
    version = diffuse(simple.ingenierie)
    with pytest.raises(NotAllowed, match="Tous n’ont pas répondu"):
        simplifiee.preselect(asked[0], reason="La plus proche.", actor=actor)
    reponses.decline(asked[2], {"motif_declin": MotifDeclin.AUTRE}, actor=of(three[2]))
    with pytest.raises(NotAllowed, match="ne s’est pas positionné"):
        simplifiee.preselect(Invitation.objects.get(pk=asked[2].pk), reason="Non.", actor=actor)
    with pytest.raises(NotAllowed):
        simplifiee.preselect(asked[0], reason="Moi.", actor=of(three[0]))
    chosen = simplifiee.preselect(asked[0], reason="La plus proche.", actor=actor)
    assert chosen.state == EtatAppel.PRERETENU and chosen.version_diffusee == version
    assert list(RemiseVersion.objects.values_list("invitation", flat=True)) == [asked[0].pk]
    assert told("preretenu") == {email(three[0])} and told("non_preretenu") == {email(three[1])}
    mine, other = (Invitation.objects.get(pk=row.pk) for row in asked[:2])
    assert title_for(mine) == TITRE and TITRE not in title_for(other)
    assert mine.why_not_propose() == "" and other.why_not_propose()
    assert not chosen.is_closed and not chosen.is_sealed, "it writes with the DLA, without a deadline"


def test_a_prestataire_prefers_a_complete_project_and_the_call_goes_back(simple, asked, three, actor, clock_at):
    reponses.decline(asked[2], {"motif_declin": MotifDeclin.AUTRE}, actor=of(three[2]))
    with pytest.raises(InvalidInput):
        simplifiee.back_to_complete(simple, reason="", actor=of(three[0]))
    with pytest.raises(NotAllowed):
        simplifiee.back_to_complete(simple, reason="Je préfère.", actor=of(three[2]))
    back = simplifiee.back_to_complete(simple, reason="Je préfère un projet.", actor=of(three[0]))
    assert back.mode == ModeAppel.COMPLETE and back.state == EtatAppel.PREPARATION
    assert told("retour_complet") == {email(p) for p in three[1:]}, "the others are told"
    assert OutboxMail.objects.filter(template="consultations/retour_complet").count() == 1
    version = diffuse(back.ingenierie)
    preparation.update(back, {"mode": ModeAppel.COMPLETE}, actor=actor)
    back.refresh_from_db()
    again = cycle.open_call(back, actor=actor)
    assert again.is_sealed and again.version_diffusee == version
    assert RemiseVersion.objects.count() == 2, "one who declined is not asked again, and may come back"
    row = reponses.come_back(Invitation.objects.get(pk=asked[2].pk), actor=of(three[2]))
    assert row.remises.count() == 1


def test_after_the_pre_selection_the_mode_does_not_change_any_more(simple, asked, three, actor):
    diffuse(simple.ingenierie)
    for row, prestataire in zip(asked, three, strict=True):
        reponses.position(row, yes(), actor=of(prestataire))
    chosen = simplifiee.preselect(Invitation.objects.get(pk=asked[0].pk), reason="Oui.", actor=actor)
    with pytest.raises(Exception, match="pas possible depuis cet état"):
        simplifiee.back_to_complete(chosen, reason="Trop tard.", actor=of(three[1]))
