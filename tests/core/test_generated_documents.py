"""Documents made by a job, kept once, read by who may read their object."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Organisation, User
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.documents.frozen import kept_document, produce
from core.documents.jobs import request_document
from core.errors import NotAllowed
from core.jobs import ACTOR_RESOLVER, run_pending
from core.models import GeneratedDocument, Job, JobState, JournalEntry
from core.uploads.services import purge
from tests.core import document_sample
from tests.factories import OrganisationFactory, actor_of, member
from tests.pdf import pdf_faults, pdf_text

pytestmark = pytest.mark.usefixtures("essai_templates")


def _build(object_id, actor, *, blank=False):
    organisation = Organisation.objects.get(pk=object_id)
    return BuiltDocument(
        template=document_sample.TEMPLATE,
        context={**document_sample.context(paragraphs=1), "accroche": f"Pour {organisation.name}"},
        title=f"Essai de {organisation.name}",
        filename=f'Essai "{organisation.name}".pdf',
        obj=organisation,
    )


@pytest.fixture(autouse=True)
def _essai(monkeypatch):
    """A type of document that the members of the organisation may read."""
    spec = DocumentType(
        label="Essai",
        build=_build,
        can_view=lambda ids, actor: {pk for pk in ids if pk == actor.organisation_id},
        has_blank=True,
    )
    monkeypatch.setitem(DOCUMENT_TYPES._items, "essai", (50, spec))


@pytest.fixture(autouse=True)
def _people_of_jobs(monkeypatch):
    """Whoever asked for a job is an actor again when it runs, under the membership of that moment."""
    if "user" not in ACTOR_RESOLVER:
        monkeypatch.setitem(
            ACTOR_RESOLVER._items,
            "user",
            (50, lambda user, membership: actor_of(User.objects.get(pk=user, memberships=membership))),
        )


@pytest.fixture
def organisation(db):
    return OrganisationFactory(name="DLA de l’Essai")


@pytest.fixture
def adviser(organisation):
    return member(organisation)


def ask(organisation) -> str:
    return reverse("core:document_request", args=["essai", organisation.pk])


def test_one_asks_waits_and_reads_the_preview(organisation, adviser, client_for):
    client = client_for(adviser)
    response = client.post(ask(organisation))
    job = Job.objects.get()
    assert response["Location"] == reverse("core:job_detail", args=[job.pk])
    assert not GeneratedDocument.objects.exists()

    run_pending()

    job.refresh_from_db()
    assert job.state == JobState.FAIT
    document = GeneratedDocument.objects.get()
    assert job.result == {"document_id": document.pk, "url": reverse("core:document", args=[document.pk])}
    response = client.get(job.result["url"])
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"' == f'"{document.sha256}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert pdf_faults(content) == []
    assert "Pour DLA de l’Essai" in pdf_text(content)
    assert (document.size, document.kept) == (len(content), False)
    saved = client.get(job.result["url"], {"telecharger": "1"})
    assert saved["Content-Disposition"].startswith("attachment")
    assert b"".join(saved.streaming_content) == content


def test_the_blank_version_is_asked_for_in_one_click(organisation, adviser, client_for):
    client_for(adviser).post(ask(organisation), {"vierge": "1"})
    run_pending()
    document = GeneratedDocument.objects.get()
    assert document.blank
    with default_storage.open(document.storage_key) as file:
        assert "Les structures concernées" not in pdf_text(file.read())


def test_the_near_miss_gets_a_404(organisation, adviser, client_for):
    document = produce("essai", organisation.pk, actor=actor_of(adviser))
    stranger = client_for(member())

    assert stranger.get(reverse("core:document", args=[document.pk])).status_code == 404
    assert stranger.post(ask(organisation)).status_code == 404
    assert client_for(adviser).post(reverse("core:document_request", args=["inconnu", 1])).status_code == 404
    assert not Job.objects.exists()
    with pytest.raises(NotAllowed):
        request_document("essai", organisation.pk, actor=actor_of(member()))
    with pytest.raises(NotAllowed):
        produce("essai", organisation.pk, actor=Actor.anonymous())


def test_nobody_signed_out_reads_a_document(organisation, adviser, client):
    document = produce("essai", organisation.pk, actor=actor_of(adviser))
    assert client.get(reverse("core:document", args=[document.pk])).status_code == 302


def test_asking_is_never_done_by_a_link(organisation, adviser, client_for):
    assert client_for(adviser).get(ask(organisation)).status_code == 405
    assert not Job.objects.exists()


def test_rights_lost_meanwhile_stop_the_job(organisation, adviser, monkeypatch):
    job = request_document("essai", organisation.pk, actor=actor_of(adviser))
    spec = DocumentType(label="Essai", build=_build, can_view=lambda ids, actor: set())
    monkeypatch.setitem(DOCUMENT_TYPES._items, "essai", (50, spec))

    run_pending()

    job.refresh_from_db()
    assert job.state == JobState.ECHEC
    assert not GeneratedDocument.objects.exists()


def test_a_job_run_twice_makes_one_document(organisation, adviser):
    first = produce("essai", organisation.pk, actor=actor_of(adviser), keep=True, job_id=7)
    again = produce("essai", organisation.pk, actor=actor_of(adviser), keep=True, job_id=7)

    assert first == again
    assert GeneratedDocument.objects.count() == 1
    assert JournalEntry.objects.filter(verb="core.produit_document").count() == 1


def test_a_kept_document_is_journaled_and_found(organisation, adviser):
    assert kept_document(organisation, "essai") is None
    produce("essai", organisation.pk, actor=actor_of(adviser))
    assert kept_document(organisation, "essai") is None
    request_document("essai", organisation.pk, actor=actor_of(adviser), keep=True, key="essai:1")
    request_document("essai", organisation.pk, actor=actor_of(adviser), keep=True, key="essai:1")
    run_pending()

    document = kept_document(organisation, "essai")
    assert GeneratedDocument.objects.kept().get() == document
    assert JournalEntry.objects.get(verb="core.produit_document").changes == {"sha256": [None, document.sha256]}
    assert document.filename == "Essai DLA de l’Essai.pdf"


def test_an_object_that_is_gone_ends_the_job_with_words(organisation, adviser, monkeypatch):
    spec = DocumentType(label="Essai", build=_build, can_view=lambda ids, actor: set(ids))
    monkeypatch.setitem(DOCUMENT_TYPES._items, "essai", (50, spec))
    job = request_document("essai", organisation.pk + 1000, actor=actor_of(adviser))
    run_pending()

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.ECHEC, "Ce qui devait être imprimé n’existe plus.")


def test_previews_go_after_a_week_and_documents_stay(organisation, adviser, clock_at):
    clock_at("2026-11-21 10:00")
    preview = produce("essai", organisation.pk, actor=actor_of(adviser))
    kept = produce("essai", organisation.pk, actor=actor_of(adviser), keep=True)
    clock_at("2026-11-29 10:00")

    assert purge()["apercus"] == 1

    assert not default_storage.exists(preview.storage_key)
    assert default_storage.exists(kept.storage_key)
    assert GeneratedDocument.objects.get() == kept


def test_a_file_the_storage_lost_is_a_404(organisation, adviser, client_for):
    document = produce("essai", organisation.pk, actor=actor_of(adviser))
    default_storage.delete(document.storage_key)
    assert client_for(adviser).get(reverse("core:document", args=[document.pk])).status_code == 404
