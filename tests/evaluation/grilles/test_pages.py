"""The pages of the grids: for the team, for what it shows to others, for the prestataire; the printed grid."""

import copy
import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind
from core.echeances import ECHEANCES, Window
from core.errors import NotAllowed
from core.models import JournalEntry
from evaluation.grilles import documents, history
from evaluation.grilles.permissions import lisibles_par, suivi_of, viewable, viewable_prestataire
from evaluation.grilles.reading import read_grille
from evaluation.grilles.services import remise, suites
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.models import Reponse
from evaluation.resultats import documents as results
from evaluation.resultats.models import BesoinReleve
from evaluation.synthese.registry import faits_de
from missions.mission.registry import SALLES
from partners.recherche.registry import past_of
from projects.evidence import evidence_for
from projects.ingenierie.services import refresh_scopes
from structures.registry import HISTORY
from tests.evaluation.grilles import world
from tests.evaluation.grilles.test_remise import TOLD, handed, over
from tests.evaluation.world import link_of
from tests.factories import OrganisationFactory, RegionFactory, TypePrestationFactory, actor_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _one(shared):
    return shared(world.individuelle)


@pytest.fixture(scope="module")
def _many(shared):
    return shared(world.collective)


@pytest.fixture
def one(db, _one):
    return copy.deepcopy(_one)


@pytest.fixture
def many(db, _many):
    return copy.deepcopy(_many)


def url(w, name="grille", *more):
    return reverse(f"evaluation:{name}", args=[w.ingenierie.pk, w.grille.pk, *more])


def region_of(w):
    """Somebody of the C2RA of the region of the pilot."""
    refresh_scopes(w.ingenierie)
    return member(OrganisationFactory(kind=OrganisationKind.C2RA, region=w.ingenierie.pilote.region))


def neighbour_of(w):
    """Somebody of another DLA of the region."""
    return member(OrganisationFactory(region=w.ingenierie.pilote.region))


# --- The team -------------------------------------------------------------------------------------------------------


def test_a_mission_without_its_grid_offers_it_in_one_click(one, client_for):
    one.grille.repondants.all().delete()
    one.grille.delete()
    client = client_for(one.user)
    page = reverse("evaluation:grilles", args=[one.ingenierie.pk])
    assert "Préparer la grille" in client.get(page).content.decode()
    prepare = reverse("evaluation:grille_preparer", args=[one.ingenierie.pk, one.convention.pk])
    first = client.post(prepare)
    assert client.post(prepare).url == first.url  # one copy
    assert "Préparer la grille" not in client.get(page).content.decode()
    mission = reverse("evaluation:grille_mission", args=[one.ingenierie.pk, one.convention.pk])
    assert "/grilles/" in client.get(mission).url


def test_a_convention_that_is_not_signed_has_no_grid(one, client_for):
    other = client_for(one.user).post(reverse("evaluation:grille_preparer", args=[one.ingenierie.pk, 999_999]))
    assert other.status_code == 404


def test_the_page_leads_through_every_state(one, client_for):
    client = client_for(one.user)
    assert "Relisez les questions" in client.get(url(one)).content.decode()
    grille = world.answered(one, non=("i1c",), textes={"i1c": "Hors cadre."})
    shown = client.get(url(one)).content.decode()
    assert "Clore et remettre au prestataire" in shown
    data = {"version": grille.version, "expected_state": "ouvert"}
    assert client.post(url(one, "grille_remettre"), data).status_code == 302
    shown = client.get(url(one)).content.decode()
    assert "Relancer le prestataire" in shown
    assert "chez le prestataire" in shown
    assert client.post(url(one, "grille_relancer")).status_code == 302
    remise.give_back(world.fresh(grille), actor=actor_of(one.referent))
    fresh = world.fresh(grille)
    assert "Rendue par" in client.get(url(one)).content.decode()
    assert (
        client.post(url(one, "grille_causes"), {"causes": "Le calendrier.", "version": fresh.version}).status_code
        == 302
    )
    fresh = world.fresh(grille)
    done = client.post(url(one), {"action": "terminer", "expected_state": "clos", "version": fresh.version})
    assert done.status_code == 302
    assert client.get(url(one, "grille_restituer")).status_code == 200
    assert client.post(url(one, "grille_restituer"), {**TOLD, "le": "2026-11-20"}).status_code == 302
    comite = {"le": "2026-11-20", "moyen": "document", "texte": "Une page."}
    assert client.post(url(one, "grille_comite"), comite).status_code == 302
    assert client.post(url(one, "grille_comite"), {**comite, "le": "2027-01-01"}).status_code == 422
    shown = client.get(url(one)).content.decode()
    assert "délais tenus" in shown
    assert "Le calendrier." in shown


def test_si_non_is_a_row_only_when_it_arises(one, client_for):
    handed(one)
    assert "Si non, transformation" not in client_for(one.user).get(url(one)).content.decode()


def test_the_headings_are_those_of_the_source(one, client_for):
    handed(one)
    shown = client_for(one.user).get(url(one)).content.decode()
    for heading in (
        "Oui/Non", "OUI/NON", "Commentaires chargé(e) de mission DLA", "Commentaires prestataire",
        "Commentaires du bénéficiaire", "Commentaires du prestataire", "Commentaires de la structure",
        "résultats attendus (reprise du cahier des charges)", "résultats obtenus Oui/Non",
    ):  # fmt: skip
        assert f'<th scope="col">{heading}</th>' in shown


def test_a_read_only_member_reads_and_does_not_write(one, client_for):
    grille = handed(one)
    reader = member(one.actor.organisation, "lecture")
    client = client_for(reader)
    assert "Relancer" not in client.get(url(one)).content.decode()
    for name in ("grille_relancer", "grille_region"):
        assert client.post(url(one, name), {"version": grille.version}).status_code == 403
    assert client.get(url(one, "grille_causes")).status_code == 403


def test_an_ended_ingenierie_is_read_and_not_written(one, client_for):
    grille = over(one)
    type(one.ingenierie)._base_manager.filter(pk=one.ingenierie.pk).update(state="cloture")
    client = client_for(one.user)
    assert client.get(url(one)).status_code == 200
    assert client.post(url(one, "grille_restituer"), {**TOLD, "le": "2026-11-20"}).status_code == 403
    with pytest.raises(NotAllowed):
        suites.write_causes(world.fresh(grille), "Trop tard", actor=one.actor)


# --- Beyond the team ------------------------------------------------------------------------------------------------


def test_the_region_reads_nothing_until_it_is_switched_on_and_the_switch_is_journaled(many, client_for):
    grille = over(many, textes={"c3a": "Dit entre nous."}, nom_visible=False)
    c2ra, neighbour = region_of(many), neighbour_of(many)
    shared = url(many, "grille_partagee")
    for person in (c2ra, neighbour):
        assert client_for(person).get(shared).status_code == 404
        assert client_for(person).get(url(many)).status_code == 404
        assert not lisibles_par(actor_of(person)).exists()
        assert not viewable([grille.pk], actor_of(person))
    team = client_for(many.user)
    assert team.post(url(many, "grille_region"), {"montre": "1", "version": grille.version}).status_code == 302
    assert JournalEntry.objects.filter(verb="evaluation.montree").count() == 1
    for person in (c2ra, neighbour):
        shown = client_for(person).get(shared).content.decode()
        assert "un participant" in shown
        assert "Causes" not in shown
    elsewhere = member(OrganisationFactory(region=RegionFactory()))
    assert client_for(elsewhere).get(shared).status_code == 404
    fresh = world.fresh(grille)
    questionnaires.show_region(fresh, False, actor=many.actor)
    assert client_for(c2ra).get(shared).status_code == 404


def test_the_journal_which_the_region_reads_says_that_it_was_written_not_what(one):
    grille = handed(one)
    remise.comment(grille, {"i1a": ("Un mot du prestataire.", 0)}, actor=actor_of(one.referent))
    remise.give_back(grille, actor=actor_of(one.referent))
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=one.actor, expected_state="clos")
    grille = world.fresh(grille)
    suites.write_causes(grille, "Une cause dite entre nous.", actor=one.actor)
    suites.tell(grille, "prestataire", {**TOLD, "le": dt.date(2026, 11, 20)}, actor=one.actor)
    told = str(list(JournalEntry.objects.values()))
    for words in ("Un mot du prestataire", "Une cause dite", "délais tenus"):
        assert words not in told


def test_a_grid_switched_on_is_not_read_before_it_is_over(many):
    grille = handed(many)
    questionnaires.show_region(grille, True, actor=many.actor)
    assert not lisibles_par(actor_of(region_of(many))).exists()


def test_only_the_pilot_switches_it_on(many):
    grille = over(many)
    with pytest.raises(NotAllowed):
        questionnaires.show_region(grille, True, actor=actor_of(many.referent))
    with pytest.raises(NotAllowed):
        questionnaires.show_region(grille, True, actor=actor_of(region_of(many)))


def test_the_evaluation_enters_the_past_of_the_structure_and_of_the_prestataire_as_allowed(one):
    grille = handed(one)
    structure = world.of_kind(grille, "structure")[0].structure.structure
    assert "evaluations" in HISTORY
    assert not history.history([structure], one.actor)
    remise.give_back(grille, actor=actor_of(one.referent))
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=one.actor, expected_state="clos")
    prestataire = one.convention.choix.prestataire_id
    assert [line.url for line in history.history([structure], one.actor)[structure.pk]] == [url(one)]
    assert [line.url for line in past_of(prestataire, one.actor)] == [url(one)]
    c2ra = actor_of(region_of(one))
    assert (history.history([structure], c2ra), past_of(prestataire, c2ra)) == ({}, [])
    questionnaires.show_region(world.fresh(grille), True, actor=one.actor)
    assert [line.url for line in past_of(prestataire, c2ra)] == [url(one, "grille_partagee")]


def test_the_demarche_shows_what_the_grid_proves(one):
    assert "finaliser.evaluation.conditions" not in evidence_for(one.ingenierie)
    grille = over(one)
    suites.tell(grille, "prestataire", {**TOLD, "le": dt.date(2026, 11, 20)}, actor=one.actor)
    suites.tell(grille, "comite", {"moyen": "reunion", "texte": "x", "le": dt.date(2026, 11, 20)}, actor=one.actor)
    found = evidence_for(one.ingenierie)
    assert "remplie" in found["finaliser.evaluation.conditions"].text
    assert "structure" in found["finaliser.evaluation.structure"].text
    assert "restituée au prestataire le 20" in found["finaliser.evaluation.restitution"].text
    assert "informé" in found["finaliser.suites.comite"].text


# --- The prestataire ------------------------------------------------------------------------------------------------


def test_its_page_says_that_nothing_is_handed_yet(one, client_for):
    client = client_for(one.referent)
    page = reverse("mission_evaluee:evaluations", args=[one.convention.pk])
    assert "Rien ne vous est demandé" in client.get(page).content.decode()
    grille = handed(one)
    here = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    assert here in client.get(page).content.decode()
    assert page in client.get(reverse("mission:mission", args=[one.convention.pk])).content.decode()


def test_it_may_not_alter_anything_by_the_pages_of_the_team(one, client_for):
    grille = handed(one)
    client = client_for(one.referent)
    for name in ("grille_remettre", "grille_relancer", "grille_region", "grille_porter", "grille_restituer"):
        assert client.post(url(one, name), {"version": grille.version}).status_code == 404
    assert client.get(url(one)).status_code == 404


def test_it_gives_the_grid_back_without_a_comment(one, client_for):
    grille = handed(one)
    client = client_for(one.referent)
    assert client.post(reverse("mission_evaluee:grille_rendre", args=[one.convention.pk, grille.pk])).status_code == 302
    shown = client.get(reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])).content.decode()
    assert "ne changent plus" in shown


# --- Printed --------------------------------------------------------------------------------------------------------


def test_the_printed_grid_of_the_prestataire_is_another_document_than_the_teams(many, client_for):
    grille = over(many, textes={"c3a": "Dit entre nous."}, nom_visible=False)
    suites.write_causes(grille, "Le calendrier.", actor=many.actor)
    theirs, ours = actor_of(many.referent), many.actor
    assert (viewable([grille.pk], ours), viewable([grille.pk], theirs)) == ({grille.pk}, set())
    assert (viewable_prestataire([grille.pk], ours), viewable_prestataire([grille.pk], theirs)) == (set(), {grille.pk})
    texts = {
        kind: str(build(grille.pk, ours).context["blocks"])
        for kind, build in (("team", documents.build), ("prestataire", documents.build_prestataire))
    }
    assert "un participant" in texts["prestataire"]
    assert "Le calendrier." in texts["team"]
    assert "un participant" not in texts["team"]
    assert "Le calendrier." not in texts["prestataire"]
    docx = client_for(many.user).get(url(many, "grille_docx"))
    assert docx.status_code == 200
    assert (
        client_for(many.referent)
        .get(reverse("mission_evaluee:grille_docx", args=[many.convention.pk, grille.pk]))
        .status_code
        == 200
    )


# --- Other doors to the same answers --------------------------------------------------------------------------------


def test_a_collective_grid_opens_by_no_other_door_before_the_prestataire_has_commented(many, client_for):
    grille = handed(many, textes={"c3a": "Dit entre nous."})
    team = client_for(many.user)
    who = grille.repondants.filter(sorte="participant").first()
    grille.repondants.filter(pk=who.pk).update(voie="lien")  # what the team typed itself, it knows
    doors = [url(many, "resultats_de"), url(many, "resultats_export"), url(many, "resultats_question", "c3a")]
    for door in doors:
        answer = team.get(door)
        assert answer.status_code == 403 and "Dit entre nous" not in answer.text, door
    assert "Dit entre nous" not in team.get(url(many, "repondant", who.pk)).text
    assert not results.readable([grille.pk], many.actor)
    said = [fait.realise for faits in faits_de(world.fresh(grille).ingenierie).values() for fait in faits]
    assert not any("de oui" in text for text in said)
    remise.give_back(grille, actor=actor_of(many.referent))
    for door in doors:
        assert team.get(door).status_code == 200, door
    assert "Dit entre nous" in team.get(url(many, "repondant", who.pk)).text


def test_a_grid_switched_on_is_not_read_by_its_results_before_it_is_over(many, client_for):
    grille = handed(many)
    remise.give_back(grille, actor=actor_of(many.referent))
    questionnaires.show_region(world.fresh(grille), True, actor=many.actor)
    c2ra = client_for(region_of(many))
    assert c2ra.get(url(many, "resultats_de")).status_code == 403
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=many.actor, expected_state="clos")
    assert c2ra.get(url(many, "resultats_de")).status_code == 200


def test_who_spoke_for_the_structure_is_not_named_beyond_the_team(one):
    grille = over(one, textes={"i2a": "Un bon rythme."})
    assert "Alix Modèle" in str(read_grille(grille, pour_equipe=True).parties)
    beyond = str(read_grille(grille, pour_equipe=False).parties)
    assert "Alix Modèle" not in beyond and "Un bon rythme." in beyond


def test_a_mission_shows_its_evaluation_once_and_the_region_is_led_to_what_is_shown(many, client_for):
    labels = [salle.label for salle in SALLES]
    assert [label for label in labels if "valuation" in label] == ["Évaluation de la mission"]
    mission = reverse("evaluation:grille_mission", args=[many.ingenierie.pk, many.convention.pk])
    assert client_for(many.user).get(mission)["Location"] == url(many)
    shared = reverse("evaluation:grilles", args=[many.ingenierie.pk])
    assert client_for(region_of(many)).get(mission)["Location"] == shared


def test_the_day_of_the_comments_is_in_the_echeancier_until_they_are_given_back(one):
    grille = handed(one)
    day = suivi_of(grille).attendue_le
    source = ECHEANCES.get("grilles")

    def on(when):
        return list(source.find(one.actor, Window(when, when, one.ingenierie.pk)))

    (row,) = on(day)
    assert row.when == day and not row.done and not on(day - dt.timedelta(days=1))
    remise.give_back(grille, actor=actor_of(one.referent))
    assert on(day)[0].done


def test_a_no_of_the_grid_goes_to_the_plan_or_becomes_a_need(one, client_for):
    grille = over(one, non=("i2c",), textes={"i2c": "Former les trésoriers."})
    team = client_for(one.user)
    no = Reponse.objects.get(repondant__questionnaire=grille, code="i2c")
    yes = Reponse.objects.get(repondant__questionnaire=grille, code="i2a")
    need = url(one, "resultats_besoin", no.pk)
    page = team.get(url(one)).text
    assert need in page and "Ajouter au plan" in page
    assert "Former les trésoriers." in team.get(need).text
    assert team.get(url(one, "resultats_besoin", yes.pk)).status_code == 404
    values = {
        "ciblee": no.repondant.structure_id, "type_prestation": TypePrestationFactory().pk, "priorite": "2",
        "exprime": "on", "texte": "Former les trésoriers.",
    }  # fmt: skip
    assert team.post(need, values).status_code == 302
    assert BesoinReleve.objects.get().code == "i2c"


def test_what_a_participant_has_begun_by_its_link_is_not_read_by_typing_over_it(many, client_for):
    grille = world.opened(many)
    row = grille.repondants.filter(sorte="participant").exclude(email="").first()
    row.questionnaire = grille
    actor, _ = link_of(row)
    questionnaires.answer(row, {"c2a": ("oui", "Pas encore envoyé.")}, actor, False)
    team = client_for(many.user)
    for door in (url(many, "repondant", row.pk), url(many, "saisir", row.pk)):
        assert "Pas encore envoyé." not in team.get(door).text
    assert team.get(url(many, "saisir", row.pk)).status_code == 403
    other = grille.repondants.filter(sorte="participant", state="attendu").first()
    assert team.get(url(many, "saisir", other.pk)).status_code == 200
