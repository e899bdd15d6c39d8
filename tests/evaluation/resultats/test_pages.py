"""The pages of the results: adapting without script, reading, exporting, planning what is asked again."""

from __future__ import annotations

import copy
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.models import Questionnaire, Reponse
from evaluation.resultats import documents
from evaluation.resultats.models import BesoinReleve, SuiviPrevu
from evaluation.resultats.services import suivi
from projects.structures_ciblees.models import StructureCiblee
from tests.evaluation.resultats.results import SYSTEM, all_of, answered, asked, at_finaliser, filled, fresh, of, planned
from tests.factories import OrganisationFactory, TypePrestationFactory, actor_of, member

pytestmark = pytest.mark.django_db


def url(questionnaire: Questionnaire, name: str, *more) -> str:
    return reverse(f"evaluation:{name}", args=[questionnaire.ingenierie_id, questionnaire.pk, *more])


def adaptation_of(questionnaire: Questionnaire, **changes) -> dict:
    """What the page of adaptation posts when nothing but ``changes`` is changed."""
    data = {"version": str(questionnaire.version)}
    definition = definition_of(questionnaire)
    for part in definition.parties:
        for question in part.questions:
            data[f"{question.code}-sources"] = list(definition.answers(question, part))
            if question.ecartee:
                data |= {f"{question.code}-ecarter": "on", f"{question.code}-motif": question.ecartee}
    return {**data, **changes}


@pytest.fixture(scope="module")
def worlds(shared):
    """One that is ready to be adapted, one that everybody answered."""
    return shared(
        lambda: (
            asked(at_finaliser(structures=6, partners=True), opened=False),
            filled(asked(at_finaliser(structures=6, partners=True))),
        )
    )


@pytest.fixture
def ready(db, worlds):
    return copy.deepcopy(worlds[0])


@pytest.fixture
def full(db, worlds):
    return copy.deepcopy(worlds[1])


def test_the_room_prepares_from_the_table(client_for):
    ingenierie = at_finaliser(structures=1)
    client = client_for(member(ingenierie.pilote))
    page = client.get(reverse("evaluation:resultats", args=[ingenierie.pk]))
    assert "Préparer la question des résultats" in page.content.decode()
    client.post(reverse("evaluation:preparer", args=[ingenierie.pk]), {"code": "question_resultats", "modele": ""})
    assert Questionnaire.objects.get(ingenierie=ingenierie).code == "question_resultats"


def test_adapting_keeps_puts_aside_and_says_what_is_missing(client_for, ready):
    client = client_for(member(ready.ingenierie.pilote))
    page = client.get(url(ready, "adapter"))
    assert page.content.decode().count("<fieldset") == 30
    wrong = client.post(url(ready, "adapter"), adaptation_of(ready, **{"r1_1-ecarter": "on", "r1_2-sources": []}))
    assert wrong.status_code == 422
    assert "Dites pourquoi vous écartez cette question." in wrong.content.decode()
    assert "Dites à qui la poser" in wrong.content.decode()
    aside = {"r1_1-ecarter": "on", "r1_1-motif": "Déjà acquis."}
    assert client.post(url(ready, "adapter"), adaptation_of(ready, **aside)).status_code == 302
    assert definition_of(fresh(ready)).question("r1_1").ecartee == "Déjà acquis."


def test_two_people_adapting_are_told(client_for, ready):
    client = client_for(member(ready.ingenierie.pilote))
    first = adaptation_of(ready, **{"r1_1-ecarter": "on", "r1_1-motif": "Acquis."})
    second = adaptation_of(ready, **{"r1_2-ecarter": "on", "r1_2-motif": "Acquis aussi."})
    assert client.post(url(ready, "adapter"), first).status_code == 302
    answer = client.post(url(ready, "adapter"), second)
    assert answer.status_code == 409
    assert "Acquis aussi." in answer.content.decode()


def test_after_the_first_answer_the_page_refuses(client_for, full):
    client = client_for(member(full.ingenierie.pilote))
    assert client.get(url(full, "adapter")).status_code == 403
    assert client.post(url(full, "adapter"), adaptation_of(full)).status_code == 403


def test_a_question_is_added_and_taken_away_by_the_pages(client_for, ready):
    client = client_for(member(ready.ingenierie.pilote))
    data = {"partie": "4", "texte": "Et après ?", "forme": "choix", "sources": ["structure"], "choix": "Oui\nPeut-être"}
    assert client.post(url(ready, "question_ajouter"), {**data, "choix": "Oui"}).status_code == 422
    assert client.post(url(ready, "question_ajouter"), data).status_code == 302
    page = client.get(url(ready, "adapter")).content.decode()
    assert "Et après ?" in page
    client.post(url(ready, "question_retirer", "propre_1"))
    assert definition_of(fresh(ready)).question("propre_1") is None


def test_results_are_read_with_their_numbers_and_their_texts(client_for, full):
    page = client_for(member(full.ingenierie.pilote)).get(url(full, "resultats_de"))
    text = page.content.decode()
    assert '5 <span class="muted">(83 %)</span>' in text
    assert "Dit par c2ra" in text
    assert 'id="nombres-1"' in text
    assert "En faire un besoin" in text


def test_the_page_asks_as_many_questions_whatever_the_answers(client_for, count_queries):
    questionnaire = asked(at_finaliser(structures=6, partners=True))
    client = client_for(member(questionnaire.ingenierie.pilote))
    rows = of(questionnaire, "structure")
    answered(questionnaire, rows[0], all_of(questionnaire, "structure", texte="Dit."))
    client.get(url(questionnaire, "resultats_de"))
    first = count_queries(lambda: client.get(url(questionnaire, "resultats_de")))
    for row in rows[1:]:
        answered(questionnaire, row, all_of(questionnaire, "structure", texte="Dit."))
    assert count_queries(lambda: client.get(url(questionnaire, "resultats_de"))) == first <= 16


def test_the_region_reads_nothing_until_it_is_shown(client_for, full):
    region = OrganisationFactory(kind="c2ra", region=full.ingenierie.pilote.region)
    client = client_for(member(region))
    assert client.get(reverse("evaluation:evaluation", args=[full.ingenierie_id])).status_code == 200
    for name in ("resultats_de", "resultats_export"):
        assert client.get(url(full, name)).status_code == 403
    Questionnaire._base_manager.filter(pk=full.pk).update(montre_region=True)
    assert client.get(url(full, "resultats_de")).status_code == 403  # not before it is over
    Questionnaire._base_manager.filter(pk=full.pk).update(state="termine")
    text = client.get(url(full, "resultats_de")).content.decode()
    assert "Dit par c2ra" in text
    # Without the names, nor who has not answered.
    assert "Partenaire c2ra" not in text
    assert client_for(member()).get(url(full, "resultats_de")).status_code == 404


def test_files_hold_every_count_and_every_text(client_for, full):
    client = client_for(member(full.ingenierie.pilote))
    book = load_workbook(io.BytesIO(client.get(url(full, "resultats_export")).content))
    assert book.sheetnames == ["Comptes", "Textes", "Participation", "Questions écartées"]
    first = [cell.value for cell in book["Comptes"][2]]
    assert first[1:] == ["1.1", "Améliorer la maîtrise du management de projet", "ensemble", 6, 5, 0, 1, None]
    csv = client.get(url(full, "resultats_export") + "?format=csv&quoi=textes").content.decode("utf-8-sig")
    assert csv.startswith("N°;Question;Source;Qui;Réponse;Texte")
    assert csv.count("Dit par prestataire") == 15


def test_everything_written_for_a_question_is_on_its_page(client_for, full):
    client = client_for(member(full.ingenierie.pilote))
    text = client.get(url(full, "resultats_question", "r5_1")).content.decode()
    assert "Dit par cnar" in text
    assert client.get(url(full, "resultats_question", "r9_9")).status_code == 404


def test_a_need_is_inscribed_from_the_page(client_for, full):
    client = client_for(member(full.ingenierie.pilote))
    reponse = Reponse.objects.get(repondant__questionnaire=full, repondant__sorte="c2ra", code="r7_1")
    page = client.get(url(full, "resultats_besoin", reponse.pk))
    assert "Dit par c2ra" in page.content.decode()
    ciblee = StructureCiblee.objects.filter(ingenierie=full.ingenierie).first()
    data = {"ciblee": str(ciblee.pk), "texte": "Former.", "type_prestation": str(TypePrestationFactory().pk),
            "priorite": "1", "identifie": "on"}  # fmt: skip
    assert client.post(url(full, "resultats_besoin", reponse.pk), data).status_code == 302
    assert BesoinReleve.objects.get().besoin.texte == "Former."
    assert "Besoins relevés" in client.get(url(full, "resultats_de")).content.decode()
    other = Reponse.objects.filter(repondant__questionnaire=full, code="r1_1").first()
    assert client.get(url(full, "resultats_besoin", other.pk)).status_code == 404


def test_a_follow_up_is_planned_changed_opened_from_the_room(client_for):
    ingenierie = at_finaliser(structures=2)
    client = client_for(member(ingenierie.pilote))
    room = reverse("evaluation:resultats", args=[ingenierie.pk])
    data = {"mois": "6", "le": "", "d_office": "on"}
    assert client.post(reverse("evaluation:suivi_prevoir", args=[ingenierie.pk]), data).status_code == 302
    row = SuiviPrevu.objects.get()
    assert row.accord_par
    assert "d’office" in client.get(room).content.decode()
    change = {"le": f"{row.le:%Y-%m-%d}", "version": str(row.version)}
    assert client.post(reverse("evaluation:suivi_modifier", args=[ingenierie.pk, row.pk]), change).status_code == 302
    assert SuiviPrevu.objects.get().accord_par == ""
    assert client.post(reverse("evaluation:suivi_ouvrir", args=[ingenierie.pk, row.pk])).status_code == 302
    assert SuiviPrevu.objects.get().questionnaire.state == "ouvert"


def test_gaps_are_on_the_page_of_the_follow_up(client_for):
    ingenierie = at_finaliser(structures=2)
    made = fresh(suivi.ouvrir(planned(ingenierie), actor=SYSTEM))
    answered(made, of(made, "structure")[0], {"s_etp": ("7", "")})
    client = client_for(member(ingenierie.pilote))
    text = client.get(url(made, "resultats_de")).content.decode()
    assert "Ce qui a changé depuis le diagnostic" in text
    assert "+ 2" in text
    book = load_workbook(io.BytesIO(client.get(url(made, "resultats_export")).content))
    assert "Écarts en tout" in book.sheetnames


# --- What the region reads ------------------------------------------------------------------------------------------


def test_the_pilot_switches_the_results_on_and_off_and_nobody_else(client_for, full):
    pilot = client_for(member(full.ingenierie.pilote))
    c2ra = client_for(member(OrganisationFactory(kind="c2ra", region=full.ingenierie.pilote.region)))
    data = {"montre": "1", "version": str(full.version)}
    assert c2ra.post(url(full, "resultats_region"), data).status_code == 404
    assert "Les montrer à la région" in pilot.get(url(full, "resultats_de")).text
    assert pilot.post(url(full, "resultats_region"), data).status_code == 302
    assert Questionnaire.objects.get(pk=full.pk).montre_region
    assert pilot.post(url(full, "resultats_region"), data).status_code == 409  # what the page showed has changed
    room = c2ra.get(reverse("evaluation:resultats", args=[full.ingenierie_id])).text
    assert url(full, "resultats_de") not in room and url(full, "questionnaire") not in room


def test_the_gaps_beyond_the_team_name_no_structure_and_sum_no_few(client_for):
    ingenierie = at_finaliser(structures=3)
    suivi.prevoir(ingenierie, {"mois": 6, "le": planned(ingenierie, mois=12).le, "d_office": False}, actor=SYSTEM)
    made = suivi.ouvrir(SuiviPrevu.objects.get(ingenierie=ingenierie, mois=6), actor=SYSTEM, envoyer=False)
    for row in of(made, "structure"):
        answered(made, row, {"s_etp": ("7", "")})
    Questionnaire._base_manager.filter(pk=made.pk).update(state="termine", montre_region=True)
    c2ra = client_for(member(OrganisationFactory(kind="c2ra", region=ingenierie.pilote.region)))
    page = c2ra.get(url(made, "resultats_de")).text
    assert "Association 00" not in page and "Emplois (ETP)</th>" not in page
    assert "Association 00" in client_for(member(ingenierie.pilote)).get(url(made, "resultats_de")).text


def test_the_printed_results_hold_every_count_and_no_name(full):
    blocks = documents.blocks_of(full)
    said = str(blocks)
    assert "Dit par c2ra" in said and "Améliorer la maîtrise du management de projet" in said
    assert "Partenaire c2ra" not in said and "Association 0" not in said
    pilot = actor_of(member(full.ingenierie.pilote))
    assert documents.readable([full.pk], pilot) == {full.pk}
    assert not documents.readable([full.pk], actor_of(member()))


def test_the_hub_says_in_one_line_where_the_results_stand(client_for, full):
    planned(full.ingenierie)
    hub = client_for(member(full.ingenierie.pilote)).get(reverse("evaluation:evaluation", args=[full.ingenierie_id]))
    assert "question des résultats : ouvert aux réponses, " in hub.text and "prochain suivi le" in hub.text


def test_every_figure_leads_to_its_answers_for_the_team_alone(client_for, full):
    team = client_for(member(full.ingenierie.pilote))
    assert url(full, "resultats_question", "r1_1") in team.get(url(full, "resultats_de")).text
    row = of(full, "structure")[-1]
    page = team.get(url(full, "resultats_question", "r1_1")).text
    assert f'<a href="{url(full, "repondant", row.pk)}">{row.qui}</a> : Non' in page
    Questionnaire._base_manager.filter(pk=full.pk).update(state="termine", montre_region=True)
    c2ra = client_for(member(OrganisationFactory(kind="c2ra", region=full.ingenierie.pilote.region)))
    assert row.organisme not in c2ra.get(url(full, "resultats_question", "r1_1")).text
