"""The reading of the propositions: the grid of 002, who reads, and that nobody reads the others before the own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import models
from django.urls import reverse

from accounts.models import Grant
from accounts.services.links import LinkClosed
from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel
from consultations.appel.registry import at_opening
from consultations.lecture import dashboard, permissions
from consultations.lecture.candidats import asked, candidats, fait
from consultations.lecture.comparaison import build
from consultations.lecture.modele import modele
from consultations.lecture.models import Appreciation, Evaluateur, Lecture, Note
from consultations.lecture.services import grille as grilles
from consultations.lecture.services import lecteurs, lectures, precisions
from core.actor import Actor
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.models import JournalEntry, OutboxMail
from tests.consultations import scene as scenes
from tests.factories import OrganisationFactory, actor_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return scenes.call()


def plain(text):
    """Without the no-break spaces of French typography."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


# --- The grid -------------------------------------------------------------------------------------------------------


def test_the_grid_is_that_of_002_and_the_four_criteria_of_000_join_for_a_collective_one():
    alone, several = modele(individuelle=True), modele(individuelle=False)
    assert [f.code.label for f in alone] == [
        "Conformité avec la commande", "Qualité de la réponse", "Qualité des intervenants", "Coûts",
        "Autres commentaires",
    ]  # fmt: skip
    assert [len(f.criteres) for f in alone] == [2, 5, 2, 2, 0]
    assert sum(len(f.criteres) for f in several) == 15
    added = next(f for f in several if f.code == "collectif")
    assert [c.intitule for c in added.criteres] == [
        "qualité des contenus, formes des apports méthodologiques et pratiques",
        "niveau d’engagement demandé aux structures par le prestataire",
        "modalités d’échanges et d’animation : phases de rencontres collectives, individuelles",
        "modalités d’enquête, de recueil d’informations préalables à l’animation",
    ]
    assert alone[1].criteres[1].dont == (
        "lisibilité des étapes de l’appui",
        "pertinence des outils proposés",
        "prise en compte des spécificités associatives dans la démarche et les outils",
    )
    # « association » reads « structures » in a collective one.
    assert "par l’association" in alone[1].criteres[2].intitule
    assert "par les structures" in several[1].criteres[2].intitule
    assert [c.fait for c in alone[0].criteres] == ["recu", "dates"]


def test_the_grid_is_adapted_until_the_opening_and_not_after():
    before = scenes.call(state="ouvert")
    grille = grilles.start(before.appel, actor=before.actor)
    assert grille.criteres.count() == 15 and grilles.start(before.appel, actor=before.actor).pk == grille.pk
    row = grilles.add_critere(
        grille, {"famille": "couts", "intitule": "Frais de déplacement", "poids": 2}, actor=before.actor
    )
    row = grilles.update_critere(row, {"intitule": "Frais compris"}, actor=before.actor, expected_version=1)
    assert row.intitule == "Frais compris"
    with pytest.raises(EditConflict):
        grilles.update_critere(row, {"poids": 3}, actor=before.actor, expected_version=1)
    with pytest.raises(InvalidInput, match="libre"):
        grilles.add_critere(grille, {"famille": "autres", "intitule": "X"}, actor=before.actor)
    with pytest.raises(InvalidInput, match="de 1 à 10"):
        grilles.update_critere(row, {"poids": 11}, actor=before.actor)
    grilles.remove_critere(row, actor=before.actor)
    assert grille.criteres.count() == 15
    with pytest.raises(NotAllowed):
        grilles.start(before.appel, actor=actor_of(member(OrganisationFactory())))
    scenes.move(before.appel, "depouille")
    for refused in (
        lambda: grilles.add_critere(grille, {"famille": "couts", "intitule": "Trop tard"}, actor=before.actor),
        lambda: grilles.update_critere(grille.criteres.last(), {"poids": 1}, actor=before.actor),
        lambda: grilles.remove_critere(grille.criteres.last(), actor=before.actor),
    ):
        with pytest.raises(NotAllowed, match="ne change plus"):
            refused()


def test_what_the_application_knows_is_told_and_not_judged(scene):
    first = candidats(scene.appel)[0]
    told = plain(fait(first, "recu", scene.appel, {}))
    assert told.startswith("Reçue le 19 novembre 2026") and "dans les délais" in told
    period = {"date_debut": "2027-03-01", "date_fin": "2027-10-29", "date_restitution": None}
    assert plain(fait(first, "dates", scene.appel, period)) == (
        "Étapes proposées du 2 mars 2027 au 30 juin 2027. Période demandée : du 1er mars 2027 au 29 octobre 2027."
    )
    assert asked(scene.appel) == {}
    row = scenes.dla_reader(scene)
    known = row.grille.criteres.exclude(fait="")
    assert known.count() == 2
    with pytest.raises(InvalidInput, match="ne se note pas"):
        lectures.save_lecture(row, scene.invitations[0], {}, {known[0].pk: 4}, actor=scene.actor)


# --- Who reads ------------------------------------------------------------------------------------------------------


def test_the_readers_are_people_of_the_dla_structures_and_members_of_the_copil_each_once(scene):
    neighbour = member(OrganisationFactory())
    with pytest.raises(InvalidInput, match="organisations qui conduisent"):
        lecteurs.add_dla(scene.appel, neighbour, actor=scene.actor)
    with pytest.raises(InvalidInput, match="organisations qui conduisent"):
        lecteurs.add_dla(scene.appel, member(scene.dla, "lecture"), actor=scene.actor)
    lecteurs.add_dla(scene.appel, scene.pilot, actor=scene.actor)
    with pytest.raises(InvalidInput, match="déjà"):
        lecteurs.add_dla(scene.appel, scene.pilot, actor=scene.actor)
    values = {"structure_ciblee": scene.ciblees[0], "nom": "X", "email": "X@example.org"}
    lecteurs.add_by_link(scene.appel, "structure", values, actor=scene.actor)
    with pytest.raises(InvalidInput, match="cette adresse"):
        lecteurs.add_by_link(
            scene.appel, "copil", {"organisme": "Région", "nom": "Y", "email": "x@example.org"}, actor=scene.actor
        )
    other = scenes.call()
    with pytest.raises(InvalidInput, match="structure de cette ingénierie"):
        lecteurs.add_by_link(
            scene.appel, "structure", {**values, "structure_ciblee": other.ciblees[0]}, actor=scene.actor
        )
    for refused in (actor_of(neighbour), actor_of(member(scene.dla, "lecture"))):
        with pytest.raises(NotAllowed):
            lecteurs.add_dla(scene.appel, scene.pilot, actor=refused)


def test_before_the_opening_the_links_wait_and_nothing_is_read():
    before = scenes.call(state="ouvert")
    row = lecteurs.add_by_link(
        before.appel, "copil", {"organisme": "Région", "nom": "X", "email": "x@example.org"}, actor=before.actor
    )
    assert not OutboxMail.objects.filter(to="x@example.org").exists()
    with pytest.raises(InvalidInput, match="pas encore ouvertes"):
        lecteurs.send_links(before.appel, actor=before.actor)
    own = lecteurs.add_dla(before.appel, before.pilot, actor=before.actor)
    with pytest.raises(NotAllowed, match="pas encore ouvertes"):
        lecteurs.declare(own, conflit=False, actor=before.actor)
    scenes.move(before.appel, "depouille")
    assert lecteurs.send_links(before.appel, actor=before.actor) == 1
    assert lecteurs.send_links(before.appel, actor=before.actor) == 0
    assert OutboxMail.objects.filter(to="x@example.org").count() == 1
    lecteurs.remove_evaluateur(row, actor=before.actor)
    assert not Evaluateur.objects.filter(pk=row.pk).exists()


def test_a_conflict_of_interest_is_declared_first_and_that_candidate_is_not_read(scene):
    row, actor, _ = scenes.structure_reader(scene)
    texts = {"couts": "Cher."}
    with pytest.raises(NotAllowed, match="Dites d’abord"):
        lectures.save_lecture(row, scene.invitations[0], texts, actor=actor)
    with pytest.raises(InvalidInput, match="Cochez"):
        lecteurs.declare(row, conflit=True, actor=actor)
    row = lecteurs.declare(row, conflit=True, recusees=[scene.invitations[0]], mot="Mon employeur.", actor=actor)
    with pytest.raises(NotAllowed, match="conflit d’intérêts"):
        lectures.save_lecture(row, scene.invitations[0], texts, actor=actor)
    lectures.save_lecture(row, scene.invitations[1], texts, actor=actor)
    # Declared afterwards, what was written of that one is taken away.
    row = lecteurs.declare(row, conflit=True, recusees=scene.invitations[:2], actor=actor)
    assert not Lecture.objects.exists()
    entry = JournalEntry.objects.filter(verb="consultations.conflit_declare").first()
    assert "Mon employeur" not in str(entry.changes)
    # Neither does she read what the others wrote of them.
    grid = build(scene.appel, mine=scenes.read_all(scene, row, actor))
    assert [c["nom"] for c in grid["colonnes"]] == [str(scene.invitations[2].prestataire)]


def test_each_reads_the_others_only_after_saving_the_own(scene):
    mine, (theirs, link, _) = scenes.dla_reader(scene), scenes.structure_reader(scene)
    lecteurs.declare(theirs, conflit=False, actor=link)
    with pytest.raises(ConditionsNotMet) as refused:
        lectures.finish(mine, actor=scene.actor)
    assert len(refused.value.reasons) == 3 and refused.value.reasons[0].endswith(" : à lire.")
    lectures.save_lecture(mine, scene.invitations[0], {"reponse": "Bien."}, actor=scene.actor)
    assert "« Coûts »" in lectures.missing(mine)[0] and "« Qualité de la réponse »" not in lectures.missing(mine)[0]
    scenes.read_all(scene, theirs, link, said="Avis de la structure")
    assert permissions.why_not_compare(scene.actor, scene.appel)
    grid = build(scene.appel, mine=mine)
    assert "Avis de la structure" in str(grid)  # the builder tells all: who may is asked before
    scenes.read_all(scene, mine, scene.actor, said="Avis du pilote")
    assert not permissions.why_not_compare(scene.actor, scene.appel)
    # Who does not read waits until everybody has.
    colleague = actor_of(member(scene.dla))
    assert not permissions.why_not_compare(colleague, scene.appel)
    lecteurs.add_dla(scene.appel, member(scene.dla), actor=scene.actor)
    assert "tous les lecteurs" in permissions.why_not_compare(colleague, scene.appel)
    # Nothing of what was written is in the journal, which the team reads before.
    assert "Avis de la structure" not in str(list(JournalEntry.objects.values_list("changes", "reason")))


def test_two_people_never_write_over_each_other_and_two_tabs_are_told(scene):
    mine, (theirs, link, _) = scenes.dla_reader(scene), scenes.structure_reader(scene)
    lecteurs.declare(theirs, conflit=False, actor=link)
    target = scene.invitations[0]
    lectures.save_lecture(mine, target, {"couts": "Du pilote."}, actor=scene.actor, expected_version=0)
    lectures.save_lecture(theirs, target, {"couts": "De la structure."}, actor=link, expected_version=0)
    assert set(Appreciation.objects.values_list("texte", flat=True)) == {"Du pilote.", "De la structure."}
    with pytest.raises(EditConflict) as conflict:
        lectures.save_lecture(mine, target, {"couts": "Autre."}, actor=scene.actor, expected_version=0)
    assert conflict.value.current.couts == "Du pilote."
    with pytest.raises(NotAllowed):
        lectures.save_lecture(theirs, target, {"couts": "Pris."}, actor=scene.actor)
    _, stranger, _ = scenes.structure_reader(scene, 1)
    with pytest.raises(NotAllowed):
        lectures.save_lecture(theirs, target, {"couts": "Pris."}, actor=stranger)
    with pytest.raises(InvalidInput, match="de 0 à 4"):
        critere = mine.grille.criteres.filter(fait="").first()
        lectures.save_lecture(mine, target, {}, {critere.pk: 5}, actor=scene.actor)


def test_once_decided_nobody_writes_any_more(scene):
    row, link, _ = scenes.structure_reader(scene)
    scenes.move(scene.appel, "attribue")
    row.grille.appel.refresh_from_db(fields=["version"])
    with pytest.raises((NotAllowed, LinkClosed)):
        lecteurs.declare(row, conflit=False, actor=link)


# --- The precisions -------------------------------------------------------------------------------------------------


def test_a_candidate_makes_its_proposition_clear_in_writing_and_the_others_learn_nothing(scene):
    asked_row = precisions.ask(
        scene.invitations[0], {"famille": "couts", "question": "Le prix comprend-il les frais ?"}, actor=scene.actor
    )
    assert [m.to for m in OutboxMail.objects.filter(template=precisions.DEMANDE)] == [scene.people[0].email]
    own, rival = actor_of(scene.people[0]), actor_of(scene.people[1])
    with pytest.raises(NotAllowed):
        precisions.answer(asked_row, "Oui.", actor=rival)
    with pytest.raises(InvalidInput, match="Écrivez"):
        precisions.answer(asked_row, " ", actor=own)
    precisions.answer(asked_row, "Oui, tout compris.", actor=own, expected_version=1)
    assert OutboxMail.objects.filter(template=precisions.REPONSE, to=scene.pilot.email).exists()
    cell = next(f for f in build(scene.appel)["familles"] if f["code"] == "couts")["cells"]
    assert cell[0]["precisions"][0]["reponse"] == "Oui, tout compris." and not cell[1]["precisions"]
    with pytest.raises(NotAllowed):
        precisions.ask(scene.invitations[0], {"famille": "couts", "question": "X"}, actor=own)


# --- The pages ------------------------------------------------------------------------------------------------------


def test_one_adapts_reads_compares_and_prints_in_the_pages(scene, client_for, count_queries):
    _, _, token = scenes.structure_reader(scene)
    client = client_for(scene.pilot)
    args = [scene.dossier.pk, scene.appel.pk]
    room = reverse("consultations:lecture", args=args)
    assert "Qui lit" in client.get(room).content.decode()
    assert client.post(reverse("consultations:lecteur_moi", args=args)).status_code == 302
    mine = reverse("consultations:ma_lecture", args=args)
    assert client.post(mine, {"action": "declarer", "conflit": "oui", "version": "1"}).status_code == 422
    assert client.post(mine, {"action": "declarer", "conflit": "non", "version": "1"}).status_code == 302
    page = reverse("consultations:ma_lecture_proposition", args=[*args, scene.invitations[0].pk])
    shown = client.get(page).content.decode()
    assert "Les structures doivent se réorganiser." in shown and "dans les délais" in shown
    sent = client.post(page, {"version": "0", "couts": "Un <b>juste</b> prix.", "reponse": "Claire."})
    assert sent.status_code == 302 and Appreciation.objects.count() == 2
    late = client.post(page, {"version": "0", "couts": "Autre."})
    assert late.status_code == 409 and "Un &lt;b&gt;juste&lt;/b&gt; prix." in late.content.decode()
    assert client.get(reverse("consultations:comparaison", args=args)).status_code == 403
    me = Evaluateur.objects.get(user=scene.pilot)
    scenes.read_all(scene, me, scene.actor)
    compared = client.get(f"{reverse('consultations:comparaison', args=args)}?proposition=2").content.decode()
    assert "Bien pour couts, dossier 1." in compared and "lecture-col shown" in compared
    ask = reverse("consultations:precision_demander", args=[*args, scene.invitations[0].pk])
    assert client.post(ask, {"famille": "couts", "question": "Et les frais ?"}).status_code == 302
    # The structure, by its link: its own page first, the comparison only afterwards.
    base = f"/lien/{token}/"
    assert "conflits d’intérêts" in client.get(base).content.decode()
    assert client.get(f"{base}comparaison/").status_code == 302
    assert client.post(base, {"action": "declarer", "conflit": "non", "version": "1"}).status_code == 302
    own = f"{base}proposition/?c={scene.invitations[0].pk}"
    assert client.get(own).status_code == 200
    assert client.post(own, {"version": "0", "couts": "De la structure."}).status_code == 302
    assert client.get(f"{base}proposition/?c=999999").status_code == 404
    assert "Bien pour couts" not in client.get(own).content.decode()


def test_the_candidates_answer_in_their_own_space(scene, client_for):
    asked_row = precisions.ask(scene.invitations[0], {"famille": "couts", "question": "Et ?"}, actor=scene.actor)
    own, rival = client_for(scene.people[0]), client_for(scene.people[1])
    page = reverse("lecture:precision", args=[scene.invitations[0].pk, asked_row.pk])
    assert rival.get(page).status_code == 404 and rival.post(page, {"reponse": "X"}).status_code == 404
    elsewhere = reverse("lecture:precision", args=[scene.invitations[1].pk, asked_row.pk])
    assert rival.get(elsewhere).status_code == 404
    assert own.post(page, {"version": "1", "reponse": "Oui."}).status_code == 302
    listed = reverse("lecture:precisions", args=[scene.invitations[0].pk])
    assert "Oui." in own.get(listed).content.decode() and rival.get(listed).status_code == 404
    # In complete mode nobody but the team reads the grid.
    assert own.get(reverse("lecture:grille", args=[scene.invitations[0].pk])).status_code == 404


def test_in_simplified_mode_the_grid_is_presented_to_the_preselected_one_alone(client_for):
    scene = scenes.call(candidats=2, mode="simplifiee", individuelle=True)
    row = scenes.dla_reader(scene)
    page = reverse("lecture:grille", args=[scene.invitations[0].pk])
    own = client_for(scene.people[0])
    assert "quand tous les lecteurs auront terminé" in own.get(page).content.decode()
    scenes.read_all(scene, row, scene.actor, said="Projet clair")
    shown = own.get(page).content.decode()
    assert "Projet clair pour reponse" in shown and str(scene.pilot) not in shown
    assert client_for(scene.people[1]).get(page).status_code == 404
    other = reverse("lecture:grille", args=[scene.invitations[1].pk])
    assert client_for(scene.people[1]).get(other).status_code == 404


def test_the_comparison_asks_as_much_for_many_as_for_few(client_for, count_queries):
    counts = []
    for candidates, readers in ((1, 1), (4, 3)):
        scene = scenes.call(candidats=candidates)
        for _ in range(readers):
            user = member(scene.dla)
            scenes.read_all(scene, scenes.dla_reader(scene, user), actor_of(user))
        page = reverse("consultations:comparaison", args=[scene.dossier.pk, scene.appel.pk])
        client = client_for(scene.pilot)
        client.get(page)
        counts.append(count_queries(lambda client=client, page=page: client.get(page)))
    assert counts[0] == counts[1] and counts[1] <= 15, counts
    assert Note.objects.count() > 150


def test_strangers_find_nothing(scene, client_for):
    args = [scene.dossier.pk, scene.appel.pk]
    neighbour, reader = client_for(member(OrganisationFactory())), client_for(member(scene.dla, "lecture"))
    candidate = client_for(scene.people[0])
    for name in ("lecture", "comparaison", "ma_lecture"):
        page = reverse(f"consultations:{name}", args=args)
        assert neighbour.get(page).status_code == 404
        assert candidate.get(page).status_code == 404
    assert reader.get(reverse("consultations:lecture", args=args)).status_code == 200
    assert reader.get(reverse("consultations:ma_lecture", args=args)).status_code == 404
    for name, more in (("lecteur_moi", []), ("lecteurs_liens", []), ("grille_commencer", [])):
        page = reverse(f"consultations:{name}", args=[*args, *more])
        assert reader.post(page).status_code == 403 and neighbour.post(page).status_code == 404
    # A C2RA that is no party reads counts, and the outcome afterwards; never the propositions while they are read.
    c2ra = client_for(member(OrganisationFactory(c2ra=True, region=scene.dla.region)))
    assert c2ra.get(reverse("consultations:lecture", args=args)).status_code == 200
    assert c2ra.get(reverse("consultations:comparaison", args=args)).status_code == 404


def test_the_links_of_those_who_read_leave_at_the_opening_and_not_before():
    scene = scenes.call(state=EtatAppel.OUVERT)
    row = lecteurs.add_by_link(
        scene.appel, "structure",
        {"structure_ciblee": scene.ciblees[0], "nom": "Une Personne", "email": "une@example.org"}, actor=scene.actor,
    )  # fmt: skip
    assert not Grant.objects.of(row, lecteurs.LIEN).exists()
    scenes.move(scene.appel, EtatAppel.DEPOUILLE)
    for _ in range(2):
        at_opening(Appel.objects.get(pk=scene.appel.pk), scene.actor)
    assert Grant.objects.of(row, lecteurs.LIEN).get().recipient_email == "une@example.org"


# --- Typed after a meeting -------------------------------------------------------------------------------------------


def met(scene, row, day="2026-11-20", **more):
    return lecteurs.note_entretien(row, dt.date.fromisoformat(day), "La présidente", actor=scene.actor, **more)


def test_what_a_structure_says_in_a_meeting_is_typed_with_its_day_and_who_spoke(scene, client_for):
    args = [scene.dossier.pk, scene.appel.pk]
    client = client_for(scene.pilot)
    add = reverse("consultations:lecteur_ajouter", args=[*args, "structure"])
    assert client.post(add, {"structure_ciblee": scene.ciblees[0].pk, "email": "a@example.org"}).status_code == 422
    assert client.post(add, {"structure_ciblee": scene.ciblees[0].pk}).status_code == 302
    row = Evaluateur.objects.get()
    assert not Grant.objects.filter(purpose=lecteurs.LIEN).exists(), "without an address no link leaves"
    lecteurs.send_links(scene.appel, actor=scene.actor)
    assert not Grant.objects.filter(purpose=lecteurs.LIEN).exists()
    page = reverse("consultations:lecteur_saisie", args=[*args, row.pk])
    assert client.get(page).status_code == 403, "the meeting is told first"
    meeting = reverse("consultations:lecteur_entretien", args=[*args, row.pk])
    for day in ("2027-01-01", "2026-11-01"):  # to come; before the opening
        assert client.post(meeting, {"le": day, "avec": "Elle", "version": row.version}).status_code == 422
    sent = client.post(meeting, {"le": "2026-11-20", "avec": "La présidente", "version": row.version})
    assert sent.status_code == 302
    row.refresh_from_db()
    assert (str(row.entretien_le), row.entretien_avec) == ("2026-11-20", "La présidente")
    assert row.entretien_note_par == scene.actor.label
    assert "a dit le" in client.get(page).content.decode()
    declared = {"action": "declarer", "conflit": "non", "version": str(row.version)}
    assert client.post(page, declared).status_code == 302
    one = reverse("consultations:lecteur_saisie_proposition", args=[*args, row.pk, scene.invitations[0].pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"version": "0", "couts": "Cher, a-t-elle dit."}).status_code == 302
    row.refresh_from_db()
    scenes.read_all(scene, row, scene.actor)
    room = plain(client.get(reverse("consultations:lecture", args=args)).content.decode())
    assert "dit le 20 novembre 2026 par La présidente" in room
    compared = plain(client.get(reverse("consultations:comparaison", args=args)).content.decode())
    assert "dit le 20 novembre 2026 par La présidente" in compared
    told = JournalEntry.objects.get(verb="consultations.lecture_entretien")
    assert "présidente" not in str(told.changes)


def test_nobody_types_for_another_before_her_own_reading_nor_over_what_a_link_wrote(scene):
    mine = scenes.dla_reader(scene)
    row, link, _ = scenes.structure_reader(scene)
    with pytest.raises(NotAllowed, match="votre propre lecture"):
        met(scene, row)
    scenes.read_all(scene, mine, scene.actor)
    with pytest.raises(NotAllowed, match="Qui lit pour le DLA"):
        met(scene, mine)
    for stranger in (member(OrganisationFactory()), member(scene.dla, "lecture"), scene.people[0]):
        with pytest.raises(NotAllowed):
            lecteurs.note_entretien(row, dt.date(2026, 11, 20), "Elle", actor=actor_of(stranger))
        with pytest.raises(NotAllowed):
            lectures.save_lecture(row, scene.invitations[0], {"couts": "Pris"}, actor=actor_of(stranger))
    with pytest.raises(NotAllowed, match="après une rencontre"):
        lectures.save_lecture(row, scene.invitations[0], {"couts": "Pris"}, actor=scene.actor)
    row = lecteurs.declare(row, conflit=False, actor=link)
    lectures.save_lecture(row, scene.invitations[0], {"couts": "Par elle-même."}, actor=link)
    with pytest.raises(NotAllowed, match="déjà écrite par son lien"):
        met(scene, row)


def test_a_reading_that_waits_is_on_the_home_page_and_a_precision_in_the_space_of_the_candidate(scene):
    models.QuerySet(type(scene.dossier)).filter(pk=scene.dossier.pk).update(charge_mission=scene.pilot)
    mine = scenes.dla_reader(scene)
    scenes.structure_reader(scene)
    assert [todo.detail for todo in dashboard.lectures(scene.actor)] == [
        "Votre lecture des propositions n’est pas terminée."
    ]
    scenes.read_all(scene, mine, scene.actor)
    [todo] = dashboard.lectures(scene.actor)
    assert plain(todo.detail) == "1 lecteur n’a pas terminé sa lecture des propositions."
    assert dashboard.lectures(actor_of(member(scene.dla))) == []
    assert dashboard.lectures(actor_of(member(OrganisationFactory()))) == []
    asked_row = precisions.ask(scene.invitations[0], {"famille": "couts", "question": "Et ?"}, actor=scene.actor)
    own, rival = (Actor.for_user(person) for person in scene.people[:2])
    prestataire = scene.invitations[0].prestataire
    [line] = dashboard.precisions(prestataire, own)
    assert "coûts" in line.detail
    assert dashboard.precisions(prestataire, rival) == []
    assert dashboard.precisions(scene.invitations[1].prestataire, rival) == []
    precisions.answer(asked_row, "Oui.", actor=own)
    assert dashboard.precisions(prestataire, own) == []
