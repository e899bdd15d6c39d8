"""The pages of the cahier des charges: who may what, and what bad input gets."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.cahier import services
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from consultations.cahier.sections import SECTIONS
from consultations.cahier.services import DOCUMENT_CAHIER, DOCUMENT_DIFFUSE
from core.documents.frozen import kept_document
from core.files import default_storage
from core.models import Attachment, GeneratedDocument, Job, JobState
from core.uploads import attach
from projects.identification.services import update_section
from projects.structures_ciblees.models import StructureCiblee
from tests.consultations import slot
from tests.consultations.slot import SYSTEM
from tests.core.upload_files import PDF
from tests.factories import OrganisationFactory, StructureFactory, ingenierie_of, member

PLACE = {"coherence": "Une place nouvelle."}


def url(name, dossier, *args):
    return reverse(f"consultations:{name}", args=[dossier.pk, *args])


def page(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def posted(client, address):
    """The values a browser would post back for the form of this page."""
    form = client.get(address).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if isinstance(value, (list, tuple)) or hasattr(value, "all"):
            data[bound.html_name] = [getattr(v, "pk", v) for v in value]
        else:
            shown = bound.field.prepare_value(value)
            data[bound.html_name] = bound.field.widget.format_value(shown) or ""
            if isinstance(data[bound.html_name], list):
                data[bound.html_name] = data[bound.html_name][0]
    return data


# --- Walking through ------------------------------------------------------------------------------------------------


def test_the_tab_invites_to_begin_then_shows_the_sections(client_for, pilot, dossier):
    client = client_for(pilot)
    assert "Commencer le cahier des charges" in page(client.get(url("cahier", dossier)))
    assert not CahierDesCharges.objects.exists()

    response = client.post(url("commencer", dossier), follow=True)

    shown = page(response)
    assert "CDC-2026-C2RA24-0001" in shown
    assert "Ce qui manque encore" in shown
    assert "Réponse</a> : date limite de réponse" in shown
    for section in SECTIONS:
        assert section.titre in shown


def test_each_section_posts_back_as_it_was_drawn(client_for, contributor, dossier, cahier):
    client = client_for(contributor)
    for section in SECTIONS:
        address = url("section", dossier, section.code)
        response = client.post(address, posted(client, address))
        assert response.status_code == 302, (section.code, page(response))
    fresh = CahierDesCharges.objects.get()
    # Nothing was changed by saving what was shown (the first saving of the lists apart).
    assert fresh.version == cahier.version
    assert fresh.date_limite == slot.DEADLINE


def test_a_section_is_written_and_leads_to_the_next(client_for, contributor, dossier, cahier):
    client = client_for(contributor)
    address = url("section", dossier, "titre")

    response = client.post(address, {**posted(client, address), "titre": "Un autre titre", "suite": "section"})

    assert response.headers["Location"] == url("section", dossier, "demande")
    assert CahierDesCharges.objects.get().titre == "Un autre titre"


def test_a_section_says_where_its_text_comes_from_and_what_differs(client_for, contributor, dossier, cahier):
    update_section(dossier, "role_dla", actor=SYSTEM, expected_version=None, values=PLACE)
    client = client_for(contributor)

    shown = page(client.get(url("section", dossier, "demande")))
    compared = page(client.get(url("reprise", dossier, "demande")))

    assert "la cohérence de la démarche (rôle du DLA)" in shown
    assert "différent" in shown
    assert "identique" in shown
    assert '<ins class="cdc-ins">Une place nouvelle.</ins>' in compared.replace("\n", "")
    assert "relèvent d’autres appuis" in compared


def test_taking_a_text_again_is_a_choice(client_for, contributor, dossier, cahier):
    update_section(dossier, "role_dla", actor=SYSTEM, expected_version=None, values=PLACE)
    client = client_for(contributor)
    address = url("reprise", dossier, "demande")
    shown = client.get(address).context

    nothing = client.post(address, {"version": cahier.version, "empreinte": shown["empreinte"]})
    stale = client.post(address, {"version": cahier.version, "empreinte": "0" * 16, "champs": ["plan_accompagnement"]})
    forged = client.post(address, {"version": cahier.version, "empreinte": shown["empreinte"], "champs": ["reference"]})
    assert (nothing.status_code, stale.status_code, forged.status_code) == (422, 409, 422)
    assert "Choisissez au moins un texte" in page(nothing)
    assert "Le dossier a changé depuis" in page(stale)
    assert CahierDesCharges.objects.get().version == cahier.version

    done = client.post(
        address, {"version": cahier.version, "empreinte": shown["empreinte"], "champs": ["plan_accompagnement"]}
    )

    assert done.status_code == 302
    assert CahierDesCharges.objects.get().plan_accompagnement == "Une place nouvelle."


def test_filling_what_is_empty_keeps_what_is_written(client_for, contributor, dossier, cahier):
    services.update_section(cahier, "demande", {"contexte": "À moi.", "demarche": ""}, actor=SYSTEM)
    client = client_for(contributor)

    first = page(client.post(url("preremplir", dossier), follow=True))
    second = page(client.post(url("preremplir", dossier), follow=True))

    assert "1 champ a été complété" in first
    assert "aucun champ vide n’a pu être complété" in second
    assert CahierDesCharges.objects.get().contexte == "À moi."


def test_the_preview_is_asked_by_any_reader_and_waits_on_its_page(client_for, dossier, cahier, run_jobs):
    reader = member(dossier.pilote, role="lecture")
    client = client_for(reader)

    response = client.post(url("apercu", dossier))
    assert response.status_code == 302
    assert client.get(response.headers["Location"]).status_code == 200
    run_jobs()

    document = GeneratedDocument.objects.get()
    assert (document.document_type, document.kept, document.object_id) == (DOCUMENT_CAHIER, False, cahier.pk)
    pdf = client.get(reverse("core:document", args=[document.pk]))
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("inline")


def test_validating_diffusing_and_downloading(client_for, pilot, contributor, dossier, cahier, run_jobs):
    client = client_for(pilot)
    action = {"action": "valider", "expected_state": "brouillon", "version": cahier.version}
    assert "est validé" in page(client.post(url("action", dossier), action, follow=True))
    action = {"action": "diffuser", "expected_state": "valide", "version": cahier.version + 1}
    assert "PDF en cours de fabrication" in page(client.post(url("action", dossier), action, follow=True))
    twice = client.post(url("action", dossier), action)
    assert twice.status_code == 409
    assert "l’état est maintenant « diffusé »" in page(twice)
    waiting = client.get(url("version_pdf", dossier, 1))
    assert (waiting.status_code, "en cours de fabrication" in page(waiting)) == (202, True)

    run_jobs()

    contents = set()
    for user in (pilot, contributor, member(dossier.associes.order_by("pk")[1], role="lecture")):
        response = client_for(user).get(url("version_pdf", dossier, 1) + "?telecharger=1", follow=True)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment")
        contents.add(b"".join(response.streaming_content))
    assert len(contents) == 1
    document = kept_document(VersionDiffusee.objects.get(), DOCUMENT_DIFFUSE)
    assert hashlib.sha256(contents.pop()).hexdigest() == document.sha256
    shown = page(client.get(url("version", dossier, 1)))
    assert document.sha256 in shown
    assert "intact" in shown


def test_a_failed_pdf_says_so_and_the_pilot_makes_it_again(client_for, pilot, contributor, dossier, diffused):
    Job.objects.update(state=JobState.ECHEC)

    assert "a échoué" in page(client_for(contributor).get(url("cahier", dossier)))
    assert "Fabriquer de nouveau" not in page(client_for(contributor).get(url("version_pdf", dossier, 1)))
    assert client_for(contributor).post(url("version_refaire", dossier, 1)).status_code == 403
    client = client_for(pilot)
    assert "Fabriquer de nouveau" in page(client.get(url("cahier", dossier)))
    assert client.post(url("version_refaire", dossier, 1)).status_code == 302
    assert client.post(url("version_refaire", dossier, 1)).status_code == 409


def test_rectifying_asks_for_a_reason(client_for, pilot, dossier, diffused):
    client = client_for(pilot)
    action = {"action": "rectifier", "expected_state": "diffuse", "version": diffused.version}

    refused = client.post(url("action", dossier), action)
    accepted = client.post(url("action", dossier), {**action, "reason": "Le lieu change."}, follow=True)

    assert refused.status_code == 422
    assert "Indiquez le motif" in page(refused)
    assert "La version 2 est ouverte" in page(accepted)
    assert "Version 1" in page(accepted)
    assert client.get(url("version", dossier, 1)).status_code == 200
    assert client.get(url("version", dossier, 2)).status_code == 404


# --- Bad input ------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_named_when_one_validates_too_early(client_for, pilot, dossier):
    cahier = services.create_cahier(dossier, SYSTEM)
    response = client_for(pilot).post(
        url("action", dossier), {"action": "valider", "expected_state": "brouillon", "version": cahier.version}
    )

    assert response.status_code == 409
    assert "Réponse : date limite de réponse" in page(response)
    assert CahierDesCharges.objects.get().state == "brouillon"


def test_diffusing_after_the_deadline_is_refused_with_words(client_for, pilot, dossier, cahier, clock_at):
    valid = services.valider(cahier, SYSTEM)
    clock_at("2027-01-15 17:01")

    response = client_for(pilot).post(
        url("action", dossier), {"action": "diffuser", "expected_state": "valide", "version": valid.version}
    )

    assert response.status_code == 409
    assert "La date limite de réponse est passée (vendredi 15 janvier 2027 à 17 h 00, heure de Paris)" in page(response)
    assert not VersionDiffusee.objects.exists()


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("calendrier", {"jours_min": "10", "jours_max": "9,5"}, "au plus est inférieur au nombre de jours au moins"),
        ("calendrier", {"jours_min": "4,2"}, "demi-journées"),
        ("calendrier", {"cout_jour": "-850"}, "supérieur à zéro"),
        ("calendrier", {"cout_jour": "850,123"}, "chiffres après la virgule"),
        ("calendrier", {"date_restitution": "2020-10-01"}, "La restitution précède"),
        ("calendrier", {"date_restitution": "le printemps"}, "date"),
        ("calendrier", {"regime": "net"}, "choix valide"),
        ("reponse", {"date_limite": "2026-11-20T17:00"}, "Cette date est déjà passée"),
        ("reponse", {"date_limite": "2027-03-28T02:30"}, "Cette heure n’existe pas"),
        ("reponse", {"date_limite": "bientôt"}, "Donnez une date et une heure"),
        ("reponse", {"fuseau": "Mars/Olympus"}, "choix valide"),
        ("demande", {"contexte": "é" * 10_001}, "Ce texte est trop long : 10 001 caractères pour 10 000 au plus"),
        ("titre", {"titre": "x" * 201}, "Ce texte est trop long"),
        ("titre", {"titre": "a\x00b"}, "nul"),
        ("structures", {"details": ["contact_email"]}, "choix valide"),
        ("structures", {"portee": "secret"}, "choix valide"),
        ("objectifs", {"themes": ["999999"]}, "choix valide"),
    ],
)
def test_wrong_input_is_told_beside_its_field_and_nothing_is_written(
    client_for, contributor, dossier, cahier, code, values, words
):
    client = client_for(contributor)
    address = url("section", dossier, code)

    response = client.post(address, {**posted(client, address), **values})

    assert response.status_code == 422, page(response)[:200]
    assert words in page(response)
    assert CahierDesCharges.objects.get().version == cahier.version


def test_ten_megabytes_of_text_are_refused_before_they_are_read(client_for, contributor, dossier, cahier):
    response = client_for(contributor).post(
        url("section", dossier, "demande"), {"version": cahier.version, "contexte": "a" * 10_000_000}
    )

    assert response.status_code == 413
    assert CahierDesCharges.objects.get().version == cahier.version


def test_a_stale_section_keeps_both_texts(client_for, pilot, contributor, dossier, cahier):
    first, second = client_for(pilot), client_for(contributor)
    address = url("section", dossier, "contenu")
    drawn = posted(second, address)
    first.post(address, {**drawn, "productions": "- Un guide commun"})

    response = second.post(address, {**drawn, "productions": "- Une charte"})

    shown = page(response)
    assert response.status_code == 409
    assert "- Un guide commun" in shown
    assert "- Une charte" in shown
    assert "Dominique Pilote" in shown
    assert CahierDesCharges.objects.get().productions == "- Un guide commun"


def test_a_section_written_while_the_pilot_validates_is_refused(client_for, contributor, dossier, cahier):
    client = client_for(contributor)
    address = url("section", dossier, "titre")
    drawn = posted(client, address)
    services.valider(cahier, SYSTEM)

    response = client.post(address, {**drawn, "titre": "Trop tard"})

    assert response.status_code == 403
    assert "le pilote peut reprendre sa rédaction" in page(response)


def test_a_forged_action_is_refused(client_for, pilot, dossier, cahier):
    client = client_for(pilot)
    address = url("action", dossier)

    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"action": "x", "expected_state": "brouillon", "version": 1}).status_code == 409
    wrong = {"action": "diffuser", "expected_state": "brouillon", "version": cahier.version}
    assert client.post(address, wrong).status_code == 409
    assert client.get(url("section", dossier, "nulle-part")).status_code == 404


# --- Files ----------------------------------------------------------------------------------------------------------


def test_an_annexe_travels_inside_the_diffused_pdf(client_for, contributor, dossier, cahier, run_jobs):
    client = client_for(contributor)
    add = reverse("core:piece_add", args=["consultations.cahierdescharges", cahier.pk])
    file = SimpleUploadedFile("diagnostic.pdf", PDF, content_type="application/pdf")
    response = client.post(add, {"fichier": file, "categorie": "annexe", "suite": url("section", dossier, "annexes")})
    assert response.status_code == 302, page(response)
    assert "diagnostic.pdf" in page(client.get(url("section", dossier, "annexes")))

    services.diffuser(services.valider(cahier, SYSTEM), SYSTEM)
    assert client.post(reverse("core:piece_remove", args=[Attachment.objects.get().pk])).status_code == 403
    run_jobs()

    document = kept_document(VersionDiffusee.objects.get(), DOCUMENT_DIFFUSE)
    with default_storage.open(document.storage_key) as stored, pikepdf.open(io.BytesIO(stored.read())) as opened:
        assert opened.attachments["diagnostic.pdf"].get_file().read_bytes() == PDF


# --- Rights: the near miss --------------------------------------------------------------------------------------------


def _addresses(dossier):
    reads = [url("cahier", dossier), url("version", dossier, 1), url("version_pdf", dossier, 1)]
    edits = [url(name, dossier, section.code) for section in SECTIONS for name in ("section", "reprise")]
    posts = [
        url("commencer", dossier), url("preremplir", dossier), url("apercu", dossier), url("action", dossier),
        url("version_refaire", dossier, 1),
    ]  # fmt: skip
    return reads, edits, posts


def test_a_neighbouring_dla_meets_a_404_on_every_address(client_for, dossier, diffused, run_jobs):
    run_jobs()
    attach(diffused, SimpleUploadedFile("annexe.pdf", PDF), actor=SYSTEM, scope=dossier, category="annexe")
    client = client_for(member(OrganisationFactory()))
    reads, edits, posts = _addresses(dossier)

    for address in reads + edits:
        assert client.get(address).status_code == 404, address
    for address in edits + posts:
        assert client.post(address, {"version": 1, "action": "rectifier"}).status_code == 404, address
    for document in GeneratedDocument.objects.all():
        assert client.get(reverse("core:document", args=[document.pk])).status_code == 404
    assert client.get(reverse("core:piece", args=[Attachment.objects.get().pk])).status_code == 404
    for code, pk in ((DOCUMENT_CAHIER, diffused.pk), (DOCUMENT_DIFFUSE, VersionDiffusee.objects.get().pk)):
        assert client.post(reverse("core:document_request", args=[code, pk])).status_code == 404


def test_an_anonymous_visitor_is_sent_to_the_sign_in_page(client, dossier, cahier):
    reads, edits, _ = _addresses(dossier)

    for address in reads + edits:
        assert "connexion" in client.get(address).headers["Location"]


def test_who_reads_only_reads_everything_and_writes_nothing(client_for, dossier, cahier):
    services.diffuser(services.valider(cahier, SYSTEM), SYSTEM)
    draft = services.rectifier(CahierDesCharges.objects.get(), SYSTEM, "Une suite.")
    for user in (member(dossier.pilote, role="lecture"), member(OrganisationFactory(avise=True))):
        client = client_for(user)
        reads, edits, posts = _addresses(dossier)
        for address in reads:
            being_printed = address == url("version_pdf", dossier, 1)
            assert client.get(address).status_code == (202 if being_printed else 200), address
        for address in edits:
            assert client.get(address).status_code == 403, address
            assert client.post(address, {"version": draft.version, "titre": "x"}).status_code == 403, address
        for address in posts:
            if address == url("apercu", dossier):
                continue
            data = {"action": "valider", "expected_state": "brouillon", "version": draft.version}
            assert client.post(address, data).status_code == 403, address
    assert CahierDesCharges.objects.get().version == draft.version


def test_a_contributor_writes_but_does_not_decide(client_for, contributor, dossier, cahier):
    client = client_for(contributor)
    data = {"action": "valider", "expected_state": "brouillon", "version": cahier.version}

    response = client.post(url("action", dossier), data)

    assert response.status_code == 403
    assert "Cette décision revient au pilote : C2RA Centre" in page(response)
    assert "Cette décision revient au pilote" in page(client.get(url("cahier", dossier)))


def test_a_structure_of_another_dossier_cannot_be_posted(client_for, contributor, dossier, cahier):
    stranger = StructureCiblee.objects.create(ingenierie=ingenierie_of(), structure=StructureFactory())
    client = client_for(contributor)
    address = url("section", dossier, "structures")

    response = client.post(address, {**posted(client, address), "structures_choisies": [stranger.pk]})

    assert response.status_code == 422


def test_following_a_link_changes_nothing(client_for, pilot, dossier, cahier):
    client = client_for(pilot)

    for address in _addresses(dossier)[2][:-1]:
        assert client.get(address).status_code == 405, address
    for address in _addresses(dossier)[1] + [url("cahier", dossier)]:
        assert client.get(address).status_code == 200, address
    fresh = CahierDesCharges.objects.get()
    assert (fresh.version, fresh.state) == (cahier.version, cahier.state)


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_with_five_structures_and_with_thirty_more(client_for, dossier, count_queries):
    small = slot.cahier(dossier)
    user = member(small.ingenierie.pilote)
    client = client_for(user)
    addresses = [url("cahier", small.ingenierie)] + [
        url("section", small.ingenierie, section.code) for section in SECTIONS
    ]
    for address in addresses:
        client.get(address)
    before = [count_queries(lambda a=a: client.get(a)) for a in addresses]

    pilote = small.ingenierie.pilote
    for _ in range(30):
        StructureCiblee.objects.create(
            ingenierie=small.ingenierie, structure=StructureFactory(organisation=pilote), state="confirmee"
        )

    assert [count_queries(lambda a=a: client.get(a)) for a in addresses] == before
