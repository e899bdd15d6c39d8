"""The letterhead: logos made safe, who puts them, and that every document carries them."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts import services
from accounts.letterhead import letterhead
from accounts.models import Logo
from core.actor import Actor
from core.documents import DOCUMENT_TYPES
from core.documents.frozen import render_built
from core.errors import InvalidInput, NotAllowed
from core.models import JournalEntry
from tests.core.upload_files import PDF, image
from tests.factories import OrganisationFactory, StructureFactory, actor_of, diagnostic_of, member
from tests.pdf import pdf_faults, pdf_text


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def with_secret() -> bytes:
    """A PNG that holds a text besides its picture, and a transparent one at that."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Nom Secret")
    out = io.BytesIO()
    Image.new("RGBA", (2000, 300), (0, 0, 0, 0)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def test_a_logo_is_drawn_again_small_on_white_and_without_what_the_file_said(dla, responsable):
    logo = services.add_logo(dla.organisation, upload(with_secret()), alt="Logo du DLA", actor=responsable)

    content = bytes(logo.image)
    assert b"Secret" not in content
    with Image.open(io.BytesIO(content)) as kept:
        assert kept.format == "PNG" and kept.mode == "RGB" and kept.size == (900, 135)
        assert kept.getpixel((5, 5)) == (255, 255, 255)
    entry = JournalEntry.objects.get(verb="organisation.logo_ajoute")
    assert entry.changes == {"alt": [None, "Logo du DLA"], "organisation": [None, str(dla.organisation)]}


def test_a_second_logo_takes_the_place_of_the_first(dla, responsable):
    for alt in ("Ancien", "Nouveau"):
        services.add_logo(dla.organisation, upload(image("JPEG"), "logo.jpg"), alt=alt, actor=responsable)

    assert [logo.alt for logo in Logo.objects.own(dla.organisation)] == ["Nouveau"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("logo.pdf", PDF),
        ("logo.png", PDF),
        ("logo.png", image()[:60]),
        ("logo.jpg", image()),
    ],
)
def test_what_is_not_a_picture_is_refused(dla, responsable, name, content):
    with pytest.raises(InvalidInput):
        services.add_logo(dla.organisation, upload(content, name), alt="Logo", actor=responsable)
    assert not Logo.objects.exists()


def test_the_funders_of_a_region_are_kept_by_its_c2ra(dla, responsable):
    c2ra = OrganisationFactory(c2ra=True, region=dla.organisation.region)
    with pytest.raises(InvalidInput, match="C2RA"):
        services.add_logo(dla.organisation, upload(image()), alt="État", actor=responsable, financeur=True)
    with pytest.raises(NotAllowed):
        services.add_logo(c2ra, upload(image()), alt="État", actor=responsable, financeur=True)

    actor = actor_of(member(c2ra, "responsable"))
    services.add_logo(c2ra, upload(image()), alt="État", actor=actor, financeur=True)
    values = {"mention_financeurs": "Avec le soutien de l’État."}
    services.update_organisation(c2ra, values, actor=actor, expected_version=c2ra.version)

    header = letterhead(dla.organisation)
    assert [picture.alt for picture in header.funders] == ["État"]
    assert header.mention == "Avec le soutien de l’État."
    assert not letterhead(OrganisationFactory()).logo


def test_every_document_carries_logo_address_and_telephone_and_stays_accessible(dla, responsable):
    organisation = dla.organisation
    services.add_logo(organisation, upload(image(size=(80, 40))), alt="Logo du DLA d’essai", actor=responsable)
    values = {"address": "1 rue Haute\n37000 Tours", "phone": "02 00 00 00 00"}
    services.update_organisation(organisation, values, actor=responsable, expected_version=organisation.version)
    diagnostic = diagnostic_of(StructureFactory(organisation=organisation))

    built = DOCUMENT_TYPES.get("diagnostic").build(diagnostic.pk, Actor.system("essai"))
    pdf = render_built(built)

    told = pdf_text(pdf)
    assert "1 rue Haute, 37000 Tours" in told and "02 00 00 00 00" in told
    assert pdf_faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        alts = [str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
    assert alts == ["Logo du DLA d’essai"]


def test_a_blank_document_never_says_validated(dla):
    from structures.diagnostics.documents import build

    diagnostic = diagnostic_of(StructureFactory(organisation=dla.organisation), shared=True)
    assert build(diagnostic.pk, Actor.system("essai"), blank=True).context["validation"] == ""


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_responsable_puts_and_removes_a_logo(dla, client_for):
    client, pk = client_for(dla.responsable), dla.organisation.pk
    page, add = reverse("accounts:papiers", args=[pk]), reverse("accounts:logo_ajouter", args=[pk])
    assert client.get(add).status_code == 200
    answer = client.post(add, {"fichier": upload(b"<svg/>", "logo.svg"), "alt": "Logo"})
    assert answer.status_code == 422 and "Choisissez une image PNG ou JPEG" in answer.content.decode()
    assert client.post(add, {"fichier": upload(image()), "alt": ""}).status_code == 422
    assert client.post(add, {"fichier": upload(image()), "alt": "Logo du DLA"}).status_code == 302

    logo = Logo.objects.get()
    shown = client.get(page).content.decode()
    assert 'alt="Logo du DLA"' in shown and "data:image/png;base64," in shown
    assert client.post(reverse("accounts:logo_retirer", args=[pk, logo.pk])).status_code == 302
    assert not Logo.objects.exists()


def test_nobody_else_changes_the_papers(dla, voisin, responsable, client_for):
    logo = services.add_logo(dla.organisation, upload(image()), alt="Logo", actor=responsable)
    pk = dla.organisation.pk
    add, remove = reverse("accounts:logo_ajouter", args=[pk]), reverse("accounts:logo_retirer", args=[pk, logo.pk])
    for person, status in ((dla.charge, 403), (dla.lecture, 403), (voisin, 404)):
        client = client_for(person)
        assert client.post(add, {"fichier": upload(image()), "alt": "X"}).status_code == status
        assert client.post(remove).status_code == status
    # A logo of another organisation is not found under one's own.
    theirs = client_for(voisin)
    own = voisin.memberships.get().organisation_id
    assert theirs.post(reverse("accounts:logo_retirer", args=[own, logo.pk])).status_code == 404
    assert Logo.objects.count() == 1


def test_only_a_c2ra_writes_the_mention_of_the_funders(dla, client_for):
    page = client_for(dla.responsable).get(reverse("accounts:organisation_update", args=[dla.organisation.pk]))
    assert "mention_financeurs" not in page.content.decode()
    c2ra = OrganisationFactory(c2ra=True)
    page = client_for(member(c2ra, "responsable")).get(reverse("accounts:organisation_update", args=[c2ra.pk]))
    assert "mention_financeurs" in page.content.decode()
