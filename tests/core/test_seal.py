"""What proves something leaves sealed; anybody signed in may ask whether a file is what was sealed."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Organisation
from core import checks
from core.certificates import self_signed
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType, seal
from core.documents.frozen import produce
from core.documents.verification import SealState, verify
from core.models import SealCertificate
from tests.core import document_sample
from tests.factories import OrganisationFactory, actor_of, member

pytestmark = pytest.mark.usefixtures("essai_templates")
PAGE = "core:verifier"


def _build(object_id, actor, *, blank=False):
    return BuiltDocument(
        template=document_sample.TEMPLATE,
        context={**document_sample.context(paragraphs=1), "accroche": "Essai"},
        title="Reçu d’essai",
        filename="recu.pdf",
        obj=Organisation.objects.get(pk=object_id),
    )


@pytest.fixture(autouse=True)
def _essai(monkeypatch):
    """A sealed type of document that the members of the organisation may read."""
    spec = DocumentType(
        "Reçu",
        _build,
        lambda ids, actor: {pk for pk in ids if pk == actor.organisation_id},
        has_blank=True,
        sealed=True,
    )
    monkeypatch.setitem(DOCUMENT_TYPES._items, "essai", (50, spec))


@pytest.fixture
def owner(db):
    return member(OrganisationFactory())


@pytest.fixture
def made(owner):
    actor = actor_of(owner)
    document = produce("essai", actor.organisation_id, actor=actor, keep=True)
    with default_storage.open(document.storage_key) as file:
        return document, file.read()


def _own_certificate(settings, tmp_path, phrase="secret"):
    path = tmp_path / "sceau.p12"
    path.write_bytes(self_signed("Notre DLA", "secret"))
    settings.APP_ENV, settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE = "production", str(path), phrase


def test_a_sealed_file_is_told_intact_and_named_to_who_may_read_it_only(owner, made, client_for):
    document, content = made
    found = verify(content, actor_of(owner))
    assert (found.state, found.document, found.sha256) == (SealState.INTACT, document, document.sha256)
    assert document.sealed_by == SealCertificate.objects.get().fingerprint
    assert abs((found.at - document.made_at).total_seconds()) < 60

    page = client_for(owner).post(reverse(PAGE), {"fichier": SimpleUploadedFile("recu.pdf", content)})
    assert "Scellé ici, intact" in page.content.decode() and "Reçu d’essai" in page.content.decode()
    other = client_for(member(OrganisationFactory())).post(
        reverse(PAGE), {"fichier": SimpleUploadedFile("recu.pdf", content)}
    )
    assert "Scellé ici, intact" in other.content.decode() and "Reçu d’essai" not in other.content.decode()


def test_a_byte_changed_an_addition_a_stripped_seal_and_another_certificate_are_told_apart(
    owner, made, settings, tmp_path
):
    actor, (document, content) = actor_of(owner), made
    at = content.index(b"<rdf:li xml:lang") + 40 if b"<rdf:li xml:lang" in content else content.index(b"<dc:") + 8
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert verify(changed, actor).state == SealState.ALTERED

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root["/Ajout"] = generic.pdf_string("ajout")
    writer.update_root()
    added = io.BytesIO()
    writer.write(added)
    found = verify(added.getvalue(), actor)
    assert (found.state, found.document) == (SealState.ADDED_TO, document)

    rewritten = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.AcroForm
        pdf.save(rewritten)
    assert verify(rewritten.getvalue(), actor).state == SealState.NONE

    seal._opened.cache_clear()
    _own_certificate(settings, tmp_path)
    plain = produce("essai", actor.organisation_id, actor=actor, blank=True)
    assert plain.sealed_by == ""  # a blank is never sealed
    with default_storage.open(plain.storage_key) as file:
        foreign, _ = seal.seal(file.read())
    assert verify(foreign, actor).state == SealState.FOREIGN  # that certificate sealed nothing that is kept


def test_a_certificate_that_was_replaced_is_still_recognised(owner, made, settings, tmp_path):
    seal._opened.cache_clear()
    _own_certificate(settings, tmp_path)
    document = produce("essai", actor_of(owner).organisation_id, actor=actor_of(owner), keep=True)
    assert document.sealed_by != made[0].sealed_by
    assert verify(made[1], actor_of(owner)).state == SealState.INTACT


def test_without_certificate_in_production_documents_are_unsealed_and_it_is_said(owner, settings, client_for):
    settings.APP_ENV = "production"
    document = produce("essai", actor_of(owner).organisation_id, actor=actor_of(owner), keep=True)
    assert document.sealed_by == ""
    assert [warning.id for warning in checks.seal_is_there()] == ["core.W001"]
    assert "partent sans sceau" in client_for(owner).get(reverse(PAGE)).content.decode()


def test_a_certificate_that_does_not_open_is_an_error_and_nothing_is_made(owner, settings, tmp_path):
    _own_certificate(settings, tmp_path, phrase="autre")
    assert [error.id for error in checks.seal_opens()] == ["core.E001"]
    with pytest.raises(ValueError):
        produce("essai", actor_of(owner).organisation_id, actor=actor_of(owner), keep=True)


def test_what_is_no_pdf_is_refused_in_words_and_a_visitor_signs_in_first(owner, client_for, client):
    page = client_for(owner).post(reverse(PAGE), {"fichier": SimpleUploadedFile("recu.pdf", b"GIF89a rien")})
    assert page.status_code == 422 and "Ce fichier se dit PDF" in page.content.decode()
    assert client_for(owner).post(reverse(PAGE), {}).status_code == 422
    assert client.get(reverse(PAGE)).status_code == 302


@pytest.fixture(autouse=True)
def _forget_certificates():
    yield
    seal._opened.cache_clear()
