"""Readers write to the author and report problems: who reads, who answers, who is told, twice, too late."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.personal import gather
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages import dashboard
from capitalisation.usages.models import QuestionRessource, Signalement
from capitalisation.usages.services import questions, signalements
from core.errors import InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from core.outbox import compose
from tests.capitalisation import scene
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member, member_actor, prestataire_of

pytestmark = pytest.mark.django_db
ASKED = {"genre": "question", "texte": "Vaut-il pour un café ?"}
DEAD = {"motif": "lien", "texte": "Page introuvable."}


@pytest.fixture
def dla(db):
    return OrganisationFactory(name="DLA des Monts")


@pytest.fixture
def author(dla):
    return member(dla, "responsable")


@pytest.fixture
def ressource(dla):
    return scene.ressource(dla)


@pytest.fixture
def reader(db):
    return member(OrganisationFactory(name="DLA du Val", region=RegionFactory(bretagne=True)))


@pytest.fixture
def c2ra(dla):
    return member(OrganisationFactory(c2ra=True, region=dla.region))


def address(ressource, name="ressource", *more):
    return reverse(f"bibliotheque:{name}", args=[ressource.pk, *more])


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def mails(template):
    return {mail.to: mail for mail in OutboxMail.objects.filter(template=template)}


# --- Questions ------------------------------------------------------------------------------------------------------


def test_a_reader_asks_the_author_answers_and_both_are_told(client_for, ressource, author, reader):
    answer = client_for(reader).post(address(ressource, "question"), ASKED)
    assert answer.status_code == 302 and answer["Location"] == address(ressource) + "#questions"
    row = QuestionRessource.objects.get()
    assert row.signature == f"{reader.get_full_name()}, DLA du Val"
    told = mails(questions.MAIL_POSEE)
    assert set(told) == {author.email} and not told[author.email].urgent
    assert compose(told[author.email])["texte"] == ASKED["texte"]
    [todo] = dashboard.questions(actor_of(author))
    assert "attend votre réponse" in todo.detail and todo.url == address(ressource) + "#questions"
    said = {"reponse": "Oui, en copiant la colonne B.", "version": row.version}
    assert client_for(author).post(address(ressource, "question_repondre", row.pk), said).status_code == 302
    assert dashboard.questions(actor_of(author)) == []
    assert compose(told[author.email]) is None  # nothing left to ask
    assert compose(mails(questions.MAIL_REPONDUE)[reader.email])["reponse"] == said["reponse"]
    page = client_for(member()).get(address(ressource)).content.decode()
    assert ASKED["texte"] in page and said["reponse"] in page and "Réponse de DLA des Monts" in page


def test_an_answer_changed_is_not_told_again_and_a_stale_one_loses_nothing(client_for, ressource, author, reader):
    row = questions.ask(ressource, ASKED, actor=actor_of(reader))
    by = actor_of(author)
    row = questions.answer(row, {"reponse": "Oui."}, actor=by, expected_version=row.version)
    questions.answer(fresh(row), {"reponse": "Oui, sauf bar."}, actor=by, expected_version=row.version)
    assert len(mails(questions.MAIL_REPONDUE)) == 1
    late = client_for(author).post(
        address(ressource, "question_repondre", row.pk), {"reponse": "Non.", "version": row.version}
    )
    assert late.status_code == 409 and "Non." in late.content.decode()
    with pytest.raises(InvalidInput, match="Écrivez la réponse"):
        questions.answer(fresh(row), {"reponse": "  "}, actor=by, expected_version=None)


def test_a_prestataire_asks_too_and_a_visitor_only_signs_in(client, client_for, ressource):
    prestataire = prestataire_of(name="Cabinet Pont")
    assert client_for(prestataire.membres.get().user).post(address(ressource, "question"), ASKED).status_code == 302
    assert QuestionRessource.objects.get().de == str(prestataire)
    Ressource.objects.filter(pk=ressource.pk).update(lecteurs="public")
    page = client.get(address(ressource)).content.decode()
    assert ASKED["texte"] not in page
    assert client.post(address(ressource, "question"), ASKED)["Location"].startswith(reverse("account_login"))


def test_a_remark_waits_for_nobody(ressource, author, reader):
    questions.ask(ressource, ASKED | {"genre": "remarque"}, actor=actor_of(reader))
    assert dashboard.questions(actor_of(author)) == [] and mails(questions.MAIL_POSEE)


def test_html_stays_text_and_a_long_or_empty_message_is_refused(client_for, ressource, reader):
    client = client_for(reader)
    assert client.post(address(ressource, "question"), ASKED | {"texte": " "}).status_code == 422
    long = client.post(address(ressource, "question"), ASKED | {"texte": "a" * 2001})
    assert long.status_code == 422 and "a" * 2001 in long.content.decode()
    client.post(address(ressource, "question"), ASKED | {"texte": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)" in client.get(address(ressource)).content.decode()


def test_an_improper_one_is_taken_out_with_its_reason(client_for, ressource, author, c2ra, reader):
    row = questions.ask(ressource, ASKED, actor=actor_of(reader))
    with pytest.raises(NotAllowed):
        questions.take_out(row, "Parce que.", actor=actor_of(reader), expected_version=None)
    assert client_for(reader).get(address(ressource, "question_retirer", row.pk)).status_code == 403
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        questions.take_out(row, " ", actor=actor_of(author), expected_version=None)
    said = {"motif": "Elle nomme une salariée.", "version": row.version}
    assert client_for(c2ra).post(address(ressource, "question_retirer", row.pk), said).status_code == 302
    assert not QuestionRessource.objects.exists()
    entry = JournalEntry.objects.get(verb=questions.RETIREE)
    assert entry.reason == said["motif"] and ASKED["texte"] not in str(entry.changes)
    assert compose(mails(questions.MAIL_RETIREE)[reader.email])["motif"] == said["motif"]
    assert client_for(c2ra).post(address(ressource, "question_retirer", row.pk), said).status_code == 404


def test_only_who_deposited_answers_and_only_under_its_own_resource(client_for, ressource, author, reader, c2ra):
    row = questions.ask(ressource, ASKED, actor=actor_of(reader))
    for who in (reader, c2ra, member(ressource.contributeur, "lecture")):
        assert client_for(who).get(address(ressource, "question_repondre", row.pk)).status_code == 403
    other = scene.ressource(ressource.contributeur)
    assert client_for(author).get(address(other, "question_repondre", row.pk)).status_code == 404


# --- Reports --------------------------------------------------------------------------------------------------------


def test_a_report_is_dealt_with_and_each_who_made_it_is_told(client_for, ressource, author, reader):
    other = member()
    assert client_for(reader).post(address(ressource, "signaler"), DEAD).status_code == 302
    signalements.report(ressource, DEAD | {"texte": ""}, actor=actor_of(other))
    assert OutboxMail.objects.filter(template=signalements.MAIL).count() == 1  # gathered
    assert not mails(signalements.MAIL_DROITS)
    [todo] = dashboard.signalements(actor_of(author))
    assert "signalements à traiter" in todo.detail
    page = client_for(author).get(todo.url).content.decode()
    assert "votre réponse vaut pour toutes" in page and "Page introuvable." in page
    row = Signalement.objects.get(user=reader)
    said = {"etat": "traite", "suite": "Adresse corrigée.", "version": row.version}
    assert client_for(author).post(address(ressource, "signalement", row.pk), said).status_code == 302
    assert set(Signalement.objects.values_list("etat", "suite")) == {("traite", "Adresse corrigée.")}
    told = mails(signalements.MAIL_SUITE)
    assert set(told) == {reader.email, other.email} and compose(told[other.email])["etat"] == "traité"
    assert dashboard.signalements(actor_of(author)) == []
    assert compose(OutboxMail.objects.get(template=signalements.MAIL)) is None
    assert client_for(author).post(address(ressource, "signalement", row.pk), said).status_code == 409


def test_two_errors_are_two_reports(ressource, author, reader):
    rows = [
        signalements.report(ressource, {"motif": "erreur", "texte": f"Page {n}."}, actor=member_actor())
        for n in range(2)
    ]
    done = signalements.settle(
        rows[0], {"etat": "ecarte", "suite": "C’est voulu."}, actor=actor_of(author), expected_version=None
    )
    assert (done.etat, fresh(rows[1]).etat) == ("ecarte", "ouvert")
    with pytest.raises(StaleState, match="n’est plus à traiter"):
        signalements.settle(done, {"etat": "traite", "suite": "Si."}, actor=actor_of(author), expected_version=None)


def test_the_same_person_reports_the_same_thing_once(client_for, ressource, reader):
    client = client_for(reader)
    client.post(address(ressource, "signaler"), DEAD)
    again = client.post(address(ressource, "signaler"), DEAD | {"texte": "Toujours."})
    assert again.status_code == 422 and "déjà signalé" in again.content.decode() and Signalement.objects.count() == 1


def test_somebody_named_without_her_agreement_is_told_at_once_to_the_c2ra_and_to_the_author(
    ressource, author, c2ra, reader
):
    far = member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True)))
    watcher = member(c2ra.active_membership.organisation, "lecture")
    signalements.report(ressource, {"motif": "droits", "texte": "Page 2."}, actor=actor_of(reader))
    told = mails(signalements.MAIL_DROITS)
    assert set(told) == {author.email, c2ra.email} and all(mail.urgent for mail in told.values())
    assert not mails(signalements.MAIL)
    for who, count in ((author, 1), (c2ra, 1), (far, 0), (watcher, 0), (reader, 0)):
        assert len(dashboard.signalements(actor_of(who))) == count


def test_what_is_reported_of_a_national_resource_goes_to_the_avise(reader):
    avise = member(OrganisationFactory(avise=True), "responsable")
    own = scene.ressource(avise.active_membership.organisation, region=None)
    signalements.report(own, {"motif": "droits", "texte": ""}, actor=actor_of(reader))
    assert set(mails(signalements.MAIL_DROITS)) == {avise.email}


def test_reports_are_read_by_who_deals_with_them_and_by_who_made_them(client_for, ressource, author, reader, c2ra):
    row = signalements.report(ressource, DEAD, actor=actor_of(reader))
    for who, reads in ((author, True), (c2ra, True), (reader, True), (member(), False)):
        assert (DEAD["texte"] in client_for(who).get(address(ressource)).content.decode()) is reads
    for who in (reader, member()):
        assert client_for(who).get(address(ressource, "signalement", row.pk)).status_code == 404
    silent = {"etat": "traite", "suite": " ", "version": row.version}
    assert client_for(author).post(address(ressource, "signalement", row.pk), silent).status_code == 422


def test_nothing_is_asked_nor_reported_of_what_is_not_published(ressource, reader, author):
    draft = scene.ressource(ressource.contributeur, "brouillon")
    for do, said in ((questions.ask, ASKED), (signalements.report, DEAD)):
        with pytest.raises(NotAllowed, match="n’est pas publiée"):
            do(draft, said, actor=actor_of(author))


def test_what_somebody_wrote_is_given_to_her(ressource, reader):
    questions.ask(ressource, ASKED, actor=actor_of(reader))
    signalements.report(ressource, DEAD, actor=actor_of(reader))
    told = {section.title: section.rows for section in gather(reader)}
    assert told["Questions et remarques sur des ressources"][0]["texte"] == ASKED["texte"]
    assert told["Problèmes signalés sur des ressources"][0]["texte"] == DEAD["texte"]
