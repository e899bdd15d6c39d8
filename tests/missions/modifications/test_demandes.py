"""What was signed changes by one way only: asked, decided by the DLA with the structure, written in an avenant."""

import datetime as dt

import pytest
from django.db.models import QuerySet

from accounts import services as accounts
from accounts.services.links import LinkClosed, holder
from core import clock
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from missions.conventions.enums import EtatAvenant
from missions.conventions.models import Avenant
from missions.conventions.services.actes import current_acte
from missions.conventions.services.actes import perform_action as perform_avenant
from missions.conventions.services.avenants import termes_of
from missions.conventions.services.signatures import sign_on_paper
from missions.modifications import services
from missions.modifications.enums import EtatDemande
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.providers import move_accords
from missions.suivi.models import EtapeSuivi
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory, actor_of, member
from tests.missions import mission

pytestmark = pytest.mark.django_db

JUNE, NOVEMBER = dt.date(2027, 6, 30), dt.date(2027, 11, 30)
DATE = {"quoi": "date", "de": "Avant l’été", "a": "Fin juin", "pourquoi": "Une absence.", "nouvelle_fin": JUNE}
FIN = {
    "quoi": "fin", "de": "Fin octobre", "a": "Fin novembre", "pourquoi": "Un atelier reporté.",
    "nouvelle_fin": NOVEMBER,
}  # fmt: skip
TOLD = "le 20\N{NO-BREAK SPACE}novembre\N{NO-BREAK SPACE}2026, par téléphone"
CONTACT = {"contact_le": dt.date(2026, 11, 20), "contact_moyen": "telephone"}


def again(demande) -> DemandeModification:
    found = DemandeModification.objects.get(pk=demande.pk)
    found.convention = mission.fresh(demande.convention)
    return found


def accords(demande) -> list[AccordStructure]:
    rows = list(AccordStructure.objects.filter(demande=demande).select_related("structure__structure"))
    for row in rows:
        row.demande = again(demande)
    return rows


def accepted_by_the_dla(demande, actor):
    return services.perform_action(again(demande), "accepter", actor=actor, expected_state="demandee")


def agreed(demande, actor):
    for row in accords(demande):
        services.repondre(row, {"avis": "oui", "nom": "La présidence"}, actor=actor)
    return again(demande)


# --- Asked ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [FIN, {**FIN, "quoi": "problematique", "nouvelle_fin": None}])
def test_the_problematique_and_the_end_change_for_nobody_without_a_dated_contact_before(
    change, convention, consultant, team
):
    for actor in (consultant, team):
        with pytest.raises(InvalidInput, match="contact préalable"):
            services.demander(convention, change, actor=actor)
        with pytest.raises(InvalidInput, match="contact préalable"):
            services.demander(convention, {**change, "contact_le": dt.date(2026, 11, 20)}, actor=actor)
    with pytest.raises(InvalidInput, match="futur"):
        services.demander(convention, {**change, **CONTACT, "contact_le": dt.date(2027, 1, 1)}, actor=consultant)
    demande = services.demander(convention, {**change, **CONTACT}, actor=consultant)
    assert demande.niveau_a and demande.demandeur == "prestataire"


def test_another_change_is_asked_without_it_and_the_charge_de_mission_is_told(convention, consultant, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    assert not demande.niveau_a and demande.numero == 1
    assert OutboxMail.objects.filter(template="missions/modification_demandee").count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"etape": None}, "de quelle étape"),
        ({"nouvelle_fin": None}, "nouvelle date"),
        ({"nouvelle_fin": NOVEMBER}, "demandez d’abord à changer la date de fin"),
        ({"nouvelle_fin": dt.date(2026, 12, 1)}, "précède le début"),
        ({"pourquoi": ""}, "Pourquoi"),
        ({"quoi": "prix"}, "quoi|change|choix"),
    ],
)
def test_what_is_asked_makes_sense(values, said, convention, consultant, etapes):
    with pytest.raises(InvalidInput, match=said):
        services.demander(convention, {**DATE, "etape": etapes[0], **values}, actor=consultant)


def test_a_stage_of_another_mission_or_one_returned_is_not_asked_about(convention, consultant, etapes):
    EtapeSuivi.objects.filter(pk=etapes[0].pk).update(fait_le=clock.today(), rendue_le=clock.now())
    etapes[0].refresh_from_db()
    with pytest.raises(InvalidInput, match="est rendue"):
        services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    with pytest.raises(InvalidInput, match="est une autre demande"):
        services.demander(convention, {**DATE, "etape": etapes[2]}, actor=consultant)


def test_who_is_not_of_the_mission_asks_nothing(convention, world):
    for stranger in (actor_of(member()), actor_of(world["stranger"])):
        with pytest.raises(NotAllowed):
            services.demander(convention, {**FIN, **CONTACT}, actor=stranger)


def test_it_is_corrected_until_somebody_decides(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    seen = demande.version
    fresh = services.corriger(demande, {"pourquoi": "Deux absences."}, actor=consultant, expected_version=seen)
    with pytest.raises(EditConflict):
        services.corriger(again(demande), {"pourquoi": "Autre."}, actor=team, expected_version=seen)
    accepted_by_the_dla(fresh, team)
    with pytest.raises(NotAllowed, match="ne change plus"):
        services.corriger(again(demande), {"pourquoi": "Trop tard."}, actor=consultant)


# --- Decided --------------------------------------------------------------------------------------------------------


def test_accepted_by_both_it_is_written_in_an_avenant_and_moves_the_planned_end(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    done = accepted_by_the_dla(demande, team)
    assert done.state == EtatDemande.A_LA_STRUCTURE and not Avenant.objects.exists()
    assert EtapeSuivi.objects.get(pk=etapes[0].pk).prevu_fin is None
    done = agreed(demande, team)
    avenant = done.avenant
    assert done.state == EtatDemande.ACCEPTEE
    assert (avenant.quoi, avenant.de, avenant.pourquoi, avenant.state) == (
        "date",
        "Avant l’été",
        "Une absence.",
        "projet",
    )
    assert avenant.accepte_dla_le and avenant.accepte_structure_le and avenant.demande_le
    assert EtapeSuivi.objects.get(pk=etapes[0].pk).prevu_fin == JUNE
    assert OutboxMail.objects.filter(template="missions/modification_decidee").count() >= 2


def test_the_end_of_the_mission_holds_once_its_avenant_is_signed_and_tells_the_contact(
    convention, consultant, team, etapes
):
    demande = services.demander(convention, {**FIN, **CONTACT}, actor=consultant)
    accepted_by_the_dla(demande, team)
    avenant = agreed(demande, team).avenant
    assert avenant.contact_dit == TOLD
    assert EtapeSuivi.objects.get(pk=etapes[2].pk).prevu_fin == NOVEMBER
    assert termes_of(convention).fin == convention.fin != NOVEMBER
    avenant.convention = convention
    put = perform_avenant(avenant, "mettre_a_signer", actor=team, expected_state="projet")
    acte = current_acte(put)
    assert acte.data["contact"] == TOLD
    sign_on_paper(acte, {row.pk: clock.today() for row in acte.signataires.all()}, mission.copie(), actor=team)
    assert Avenant.objects.get(pk=avenant.pk).state == EtatAvenant.SIGNE
    assert termes_of(convention).fin == NOVEMBER


def test_the_planned_end_comes_back_when_the_avenant_is_given_up(convention, consultant, team, etapes):
    demande = services.demander(convention, {**FIN, **CONTACT}, actor=consultant)
    accepted_by_the_dla(demande, team)
    avenant = agreed(demande, team).avenant
    avenant.convention = convention
    assert EtapeSuivi.objects.get(pk=etapes[2].pk).prevu_fin == NOVEMBER
    perform_avenant(avenant, "abandonner", actor=team, expected_state="projet", reason="Finalement non.")
    assert EtapeSuivi.objects.get(pk=etapes[2].pk).prevu_fin == convention.fin


def test_the_prestataire_decides_nothing(convention, consultant, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    with pytest.raises(NotAllowed, match="pilote"):
        accepted_by_the_dla(demande, consultant)
    with pytest.raises(NotAllowed):
        services.repondre(accords(demande)[0], {"avis": "oui"}, actor=consultant)


def test_refused_by_the_dla_nothing_changes_and_the_prestataire_learns_why(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    refuse = {"actor": team, "expected_state": "demandee"}
    with pytest.raises(InvalidInput, match="motif"):
        services.perform_action(again(demande), "refuser", **refuse)
    done = services.perform_action(again(demande), "refuser", reason="La date convient à tous.", **refuse)
    assert done.state == EtatDemande.REFUSEE and done.motif == "La date convient à tous."
    assert not Avenant.objects.exists() and EtapeSuivi.objects.get(pk=etapes[0].pk).prevu_fin is None
    with pytest.raises(StaleState):
        accepted_by_the_dla(demande, team)


def test_refused_by_one_structure_nothing_changes(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    with pytest.raises(StaleState, match="pas encore décidé"):
        services.repondre(accords(demande)[0], {"avis": "oui"}, actor=team)
    accepted_by_the_dla(demande, team)
    with pytest.raises(InvalidInput, match="pourquoi"):
        services.repondre(accords(demande)[0], {"avis": "non"}, actor=team)
    values = {"avis": "non", "commentaire": "Nous y tenons."}
    services.repondre(accords(demande)[0], values, actor=team)
    assert again(demande).state == EtatDemande.REFUSEE and not Avenant.objects.exists()


def test_a_structure_answers_once_by_its_own_link(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    accepted_by_the_dla(demande, team)
    row = accords(demande)[0]
    grant = accounts.send_link(services.LIEN, row, name="Sam", email="sam@example.org", actor=team)
    services.repondre(row, {"avis": "oui", "nom": "Sam"}, actor=holder(grant))
    assert AccordStructure.objects.get(pk=row.pk).par_lien
    with pytest.raises(LinkClosed):
        services.repondre(accords(demande)[0], {"avis": "non", "commentaire": "Non."}, actor=holder(grant))
    entry = JournalEntry.objects.filter(verb="missions.accord_donne").get()
    assert "Sam" not in str(entry.changes)


def test_the_link_of_one_structure_answers_for_no_other(convention, consultant, team, etapes):
    first = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    second = services.demander(convention, {**DATE, "etape": etapes[1]}, actor=consultant)
    for demande in (first, second):
        accepted_by_the_dla(demande, team)
    grant = accounts.send_link(services.LIEN, accords(first)[0], name="Sam", email="sam@example.org", actor=team)
    with pytest.raises(NotAllowed):
        services.repondre(accords(second)[0], {"avis": "oui"}, actor=holder(grant))


def test_typed_for_a_structure_it_bears_the_real_date(convention, consultant, team, etapes, clock_at):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    accepted_by_the_dla(demande, team)
    clock_at("2026-11-25 10:00")
    row = accords(demande)[0]
    with pytest.raises(InvalidInput, match="avant la demande"):
        services.repondre(row, {"avis": "oui", "le": dt.date(2026, 11, 1)}, actor=team)
    with pytest.raises(InvalidInput, match="futur"):
        services.repondre(row, {"avis": "oui", "le": dt.date(2026, 12, 1)}, actor=team)
    services.repondre(row, {"avis": "oui", "le": dt.date(2026, 11, 23)}, actor=team)
    assert again(demande).avenant.accepte_structure_le == dt.date(2026, 11, 23)


def test_the_dla_does_not_decide_without_a_structure(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    AccordStructure.objects.filter(demande=demande).delete()
    with pytest.raises(ConditionsNotMet) as refused:
        accepted_by_the_dla(demande, team)
    assert "quelles structures" in refused.value.reasons[0]
    with pytest.raises(InvalidInput, match="au moins une"):
        services.choisir_structures(again(demande), [], actor=team)
    chosen = StructureCiblee.objects.filter(ingenierie=convention.ingenierie, state="confirmee")[:1]
    services.choisir_structures(again(demande), list(chosen), actor=team)
    assert accepted_by_the_dla(demande, team).state == EtatDemande.A_LA_STRUCTURE


def test_what_is_taken_back_is_decided_no_more(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    services.perform_action(again(demande), "retirer", actor=consultant, expected_state="demandee", reason="Réglé.")
    with pytest.raises(StaleState):
        accepted_by_the_dla(demande, team)


@pytest.mark.parametrize("pour", ["dla", "structure"])
def test_what_the_dla_or_a_structure_asked_is_not_the_prestataires_to_rewrite_or_to_take_back(
    pour, convention, consultant, team, etapes
):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=team, pour=pour)
    withdraw = {"expected_state": "demandee", "reason": "Non."}
    with pytest.raises(NotAllowed, match="seul le DLA"):
        services.corriger(again(demande), {"a": "Fin août"}, actor=consultant)
    with pytest.raises(NotAllowed, match="seul le DLA"):
        services.perform_action(again(demande), "retirer", actor=consultant, **withdraw)
    assert again(demande).a == "Fin juin"
    assert services.perform_action(again(demande), "retirer", actor=team, **withdraw).state == EtatDemande.RETIREE


def test_what_the_team_wrote_down_for_the_prestataire_is_the_prestataires(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=team, pour="prestataire")
    assert services.corriger(again(demande), {"a": "Fin août"}, actor=consultant).a == "Fin août"


@pytest.mark.parametrize("over", ["retire", "close"])
def test_a_link_closes_with_its_mission(over, convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    accepted_by_the_dla(demande, team)
    row = accords(demande)[0]
    grant = accounts.send_link(services.LIEN, row, name="Sam", email="sam@example.org", actor=team)
    assert services.why_no_answer(row) == ""
    if over == "close":
        QuerySet(type(convention)).filter(pk=convention.pk).update(state="close")
    else:
        type(convention.choix).objects.filter(pk=convention.choix_id).update(retire_at=clock.now())
    with pytest.raises(LinkClosed, match="ne change plus"):
        services.repondre(accords(demande)[0], {"avis": "oui", "nom": "Sam"}, actor=holder(grant))
    assert not Avenant.objects.exists()


def test_a_structure_that_is_asked_no_more_is_journaled(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    other = StructureCiblee(ingenierie=convention.ingenierie, structure=StructureFactory(), state="confirmee")
    other.save()
    services.choisir_structures(again(demande), [other], actor=team)
    assert [row.structure for row in accords(demande)] == [other]
    assert JournalEntry.objects.filter(verb="missions.accord_retire").count() == 1


def test_two_structures_that_become_one_keep_the_answer(convention, consultant, team, etapes):
    demande = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)
    row = accords(demande)[0]
    other = StructureCiblee(ingenierie=convention.ingenierie, structure=StructureFactory())
    other.save()
    AccordStructure.objects.create(demande=demande, structure=other, avis="oui", le=clock.today())
    assert move_accords(row.structure, other, team) == 1
    assert AccordStructure.objects.get(demande=demande, structure=row.structure).avis == "oui"
