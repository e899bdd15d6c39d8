"""The pages of the séances, for the team and for the prestataire: what is shown, sent twice, shared, refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from core import clock
from core.echeances import ECHEANCES, Window
from core.uploads.rights import may_edit
from missions.seances import dashboard, documents
from missions.seances.models import Seance
from missions.seances.registry import FEUILLE, Ajout
from partners.portfolio.espace.registry import waiting
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS
from tests.engagement.conftest import text
from tests.engagement.reunions.conftest import plain
from tests.factories import actor_of, member
from tests.missions.seances.scene import ANNOUNCED, NEXT_DAY, act, convened, note, posted, seance

pytestmark = pytest.mark.django_db


def team(w, route, *more) -> str:
    return reverse(f"missions:{route}", args=[w.convention.ingenierie_id, w.convention.pk, *more])


def theirs(w, route, *more) -> str:
    return reverse(f"mission:{route}", args=[w.convention.pk, *more])


def announced(**values) -> dict[str, str]:
    data = {**ANNOUNCED, "fuseau": "Europe/Paris", **values}
    return {name: value.strftime("%H:%M") if isinstance(value, dt.time) else str(value) for name, value in data.items()}


@pytest.fixture
def client(client_for, w):
    return client_for(w.user)


@pytest.fixture
def later(client_for, w, held):
    """The same person, signed in once the séance is held: a session does not last two weeks."""
    return client_for(w.user)


@pytest.fixture
def held(w, clock_at):
    row = convened(w)
    clock_at(NEXT_DAY)
    return act(row, "tenir", w.actor)


def test_the_first_seance_proposed_is_the_launch_then_one_chooses_who_is_expected(client, w):
    page = text(client.get(team(w, "seance_nouvelle")))
    assert "Se rencontrer et lancer la mission" in page
    answer = client.post(team(w, "seance_nouvelle"), announced(groupe=w.groupe.pk))
    made = Seance.objects.get()
    assert answer.url == team(w, "seance_participants", made.pk)
    page = client.get(answer.url).content.decode()
    assert page.count(" checked") == 5  # two structures, the carrier, the two people of the prestataire
    assert client.post(answer.url, {"qui": f"structure-{w.ruche.pk}"}).status_code == 302
    page = client.get(answer.url).content.decode()
    assert " checked" not in page and "déjà attendu" in page


def test_what_is_mistyped_comes_back_with_what_was_typed(client, w):
    data = announced(heure_fin="13:00", titre="Atelier de travail")
    answer = client.post(team(w, "seance_nouvelle"), data)
    assert answer.status_code == 422 and not Seance.objects.exists()
    page = text(answer)
    assert "La séance finit après avoir commencé" in page and "Atelier de travail" in page


def test_the_second_to_save_is_told_who_changed_what(client, w):
    row = seance(w)
    data = announced(version=row.version, lieu="Mairie", jours="0,5")
    assert client.post(team(w, "seance_modifier", row.pk), data).status_code == 302
    answer = client.post(team(w, "seance_modifier", row.pk), {**data, "lieu": "Préfecture"})
    assert answer.status_code == 409 and "Préfecture" in text(answer)


def test_the_page_of_the_seances_says_days_and_what_to_look_at(later, client_for, w, held):
    note(held, w.actor, {"Fabrique": "present", "Ruche": "en_partie", "DLA de recette": "absent"})
    page = plain(text(later.get(team(w, "seances"))))
    assert "présences à noter" in page and "le groupe « Nord »" in page  # the prestataire's own
    assert "Aucune réunion de lancement" in page and "Le pilote n’était pas à la première séance" in page
    # How the DLA organises itself is not the affair of the prestataire.
    theirs_page = plain(text(client_for(w.consultant).get(theirs(w, "seances"))))
    assert "pilote n’était pas" not in theirs_page and "0,25 jour" in theirs_page
    assert "0,25 jour" in page and "1 fois en partie" in page and "la moitié" in page


def test_one_organises_from_the_page_of_a_seance(client, w):
    row = convened(w)
    page = text(client.get(team(w, "seance", row.pk)))
    assert "convoqué le" in page and "Annuler la séance" in page
    answer = client.post(
        team(w, "seance_etat", row.pk),
        {"action": "tenir", "expected_state": "convoquee", "version": row.version, "reason": ""},
    )
    assert answer.status_code == 409 and "pas encore commencé" in text(answer)
    assert client.post(team(w, "seance_renvoyer", row.pk), {"version": row.version}).status_code == 302


def test_the_prestataire_says_that_it_was_held_then_who_came(client_for, w, clock_at):
    row = convened(w)
    person = client_for(w.consultant)
    page = text(person.get(theirs(w, "seance", row.pk)))
    assert "Annuler la séance" not in page and "ruche@example.org" not in page
    clock_at(NEXT_DAY)
    person = client_for(w.consultant)
    version = Seance.objects.get(pk=row.pk).version
    answer = person.post(
        theirs(w, "seance_etat", row.pk), {"action": "tenir", "expected_state": "convoquee", "version": version}
    )
    assert answer.url == theirs(w, "seance_presences", row.pk)
    answer = person.post(answer.url, posted(row, ruche="en_partie") | {"pilote": "oui"})
    assert answer.status_code == 302
    page = text(person.get(theirs(w, "seance", row.pk)))
    assert "1 présent en partie" in page and Seance.objects.get(pk=row.pk).pilote_present is True


def test_the_team_and_the_prestataire_share_the_sheet_and_a_contradiction_is_told(later, client_for, w, held):
    shown = posted(held)
    ours, their = posted(held, ruche="present"), posted(held, fabrique="excuse")
    assert later.post(team(w, "seance_presences", held.pk), ours).status_code == 302
    person = client_for(w.consultant)
    assert person.post(theirs(w, "seance_presences", held.pk), their).status_code == 302
    one = held.participants.get(organisme="Ruche")
    answer = person.post(theirs(w, "seance_presences", held.pk), shown | {f"presence_{one.pk}": "absent"})
    assert answer.status_code == 409 and "Rien n’est encore enregistré" in text(answer)
    assert held.participants.get(organisme="Ruche").presence == "present"


def test_the_prestataire_writes_the_minutes_and_no_more_once_the_dossier_is_closed(client_for, w, held):
    person = client_for(w.consultant)
    url = theirs(w, "seance_compte_rendu", held.pk)
    assert person.get(url).status_code == 200
    version = Seance.objects.get(pk=held.pk).version
    assert person.post(url, {"compte_rendu": "Chacun a parlé.", "version": version}).status_code == 302
    assert Seance.objects.get(pk=held.pk).compte_rendu == "Chacun a parlé."
    # The same, in an ingénierie that is over: read, not written.
    QuerySet(Ingenierie).filter(pk=w.convention.ingenierie_id).update(state="cloture")
    assert person.get(theirs(w, "seance", held.pk)).status_code == 200
    assert person.get(url).status_code == person.get(theirs(w, "seance_presences", held.pk)).status_code == 403


def test_nobody_else_finds_the_seances(client_for, w, held):
    stranger = client_for(member())
    for url in (team(w, "seances"), team(w, "seance", held.pk), theirs(w, "seances"), theirs(w, "seance", held.pk)):
        assert stranger.get(url).status_code == 404
    consultant = client_for(w.consultant)
    assert consultant.get(theirs(w, "seance", held.pk)).status_code == 200
    assert consultant.get(team(w, "seance", held.pk)).status_code == 404


def test_what_waits_the_prestataire_is_the_seance_to_come_then_its_presences(w, clock_at):
    row, actor = convened(w), actor_of(w.consultant)
    prestataire = w.convention.choix.prestataire
    (line,) = [a for a in waiting(prestataire, actor) if "Atelier 1" in a.title]
    assert not line.waits and line.when == row.debut
    clock_at(NEXT_DAY)
    (line,) = [a for a in waiting(prestataire, actor) if "Atelier 1" in a.title]
    assert line.waits and "A-t-elle eu lieu" in line.detail
    act(row, "tenir", actor)
    (line,) = [a for a in waiting(prestataire, actor) if "Atelier 1" in a.title]
    assert "qui est venu" in line.detail
    note(row, actor, {p.organisme: "present" for p in row.participants.all()})
    assert [p.organisme for p in row.participants.filter(presence="")] == []
    assert not [a for a in waiting(prestataire, actor) if "Atelier 1" in a.title]


def test_what_waits_the_team_is_the_same_in_one_query(w, clock_at, count_queries):
    row = convened(w)
    assert [todo.late for todo in dashboard.todos(w.actor)] == [False]
    clock_at(NEXT_DAY)
    assert [todo.late for todo in dashboard.todos(w.actor)] == [True]
    assert count_queries(lambda: dashboard.todos(w.actor)) == 1
    act(row, "annuler", w.actor, reason="Neige.")
    assert dashboard.todos(w.actor) == []


def test_the_echeancier_holds_the_seances_that_stand(w):
    row = convened(w)
    source = ECHEANCES.get("seances_mission")
    window = Window(clock.today(), dt.date(2026, 12, 31), w.convention.ingenierie_id)
    (found,) = source.find(w.actor, window)
    assert found.when == row.debut and found.place == ANNOUNCED["lieu"]
    act(row, "annuler", w.actor, reason="Neige.")
    assert list(source.find(w.actor, window)) == []


def test_sheet_and_minutes_are_papers_of_the_dossier_read_by_the_prestataire_too(w, held):
    from missions.seances.services.seances import write_minutes
    from tests.missions.seances.scene import fresh

    write_minutes(fresh(held), "Fait.", actor=w.actor, expected_version=None)
    ingenierie = Ingenierie.objects.get(pk=w.convention.ingenierie_id)
    found = PAPERS.get("seances_mission")(ingenierie, w.actor)
    assert [paper.printed for paper in found] == [("feuille_seance", held.pk), ("compte_rendu_seance", held.pk)]
    assert documents.readable([held.pk], actor_of(w.consultant)) == {held.pk}
    assert documents.readable([held.pk], actor_of(member())) == set()
    assert may_edit("missions.seance", held.pk, actor_of(w.consultant))
    assert not may_edit("missions.seance", held.pk, actor_of(member()))


@pytest.fixture
def code_printed():
    """Another floor prints a code on the sheet."""
    FEUILLE.register(
        "essai", lambda seance: Ajout("Votre avis", "Cinq minutes.", "https://dla.example/evaluation/abc/")
    )
    yield
    del FEUILLE._items["essai"]


def test_the_sheet_to_sign_has_blank_rows_and_what_other_floors_add(client, w, code_printed):
    row = convened(w)
    built = documents.build_feuille(row.pk, w.actor, blank=True)
    assert [column.label for column in built.context["table"].columns][-1] == "Signature"
    assert len(built.context["unexpected"]) == 4
    (block,) = built.context["blocks"]
    assert block["picture"].alt == "Code QR : https://dla.example/evaluation/abc/"
    assert "Votre avis" in text(client.get(team(w, "seance", row.pk)))


def test_long_names_are_signed_on_a_page_lying_down(w):
    from missions.seances.services.participants import add_other

    row = convened(w)
    assert not documents.build_feuille(row.pk, w.actor).context["landscape"]
    row.convention = w.convention
    add_other(row, {"source": "partenaire", "organisme": "Communauté " * 10}, actor=w.actor)
    assert documents.build_feuille(row.pk, w.actor).context["landscape"]


def test_the_pages_cost_the_same_for_one_seance_as_for_several(later, w, held, count_queries):
    first = count_queries(lambda: later.get(team(w, "seances")))
    for day in (7, 14):
        convened(w, date=dt.date(2027, 1, day), titre=f"Atelier du {day}")
    assert count_queries(lambda: later.get(team(w, "seances"))) == first


def test_an_individuelle_has_its_seances_without_any_group(client_for, w):
    from projects.enums import Cycle

    # The same mission, told of one structure: the cycle is what the pages read.
    Ingenierie.objects.filter(pk=w.convention.ingenierie_id).update(cycle=Cycle.INDIVIDUELLE)
    client = client_for(w.user)
    page = client.get(team(w, "seance_nouvelle")).content.decode()
    assert 'name="groupe"' not in page and 'name="nature"' in page
