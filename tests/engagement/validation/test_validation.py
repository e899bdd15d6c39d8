"""Opinions of the comités d'appui, agreement of the structure porteuse."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import journal
from core.clock import today
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import Attachment
from engagement.validation import services
from engagement.validation.dashboard import unanswered
from engagement.validation.models import AvisComite, ValidationPorteur
from projects.cycle.gates import conditions_of
from tests.core.upload_files import PDF
from tests.engagement.conftest import text, url

pytestmark = pytest.mark.django_db


def condition(ingenierie, code):
    return next(c for c in conditions_of(ingenierie) if c.definition.code == code)


GIVEN = {"date": dt.date(2026, 1, 15), "sens": "favorable"}


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at("2026-11-21 10:00")


def _post(client, ingenierie, organisation, **values):
    data = {"date": "2026-11-10", "sens": "favorable", "version": 0, **values}
    return client.post(url("avis", ingenierie, organisation.pk), data)


def test_one_row_per_dla_pilot_first(client, world, ingenierie):
    page = text(client.get(url("validation", ingenierie)))
    assert page.index("DLA Pilote", page.index("Avis des comités")) < page.index("DLA Associé", page.index("Avis des"))
    assert page.count("à recueillir") == 2


def test_a_comite_gives_its_opinion_once_then_changes_it(client, world, ingenierie):
    assert _post(client, ingenierie, world.pilote).status_code == 302
    avis = AvisComite.objects.get()
    assert (avis.sens, avis.recorded_by, avis.version) == ("favorable", "Camille Pilote", 1)
    changed = _post(client, ingenierie, world.pilote, sens="reserves", commentaires="Préciser le coût.", version=1)
    assert changed.status_code == 302
    avis.refresh_from_db()
    assert (avis.sens, avis.version, AvisComite.objects.count()) == ("reserves", 2, 1)
    assert "favorable avec réserves" in text(client.get(url("validation", ingenierie)))


def test_a_form_of_what_was_never_written_carries_version_0(client, world, ingenierie):
    for page in (url("avis", ingenierie, world.pilote.pk), url("porteur", ingenierie, ingenierie.pilote_id)):
        assert '<input type="hidden" name="version" value="0"' in client.get(page).content.decode(), page


def test_an_opinion_that_is_not_favorable_says_why(client, world, ingenierie):
    for sens in ("reserves", "defavorable", "ajourne"):
        answer = _post(client, ingenierie, world.pilote, sens=sens)
        assert answer.status_code == 422 and "Notez les réserves ou les raisons" in text(answer)
        with pytest.raises(InvalidInput):
            services.record_avis(ingenierie, world.pilote, {**GIVEN, "sens": sens}, actor=world.actor("pilote"))
    assert not AvisComite.objects.exists()


def test_a_future_date_is_refused(client, world, ingenierie):
    answer = _post(client, ingenierie, world.pilote, date="2026-11-22")
    assert answer.status_code == 422 and "futur" in text(answer)
    assert (
        client.post(
            url("porteur", ingenierie, ingenierie.pilote_id), {"validee": "on", "date": "2027-01-01", "version": 0}
        ).status_code
        == 422
    )


def test_two_first_opinions_of_one_comite_the_second_is_told(as_, world, ingenierie):
    assert _post(as_("associe"), ingenierie, world.associe, commentaires="Très utile.").status_code == 302
    second = _post(as_("pilote"), ingenierie, world.associe, sens="ajourne", commentaires="Quorum manquant.")
    page = text(second)
    assert second.status_code == 409 and "Quorum manquant." in page and "Très utile." in page
    assert AvisComite.objects.get().sens == "favorable"
    with pytest.raises(EditConflict):
        services.record_avis(ingenierie, world.associe, GIVEN, actor=world.actor("pilote"), expected_version=0)


def test_members_record_for_their_dla_the_pilot_for_all(as_, world, ingenierie):
    refused = _post(as_("associe"), ingenierie, world.pilote)
    assert refused.status_code == 403 and "enregistré par les membres de ce DLA" in text(refused)
    assert _post(as_("associe"), ingenierie, world.associe).status_code == 302
    assert _post(as_("pilote"), ingenierie, world.associe, version=1).status_code == 302
    with pytest.raises(NotAllowed):
        services.record_avis(ingenierie, world.pilote, GIVEN, actor=world.actor("associe"))


def test_a_dla_that_is_not_associated_has_no_opinion_here(client, world, ingenierie):
    for organisation in (world.voisin, world.c2ra):
        assert client.get(url("avis", ingenierie, organisation.pk)).status_code == 404
        assert _post(client, ingenierie, organisation).status_code == 404
    with pytest.raises(InvalidInput):
        services.record_avis(ingenierie, world.voisin, GIVEN, actor=world.actor("pilote"))


def test_the_document_of_the_opinion_is_attached_and_read_only_by_who_may(as_, world, ingenierie):
    document = SimpleUploadedFile("avis.pdf", PDF, content_type="application/pdf")
    assert _post(as_("pilote"), ingenierie, world.pilote, document=document).status_code == 302
    piece = Attachment.objects.get()
    assert "avis.pdf" in text(as_("pilote").get(url("validation", ingenierie)))
    for who, status in (("associe", 200), ("c2ra", 200), ("voisin", 404), ("loin", 404)):
        answer = as_(who).get(f"/pieces/{piece.pk}/")
        assert answer.status_code == status, who
    # Beside one's own comité: reads, does not add.
    assert as_("associe").get(url("avis", ingenierie, world.pilote.pk)).status_code == 403


def test_a_program_renamed_pdf_is_refused_and_nothing_is_recorded(client, world, ingenierie):
    wrong = SimpleUploadedFile("avis.pdf", b"MZ\x90\x00" + b"\0" * 200, content_type="application/pdf")
    assert _post(client, ingenierie, world.pilote, document=wrong).status_code == 422
    assert not AvisComite.objects.exists() and not Attachment.objects.exists()


def test_the_structure_porteuse_validates_with_a_date(client, ingenierie):
    without = client.post(url("porteur", ingenierie, ingenierie.pilote_id), {"validee": "on", "version": 0})
    assert without.status_code == 422 and "Indiquez la date" in text(without)
    data = {"validee": "on", "date": "2026-11-12", "financeurs_date": "2026-11-13", "version": 0}
    assert client.post(url("porteur", ingenierie, ingenierie.pilote_id), data).status_code == 302
    row = ValidationPorteur.objects.get()
    assert (row.validee, row.date, row.version) == (True, dt.date(2026, 11, 12), 1)
    page = text(client.get(url("validation", ingenierie)))
    assert "validée le 12 novembre 2026" in page.replace("</span>", "") and "13 novembre 2026" in page


def test_two_people_on_the_validation_the_second_is_told(as_, ingenierie, world):
    services.record_validation(
        ingenierie, world.pilote, {"commentaires": "Vu en bureau."}, actor=world.actor("pilote"), expected_version=0
    )
    late = {"validee": "on", "date": "2026-11-12", "commentaires": "Vu en CA.", "version": 0}
    answer = as_("pilote").post(url("porteur", ingenierie, ingenierie.pilote_id), late)
    assert answer.status_code == 409 and "Vu en CA." in text(answer) and "Vu en bureau." in text(answer)
    assert not ValidationPorteur.objects.get().validee


def test_the_service_refuses_a_future_validation(ingenierie, actor):
    with pytest.raises(InvalidInput):
        tomorrow = {"validee": True, "date": today() + dt.timedelta(days=1)}
        services.record_validation(ingenierie, ingenierie.pilote, tomorrow, actor=actor)
    with pytest.raises(InvalidInput):
        services.record_validation(ingenierie, ingenierie.pilote, {"validee": True}, actor=actor)
    assert not ValidationPorteur.objects.exists()


def test_each_dla_has_the_validation_of_its_own_structure_porteuse(as_, world, ingenierie):
    done = {"validee": "on", "date": "2026-11-12", "version": 0}
    mine, theirs = (url("porteur", ingenierie, o.pk) for o in (world.pilote, world.associe))
    refused = as_("associe").post(mine, done)
    assert refused.status_code == 403 and "les membres de DLA Pilote ou par le pilote" in text(refused)
    assert as_("associe").post(theirs, done).status_code == 302
    assert condition(ingenierie, "porteur").detail == "1\u00a0validation sur 2, une par DLA"
    assert as_("pilote").post(mine, done).status_code == 302
    assert condition(ingenierie, "porteur").ok
    assert as_("pilote").get(url("porteur", ingenierie, world.voisin.pk)).status_code == 404
    ingenierie.associes.set([world.voisin])
    assert not condition(ingenierie, "porteur").ok


def _given(world, ingenierie, sens, commentaires="Trop cher."):
    record = {**GIVEN, "sens": sens, "commentaires": commentaires}
    services.record_avis(ingenierie, world.pilote, {**GIVEN}, actor=world.actor("pilote"))
    return services.record_avis(ingenierie, world.associe, record, actor=world.actor("associe"))


@pytest.mark.parametrize("sens", ["defavorable", "ajourne"])
def test_an_opinion_that_is_not_given_for_holds_the_gate_until_the_pilot_answers(as_, world, ingenierie, sens):
    type(ingenierie).objects.filter(pk=ingenierie.pk).update(charge_mission=world.users["pilote"])
    avis = _given(world, ingenierie, sens)
    held = condition(ingenierie, "comite_appui")
    assert not held.ok and "1\u00a0attend une réponse écrite du pilote" in held.detail
    assert any("Répondez-y par écrit" in todo.detail for todo in unanswered(world.actor("pilote")))
    assert unanswered(world.actor("associe")) == []
    page = url("avis_repondre", ingenierie, world.associe.pk)
    assert as_("associe").get(page).status_code == 403 and as_("voisin").get(page).status_code == 404
    empty = as_("pilote").post(page, {"reponse": " ", "version": avis.version})
    assert empty.status_code == 422
    said = {"reponse": "Le coût est ramené à 12 000 euros.", "version": avis.version}
    assert as_("pilote").post(page, said).status_code == 302
    assert condition(ingenierie, "comite_appui").ok and unanswered(world.actor("pilote")) == []
    # Who gave the opinion reads who answered, when, and what was changed; so does the C2RA.
    for who in ("associe", "c2ra"):
        shown = text(as_(who).get(url("validation", ingenierie)))
        assert "Réponse du pilote, par Camille Pilote, 21 novembre 2026" in shown.replace("\u00a0", " ")
        assert "12 000 euros" in shown
    assert journal.entries_for(ingenierie).filter(verb="engagement.avis_repondu").exists()


def test_another_opinion_takes_the_answer_away_and_waits_for_its_own(world, ingenierie):
    avis = _given(world, ingenierie, "ajourne")
    services.answer_avis(avis, "Le budget est joint.", actor=world.actor("pilote"))
    again = {"date": dt.date(2026, 2, 15), "sens": "defavorable", "commentaires": "Toujours trop cher."}
    avis = services.record_avis(ingenierie, world.associe, again, actor=world.actor("associe"))
    assert avis.attend_reponse and avis.reponse_par == ""
    corrected = {**again, "commentaires": "Toujours trop cher, dit-il."}
    services.answer_avis(avis, "Nous maintenons.", actor=world.actor("pilote"))
    kept = services.record_avis(ingenierie, world.associe, corrected, actor=world.actor("associe"))
    assert kept.reponse == "Nous maintenons."


def test_only_the_pilot_answers_and_only_what_is_not_favourable(world, ingenierie):
    avis = _given(world, ingenierie, "favorable")
    with pytest.raises(InvalidInput, match="favorable"):
        services.answer_avis(avis, "Merci.", actor=world.actor("pilote"))
    avis = _given(world, ingenierie, "reserves")
    for who in ("associe", "lecture", "c2ra", "voisin"):
        with pytest.raises(NotAllowed):
            services.answer_avis(avis, "Non.", actor=world.actor(who))
