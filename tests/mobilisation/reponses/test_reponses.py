"""What structures answer: by link or after a call, in part, asked again of what remains; their remarks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Grant
from core import clock
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import JournalEntry, OutboxMail
from engagement.partenaires.services import add_partenaire
from mobilisation.reponses import dashboard, presenters, services
from mobilisation.reponses.enums import QUESTIONS, Sort
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from mobilisation.reponses.services import LIEN
from mobilisation.scenarios import services as scenarios
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.merging import move_ciblees
from tests.factories import OrganisationFactory, PartenaireFactory, actor_of, individuelle_of, ingenierie_of, member
from tests.mobilisation.conftest import SYSTEM, targeted
from tests.projects.structures_ciblees.targeting import act
from tests.strict import StrictClient

WHOLE = dict.fromkeys(QUESTIONS, "oui") | {
    "participation": "oui", "participants": [{"fonction": "Directrice", "niveau": "pratique", "nombre": 1}],
}  # fmt: skip


@pytest.fixture
def ciblee(dossier):
    [row] = targeted(dossier, state="reperee")
    row.structure.contact_name, row.structure.contact_email = "Noa Contact", "noa@example.org"
    row.structure.save()
    return row


@pytest.fixture
def actor(adviser):
    return actor_of(adviser)


@pytest.fixture
def grant(ciblee, actor):
    return accounts.send_link(LIEN, ciblee, name="Noa", email="noa@example.org", actor=actor)


@pytest.fixture
def link(grant):
    return reverse("lien", args=[accounts.link_token(grant)])


@pytest.fixture
def holder(grant):
    token = accounts.link_token(grant)
    return accounts.open_link(accounts.read_link(token), token).actor


def fresh(ciblee):
    found = type(ciblee).objects.select_related("structure", "ingenierie").get(pk=ciblee.pk)
    return found


def typed(ciblee, actor, values, day=None, **more):
    echange = {"le": day or clock.today(), "par": "Une collègue", "moyen": "telephone"}
    return services.type_answer(fresh(ciblee), values, echange, actor=actor, expected_version=None, **more)


def test_sending_the_link_counts_the_structure_among_those_contacted(ciblee, grant, dossier):
    told = fresh(ciblee)
    assert (told.state, told.contactee_le) == ("contactee", clock.today())
    assert told.echanges.get().moyen == "lien"
    assert Mobilisation.of(Ingenierie.objects.get(pk=dossier.pk)).contactees == 1


def test_a_structure_reads_the_action_the_four_questions_and_the_periods_never_the_debate(link, dossier):
    kept = scenarios.add_scenario(
        dossier,
        actor=SYSTEM,
        values={"nom": "Au printemps", "avantages": "Moins cher pour nous", "propose": True, "periode": "Avril"},
    )
    scenarios.add_date(kept, {"date": dt.date(2027, 4, 5), "objet": "Ouverture"}, actor=SYSTEM)
    scenarios.add_scenario(dossier, actor=SYSTEM, values={"nom": "Version cachée"})
    page = StrictClient().get(link).content.decode()
    assert "La méthodologie envisagée vous paraît-elle satisfaisante" in page
    assert "Au printemps" in page and "Ouverture" in page
    assert "Moins cher pour nous" not in page and "Version cachée" not in page


def test_what_is_answered_in_part_is_kept_and_the_rest_is_asked(link, ciblee, dossier):
    visitor = StrictClient()
    answer = visitor.post(link, {"version": "0", "concernee": "oui", "participation": "en_partie"}, follow=True)
    assert "Il reste" in answer.content.decode()
    row = ReponseStructure.objects.get()
    assert row.restant() == ["3\u00a0questions", "les participants"]
    told = fresh(ciblee)
    assert (told.state, told.reponse_le, row.par_lien) == ("interessee", clock.today(), True)
    assert Mobilisation.of(Ingenierie.objects.get(pk=dossier.pk)).repondu == 1
    again = visitor.post(
        link,
        {"version": str(row.version), "concernee": "oui", "attentes": "non", "fonction_0": "Trésorier"},
        follow=True,
    )
    assert again.status_code == 200
    row.refresh_from_db()
    assert (row.attentes, row.participants) == ("non", [{"fonction": "Trésorier", "niveau": "", "nombre": 1}])


def test_nothing_said_is_refused_and_a_stale_window_loses_nothing(link, holder, ciblee):
    visitor = StrictClient()
    assert visitor.post(link, {"version": "0"}).status_code == 422
    services.answer_by_link(fresh(ciblee), {"concernee": "oui"}, actor=holder, expected_version=0)
    page = visitor.post(link, {"version": "0", "concernee": "non", "objectifs": "Apprendre à chiffrer"})
    assert page.status_code == 409
    assert "Apprendre à chiffrer" in page.content.decode()


def test_a_structure_that_declines_by_link_is_declined_and_one_confirmed_stays_the_pilots(holder, ciblee, dossier):
    services.answer_by_link(fresh(ciblee), {"participation": "non"}, actor=holder, expected_version=0)
    assert fresh(ciblee).state == "declinee"
    [other] = targeted(dossier)
    assert services.suite_of(other, "non") == "", "une structure confirmée ne sort que par le pilote"


def test_the_link_answers_for_its_structure_alone(holder, dossier):
    [other] = targeted(dossier, state="reperee")
    with pytest.raises(NotAllowed):
        services.answer_by_link(fresh(other), WHOLE, actor=holder, expected_version=0)


def test_after_a_call_the_answer_bears_its_real_date_and_who_took_it(client_for, adviser, ciblee):
    day = clock.today() - dt.timedelta(days=4)
    url = reverse("mobilisation:reponse", args=[ciblee.ingenierie_id, ciblee.pk])
    data = {
        "version": "0", "le": day.isoformat(), "par": "Le réseau", "moyen": "telephone", "concernee": "oui",
        "participation": "oui", "fonction_0": "Direction", "niveau_0": "maitrise", "nombre_0": "2",
        "commentaire": "Plutôt le soir.",
    }  # fmt: skip
    assert client_for(adviser).post(url, data).status_code == 302
    told, row = fresh(ciblee), ReponseStructure.objects.get()
    assert (told.reponse_le, told.contactee_par, told.state) == (day, "Le réseau", "interessee")
    assert (row.recue_le, row.par_lien, row.n_participants) == (day, False, 2)
    assert CommentaireStructure.objects.get().recu_le == day
    late = client_for(adviser).post(url, {**data, "version": "1", "le": "2030-01-01"})
    assert late.status_code == 422 and "Plutôt le soir." in late.content.decode()


def test_participants_have_a_function_and_no_name(client_for, adviser, ciblee):
    url = reverse("mobilisation:reponse", args=[ciblee.ingenierie_id, ciblee.pk])
    data = {"version": "0", "le": "2026-11-20", "par": "Moi", "moyen": "telephone", "niveau_0": "maitrise"}
    page = client_for(adviser).post(url, data)
    assert page.status_code == 422 and "sans leur nom" in page.content.decode()


def test_many_are_written_to_at_once_and_nobody_twice_in_a_week(ciblee, dossier, actor, clock_at):
    [done, silent] = targeted(dossier, 2, state="contactee")
    done.structure.contact_email = "fini@example.org"
    done.structure.save()
    typed(done, actor, WHOLE)
    ids = [ciblee.pk, done.pk, silent.pk]
    first = services.solliciter(dossier, ids, actor=actor)
    assert ([c.pk for c in first.done], [c.pk for c in first.complete], [c.pk for c in first.unreachable]) == (
        [ciblee.pk], [done.pk], [silent.pk],
    )  # fmt: skip
    again = services.solliciter(dossier, ids, actor=actor)
    assert [c.pk for c in again.recent] == [ciblee.pk] and not again.done
    assert "déjà sollicitée depuis moins de sept jours" in presenters.told_sent(again)
    clock_at(clock.now() + services.DELAI)
    reminded = services.solliciter(dossier, ids, actor=actor)
    assert [c.pk for c in reminded.done] == [ciblee.pk]
    assert Grant.objects.get().sent_count == 2 and OutboxMail.objects.count() == 2
    assert "ce qui reste" in fresh(ciblee).echanges.last().note


def test_the_reminder_says_what_remains(holder, ciblee):
    from mobilisation.reponses.liens import _asks

    services.answer_by_link(fresh(ciblee), {"concernee": "oui"}, actor=holder, expected_version=0)
    assert "il reste à nous dire : 3\u00a0questions, la participation" in _asks(fresh(ciblee))


def test_a_structure_of_another_dossier_is_not_written_to(dossier, dla, actor, client_for, adviser):
    [stranger] = targeted(ingenierie_of(dla), state="reperee")
    url = reverse("mobilisation:reponses", args=[dossier.pk])
    assert client_for(adviser).post(url, {"ciblees": [stranger.pk]}).status_code == 404
    with pytest.raises(InvalidInput):
        services.solliciter(dossier, [], actor=actor)
    assert not Grant.objects.exists()


def test_a_remark_is_retained_or_not_with_the_partners_and_why(
    ciblee, dossier, actor, holder, client_for, adviser, link
):
    services.answer_by_link(fresh(ciblee), {}, actor=holder, expected_version=0, commentaire="Trop long.")
    remark = CommentaireStructure.objects.get()
    Ingenierie.objects.filter(pk=dossier.pk).update(charge_mission=adviser)
    assert "1\u00a0remarque de structures à examiner" in dashboard.remarks(actor)[0].detail
    partner = add_partenaire(dossier, PartenaireFactory(organisation=dossier.pilote), actor=actor)
    stranger = add_partenaire(ingenierie_of(dossier.pilote), partner.partenaire, actor=actor)
    with pytest.raises(InvalidInput, match="pourquoi"):
        services.treat_comment(remark, {"sort": Sort.RETENU}, actor=actor, expected_version=None)
    with pytest.raises(InvalidInput, match="partenaires"):
        services.treat_comment(
            remark, {"sort": "retenu", "pourquoi": "Oui"}, [stranger], actor=actor, expected_version=None
        )
    url = reverse("mobilisation:commentaire", args=[dossier.pk, ciblee.pk, remark.pk])
    data = {"version": "1", "sort": "retenu", "pourquoi": "Deux séances de moins.", "partenaires": [partner.pk]}
    assert client_for(adviser).post(url, data).status_code == 302
    page = client_for(adviser).get(reverse("mobilisation:reponses", args=[dossier.pk])).content.decode()
    assert "Deux séances de moins." in page and str(partner) in page
    seen = StrictClient().get(link).content.decode()
    assert "Deux séances de moins." in seen and str(partner) not in seen


def test_the_page_tells_the_counts_and_the_totals_of_the_engaged(client_for, adviser, dossier, actor):
    rows = targeted(dossier, 2)
    for row in rows:
        row.structure.etp, row.structure.benevoles, row.structure.benevoles_actifs = 4, 20, 5
        row.structure.save()
    typed(rows[0], actor, {"participation": "en_partie", "participation_texte": "Deux séances"})
    touch(dossier.pk, structures=True)
    page = client_for(adviser).get(reverse("mobilisation:reponses", args=[dossier.pk])).content.decode()
    assert "2\u00a0structures confirmées sur 2\u00a0repérées" in page
    assert "1\u00a0structure confirmée ne prend part qu’en partie" in page
    assert "8\u00a0ETP" in page and "40\u00a0bénévoles, dont 10\u00a0bénévoles actifs" in page


def test_the_page_of_the_structure_shows_its_answers_and_its_plan(client_for, adviser, dossier, actor):
    from tests.factories import plan_of

    [row] = targeted(dossier)
    typed(row, actor, {"concernee": "oui", "objectifs": "Fixer un prix de vente"})
    plan = plan_of(row.structure, lignes=1)
    page = client_for(adviser).get(reverse("projects:structure", args=[dossier.pk, row.pk])).content.decode()
    assert "Fixer un prix de vente" in page and "Se sentent-elles concernées" in page
    assert "Rattacher à cette ingénierie" in page and str(plan.lignes.first()) in page


def test_two_structures_that_become_one_keep_what_either_said(dossier, actor):
    one, other = targeted(dossier, 2)
    typed(one, actor, {"concernee": "oui"})
    typed(other, actor, {"attentes": "non"}, commentaire="Plus court.")
    move_ciblees(one.structure, other.structure, SYSTEM)
    row = ReponseStructure.objects.get()
    assert (row.concernee, row.attentes) == ("oui", "non")
    assert CommentaireStructure.objects.get().structure_ciblee_id == row.structure_ciblee_id


def test_two_people_typing_at_once_do_not_write_over_each_other(ciblee, actor):
    typed(ciblee, actor, {"concernee": "oui"})
    echange = {"le": clock.today(), "par": "Moi", "moyen": "telephone"}
    with pytest.raises(EditConflict):
        services.type_answer(fresh(ciblee), {"concernee": "non"}, echange, actor=actor, expected_version=0)
    assert ReponseStructure.objects.get().concernee == "oui"
    assert JournalEntry.objects.filter(verb="mobilisation.reponse").count() == 1


def test_who_reads_only_neither_types_nor_asks_and_a_neighbour_finds_nothing(client_for, dla, dossier, ciblee):
    urls = [
        reverse("mobilisation:reponses", args=[dossier.pk]),
        reverse("mobilisation:reponse", args=[dossier.pk, ciblee.pk]),
    ]
    reader, stranger = client_for(member(dla, role="lecture")), client_for(member(OrganisationFactory()))
    assert [reader.get(url).status_code for url in urls] == [200, 403]
    assert [reader.post(url, {"ciblees": [ciblee.pk]}).status_code for url in urls] == [403, 403]
    assert [stranger.get(url).status_code for url in urls] == [404, 404]
    assert not ReponseStructure.objects.exists()


def test_a_structure_that_answered_is_not_taken_off_the_list(dossier, actor):
    from projects.structures_ciblees.services import remove_structure

    row = type(targeted(dossier, state="reperee")[0]).objects.get(ingenierie=dossier)
    ReponseStructure.objects.create(structure_ciblee=row, concernee="oui")
    with pytest.raises(InvalidInput, match="a déjà répondu"):
        remove_structure(fresh(row), actor=actor)


def test_thirty_structures_cost_as_many_queries_as_one(client_for, adviser, dossier, actor, count_queries):
    client, url = client_for(adviser), reverse("mobilisation:reponses", args=[dossier.pk])
    typed(targeted(dossier)[0], actor, WHOLE, commentaire="Une")
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for row in targeted(dossier, 5):
        typed(row, actor, WHOLE, commentaire="Autre")
    assert count_queries(lambda: client.get(url)) == one


# --- In an ingénierie individuelle ----------------------------------------------------------------------------------


def test_the_one_structure_of_an_individuelle_answers_the_four_questions_and_when_not_whether_it_takes_part(
    adviser, actor, dla, client_for
):
    alone = individuelle_of(dla)
    ciblee = alone.structures_ciblees.get()
    state = ciblee.state
    client = client_for(adviser)
    page = client.get(reverse("projects:structure", args=[alone.pk, ciblee.pk])).content.decode()
    assert "Ce qu’elle répond" in page and "la participation" not in page
    room = reverse("mobilisation:reponses", args=[alone.pk])
    assert client.get(room).status_code == 302 and client.post(room, {"ciblees": [ciblee.pk]}).status_code == 404
    form = client.get(reverse("mobilisation:reponse", args=[alone.pk, ciblee.pk])).content.decode()
    assert "Le sujet traité correspond-il bien" in form and "Prendra-t-elle part" not in form
    data = dict.fromkeys(QUESTIONS, "en_partie") | {
        "version": "0", "le": "2026-11-19", "par": "Moi", "moyen": "telephone", "disponibilite": "Le lundi.",
        "fonction_0": "Directrice",
    }  # fmt: skip
    assert client.post(reverse("mobilisation:reponse", args=[alone.pk, ciblee.pk]), data).status_code == 302
    reponse = ReponseStructure.objects.get()
    assert (reponse.methode, reponse.disponibilite, reponse.participation) == ("en_partie", "Le lundi.", "")
    assert reponse.restant(seule=True) == [] and fresh(ciblee).state == state
    # By its link too, in words that speak of no collective.
    grant = accounts.send_link(LIEN, fresh(ciblee), name="Noa", email="noa@example.org", actor=actor)
    link = reverse("lien", args=[accounts.link_token(grant)])
    shown = StrictClient().get(link).content.decode()
    assert "Prendrez-vous part" not in shown and "action collective" not in shown and "visent ensemble" not in shown
    sent = dict.fromkeys(QUESTIONS, "oui") | {"version": str(reponse.version), "fonction_0": "Directrice"}
    assert StrictClient().post(link, {**sent, "disponibilite": "Le mardi."}).status_code == 302
    assert fresh(ciblee).state == state and ReponseStructure.objects.get().disponibilite == "Le mardi."


def test_the_page_says_what_each_count_counts(ciblee, actor, adviser, client_for, dossier):
    """« 1 contactée : 1 a répondu » is of the exchanges; the table, of the questions."""
    for action in ("contacter", "confirmer"):
        act(fresh(ciblee), action, actor)
    url = reverse("mobilisation:reponses", args=[dossier.pk])
    page = client_for(adviser).get(url).content.decode().replace("\u00a0", " ")
    assert "1 contactée : 1 a répondu" in page
    assert "Aucune n’a encore répondu aux questions" in page and "toutes les questions" in page
    typed(ciblee, actor, {"concernee": "oui"})
    page = client_for(adviser).get(url).content.decode().replace("\u00a0", " ")
    assert "1 structure a répondu aux questions, sur 1 à qui les poser" in page
