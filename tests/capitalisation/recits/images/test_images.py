"""The pictures of a récit: drawn again, said in words, in order, kept by the versions that show them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.recits.adresses import adresse
from capitalisation.recits.documents import build_lecture, recit_docx
from capitalisation.recits.enums import Genre
from capitalisation.recits.images import images_de, shown
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import ImageRecit
from capitalisation.recits.services import ecriture
from capitalisation.recits.services import images as services
from core import clock
from core.documents import frozen
from core.documents.docx import render_docx
from core.documents.frozen import render_built
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import Attachment
from core.uploads.services import purge
from tests.capitalisation.recits import scene
from tests.capitalisation.recits.images.files import GPS, photo, png
from tests.capitalisation.scene import SYSTEM, ressource
from tests.factories import OrganisationFactory, ingenierie_of, member, member_actor
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db
DIT = {"alt": "Huit personnes autour d’une table", "legende": "La première séance", "credit": "DLA", "accord": True}


@pytest.fixture(scope="module")
def made(shared):
    def write():
        ingenierie = placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")
        return ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)

    return shared(write)


@pytest.fixture
def recit(made, db):
    return scene.fresh(made)


@pytest.fixture
def user(recit):
    return member(recit.organisation)


def add(recit, file=None, **more):
    image = services.add(recit, file or png(), {**DIT, **more}, actor=SYSTEM)
    image.recit = recit
    return image


def status(client, address):
    """Of an answer whose file is read whole."""
    answer = client.get(address)
    b"".join(answer)
    return answer.status_code


def kept(image):
    with default_storage.open(image.piece.storage_key) as file:
        return Image.open(io.BytesIO(file.read()))


def test_a_photograph_is_upright_smaller_and_says_no_more_where_it_was_taken(recit):
    picture = kept(add(recit, photo()))
    assert picture.size == (667, 2000)
    exif = picture.getexif()
    assert not dict(exif) and not exif.get_ifd(GPS) and "exif" not in picture.info


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (ContentFile(b"%PDF-1.4\n%%EOF", name="plan.png"), "celui d’un PDF"),
        (ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", name="plan.png"), "dessin SVG"),
        (ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="plan.svg"), "ne sont pas acceptés"),
        (ContentFile(b"%PDF-1.4\n%%EOF", name="plan.pdf"), "ne sont pas acceptés"),
        (ContentFile(photo().read()[:400], name="coupee.jpg"), "abîmée"),
    ],
)
def test_what_is_not_a_picture_is_refused_in_words_and_nothing_is_kept(recit, file, why):
    with pytest.raises(InvalidInput, match=why):
        add(recit, file)
    assert not ImageRecit.objects.exists() and not Attachment.objects.exists()


def test_a_picture_is_said_in_words_and_its_people_agreed(recit):
    for values, why in (
        ({"alt": ""}, "avec des mots"),
        ({"alt": "Photo."}, "avec des mots"),
        ({"accord": False}, "accord"),
    ):
        with pytest.raises(InvalidInput, match=why):
            add(recit, **values)
    image = add(recit)
    with pytest.raises(InvalidInput, match="avec des mots"):
        services.update(image, {"alt": " "}, actor=SYSTEM)
    services.update(image, {"legende": "Autre"}, actor=SYSTEM, expected_version=1)
    with pytest.raises(EditConflict):
        services.update(image, {"legende": "Encore"}, actor=SYSTEM, expected_version=1)


def test_the_same_picture_once_and_twelve_at_most(recit):
    add(recit)
    with pytest.raises(InvalidInput, match="déjà dans le récit"):
        add(recit)
    for rank in range(services.IMAGES_MAX - 1):
        add(recit, png(f"{rank}.png"))
    with pytest.raises(InvalidInput, match="12 images au plus"):
        add(recit, png("une de trop.png"))


def test_they_are_put_in_order_one_place_at_a_time(recit):
    one, _, three = (add(recit, png(f"{rank}.png"), legende=str(rank)) for rank in range(3))
    assert services.move(three, -1, actor=SYSTEM) and services.move(one, 1, actor=SYSTEM)
    assert [row["legende"] for row in images_de(recit)] == ["2", "0", "1"]
    assert not services.move(three, -1, actor=SYSTEM)


def test_an_arrete_recit_does_not_change_and_the_version_keeps_what_is_taken_out(recit):
    image = add(recit)
    done = scene.arrete(scene.ecrit(recit))
    image.recit = done
    with pytest.raises(NotAllowed, match="reprenez l’écriture"):
        services.retirer(image, actor=SYSTEM)
    with pytest.raises(NotAllowed):
        add(done, png("autre.png"))
    version = derniere(done)
    image.recit = scene.reprise(done)
    services.retirer(image, actor=SYSTEM)
    assert images_de(image.recit) == []
    assert shown([image.piece_id]) == {image.piece_id}
    Attachment.objects.update(removed_at=clock.now() - dt.timedelta(days=60))
    assert purge()["pieces"] == 0
    (printed,) = images_de(version)
    assert printed["alt"] == DIT["alt"] and printed["texte"] == "La première séance (Crédit : DLA)"
    assert printed["uri"].startswith("data:image/png;base64,") and printed["octets"][:4] == b"\x89PNG"


def test_one_taken_out_that_no_version_shows_goes_with_the_housekeeping(recit):
    image = add(recit)
    services.retirer(image, actor=SYSTEM)
    Attachment.objects.update(removed_at=clock.now() - dt.timedelta(days=60))
    assert purge()["pieces"] == 1


def test_the_team_reads_the_file_and_its_neighbours_do_not(recit, client_for, user):
    image = add(recit)
    file = reverse("core:piece", args=[image.piece_id])
    assert status(client_for(user), file) == 200
    assert status(client_for(member(OrganisationFactory())), file) == 404


def test_readers_of_its_resource_see_the_pictures_of_the_last_version_alone(recit, client, client_for, user):
    image = add(recit)
    first = scene.arrete(scene.ecrit(recit))
    old = derniere(first)
    ecriture.write(scene.reprise(first), "secteur", {"valeur": "Sport"}, actor=SYSTEM)
    version = derniere(scene.arrete(first))
    address = reverse("bibliotheque:recit_image", args=[version.pk, image.pk])
    stranger = client_for(member(OrganisationFactory()))
    assert status(client_for(user), address) == 200
    assert status(stranger, address) == client.get(address).status_code == 404
    found = ressource(recit.organisation, recit=recit)
    assert status(stranger, address) == 200 and client.get(address).status_code == 404
    type(found).objects.filter(pk=found.pk).update(lecteurs=Lecteurs.PUBLIC)
    answer = client.get(address)
    assert b"".join(answer)[:4] == b"\x89PNG"
    assert answer["Content-Type"] == "image/png" and "no-cache" in answer["Cache-Control"]
    assert "inline" in answer["Content-Disposition"] and "schema" not in answer["Content-Disposition"]
    before = reverse("bibliotheque:recit_image", args=[old.pk, image.pk])
    assert client.get(before).status_code == 404 and status(client_for(user), before) == 200
    assert client.get(reverse("bibliotheque:recit_image", args=[version.pk, 999_999])).status_code == 404


def test_the_pages_add_say_order_and_take_out(recit, client_for, user):
    client, room = client_for(user), adresse(recit, "recit_images")
    new = adresse(recit, "recit_image_ajouter")
    assert "comme au téléphone" in client.get(new).content.decode()
    refused = client.post(new, {"fichier": png(), "alt": "Une table", "legende": "La séance"})
    assert refused.status_code == 422 and "La séance" in refused.content.decode()
    for name in ("a.png", "b.png"):
        assert client.post(new, {**DIT, "fichier": png(name), "legende": "<b>x</b>"}).status_code == 302
    one, two = ImageRecit.objects.all()
    page = client.get(room).content.decode()
    assert "&lt;b&gt;x" in page and reverse("core:piece", args=[one.piece_id]) in page
    client.post(adresse(recit, "recit_image_deplacer", two.pk), {"vers": "avant"})
    assert [row.pk for row in ImageRecit.objects.all()] == [two.pk, one.pk]
    edit = adresse(recit, "recit_image_modifier", one.pk)
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**DIT, "alt": "Un calendrier", "version": "1"}).status_code == 302
    assert client.post(edit, {**DIT, "alt": "Une affiche", "version": "1"}).status_code == 409
    client.post(adresse(recit, "recit_image_retirer", two.pk), {"version": str(two.version)})
    assert [row.pk for row in ImageRecit.objects.all()] == [one.pk]
    assert client.post(adresse(recit, "recit_image_deplacer", one.pk), {"vers": "ailleurs"}).status_code == 404


def test_one_that_somebody_does_not_want_any_more_is_erased_from_what_is_read_already(
    recit, client, client_for, user, monkeypatch
):
    one, two = add(recit), add(recit, png("deux.png"), alt="Une affiche de la trésorière")
    done = scene.arrete(scene.ecrit(recit))
    found = ressource(recit.organisation, recit=done, support="fiche_experience", lien="", lecteurs=Lecteurs.PUBLIC)
    page = reverse("bibliotheque:ressource", args=[found.pk])
    version = derniere(done)
    file = reverse("bibliotheque:recit_image", args=[version.pk, one.pk])
    assert file in client.get(page).content.decode() and status(client, file) == 200
    with monkeypatch.context() as patched:
        patched.setattr(frozen, "render_built", lambda built, **kwargs: b"%PDF-1.7 essai")
        document = frozen.produce("recit", done.pk, actor=SYSTEM)
    team, erase = client_for(user), adresse(done, "recit_image_effacer", one.pk)
    assert erase in team.get(adresse(done, "recit_images")).content.decode()
    assert team.post(erase).status_code == 302
    assert file not in client.get(page).content.decode() and client.get(file).status_code == 404
    assert file not in client.get(reverse("bibliotheque:donnees_ressource", args=[found.pk])).content.decode()
    assert [row["image"] for row in images_de(derniere(done))] == [two.pk]
    assert team.get(reverse("core:document", args=[document.pk])).status_code == 410
    assert derniere(done).is_intact
    # One that left the récit stays in its versions until it is erased too.
    two.recit = scene.reprise(done)
    services.retirer(two, actor=SYSTEM)
    assert "Une affiche de la trésorière" in team.get(adresse(done, "recit_images")).content.decode()
    services.effacer(two.recit, two.pk, actor=SYSTEM)
    assert "trésorière" not in team.get(adresse(done, "recit_images")).content.decode()
    other = ecriture.begin_alone(recit.organisation, Genre.FICHE_EXPERIENCE, {"titre": "Autre"}, actor=SYSTEM)
    with pytest.raises(InvalidInput):
        services.effacer(other, two.pk, actor=SYSTEM)
    with pytest.raises(NotAllowed):
        services.effacer(recit, two.pk, actor=member_actor(OrganisationFactory()))


def test_a_recit_without_dossier_has_its_pictures_too(recit, client_for, user):
    values = {"titre": "Une expérience d’avant", "origine": ""}
    alone = ecriture.begin_alone(recit.organisation, Genre.FICHE_EXPERIENCE, values, actor=SYSTEM)
    client = client_for(user)
    assert client.get(adresse(alone, "recit_image_ajouter")).status_code == 200
    assert client.post(adresse(alone, "recit_image_ajouter"), {**DIT, "fichier": png()}).status_code == 302
    assert "Huit personnes" in client.get(adresse(alone, "recit_images")).content.decode()
    assert client_for(member(OrganisationFactory())).get(adresse(alone, "recit_images")).status_code == 404
    with pytest.raises(NotAllowed):
        services.add(alone, png("autre.png"), DIT, actor=member_actor(OrganisationFactory()))


def test_the_documents_show_them_with_what_they_show_in_words(recit):
    add(recit, photo(), alt="Une carte du Val & de ses <associations>")
    version = derniere(scene.arrete(scene.ecrit(recit)))
    pdf = render_built(build_lecture(version, obj=recit))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert [str(one.Alt) for one in found] == ["Une carte du Val & de ses <associations>"]
    with zipfile.ZipFile(io.BytesIO(render_docx(recit_docx(scene.fresh(recit))))) as docx:
        body = docx.read("word/document.xml").decode()
    assert 'descr="Une carte du Val &amp; de ses &lt;associations&gt;"' in body and "figure-" not in body
    assert "La première séance (Crédit : DLA)" in body
