"""The pages of the fiche: for the team and for the prestataire, on a phone too; for nobody else."""

import datetime as dt

import pytest
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock
from core.jobs import run_pending
from core.models import GeneratedDocument, JournalEntry, OutboxMail
from core.outbox import MAIL_CONTEXTS, render
from missions.suivi import dashboard, facts, presenters
from missions.suivi.documents import build
from missions.suivi.manquantes import preparer
from missions.suivi.models import EtapeSuivi, FicheSuivi
from missions.suivi.retards import relancer
from partners.portfolio.prestataire.models import Prestataire
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory, member
from tests.missions import mission
from tests.missions.suivi.test_fiche import JUNE, SYSTEM, again, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(convention):
    team, space = [convention.ingenierie_id, convention.pk], [convention.pk]

    def address(name: str, *more: int) -> str:
        return reverse(name, args=[*(team if name.startswith("missions:") else space), *more])

    return address


def test_both_pages_have_the_header_of_four_and_the_four_columns_word_for_word(client_for, world, pages):
    for user, name in ((world["team"], "missions:suivi"), (world["consultant"], "mission:suivi")):
        told = client_for(user).get(pages(name)).content.decode()
        for words in (
            "Prestataire", "Consultant", "Référence de la convention", "Intervention auprès de la structure",
            *presenters.COLONNES, "Fin de mission / Rapport final",
        ):  # fmt: skip
            assert words in told, (name, words)


def test_nobody_else_opens_it(client_for, world, pages):
    for user in (member(), world["stranger"]):
        client = client_for(user)
        for name in ("missions:suivi", "mission:suivi"):
            assert client.get(pages(name)).status_code == 404


def test_the_prestataire_plans_then_returns_a_stage_from_its_space(client_for, world, pages, etapes, clock_at):
    client = client_for(world["consultant"])
    fiche = FicheSuivi.objects.get()
    assert (
        client.post(
            pages("mission:suivi_consultant"), {"consultant": "Alix, consultante", "version": fiche.version}
        ).status_code
        == 302
    )
    for row in etapes[:2]:
        typed = {"prevu_fin": "2027-06-30", "personnes_prevues": "Direction", "version": row.version}
        assert client.post(pages("mission:suivi_prevu", row.pk), typed).status_code == 302
    fiche.refresh_from_db()
    assert client.post(pages("mission:suivi_previsions"), {"version": fiche.version}).status_code == 302
    assert "Rendre les prévisions" not in client.get(pages("mission:suivi")).content.decode()
    clock_at("2027-06-29 10:00")
    client = client_for(world["consultant"])
    row = again(etapes[0])
    url = pages("mission:suivi_etape", row.pk)
    typed = {"fait_le": "2027-06-28", "modifiee": "on", "version": row.version, "rendre": "1"}
    refused = client.post(url, typed)
    assert refused.status_code == 422 and "commentaire est alors obligatoire" in refused.content.decode()
    assert client.post(url, {**typed, "commentaire": "Deux entretiens de plus."}).status_code == 302
    assert again(row).rendue_le is not None
    assert client.get(url).status_code == 403  # returned: opened again with a reason only
    back = pages("mission:suivi_reprendre", row.pk)
    assert client.post(back, {"version": again(row).version, "reason": "Une date fausse."}).status_code == 302
    assert again(row).rendue_le is None


def test_dates_are_not_offered_once_the_planned_part_is_returned(client_for, world, pages, fiche, etapes, consultant):
    planned(fiche, etapes, consultant)
    client = client_for(world["consultant"])
    url = pages("mission:suivi_prevu", etapes[0].pk)
    told = client.get(url).content.decode()
    assert 'name="prevu_fin"' not in told and "modification acceptée" in told
    row = again(etapes[0])
    # Sent by hand, a date does nothing: it is not a field of the page any more.
    client.post(url, {"prevu_fin": "2027-09-30", "personnes_prevues": "Direction", "version": row.version})
    assert again(row).prevu_fin == JUNE


def test_a_second_tab_finds_what_the_first_wrote(client_for, world, pages, etapes):
    client = client_for(world["consultant"])
    url = pages("mission:suivi_etape", etapes[0].pk)
    assert client.post(url, {"commentaire": "Premier", "version": etapes[0].version}).status_code == 302
    second = client.post(url, {"commentaire": "Second", "version": etapes[0].version})
    assert second.status_code == 409 and "Premier" in second.content.decode()


def test_the_need_that_changed_leads_to_asking_for_a_modification(client_for, world, pages):
    client = client_for(world["consultant"])
    fiche = FicheSuivi.objects.get()
    typed = {"besoin_actuel": "non", "besoin_commentaire": "La direction est partie.", "version": fiche.version}
    assert client.post(pages("mission:suivi_besoin"), typed).status_code == 302
    told = client.get(pages("mission:suivi")).content.decode()
    assert f"{pages('mission:modification_demander')}?quoi=problematique" in told
    # Whoever opens the mission reads it, without opening the fiche.
    EtapeSuivi.objects.filter(prevu_fin=None).update(prevu_fin=JUNE)
    FicheSuivi.objects.update(prevue_le=clock.now())
    assert "n’est plus celui du diagnostic" in client.get(pages("mission:mission")).content.decode()


def test_the_team_sends_it_again_and_sees_what_is_late(client_for, world, pages, fiche, etapes, consultant, clock_at):
    planned(fiche, etapes, consultant)
    clock_at("2027-07-03 08:00")
    relancer(clock.today(), actor=SYSTEM)
    client = client_for(world["team"])
    told = client.get(pages("missions:suivi")).content.decode()
    told = told.replace("\N{NO-BREAK SPACE}", " ")
    assert "3 jours de retard" in told and "Prestataire relancé le 3" in told
    sent = JournalEntry.objects.filter(verb="missions.fiche_envoyee").count()
    assert client.post(pages("missions:suivi_envoyer")).status_code == 302
    assert JournalEntry.objects.filter(verb="missions.fiche_envoyee").count() == sent + 1


def test_the_home_pages_tell_whoever_must_act(world, team, consultant, convention, fiche, etapes, clock_at):
    prestataire = Prestataire.objects.get(pk=convention.choix.prestataire_id)
    (line,) = dashboard.etapes_of(prestataire, consultant)
    assert "prévisions" in line.detail
    planned(fiche, etapes, consultant)
    clock_at("2027-06-25 08:00")
    (line,) = dashboard.etapes_of(prestataire, consultant)
    assert "finit le 30" in line.detail and not line.waits
    clock_at("2027-07-03 08:00")
    (line,) = dashboard.etapes_of(prestataire, consultant)
    assert "rendez-la" in line.detail and line.waits
    relancer(clock.today(), actor=SYSTEM)
    assert dashboard.retards(team) == []  # the prestataire first
    clock_at("2027-07-12 08:00")
    relancer(clock.today(), actor=SYSTEM)
    (todo,) = dashboard.retards(team)
    assert todo.late and "relancé sans réponse" in todo.detail


def test_a_planned_part_that_does_not_come_back_is_told_to_the_charge_de_mission(
    team, fiche, etapes, consultant, clock_at
):
    clock_at("2026-12-04 10:00")
    assert dashboard.retards(team) == []  # a fortnight is left to the prestataire
    clock_at("2026-12-07 10:00")
    (todo,) = dashboard.retards(team)
    assert todo.late and "n’a pas rendu les prévisions" in todo.detail
    planned(fiche, etapes, consultant)
    assert dashboard.retards(team) == []


def test_nothing_is_late_once_the_ingenierie_is_over(convention, fiche, etapes, consultant, clock_at):
    planned(fiche, etapes, consultant)
    clock_at("2027-07-03 08:00")
    assert presenters.page(convention)["retards"] == 1
    QuerySet(Ingenierie).filter(pk=convention.ingenierie_id).update(state="cloture")
    row = Ingenierie.objects.annotate(**facts.etapes()).get(pk=convention.ingenierie_id)
    assert facts.badge(row) == "0 sur 3" and presenters.page(mission.fresh(convention))["retards"] == 0


def test_the_stepper_says_where_the_mission_stands(convention, fiche, etapes, consultant, clock_at):
    def badge():
        return facts.badge(Ingenierie.objects.annotate(**facts.etapes()).get(pk=convention.ingenierie_id))

    planned(fiche, etapes, consultant)
    assert badge() == "0 sur 3"
    clock_at("2027-07-03 08:00")
    assert badge() == "en retard"


def test_the_page_asks_as_much_for_three_stages_as_for_thirty(client_for, world, pages, fiche, count_queries):
    client = client_for(world["team"])
    client.get(pages("missions:suivi"))
    few = count_queries(lambda: client.get(pages("missions:suivi")))
    EtapeSuivi.objects.bulk_create(
        EtapeSuivi(fiche=fiche, ordre=10 + n, intitule=f"Étape {n}", prevu_fin=JUNE) for n in range(27)
    )
    many = count_queries(lambda: client.get(pages("missions:suivi")))
    assert many == few


def test_the_printed_fiche_is_blank_or_as_it_stands(fiche, etapes, consultant):
    planned(fiche, etapes, consultant)
    full = build(fiche.pk, consultant).context["blocks"][2]
    blank = build(fiche.pk, consultant, blank=True).context["blocks"][2]
    assert [column.label for column in full.columns] == list(presenters.COLONNES)
    assert "Direction" in full.rows[0][1] and blank.rows[0][1].strip() == ""


def test_a_mission_signed_before_has_its_fiche_the_next_day_and_nothing_is_sent(convention, fiche, clock_at):
    from core.jobs import enqueue_daily

    EtapeSuivi.objects.all().delete()
    FicheSuivi.objects.all().delete()
    sent = OutboxMail.objects.filter(template="missions/fiche_suivi").count()
    clock_at("2026-11-22 08:00")
    enqueue_daily()
    run_pending()
    made = FicheSuivi.objects.get(convention=convention)
    assert made.envoyee_le is None and made.etapes.count() == 3
    assert OutboxMail.objects.filter(template="missions/fiche_suivi").count() == sent
    assert preparer(actor=SYSTEM) == 0  # the next day


def test_no_fiche_is_made_for_a_mission_that_is_over(convention, fiche):
    EtapeSuivi.objects.all().delete()
    FicheSuivi.objects.all().delete()
    type(convention.choix).objects.filter(pk=convention.choix_id).update(retire_at=clock.now())
    assert preparer(actor=SYSTEM) == 0


def _mail(convention) -> tuple[dict, str, str]:
    context = MAIL_CONTEXTS.get("missions/fiche_suivi")({"convention": convention.pk})
    _, text, html = render("missions/fiche_suivi", context)
    return context, text, html


def test_the_fiche_goes_with_its_mail_printed_once_for_all(convention, fiche, pages):
    context, text, html = _mail(convention)
    ((name, content, kind),) = context["attachments"]
    assert name.endswith("fiche-de-suivi.pdf") and kind == "application/pdf" and content.startswith(b"%PDF")
    assert pages("mission:suivi") in text and pages("mission:suivi") in html
    again, _, _ = _mail(convention)
    assert again["attachments"] == context["attachments"]
    assert GeneratedDocument.objects.filter(document_type="fiche_suivi").count() == 1


def test_who_signed_for_a_prestataire_without_space_is_told_how_to_enter(convention, fiche, pages):
    convention.choix.prestataire.membres.all().delete()
    _, text, html = _mail(convention)
    for told in (text, html):
        assert reverse("portfolio:demande") in told and "SIRET" in told
        assert pages("mission:suivi") not in told  # it would only ask to sign in


def test_more_structures_than_are_named_are_counted(convention, fiche):
    for number in range(presenters.NOMMEES + 3):
        StructureCiblee(
            ingenierie=convention.ingenierie, structure=StructureFactory(name=f"Fil {number}"), state="confirmee"
        ).save()
    assert presenters.structures_dites(convention).endswith("autres structures")


def test_a_title_and_its_objective_are_two_lines_on_the_printed_fiche(fiche, etapes, consultant):
    EtapeSuivi.objects.filter(pk=etapes[0].pk).update(objectif="Comprendre.")
    built = build(fiche.pk, consultant)
    assert "Étape 1 : État des lieux<br>Comprendre." in render_to_string(built.template, built.context)


def test_every_day_the_late_stages_are_looked_at(fiche, etapes, consultant, clock_at):
    from core.jobs import enqueue_daily

    planned(fiche, etapes, consultant)
    clock_at(dt.datetime(2027, 7, 3, 8, 0))
    enqueue_daily()
    run_pending()
    assert EtapeSuivi.objects.get(pk=etapes[0].pk).relancee_le is not None
