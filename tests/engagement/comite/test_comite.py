"""Sessions of the comité d'appui: prepared, convened by link, held, closed; the avis of the comité feeds the gate."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.services.links import LinkClosed, holder
from core.clock import now
from core.documents.frozen import kept_document
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.jobs import run_pending
from core.models import JournalEntry, OutboxMail
from engagement.comite import summary
from engagement.comite.models import AvisMembre, SeanceComite
from engagement.comite.services.avis import record_point, save_avis_membre
from engagement.comite.services.seances import (
    COMPTE_RENDU,
    add_membre,
    add_point,
    create_seance,
    perform_seance,
    remove_membre,
    remove_point,
    update_seance,
)
from engagement.validation.models import AvisComite
from tests.engagement.comite.seance import DAY, HOURS, bytes_of, do, fresh, held, link, page
from tests.engagement.conftest import text
from tests.factories import engaged, ingenierie_of
from tests.pdf import pdf_text
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at(DAY)


# --- Agenda and members -----------------------------------------------------------------------------------------------


def test_the_agenda_holds_what_the_dla_pilots_or_is_associated_to(world, comite):
    assert [str(p) for p in summary.points_of(comite.seance)] == ["Mutualiser la paie", "Chez l’associé"]
    for stranger in (world.other, world.far):
        with pytest.raises(InvalidInput, match="pilote ou auxquelles"):
            add_point(comite.seance, stranger, actor=comite.actor)
    # A second click puts nothing twice.
    assert add_point(comite.seance, world.ingenierie, actor=comite.actor) == comite.points[0]


def test_an_ingenierie_of_another_dla_is_not_found_by_the_page(client, world, comite):
    answer = client.post(page("point_ajouter", comite.seance.pk), {"ingenierie": world.other.pk})
    assert answer.status_code == 404 and comite.seance.points.count() == 2
    assert "Une autre" not in text(client.get(page("point_ajouter", comite.seance.pk)))


def test_the_order_of_the_agenda_changes(client, comite):
    client.post(page("point_deplacer", comite.seance.pk, comite.points[1].pk), {"sens": "monter"})
    assert [p.pk for p in summary.points_of(comite.seance)] == [comite.points[1].pk, comite.points[0].pk]
    client.post(page("point_deplacer", comite.seance.pk, comite.points[1].pk), {"sens": "monter"})
    assert [p.pk for p in summary.points_of(comite.seance)] == [comite.points[1].pk, comite.points[0].pk]


def test_a_session_of_too_many_ingenieries_is_refused_in_words(client, comite, world, monkeypatch):
    monkeypatch.setattr("engagement.comite.services.seances.POINTS_MAX", 2)
    one_more = engaged(world.pilote, titre="La vingt-et-unième")
    answer = client.post(page("point_ajouter", comite.seance.pk), {"ingenierie": one_more.pk})
    assert answer.status_code == 422 and "préparez une autre séance" in text(answer)
    assert client.post(page("point_ajouter", comite.seance.pk), {"ingenierie": world.ingenierie.pk}).status_code == 302
    assert comite.seance.points.count() == 2


def test_the_ingenierie_tells_in_its_journal_that_the_comite_will_examine_it(comite, world):
    verbs = JournalEntry.objects.filter(scope_type="projects.ingenierie", scope_id=world.ingenierie.pk)
    assert verbs.filter(verb="engagement.point_ajoute").exists()


def test_names_and_addresses_of_members_stay_out_of_the_journal(comite):
    told = " ".join(str(e.changes) + e.object_label for e in JournalEntry.objects.all())
    assert "Nom Secret" not in told and "m0@example.org" not in told and "France Active" in told


def test_the_same_address_is_not_invited_twice(client, comite):
    answer = client.post(
        page("membre_ajouter", comite.seance.pk), {"nom": "X", "organisme": "Y", "email": "M0@example.org"}
    )
    assert answer.status_code == 422 and "a déjà cette adresse" in text(answer)


def test_a_new_session_takes_the_members_of_the_last_one(comite, world):
    again = create_seance(world.pilote, {"debut": now() + dt.timedelta(days=60), "lieu": "Ici"}, actor=comite.actor)
    assert sorted(m.organisme for m in again.membres.all()) == ["Conseil départemental", "France Active"]


# --- Members give their opinion ---------------------------------------------------------------------------------------


def test_a_member_reads_the_sheets_and_gives_an_avis_on_each_by_her_link(comite):
    do(comite, "convoquer")
    run_pending()
    browser, address = StrictClient(), link(comite.membres[0])
    shown = text(browser.get(address))
    assert "Mutualiser la paie" in shown and "0 avis donné sur 2" in shown
    first = comite.points[0]
    sheet = text(browser.get(f"{address}fiche/?point={first.pk}"))
    assert "Problématique soulevée" in sheet and "Modifier" not in sheet
    assert b"".join(browser.get(f"{address}dossier/")).startswith(b"%PDF")
    data = {"point": first.pk, f"p{first.pk}-sens": "favorable", f"p{first.pk}-version": 0}
    assert browser.post(address, data).status_code == 302
    avis = AvisMembre.objects.get()
    assert (avis.sens, avis.par_lien, avis.membre) == ("favorable", True, comite.membres[0])
    # It changes as long as the session is open.
    data |= {f"p{first.pk}-sens": "reserves", f"p{first.pk}-version": 1}
    refused = browser.post(address, data)
    assert refused.status_code == 422 and "Dites les réserves" in text(refused)
    data[f"p{first.pk}-commentaires"] = "Le calendrier est serré."
    assert browser.post(address, data).status_code == 302
    avis.refresh_from_db()
    assert (avis.sens, avis.version) == ("reserves", 2)


def test_two_tabs_of_a_member_meet_without_losing_a_word(comite):
    do(comite, "convoquer")
    browser, address, pk = StrictClient(), link(comite.membres[0]), comite.points[0].pk
    data = {"point": pk, f"p{pk}-sens": "favorable", f"p{pk}-version": 0}
    browser.post(address, data)
    late = browser.post(address, data | {f"p{pk}-sens": "defavorable", f"p{pk}-commentaires": "Non, car…"})
    assert late.status_code == 409 and "Non, car…" in text(late)
    assert AvisMembre.objects.get().sens == "favorable"


def test_a_link_opens_its_own_session_only(comite, world):
    do(comite, "convoquer")
    other = create_seance(world.pilote, {"debut": now() + dt.timedelta(days=30), "lieu": "Ici"}, actor=comite.actor)
    point = add_point(other, world.ingenierie, actor=comite.actor)
    browser, address = StrictClient(), link(comite.membres[0])
    data = {"point": point.pk, f"p{point.pk}-sens": "favorable", f"p{point.pk}-version": 0}
    assert browser.post(address, data).status_code == 404
    assert browser.get(f"{address}fiche/?point={point.pk}").status_code == 404
    me = holder(Grant.objects.get(object_id=comite.membres[0].pk))
    for target, membre in (
        (point, comite.membres[0]),
        (comite.points[0], comite.membres[1]),
        (point, other.membres.first()),
    ):
        with pytest.raises(NotAllowed):
            save_avis_membre(target, membre, {"sens": "favorable"}, actor=me)
    assert not AvisMembre.objects.exists()


def test_looking_at_the_link_writes_nothing_but_its_opening(comite):
    do(comite, "convoquer")
    before = JournalEntry.objects.count()
    StrictClient().get(link(comite.membres[0]))
    assert JournalEntry.objects.count() == before and not AvisMembre.objects.exists()


def test_an_avis_told_on_the_telephone_is_typed_by_the_dla(client, comite):
    address = page("avis_membre", comite.seance.pk, comite.points[0].pk, comite.membres[1].pk)
    assert client.post(address, {"sens": "favorable", "version": 0}).status_code == 302
    assert AvisMembre.objects.get().par_lien is False
    shown = text(client.get(page("seance", comite.seance.pk)))
    assert "saisi par le DLA" in shown and "Membres : 1 favorable." in shown


# --- The avis of the comité -------------------------------------------------------------------------------------------


def test_the_avis_of_the_comite_is_the_one_the_gate_reads(as_, comite, world):
    held(comite)
    client = as_("pilote")
    address = page("avis", comite.seance.pk, comite.points[0].pk)
    data = {"sens": "reserves", "commentaires": "Limiter le groupe.", "version": 0}
    assert client.post(address, data).status_code == 302
    avis = AvisComite.objects.get()
    assert (avis.ingenierie, avis.organisation, avis.seance) == (world.ingenierie, world.pilote, comite.seance)
    assert avis.date == dt.date(2026, 12, 3)
    assert avis.membres == "Conseil départemental\nFrance Active"
    from engagement.validation import facts
    from projects.facts import fetch

    provider = SimpleNamespace(annotations=facts.avis)
    values = fetch([world.ingenierie.pk], [provider])[world.ingenierie.pk]
    assert sum(facts.given(values).values()) == 1
    shown = text(client.get(reverse("engagement:validation", args=[world.ingenierie.pk])))
    assert "avis favorable avec réserves" in shown and "Limiter le groupe." in shown


def test_the_comite_decides_once_the_session_was_held(client, comite):
    with pytest.raises(InvalidInput, match="a eu lieu"):
        record_point(comite.points[0], {"sens": "favorable"}, actor=comite.actor)
    assert client.get(page("avis", comite.seance.pk, comite.points[0].pk)).status_code == 403
    with pytest.raises(ConditionsNotMet):
        do(comite, "tenir")  # it is to come


def test_two_people_record_the_same_avis_and_the_second_is_told(comite):
    held(comite)
    record_point(comite.points[0], {"sens": "favorable"}, actor=comite.actor, expected_version=0)
    with pytest.raises(EditConflict):
        record_point(
            comite.points[0], {"sens": "defavorable", "commentaires": "Non"}, actor=comite.actor, expected_version=0
        )


def test_closing_asks_for_every_avis_then_freezes_them_in_the_minutes(comite, world):
    held(comite)
    save_avis_membre(
        comite.points[0], comite.membres[0], {"sens": "reserves", "commentaires": "Coût élevé."}, actor=comite.actor
    )
    record_point(comite.points[0], {"sens": "favorable"}, actor=comite.actor)
    with pytest.raises(ConditionsNotMet) as refused:
        do(comite, "clore")
    assert "Chez l’associé" in refused.value.reasons[0]
    record_point(comite.points[1], {"sens": "ajourne", "commentaires": "Budget à revoir."}, actor=comite.actor)
    seance = fresh(comite.seance)
    update_seance(seance, {"synthese": "Deux dossiers examinés."}, actor=comite.actor)
    closed = do(comite, "clore")
    run_pending()
    told = " ".join(pdf_text(bytes_of(kept_document(closed, COMPTE_RENDU))).split())
    for expected in ("Deux dossiers examinés.", "Budget à revoir.", "Coût élevé.", "ajourné", "Conseil départemental"):
        assert expected in told, expected
    assert "Nom Secret" not in told
    assert StrictClient().get(link(comite.membres[0])).status_code == 410
    with pytest.raises(NotAllowed):
        record_point(comite.points[0], {"sens": "favorable"}, actor=comite.actor)
    # A later session gives another avis: the closed one keeps saying what it said.
    later = create_seance(world.pilote, {"debut": now() + dt.timedelta(days=9), "lieu": "Ici"}, actor=comite.actor)
    point = add_point(later, comite.shared, actor=comite.actor)
    comite.clock_at("2026-12-20 10:00")
    perform_seance(later, "tenir", actor=comite.actor, expected_state="preparation")
    record_point(point, {"sens": "favorable"}, actor=comite.actor)
    points = summary.points_of(closed)
    assert summary.decisions(closed, points)[points[1].pk].sens == "ajourne"
    assert AvisComite.objects.get(ingenierie=comite.shared, organisation=world.pilote).seance == later


def test_a_link_used_while_the_session_closes_is_refused(comite):
    held(comite)
    me = holder(Grant.objects.get(object_id=comite.membres[0].pk))
    for point in comite.points:
        record_point(point, {"sens": "favorable"}, actor=comite.actor)
    do(comite, "clore")
    with pytest.raises((LinkClosed, NotAllowed)):
        save_avis_membre(comite.points[0], comite.membres[0], {"sens": "favorable"}, actor=me)


def test_a_closed_session_reopens_with_a_reason(comite):
    held(comite)
    for point in comite.points:
        record_point(point, {"sens": "favorable"}, actor=comite.actor)
    do(comite, "clore")
    with pytest.raises(InvalidInput):
        do(comite, "rouvrir")
    assert do(comite, "rouvrir", reason="Une erreur dans un avis").state == "tenue"


def test_a_point_or_a_member_with_an_avis_stays(comite):
    save_avis_membre(comite.points[0], comite.membres[0], {"sens": "favorable"}, actor=comite.actor)
    with pytest.raises(InvalidInput):
        remove_point(comite.points[0], actor=comite.actor)
    with pytest.raises(InvalidInput):
        remove_membre(comite.membres[0], actor=comite.actor)
    remove_point(comite.points[1], actor=comite.actor)
    remove_membre(comite.membres[1], actor=comite.actor)
    assert (comite.seance.points.count(), comite.seance.membres.count()) == (1, 1)


def test_a_stale_button_is_refused(client, comite):
    data = {"action": "convoquer", "expected_state": "preparation", "version": comite.seance.version}
    assert client.post(page("action", comite.seance.pk), data).status_code == 302
    assert client.post(page("action", comite.seance.pk), data).status_code == 409
    assert OutboxMail.objects.filter(template="accounts/lien").count() == 2


def test_a_reason_too_long_is_refused_and_nothing_typed_is_lost(client, comite):
    reason = "Trop d’absents, " * 200 + "à reporter."
    data = {
        "action": "annuler",
        "expected_state": "preparation",
        "version": comite.seance.version,
        "reason": reason,
    }
    answer = client.post(page("action", comite.seance.pk), data)
    assert answer.status_code == 422 and reason in answer.content.decode()
    comite.seance.refresh_from_db()
    assert comite.seance.state == "preparation"


# --- Who ------------------------------------------------------------------------------------------------------------


def test_only_the_members_of_the_dla_hold_its_sessions(as_, comite, world):
    for who in ("associe", "voisin", "loin", "c2ra"):
        assert as_(who).get(page("seance", comite.seance.pk)).status_code == 404, who
        with pytest.raises(NotAllowed):
            add_membre(comite.seance, {"nom": "X", "organisme": "Y"}, actor=world.actor(who))
    reader = as_("lecture")
    shown = text(reader.get(page("seance", comite.seance.pk)))
    assert "lecture seule" in shown and "Inscrire" not in shown
    with pytest.raises(NotAllowed):
        create_seance(world.pilote, {"debut": now(), "lieu": "X"}, actor=world.actor("lecture"))


def test_the_list_shows_ones_own_sessions_and_costs_the_same_for_thirty(client, as_, comite, world, count_queries):
    assert "Maison des associations" in text(client.get(page("liste")))
    assert "Maison des associations" not in text(as_("associe").get(page("liste")))
    assert as_("c2ra").get(page("liste")).status_code == 403
    one = count_queries(lambda: client.get(page("liste")))
    SeanceComite.objects.bulk_create(
        SeanceComite(organisation=world.pilote, debut=now() + dt.timedelta(days=n), lieu="Là") for n in range(30)
    )
    assert count_queries(lambda: client.get(page("liste"))) == one
    assert "Mutualiser" not in text(client.get(page("liste"))) and "1 séance" in text(
        client.get(page("liste") + "?q=mutualiser")
    )
    assert "Là" in client.get(page("liste") + "?export=csv").content.decode("utf-8-sig")


def test_the_page_of_a_session_costs_the_same_for_one_member_and_for_thirty(client, comite, world, count_queries):
    address = page("seance", comite.seance.pk)
    client.get(address)
    one = count_queries(lambda: client.get(address))
    for n in range(28):
        add_membre(comite.seance, {"nom": "X", "organisme": f"Organisme {n}"}, actor=comite.actor)
    for _ in range(4):
        add_point(comite.seance, ingenierie_of(world.pilote), actor=comite.actor)
    assert count_queries(lambda: client.get(address)) == one


def test_a_stale_edit_of_the_session_shows_the_other_s_change(client, comite):
    update_seance(comite.seance, {"lieu": "Salle B"}, actor=comite.actor)
    late = client.post(
        page("modifier", comite.seance.pk),
        {**HOURS, "debut": "2026-12-03T15:00", "lieu": "Salle C", "version": comite.seance.version},
    )
    assert late.status_code == 409 and "Salle B" in text(late)
