"""The way of a filled grid: its own part by the chargé de mission, the answers closed, the prestataire comments without
altering anything, hands it back; the chargé de mission ends it and gives it back."""

import copy
import datetime as dt

import pytest
from django.urls import reverse

from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.jobs import run_pending
from core.models import OutboxMail
from evaluation.grilles import dashboard, facts, tasks
from evaluation.grilles.enums import DELAI_COMMENTAIRE, RAPPEL_COMMENTAIRE, Position
from evaluation.grilles.models import SuiviGrille, Transmission
from evaluation.grilles.permissions import pour_prestataire, suivi_of, why_not_read_yet
from evaluation.grilles.reading import UN_PARTICIPANT, read_grille
from evaluation.grilles.services import remise, suites
from evaluation.grilles.services.preparation import participants_of
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.definitions import DEFINITIONS
from evaluation.questionnaires.models import Repondant, Reponse
from missions.seances.models import ParticipantSeance, Seance
from mobilisation.reponses.models import ReponseStructure
from projects import facts as project_facts
from structures.plans.models import LignePlan
from tests.evaluation.grilles import world
from tests.factories import UserFactory, actor_of, member

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


def handed(w, **kwargs):
    grille = world.answered(w, **kwargs)
    remise.hand_over(grille, actor=w.actor, expected_state="ouvert")
    return world.fresh(grille)


def rows_of(grille):
    return {row.code: row for part in grille.parties for row in part.lignes}


# --- Preparing ------------------------------------------------------------------------------------------------------


def test_each_cycle_has_its_grid_and_those_who_answer_are_proposed(one, many):
    assert (one.grille.code, many.grille.code) == ("grille_individuelle", "grille_collective")
    asked = Repondant.objects.filter(questionnaire=one.grille).order_by("pk")
    assert [(row.sorte, row.email) for row in asked] == [("charge_mission", ""), ("structure", "alix@example.org")]
    people = world.of_kind(many.grille, "participant")
    assert len(people) == 4
    assert {row.structure.ingenierie_id for row in people} == {many.ingenierie.pk}


def test_those_who_are_known_are_proposed_once(many):
    assert questionnaires.add_known(many.grille, many.actor) == []
    assert len(world.of_kind(many.grille, "participant")) == 4


def test_a_structure_that_announced_its_participants_has_one_line_for_each(many):
    structure = world.of_kind(many.grille, "participant")[0].structure
    ReponseStructure.objects.create(
        structure_ciblee=structure,
        participants=[{"fonction": "Trésorier", "niveau": "", "nombre": 2}, {"fonction": "Direction", "niveau": ""}],
    )
    proposed = [row.fonction for row in participants_of(many.grille) if row.structure == structure]
    assert proposed == ["Trésorier", "Trésorier", "Direction"]


def test_those_who_came_to_a_seance_are_proposed_before_the_contact_of_their_structure(many):
    structure = world.of_kind(many.grille, "participant")[0].structure
    hours = {"date": dt.date(2026, 11, 19), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    held = Seance(convention=many.convention, nature="collective", titre="Atelier", jours="0.5", **hours)
    held.save()
    for name, presence in (("Alix Présente", "present"), ("Sam Absent", "absent")):
        ParticipantSeance.objects.create(
            seance=held, source="structure", structure=structure, organisme=str(structure), personne=name,
            presence=presence,
        )  # fmt: skip
    proposed = [row.nom for row in participants_of(many.grille) if row.structure == structure]
    assert proposed == ["Alix Présente"]
    assert len(participants_of(many.grille)) == 4


def test_the_expected_results_of_the_diffused_cahier_are_asked_one_by_one(one):
    asked = lignes_for(one.grille, "structure")
    assert [row.texte for code, row in asked.items() if code.startswith("i4:")] == world.RESULTATS.split("\n")
    assert list(asked)[-1] == "i4_autres"


def test_rows_of_several_days_are_asked_only_then(many):
    assert {"c1d_validation", "c3c"} <= set(lignes_for(many.grille, ""))
    assert len(lignes_for(many.grille, "participant")["c2a"].details) == 3
    short = copy.copy(many.grille)
    short.convention.jours = 1
    assert not {"c1d_validation", "c3c"} & set(lignes_for(short, ""))
    assert lignes_for(short, "participant")["c2a"].details == (
        "prise en compte des réalités et spécificités du secteur de l’utilité sociale dans la production des contenus, "
        "démarches et outils",
    )


def test_the_two_grids_are_those_of_the_source_in_its_order():
    codes = {
        code: [q.code for q in DEFINITIONS[code].questions] for code in ("grille_individuelle", "grille_collective")
    }
    assert codes["grille_individuelle"] == [
        "i1a", "i1b", "i1c", "i1d", "i2a", "i2b", "i2c", "i3a", "i3b", "i3c", "i3c_hors", "i3d", "i4", "i4_autres",
    ]  # fmt: skip
    assert codes["grille_collective"] == [
        "c1a", "c1b", "c1c", "c1d", "c1d_validation", "c2a", "c2b", "c2c", "c3a", "c3b", "c3c", "c3d", "c4",
        "c4_autres",
    ]  # fmt: skip
    assert DEFINITIONS["grille_individuelle"].question("i1d").si.valeur == "non"


# --- Handing over ---------------------------------------------------------------------------------------------------


def test_the_grid_goes_to_the_referent_once_both_have_answered(one):
    grille = world.opened(one)
    with pytest.raises(InvalidInput, match="première partie"):
        remise.hand_over(grille, actor=one.actor, expected_state="ouvert")
    world.fill(world.of_kind(grille, "charge_mission")[0], one.actor)
    with pytest.raises(InvalidInput, match="structure n’a pas encore répondu"):
        remise.hand_over(world.fresh(grille), actor=one.actor, expected_state="ouvert")
    world.fill(world.of_kind(grille, "structure")[0], one.actor, voie="visite")
    remise.hand_over(world.fresh(grille), actor=one.actor, expected_state="ouvert")
    grille = world.fresh(grille)
    assert grille.state == "clos"
    assert suivi_of(grille).position == Position.CHEZ_LE_PRESTATAIRE
    assert one.referent.email in OutboxMail.objects.filter(template=remise.REMISE).values_list("to", flat=True)
    with pytest.raises(NotAllowed, match="déjà chez le prestataire"):
        remise.hand_over(grille, actor=one.actor, expected_state="clos")


def test_somebody_else_does_not_hand_it_over(one):
    grille = world.answered(one)
    for stranger in (actor_of(member()), actor_of(one.referent)):
        with pytest.raises(NotAllowed):
            remise.hand_over(grille, actor=stranger, expected_state="ouvert")


def test_the_prestataire_reads_nothing_before_it_is_closed_and_handed(one, client_for):
    grille = world.answered(one)
    client = client_for(one.referent)
    page = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    assert client.get(page).status_code == 404
    assert not pour_prestataire(actor_of(one.referent)).exists()
    questionnaires.perform_action(grille, "clore", actor=one.actor, expected_state="ouvert")
    assert client.get(page).status_code == 404  # closed, not handed yet
    remise.hand_over(world.fresh(grille), actor=one.actor, expected_state="clos")
    assert client.get(page).status_code == 200
    assert client_for(UserFactory()).get(page).status_code == 404


def test_reopened_it_is_not_read_any_more_until_it_is_handed_again(one, client_for):
    grille = handed(one)
    page = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    client = client_for(one.referent)
    questionnaires.perform_action(grille, "rouvrir", actor=one.actor, expected_state="clos", reason="Une erreur.")
    assert client.get(page).status_code == 404
    questionnaires.perform_action(world.fresh(grille), "clore", actor=one.actor, expected_state="ouvert")
    assert client.get(page).status_code == 404
    remise.hand_over(world.fresh(grille), actor=one.actor, expected_state="clos")
    assert client.get(page).status_code == 200


def test_the_prestataire_of_another_mission_reads_nothing_of_this_one(one, many, client_for):
    grille = handed(one)
    client = client_for(many.referent)
    assert client.get(reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])).status_code == 404
    # Nor under the address of its own mission.
    assert client.get(reverse("mission_evaluee:grille", args=[many.convention.pk, grille.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        remise.comment(grille, {"i1a": ("Pris", 0)}, actor=actor_of(many.referent))


# --- Commenting -----------------------------------------------------------------------------------------------------


def test_the_prestataire_comments_every_row_and_alters_no_answer(one, client_for):
    grille = handed(one, non=("i2b",), textes={"i2b": "Peu de connaissance du secteur."})
    before = list(Reponse.objects.order_by("pk").values())
    client = client_for(one.referent)
    page = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    shown = client.get(page).content.decode()
    assert "Peu de connaissance du secteur." in shown
    assert "Commentaires du bénéficiaire" in shown
    codes = list(lignes_for(grille, ""))
    read = rows_of(read_grille(grille, pour_equipe=False))
    number = [code for code in codes if code in read].index("i2b") + 1
    data = {
        f"c{number}": "Nous avons fait appel à un spécialiste.",
        f"v{number}": "0",
        "i2b": "oui",
        "valeur_i2b": "oui",
    }
    assert client.post(page, data).status_code == 302
    assert rows_of(read_grille(grille, pour_equipe=True))["i2b"].commentaire.startswith("Nous avons fait appel")
    assert list(Reponse.objects.order_by("pk").values()) == before


def test_two_people_of_the_prestataire_do_not_lose_a_word(one, client_for):
    grille = handed(one)
    first, second = (actor_of(user) for user in (one.referent, world.referent(one.convention)))
    remise.comment(grille, {"i1a": ("Le premier.", 0)}, actor=first)
    with pytest.raises(remise.CommentesEntreTemps):
        remise.comment(grille, {"i1a": ("Le second.", 0)}, actor=second)
    remise.comment(grille, {"i1a": ("Le premier.", 0), "i1b": ("Autre ligne.", 0)}, actor=second)  # the same words pass
    client = client_for(one.referent)
    page = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    answer = client.post(page, {"c1": "Un autre texte.", "v1": "0"})
    assert answer.status_code == 409
    assert "Un autre texte." in answer.content.decode()
    assert "Le premier." in answer.content.decode()


def test_given_back_its_comments_do_not_change_and_the_charge_de_mission_is_told(one, client_for):
    grille = handed(one)
    actor = actor_of(one.referent)
    client = client_for(one.referent)
    page = reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk])
    assert (
        client.post(page, {"c1": "Reporté d’un mois, d’accord avec la structure.", "v1": "0", "rendre": "1"}).url
        == page
    )
    assert suivi_of(world.fresh(grille)).position == Position.RENDUE
    assert OutboxMail.objects.get(template=remise.RENDUE).to == one.user.email
    with pytest.raises(NotAllowed, match="rendue"):
        remise.comment(grille, {"i1a": ("Encore.", 1)}, actor=actor)
    with pytest.raises(NotAllowed):
        remise.give_back(grille, actor=actor)


# --- Reading --------------------------------------------------------------------------------------------------------


def test_a_participant_whose_name_is_not_to_be_read_is_un_participant(many):
    grille = world.opened(many)
    world.fill(world.of_kind(grille, "charge_mission")[0], many.actor)
    people = world.of_kind(grille, "participant")
    for row, seen in zip(people, (True, False, False, False), strict=True):
        row.nom = f"Personne {row.pk}"
        row.save()
        world.fill(row, many.actor, voie="papier", textes={"c3a": f"Dit par {row.pk}"}, nom_visible=seen)
    grille = world.fresh(grille)
    told = rows_of(read_grille(grille, pour_equipe=False))["c3a"].dits
    assert [dit.qui for dit in told].count(UN_PARTICIPANT) == 3
    assert any(dit.qui.startswith(f"Personne {people[0].pk}") for dit in told)
    whole = rows_of(read_grille(grille, pour_equipe=True))["c3a"].dits
    assert UN_PARTICIPANT not in {dit.qui for dit in whole}
    assert rows_of(read_grille(grille, pour_equipe=True))["c3a"].reponse == "4 oui"


def test_groups_are_not_told_below_four_answers_nor_by_subtraction(many):
    grille = world.opened(many)
    world.fill(world.of_kind(grille, "charge_mission")[0], many.actor)
    people = world.of_kind(grille, "participant")
    for row in people:
        world.fill(row, many.actor, voie="papier")
    grille = world.fresh(grille)
    read = read_grille(grille, pour_equipe=False)
    assert (read.groupes, "moins de 4" in read.sans_groupes) == ((), True)  # two answers in each

    def more(structure, count):
        for _ in range(count):
            row = questionnaires.add_repondant(
                grille, {"sorte": "participant", "structure": structure, "organisme": "x"}, many.actor
            )
            world.fill(row, many.actor, voie="papier", non=("c3b",))

    more(people[0].structure, 2)  # four in the north: the two of the south would be known by taking them away
    assert read_grille(grille, pour_equipe=False).groupes == ()
    more(people[1].structure, 2)
    told = read_grille(grille, pour_equipe=False).groupes
    assert [(g.nom, g.reponses) for g in told] == [("Groupe nord", 4), ("Groupe sud", 4)]
    assert 0 < told[0].oui < 100


def test_the_charge_de_mission_reads_the_collective_grid_given_back_or_late(many, client_for, time_machine):
    grille = handed(many)
    page = reverse("evaluation:grille", args=[many.ingenierie.pk, grille.pk])
    client = client_for(many.user)
    assert "Le prestataire commente la grille" in client.get(page).content.decode()
    assert client.get(reverse("evaluation:grille_docx", args=[many.ingenierie.pk, grille.pk])).status_code == 404
    time_machine.shift(dt.timedelta(days=DELAI_COMMENTAIRE))
    assert why_not_read_yet(world.fresh(grille))
    time_machine.shift(dt.timedelta(days=1))
    assert not why_not_read_yet(world.fresh(grille))
    assert "4 oui" in client_for(many.user).get(page).content.decode()


def test_given_back_it_is_read_at_once(many, client_for):
    grille = handed(many)
    remise.give_back(grille, actor=actor_of(many.referent))
    shown = client_for(many.user).get(reverse("evaluation:grille", args=[many.ingenierie.pk, grille.pk]))
    assert "Commentaires chargé(e) de mission DLA" in shown.content.decode()


def test_a_grid_is_read_in_as_many_queries_for_four_answers_as_for_twelve(many, count_queries):
    grille = world.answered(many)
    few = count_queries(lambda: read_grille(grille, pour_equipe=False))
    structure = world.of_kind(grille, "participant")[0].structure
    for _ in range(8):
        row = questionnaires.add_repondant(
            grille, {"sorte": "participant", "structure": structure, "organisme": "x"}, many.actor
        )
        world.fill(row, many.actor, voie="papier", textes={"c3a": "Dit"})
    assert count_queries(lambda: read_grille(grille, pour_equipe=False)) == few


# --- Afterwards -----------------------------------------------------------------------------------------------------


def over(w, **kwargs):
    grille = handed(w, **kwargs)
    remise.give_back(grille, actor=actor_of(w.referent))
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=w.actor, expected_state="clos")
    return world.fresh(grille)


TOLD = {"moyen": "telephone", "texte": "Mission conforme, délais tenus."}


def test_it_is_given_back_to_the_prestataire_once_over_and_the_gate_knows(one, client_for):
    grille = handed(one)
    values = {**TOLD, "le": dt.date(2026, 11, 20)}
    with pytest.raises(NotAllowed, match="une fois la grille terminée"):
        suites.tell(grille, "prestataire", values, actor=one.actor)
    with pytest.raises(ConditionsNotMet):  # the prestataire may still comment it
        questionnaires.perform_action(grille, "terminer", actor=one.actor, expected_state="clos")
    remise.give_back(grille, actor=actor_of(one.referent))
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=one.actor, expected_state="clos")
    grille = world.fresh(grille)

    def count():
        provider = project_facts.fetch([one.ingenierie.pk], [_Provider(facts.restituees)])
        return provider[one.ingenierie.pk]["eval_restituees"]

    assert count() == 0
    suites.tell(grille, "prestataire", values, actor=one.actor)
    assert count() == 1
    assert one.referent.email in OutboxMail.objects.filter(template=suites.RESTITUTION).values_list("to", flat=True)
    shown = client_for(one.referent).get(reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk]))
    assert "délais tenus" in shown.content.decode()
    assert "Enregistrer mes commentaires" not in shown.content.decode()


def test_without_news_of_the_prestataire_it_ends_all_the_same(one, time_machine):
    grille = handed(one)
    time_machine.shift(dt.timedelta(days=DELAI_COMMENTAIRE + 1))
    questionnaires.perform_action(grille, "terminer", actor=one.actor, expected_state="clos")
    assert suivi_of(world.fresh(grille)).position == Position.TERMINEE


class _Provider:
    def __init__(self, annotations):
        self.annotations = annotations


def test_what_was_told_is_kept_and_the_comite_is_not_read_by_the_prestataire(one, client_for):
    grille = over(one)
    values = {"moyen": "reunion", "texte": "Une page, comme convenu.", "le": dt.date(2026, 11, 20)}
    row = suites.tell(grille, "comite", values, actor=one.actor)
    with pytest.raises(Exception, match="ne se modifie pas"):
        row.delete()
    assert not OutboxMail.objects.filter(template=suites.RESTITUTION).exists()
    shown = client_for(one.referent).get(reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk]))
    assert "comme convenu" not in shown.content.decode()
    assert Transmission.objects.filter(destinataire="comite").count() == 1


def test_causes_are_the_teams(one, client_for):
    grille = over(one)
    suites.write_causes(grille, "Trop peu de temps entre les rencontres.", actor=one.actor)
    told = client_for(one.user).get(reverse("evaluation:grille", args=[one.ingenierie.pk, grille.pk]))
    assert "Trop peu de temps" in told.content.decode()
    shown = client_for(one.referent).get(reverse("mission_evaluee:grille", args=[one.convention.pk, grille.pk]))
    assert "Trop peu de temps" not in shown.content.decode()
    with pytest.raises(NotAllowed):
        suites.write_causes(grille, "Autre", actor=actor_of(one.referent))


def test_a_no_and_another_effect_go_to_the_plan_of_the_structure_in_one_click(one, client_for):
    grille = over(
        one, non=("i2c",), textes={"i2c": "Nous ne savons pas nous servir du tableau.", "i4_autres": "Une fusion."}
    )
    page = reverse("evaluation:grille_porter", args=[one.ingenierie.pk, grille.pk])
    read = read_grille(grille, pour_equipe=True)
    items = suites.a_porter(grille, read, one.actor)
    assert [item.code for item in items] == ["i2c", "i4_autres"]
    client = client_for(one.user)
    data = {"structure": items[0].structure.pk, "code": "i2c"}
    assert client.post(page, data).status_code == 302
    assert LignePlan.objects.get().difficulte == "Nous ne savons pas nous servir du tableau."
    client.post(page, data)
    assert LignePlan.objects.count() == 1
    assert suites.a_porter(grille, read, one.actor)[0].url
    assert client.post(page, {"structure": items[0].structure.pk, "code": "i2a"}).status_code == 422  # answered « oui »


def test_the_plan_of_a_structure_kept_elsewhere_is_not_written(many):
    grille = over(many, non=("c3b",))
    items = suites.a_porter(grille, read_grille(grille, pour_equipe=True), actor_of(member()))
    assert items and all(item.refusal for item in items)


# --- Waiting --------------------------------------------------------------------------------------------------------


def test_a_silent_prestataire_is_reminded_once(one, time_machine):
    grille = handed(one)
    time_machine.shift(dt.timedelta(days=RAPPEL_COMMENTAIRE - 1))
    assert not tasks.to_remind().exists()
    time_machine.shift(dt.timedelta(days=1))
    assert list(tasks.to_remind()) == [grille]
    assert tasks.reminders(None, date="2026-11-28") == {"rappels": 1}
    assert tasks.reminders(None, date="2026-11-28") == {"rappels": 0}
    assert OutboxMail.objects.filter(template=remise.RAPPEL, to=one.referent.email).count() == 1


def test_what_waits_for_each_is_told(one):
    grille = handed(one)
    actor = actor_of(one.user)
    prestataire = one.convention.choix.prestataire
    assert dashboard.grilles_todo(actor) == []
    assert [line.title for line in dashboard.a_commenter(prestataire, actor_of(one.referent))]
    remise.give_back(grille, actor=actor_of(one.referent))
    assert dashboard.a_commenter(prestataire, actor_of(one.referent)) == []
    assert "a rendu la grille" in dashboard.grilles_todo(actor)[0].detail
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=one.actor, expected_state="clos")
    assert "restituez-la" in dashboard.grilles_todo(actor)[0].detail
    suites.tell(world.fresh(grille), "prestataire", {**TOLD, "le": dt.date(2026, 11, 20)}, actor=one.actor)
    assert dashboard.grilles_todo(actor) == []


def test_the_mails_lose_their_object(one):
    grille = handed(one)
    remise.give_back(grille, actor=actor_of(one.referent))
    questionnaires.perform_action(world.fresh(grille), "terminer", actor=one.actor, expected_state="clos")
    run_pending()
    states = set(OutboxMail.objects.filter(template__startswith="evaluation/").values_list("state", flat=True))
    assert states == {"sans_objet"}
    assert SuiviGrille.objects.get().remises == 1
