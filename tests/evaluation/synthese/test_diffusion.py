"""To whom the synthesis goes: what each reads, what was sent and when, what came back."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Grant
from core import clock
from core.documents.frozen import kept_document, produce, render_built
from core.errors import InvalidInput, NotAllowed
from core.models import FrozenError
from evaluation.synthese import documents
from evaluation.synthese.enums import Lecture, SorteDestinataire
from evaluation.synthese.models import DestinataireSynthese, EnvoiSynthese
from evaluation.synthese.proposes import proposes
from evaluation.synthese.services import diffusion
from evaluation.synthese.services import synthese as services
from evaluation.synthese.services.liens import LECTURE
from evaluation.synthese.services.synthese import DOCUMENT
from tests import docx
from tests.engagement.conftest import text
from tests.evaluation.synthese import scene
from tests.factories import OrganisationFactory, member, member_actor
from tests.pdf import pdf_faults, pdf_text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(lambda: scene.shared(scene.signed(OrganisationFactory(name="DLA du Val"))))


@pytest.fixture
def synthese(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def row(synthese):
    return scene.recipient(synthese)


def sent(synthese, *rows):
    return diffusion.send(scene.fresh(synthese), [row.pk for row in rows], actor=scene.SYSTEM)


def link_of(row, page=""):
    grant = Grant.objects.get(object_type="evaluation.destinatairesynthese", object_id=row.pk)
    token = accounts.link_token(grant)
    return reverse("lien_page", args=[token, page]) if page else reverse("lien", args=[token])


def test_those_whom_the_dossier_knows_are_proposed_each_once(synthese):
    found = proposes(synthese)
    sorts = {one.sorte for one in found}
    assert {SorteDestinataire.STRUCTURE, SorteDestinataire.PARTENAIRE, SorteDestinataire.PRESTATAIRE} <= sorts
    assert sum(one.sorte == SorteDestinataire.STRUCTURE for one in found) == 3
    structures = [one.cle for one in found if one.sorte == SorteDestinataire.STRUCTURE]
    assert diffusion.add_proposes(synthese, structures, actor=scene.SYSTEM) == 3
    assert not [one for one in proposes(synthese) if one.sorte == SorteDestinataire.STRUCTURE]
    assert set(synthese.destinataires.values_list("lecture", flat=True)) == {Lecture.SANS_COUTS}
    # The same boxes, sent again: nobody twice.
    assert diffusion.add_proposes(synthese, structures, actor=scene.SYSTEM) == 0


def test_a_draft_goes_to_nobody():
    synthese = scene.written(scene.mission.dossier(OrganisationFactory()))
    row = scene.recipient(synthese)
    with pytest.raises(InvalidInput, match="Partagez d’abord"):
        sent(synthese, row)
    assert not EnvoiSynthese.objects.exists()


def test_what_was_sent_is_kept(synthese, row, run_jobs):
    assert sent(synthese, row) == 1
    run_jobs()
    envoi = EnvoiSynthese.objects.get()
    assert (envoi.version.numero, envoi.moyen, envoi.lecture) == (1, "lien", "sans_couts")
    assert sum(m.to == ["elle@example.org"] for m in mail.outbox) == 1
    with pytest.raises(FrozenError):
        envoi.delete()
    with pytest.raises(InvalidInput, match="est gardé"):
        diffusion.remove_destinataire(row, actor=scene.SYSTEM, expected_version=None)
    assert DestinataireSynthese.objects.filter(pk=row.pk).exists()


def test_somebody_to_whom_nothing_was_sent_may_go(row):
    diffusion.remove_destinataire(row, actor=scene.SYSTEM, expected_version=row.version)
    assert not DestinataireSynthese.objects.exists()


def test_a_double_click_sends_once_and_later_it_is_sent_again(synthese, row, time_machine):
    assert (sent(synthese, row), sent(synthese, row)) == (1, 0)
    time_machine.shift(dt.timedelta(minutes=11))
    assert sent(synthese, row) == 1
    assert EnvoiSynthese.objects.count() == 2 and Grant.objects.of(row, LECTURE).count() == 1


def test_sent_after_a_change_it_is_another_version(synthese, row, time_machine):
    sent(synthese, row)
    services.write(scene.fresh(synthese), {"pertinence": "Reprise d’après les réactions."}, actor=scene.SYSTEM)
    time_machine.shift(dt.timedelta(minutes=11))
    sent(synthese, row)
    assert list(EnvoiSynthese.objects.order_by("pk").values_list("version__numero", flat=True)) == [1, 2]


def test_each_reads_what_it_may(synthese, row, client):
    whole = scene.recipient(synthese, "copil@example.org", sorte="comite", lecture=Lecture.ENTIERE)
    sent(synthese, row, whole)
    without, full = (text(client.get(link_of(one))) for one in (row, whole))
    assert "Trois résultats sur quatre" in without and "Trois résultats sur quatre" in full
    assert "12 000,01" in full and "€" not in without
    assert "123 456" in full and "123 456" not in without


def test_the_link_of_one_reads_nothing_of_another_dossier(synthese, row, client):
    other = scene.shared(scene.mission.dossier(OrganisationFactory()))
    services.write(other, {"pertinence": "Secret de l’autre."}, actor=scene.SYSTEM)
    sent(synthese, row)
    assert "Secret de l’autre" not in client.get(link_of(row)).content.decode()


def test_a_recipient_reacts_by_its_link_until_it_is_fixed(synthese, row, client):
    sent(synthese, row)
    assert client.post(link_of(row), {"reaction": "La dernière journée manque."}).status_code == 302
    found = DestinataireSynthese.objects.get(pk=row.pk)
    assert (found.reaction, found.par_lien) == ("La dernière journée manque.", True)
    assert client.post(link_of(row), {"reaction": " "}).status_code == 422
    scene.moved(synthese, "arreter")
    assert "ne reçoit plus de réactions" in client.get(link_of(row)).content.decode()
    assert client.post(link_of(row), {"reaction": "Trop tard."}).status_code == 403
    assert DestinataireSynthese.objects.get(pk=row.pk).reaction == "La dernière journée manque."


def test_what_was_sent_stays_what_it_was_until_it_is_sent_again(synthese, row, client):
    sent(synthese, row)
    services.write(scene.fresh(synthese), {"pertinence": "Texte d’après."}, actor=scene.SYSTEM)
    scene.moved(synthese, "arreter")
    assert "Texte d’après" not in client.get(link_of(row)).content.decode()


def test_a_revoked_link_reads_nothing(synthese, row, client):
    sent(synthese, row)
    address = link_of(row)
    assert client.get(address).status_code == 200
    diffusion.revoke(DestinataireSynthese.objects.get(pk=row.pk), actor=scene.SYSTEM)
    assert client.get(address).status_code == 410


def test_handed_over_in_a_meeting_is_noted_with_its_day(synthese, row):
    with pytest.raises(InvalidInput, match="futur"):
        diffusion.hand_over(row, clock.today() + dt.timedelta(days=1), actor=scene.SYSTEM)
    kept = diffusion.hand_over(row, clock.today(), actor=scene.SYSTEM)
    assert (kept.moyen, kept.version.numero) == ("remis", 1)


def test_only_the_team_sends(synthese, row):
    with pytest.raises(NotAllowed, match="organisations associées"):
        diffusion.send(synthese, [row.pk], actor=member_actor())


def test_the_pdf_goes_with_the_mail_when_it_is_asked(synthese, run_jobs):
    scene.recipient(synthese, "pdf@example.org", pdf_joint=True)
    sent(synthese, DestinataireSynthese.objects.get(email="pdf@example.org"))
    run_jobs()
    (message,) = [m for m in mail.outbox if m.to == ["pdf@example.org"]]
    (attached,) = message.attachments
    assert attached[0].endswith("-sans-montants.pdf") and attached[1].startswith(b"%PDF")


def test_the_pdf_is_an_archive_and_says_its_digest_and_no_amount_to_who_may_not(synthese):
    done = scene.moved(synthese, "arreter")
    version = services.last_version(done)
    whole = render_built(documents.build_version(version.pk, scene.SYSTEM))
    without = render_built(documents.build_sans_couts(version.pk, scene.SYSTEM))
    assert pdf_faults(whole) == [] and pdf_faults(without) == []
    assert version.empreinte[:20] in pdf_text(whole).replace(" ", "")
    assert "12 000,01" in pdf_text(whole)
    assert "€" not in pdf_text(without) and b".json" not in without
    made = produce(DOCUMENT, version.pk, actor=scene.SYSTEM, keep=True)
    assert made.sealed_by and kept_document(version, DOCUMENT).pk == made.pk


def test_the_docx_says_the_same(synthese):
    from core.documents.docx import render_docx

    content = render_docx(documents.synthese_docx(synthese, None))
    assert docx.faults(content) == [] and "Trois résultats sur quatre" in docx.text(content)


def test_the_pages_of_the_recipients(synthese, row, client_for):
    client = client_for(member(synthese.ingenierie.pilote))
    pk = synthese.ingenierie_id

    def at(name, *more):
        return reverse(f"evaluation:{name}", args=[pk, *more])

    for name, *more in (("synthese_destinataires",), ("synthese_destinataire_ajouter",), ("synthese_proposes",),
                        ("synthese_destinataire", row.pk), ("synthese_remise", row.pk)):  # fmt: skip
        assert client.get(at(name, *more)).status_code == 200, name
    assert client.post(at("synthese_envoyer"), {"destinataire": [row.pk]}).status_code == 302
    shown = client.get(at("synthese_destinataires")).content.decode()
    assert "version 1, lien personnel, sans les montants" in shown
    assert client.post(at("synthese_proposes"), {}).status_code == 422
    said = {"sorte": "autre", "organisme": "Fédération", "email": "elle@example.org", "lecture": "entiere"}
    assert client.post(at("synthese_destinataire_ajouter"), said).status_code == 422
    noted = {**said, "version": DestinataireSynthese.objects.get(pk=row.pk).version, "reaction": "Dite au téléphone."}
    assert client.post(at("synthese_destinataire", row.pk), noted).status_code == 302
    assert DestinataireSynthese.objects.get(pk=row.pk).reaction_le == clock.today()
    other = scene.recipient(scene.shared(scene.mission.dossier(OrganisationFactory())), "autre@example.org")
    assert client.get(at("synthese_destinataire", other.pk)).status_code == 404


def test_the_list_costs_the_same_for_one_recipient_and_for_thirty(synthese, row, client_for, count_queries):
    client = client_for(member(synthese.ingenierie.pilote))
    address = reverse("evaluation:synthese_destinataires", args=[synthese.ingenierie_id])
    sent(synthese, row)
    client.get(address)
    few = count_queries(lambda: client.get(address))
    sent(synthese, *(scene.recipient(synthese, f"un{n}@example.org") for n in range(29)))
    assert count_queries(lambda: client.get(address)) == few


def test_another_choice_of_reading_holds_for_the_next_sending(synthese, row, client, time_machine):
    sent(synthese, row)
    fresh = DestinataireSynthese.objects.get(pk=row.pk)
    fresh.synthese = synthese
    diffusion.update_destinataire(fresh, {"lecture": Lecture.ENTIERE}, actor=scene.SYSTEM, expected_version=None)
    assert "€" not in text(client.get(link_of(row)))
    time_machine.shift(dt.timedelta(minutes=11))
    sent(synthese, row)
    assert "12 000,01" in text(client.get(link_of(row)))
