"""The pages of an ingénierie: what is typed wrong, twice, too late or by two people."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.models import JournalEntry
from projects.cycle import services
from projects.ingenierie.models import Ingenierie
from tests.factories import OrganisationFactory, RegionFactory, identified, ingenierie_of, member
from tests.marks import mark_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory(name="DLA du Pays d’Essai")


@pytest.fixture
def user(dla):
    return member(dla, first_name="Camille", last_name="Premier")


@pytest.fixture
def client(client_for, user):
    return client_for(user)


def text(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def url(route, ingenierie, *args):
    return reverse(f"projects:{route}", args=[ingenierie.pk, *args])


def test_a_title_is_enough_to_open_an_ingenierie(client, dla, user):
    answer = client.post(reverse("projects:create"), {"titre": "Mutualiser la paie", "pilote": dla.pk})
    ingenierie = Ingenierie.objects.get()
    assert answer.status_code == 302 and answer["Location"] == url("detail", ingenierie)
    assert (ingenierie.pilote, ingenierie.titre) == (dla, "Mutualiser la paie")
    assert ingenierie.checklist.count() == 46


def test_one_does_not_open_an_ingenierie_in_the_name_of_another_dla(client):
    other = OrganisationFactory()
    answer = client.post(reverse("projects:create"), {"titre": "À leur place", "pilote": other.pk})
    assert answer.status_code == 422
    assert not Ingenierie.objects.exists()


def test_dates_in_disorder_are_refused_and_what_was_typed_is_kept(client, dla):
    answer = client.post(
        reverse("projects:create"),
        {"titre": "Mutualiser la paie", "pilote": dla.pk, "date_debut": "2026-12-01", "date_fin": "2026-11-01"},
    )
    assert answer.status_code == 422
    assert "La date de fin précède la date de début" in text(answer)
    assert "Mutualiser la paie" in text(answer)
    assert not Ingenierie.objects.exists()


def test_a_referent_that_does_not_carry_the_ingenierie_is_refused(client, dla):
    other = OrganisationFactory(region=RegionFactory(centre=True))
    data = {"titre": "Mutualiser la paie", "pilote": dla.pk, "referent": other.pk}
    answer = client.post(reverse("projects:create"), data)
    assert answer.status_code == 422 and "DLA référent doit être" in text(answer)
    assert client.post(reverse("projects:create"), data | {"associes": [other.pk]}).status_code == 302


def test_a_text_far_too_long_is_refused_with_its_size_and_nothing_is_written(client, dla):
    ingenierie = ingenierie_of(dla)
    answer = client.post(url("problematique", ingenierie), {"contexte": "a" * 30_000, "version": 1})
    assert answer.status_code == 422
    assert "trop long" in text(answer)
    ingenierie.problematique.refresh_from_db()
    assert ingenierie.problematique.contexte == ""


def test_ten_megabytes_of_text_are_refused_in_words(client, dla):
    ingenierie = ingenierie_of(dla)
    answer = client.post(url("problematique", ingenierie), {"contexte": "a" * 10_000_000, "version": 1})
    assert answer.status_code == 413
    assert "trop" in text(answer)
    ingenierie.problematique.refresh_from_db()
    assert ingenierie.problematique.contexte == ""


def test_html_typed_in_a_title_is_shown_as_text(client, dla):
    ingenierie = ingenierie_of(dla, titre="<script>alert(1)</script> & Cie")
    page = client.get(url("detail", ingenierie)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie" in page


def test_two_people_on_the_same_section_the_second_sees_the_first_and_loses_nothing(client, client_for, dla):
    ingenierie = ingenierie_of(dla)
    colleague = client_for(member(dla, first_name="Dominique", last_name="Seconde"))
    page = url("problematique", ingenierie)
    first = {"contexte": "Le contexte de Camille.", "besoins": "", "version": 1}
    assert client.post(page, first).status_code == 302
    answer = colleague.post(page, {"contexte": "Le contexte de Dominique.", "besoins": "", "version": 1})
    assert answer.status_code == 409
    assert "Camille Premier" in text(answer)
    assert "Le contexte de Camille." in text(answer) and "Le contexte de Dominique." in text(answer)
    ingenierie.problematique.refresh_from_db()
    assert ingenierie.problematique.contexte == "Le contexte de Camille."
    again = colleague.post(page, {"contexte": "Le contexte des deux.", "besoins": "", "version": 2})
    assert again.status_code == 302
    ingenierie.problematique.refresh_from_db()
    assert ingenierie.problematique.contexte == "Le contexte des deux."


def test_two_sections_are_edited_at_the_same_time_without_conflict(client, dla):
    ingenierie = ingenierie_of(dla)
    assert client.post(url("problematique", ingenierie), {"contexte": "Un.", "version": 1}).status_code == 302
    assert client.post(url("ciblage", ingenierie), {"territoire": "Deux.", "version": 1}).status_code == 302


def engage(client, ingenierie, **data):
    posted = {"action": "engager", "expected_state": ingenierie.state, "version": ingenierie.version, **data}
    return client.post(url("etape", ingenierie), posted)


def test_a_shut_gate_says_what_is_missing_and_keeps_the_reasons_typed(client, dla):
    ingenierie = ingenierie_of(dla)
    answer = engage(client, ingenierie, **{"motif-problematique": "Reprise de 2024."})
    assert answer.status_code == 409
    assert "Il manque des conditions" in text(answer) and "Reprise de 2024." in text(answer)
    assert Ingenierie.objects.get().state == "identifier"


def test_a_double_click_on_engager_engages_once_and_tells_the_second(client, dla):
    ingenierie = identified(ingenierie_of(dla))
    assert engage(client, ingenierie).status_code == 302
    second = engage(client, ingenierie)
    assert second.status_code == 409
    assert "Engager" in text(second) and "Camille Premier" in text(second)
    assert JournalEntry.objects.filter(verb="projects.ingenierie.engager").count() == 1


@pytest.mark.parametrize("data", [{"action": "voler"}, {"action": ""}, {"version": "x"}, {"expected_state": "é"}])
def test_a_forged_action_is_refused_in_words(client, dla, data):
    ingenierie = ingenierie_of(dla)
    answer = engage(client, ingenierie, **data)
    assert answer.status_code == 422
    assert Ingenierie.objects.get().state == "identifier"


def test_reading_every_page_writes_nothing(client, dla):
    ingenierie = identified(ingenierie_of(dla))
    before = (JournalEntry.objects.count(), Ingenierie.objects.values_list("version", "last_activity_at").get())
    item = ingenierie.checklist.first()
    for route, *args in (
        ("detail",),
        ("identite",),
        ("problematique",),
        ("ciblage",),
        ("role_dla",),
        ("type",),
        ("demarche",),
        ("item", item.pk),
        ("etape",),
        ("documents",),
        ("journal",),
        ("structures",),
    ):
        assert client.get(url(route, ingenierie, *args)).status_code == 200, route
    assert client.get(reverse("projects:list")).status_code == 200
    assert client.get(reverse("projects:kanban")).status_code == 200
    assert (JournalEntry.objects.count(), Ingenierie.objects.values_list("version", "last_activity_at").get()) == before


def test_one_click_ticks_with_and_without_javascript(client, dla):
    ingenierie = ingenierie_of(dla)
    first, second = ingenierie.checklist.all()[:2]
    answer = client.post(url("demarche", ingenierie), {"item": f"{first.pk}:fait"})
    assert answer.status_code == 302 and answer["Location"].endswith(f"#action-{first.pk}")
    answer = client.post(
        url("item", ingenierie, second.pk) + "?court=1&state=fait", {"item": second.pk}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 200 and "state-fait" in text(answer)
    assert ingenierie.checklist.filter(state="fait").count() == 2


def test_the_line_htmx_receives_is_the_line_of_the_page(client, dla):
    ingenierie = ingenierie_of(dla)
    item = ingenierie.checklist.first()
    answer = text(client.post(url("item", ingenierie, item.pk) + "?court=1&state=fait", headers={"hx-request": "true"}))
    line, end, _ = re.sub(r' data-annonce="[^"]*"', "", answer).partition("</li>")
    assert line + end in text(client.get(url("demarche", ingenierie)))
    partial = client.get(reverse("projects:list"), headers={"hx-request": "true"})
    assert text(partial).strip() in text(client.get(reverse("projects:list")))


def test_without_object_asks_for_its_reason_and_keeps_the_note(client, dla):
    ingenierie = ingenierie_of(dla)
    item = ingenierie.checklist.first()
    data = {"state": "sans_objet", "reason": "", "note": "Ma longue note.", "version": 1, "points_present": "1"}
    answer = client.post(url("item", ingenierie, item.pk), data)
    assert answer.status_code == 422
    assert "Dites pourquoi" in text(answer) and "Ma longue note." in text(answer)


def test_a_condition_outside_the_application_is_attested_by_the_pilot_only(
    client, client_for, dla, attested_convention
):
    associate = OrganisationFactory()
    ingenierie = ingenierie_of(dla, associes=[associate])
    everything = dict.fromkeys(
        (
            "problematique",
            "ciblage",
            "role_dla",
            "partenaires",
            "objectifs",
            "objectifs_evaluation",
            "comite_appui",
            "porteur",
            "budget_equilibre",
        ),
        "Motif.",
    )
    from tests.factories import actor_of

    for action in ("engager", "confirmer"):
        ingenierie = services.perform_action(
            ingenierie,
            action,
            actor=actor_of(member(dla)),
            expected_state=ingenierie.state,
            version=ingenierie.version,
            overrides=everything,
        )
    page = url("attester", ingenierie, "convention")
    assert client_for(member(associate)).get(page).status_code == 403
    assert client.get(url("attester", ingenierie, "budget_confirme")).status_code == 404
    future = client.post(page, {"date": "2031-01-01", "text": "Signée."})
    assert future.status_code == 422 and "dans le futur" in text(future)
    assert client.post(page, {"date": "2026-01-05", "text": "Convention 12 signée."}).status_code == 302
    assert "Convention 12 signée." in text(client.get(url("etape", ingenierie)))


def test_the_type_is_suggested_and_the_choice_stays_free(client, dla):
    ingenierie = ingenierie_of(dla)
    answers = {"besoin": "commun", "attendu": "les_deux"}
    assert "Produire une solution individuelle et collective" in text(client.get(url("type", ingenierie), answers))
    proposed = client.get(url("type", ingenierie), answers).context["form"]
    assert proposed["type_ingenierie"].value() == "solution_mixte" and proposed["type_motif"].value()
    alone = text(client.get(url("type", ingenierie), answers | {"besoin": "propre"}))
    assert "ingénierie individuelle" in alone and reverse("projects:create_individuelle") in alone
    again = client.get(url("type", ingenierie), answers | {"attendu": "apprendre"})
    assert "Répondez de nouveau" in text(again) and "Suggestion :" not in text(again)
    assert again.context["form"]["type_ingenierie"].value() == ""
    chosen = {"type_ingenierie": "reponse_collective", "type_motif": "Un même besoin.", "version": ingenierie.version}
    assert client.post(url("type", ingenierie), chosen).status_code == 302
    assert Ingenierie.objects.get().type_ingenierie == "reponse_collective"


def test_the_list_filters_sorts_and_finds_without_accents(client, dla):
    for title in ("Gérer la trésorerie", "Saint-Avertin en fête", "Mutualiser la paie"):
        ingenierie_of(dla, titre=title)
    page = reverse("projects:list")
    assert "Gérer la trésorerie" in text(client.get(page, {"q": "tresorerie GERER"}))
    assert "Saint-Avertin" in text(client.get(page, {"q": "st avertin"}))
    assert "Aucune ingénierie ne répond" in text(client.get(page, {"q": "introuvable"}))
    order = text(client.get(page, {"tri": "titre"}))
    assert order.index("Gérer") < order.index("Mutualiser") < order.index("Saint-Avertin")
    assert client.get(page, {"secteur": "n’existe pas", "page": "999", "tri": "é"}).status_code == 200


def test_exports_hold_the_filtered_list_and_no_formula(client, dla):
    ingenierie_of(dla, titre="=1+1")
    ingenierie_of(dla, titre="Autre")
    answer = client.get(reverse("projects:list"), {"export": "csv", "q": "1"})
    body = answer.content.decode("utf-8-sig")
    assert "'=1+1" in body and "Autre" not in body
    assert client.get(reverse("projects:list"), {"export": "xlsx"}).content[:2] == b"PK"


@pytest.mark.parametrize("route", ["projects:list", "projects:kanban", "portal:accueil"])
def test_lists_make_the_same_queries_for_one_and_for_thirty(client, dla, count_queries, route):
    ingenierie_of(dla)
    page = reverse(route)
    client.get(page)
    one = count_queries(lambda: client.get(page))
    for _ in range(29):
        ingenierie_of(dla)
    assert count_queries(lambda: client.get(page)) == one


@pytest.mark.parametrize("route", ["detail", "demarche", "etape", "journal"])
def test_the_pages_of_an_ingenierie_stay_within_their_queries(client, dla, count_queries, route):
    ingenierie = identified(ingenierie_of(dla, associes=OrganisationFactory.create_batch(3)))
    client.get(url(route, ingenierie))
    # The session and the person cost two; the rest is the page's own.
    assert count_queries(lambda: client.get(url(route, ingenierie))) <= 14


def test_a_list_of_more_than_a_page_says_how_many_and_leaves_out_the_neighbour(client, dla):
    for n in range(30):
        ingenierie_of(dla, titre=f"Ingénierie {n}")
    ingenierie_of(OrganisationFactory(), titre="Chez le voisin")
    page = text(client.get(reverse("projects:list")))
    assert "30 ingénieries" in page and "Page 1 sur 2" in page and "Chez le voisin" not in page
    assert "Page 2 sur 2" in text(client.get(reverse("projects:list"), {"page": "2"}))


def test_the_same_form_sent_twice_opens_one_dossier(client, dla):
    data = {"titre": "Mutualiser la paie", "pilote": dla.pk, **mark_of(client, reverse("projects:create"))}
    first = client.post(reverse("projects:create"), data)
    second = client.post(reverse("projects:create"), data)
    assert first["Location"] == second["Location"]
    assert Ingenierie.objects.count() == 1
    assert client.post(reverse("projects:create"), data | {"titre": "Autre chose"}).status_code == 302
    assert Ingenierie.objects.count() == 2


def test_a_neighbour_reads_no_progress_nor_structures_in_the_list_nor_in_the_export(client, dla):
    neighbour = OrganisationFactory(region=dla.region)
    theirs = ingenierie_of(neighbour, titre="Chez le voisin")
    ingenierie_of(dla, titre="Chez nous")
    page = text(client.get(reverse("projects:list"), {"portee": "region"}))
    assert "Chez le voisin" in page and "résumé seul" in page and page.count("<progress") == 1
    board = text(client.get(reverse("projects:kanban"), {"portee": "region"}))
    assert "Chez le voisin" in board and board.count("<progress") == 1
    export = client.get(reverse("projects:list"), {"portee": "region", "export": "csv"}).content.decode("utf-8-sig")
    line = next(line for line in export.splitlines() if theirs.titre in line)
    assert line.split(";")[6:9] == ["", "", ""]


def test_two_transactions_that_meet_end_in_words(client, dla, monkeypatch):
    from django.db import OperationalError

    def met(*args, **kwargs):
        raise OperationalError("deadlock detected")

    monkeypatch.setattr("projects.ouverture.services.create_ingenierie", met)
    answer = client.post(reverse("projects:create"), {"titre": "Mutualiser la paie", "pilote": dla.pk})
    assert answer.status_code == 409 and "au même instant" in text(answer)
