"""The circles of readers: each opened by who may, asked of who may, closed at once."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from capitalisation.bibliotheque import documents
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import depot, lecteurs
from capitalisation.bibliotheque.services.demandes import asked_of
from capitalisation.bibliotheque.services.ressources import perform_action
from core import clock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.files import DOCUMENTS, save_file
from core.models import GeneratedDocument, OutboxMail
from core.uploads import attach
from tests.capitalisation import scene
from tests.capitalisation.bibliotheque.recits import poured
from tests.capitalisation.bibliotheque.world import fresh
from tests.core.upload_files import PDF
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member

pytestmark = pytest.mark.django_db


def opened(row, circle, person) -> str:
    return lecteurs.open_to(fresh(row), circle, actor=actor_of(person)).lecteurs


@pytest.mark.parametrize(
    ("circle", "may", "may_not"),
    [
        ("region", ("auteur", "c2ra", "avise"), ("lecture", "loin", "voisin", "personne")),
        ("reseau", ("c2ra", "avise"), ("auteur", "loin", "lecture")),
        ("public", ("avise",), ("auteur", "c2ra", "loin")),
    ],
)
def test_each_circle_is_opened_by_who_may(w, circle, may, may_not):
    for name in may_not:
        with pytest.raises(NotAllowed):
            opened(scene.ressource(w.dla, lecteurs="equipe"), circle, getattr(w, name))
    for name in may:
        assert opened(scene.ressource(w.dla, lecteurs="equipe"), circle, getattr(w, name)) == circle


def test_the_network_and_the_public_wait_for_a_committee_and_for_a_licence(w):
    draft = scene.ressource(w.dla, "brouillon")
    for circle, person in (("reseau", w.c2ra), ("public", w.avise)):
        with pytest.raises(ConditionsNotMet) as refused:
            opened(draft, circle, person)
        assert "pas publiée" in refused.value.sentence
    kept = scene.ressource(w.dla, licence="reseau")
    with pytest.raises(ConditionsNotMet, match="lecteurs") as refused:
        opened(kept, "public", w.avise)
    assert "licence" in refused.value.sentence
    national = scene.ressource(OrganisationFactory(cnar=True), region=None, lecteurs="equipe")
    with pytest.raises(ConditionsNotMet) as refused:
        opened(national, "region", w.avise)
    assert "aucune région" in refused.value.sentence
    untold = scene.ressource(w.dla, recit=scene.recit(ingenierie_of(w.dla)), support="fiche_experience", lien="")
    with pytest.raises(ConditionsNotMet) as refused:
        opened(untold, "public", w.avise)
    assert "Aucune version" in refused.value.sentence


def test_closing_is_immediate_for_the_depositor_and_for_who_opens(w, client):
    row = scene.ressource(w.dla, lecteurs="public")
    page = reverse("bibliotheque:ressource", args=[row.pk])
    assert client.get(page).status_code == 200
    with pytest.raises(NotAllowed):
        opened(row, "reseau", w.loin)
    assert opened(row, "equipe", w.auteur) == "equipe"
    assert client.get(page).status_code == 404
    assert not Ressource.objects.visible_to(actor_of(w.loin)).filter(pk=row.pk).exists()
    again = scene.ressource(w.dla, lecteurs="public")
    assert opened(again, "region", w.avise) == "region"


def statuses(client, addresses) -> set[int]:
    found = set()
    for url in addresses:
        answer = client.get(url)
        b"".join(answer)  # read whole, so that its file is closed
        found.add(answer.status_code)
    return found


def test_closed_nothing_of_it_is_reached_by_any_address_kept(w, client, client_for):
    reader = client_for(w.loin)
    row = scene.ressource(w.dla, lecteurs="public", support="fichier", lien="")
    attach(row, SimpleUploadedFile("guide.pdf", PDF), actor=scene.SYSTEM, scope=row)
    raconte = poured(w.dla, lecteurs="public")
    printed = GeneratedDocument.objects.create(
        document_type=documents.DOCUMENT, object_id=raconte.pk, made_at=clock.now(), size=len(PDF),
        scope_type=raconte._meta.label_lower, scope_id=raconte.pk, title="Récit",
        storage_key=save_file(DOCUMENTS, ContentFile(PDF)),
    )  # fmt: skip
    piece = scene.piece_of(row).pk
    kept = [
        *(reverse(f"bibliotheque:{name}", args=[row.pk]) for name in ("ressource", "donnees_ressource")),
        reverse("bibliotheque:ressource_piece", args=[row.pk, piece]),
    ]
    signed_in = [
        *kept, reverse("core:piece", args=[piece]), reverse("core:document", args=[printed.pk]),
        reverse("bibliotheque:ressource_docx", args=[raconte.pk]),
    ]  # fmt: skip
    assert statuses(client, kept) == {200}
    assert statuses(reader, signed_in) == {200}
    for one in (row, raconte):
        opened(one, "equipe", w.auteur)
    assert statuses(client, kept) == {404}
    assert statuses(reader, signed_in) == {404}
    assert str(row.pk) not in client.get(reverse("bibliotheque:flux")).content.decode()


def test_a_licence_of_the_network_does_not_come_to_what_is_public(w):
    row = scene.ressource(w.dla, lecteurs="public")
    with pytest.raises(InvalidInput, match="refermez-la"):
        depot.update(row, {"licence": "reseau"}, actor=actor_of(w.auteur), expected_version=row.version)


def test_who_may_not_open_asks_and_both_are_told(w):
    row = scene.ressource(w.dla, auteur=w.auteur)
    done = lecteurs.ask(row, "public", actor=actor_of(w.auteur))
    assert done.lecteurs_demandes == "public" and done.lecteurs == "reseau"
    [asked] = OutboxMail.objects.filter(template=lecteurs.MAIL_DEMANDEE)
    assert asked.to == w.avise.email and not asked.urgent
    with pytest.raises(InvalidInput, match="déjà demandé"):
        lecteurs.ask(fresh(row), "public", actor=actor_of(w.auteur))
    with pytest.raises(InvalidInput, match="lisent déjà"):
        lecteurs.ask(fresh(row), "region", actor=actor_of(w.auteur))
    with pytest.raises(NotAllowed):
        lecteurs.ask(fresh(row), "public", actor=actor_of(w.loin))
    with pytest.raises(InvalidInput, match="vous-même"):
        lecteurs.ask(scene.ressource(w.dla, lecteurs="equipe"), "region", actor=actor_of(w.auteur))
    assert lecteurs.open_to(fresh(row), "public", actor=actor_of(w.avise)).lecteurs_demandes == ""
    [told] = OutboxMail.objects.filter(template=lecteurs.MAIL_DECIDEE)
    assert told.to == w.auteur.email


def test_an_opening_is_declined_with_a_reason_or_taken_back_without(w):
    row = scene.ressource(w.dla, auteur=w.auteur, lecteurs="equipe")
    lecteurs.ask(row, "reseau", actor=actor_of(w.auteur))
    assert OutboxMail.objects.get().to == w.c2ra.email
    with pytest.raises(InvalidInput, match="pourquoi"):
        lecteurs.decline(fresh(row), actor=actor_of(w.c2ra))
    with pytest.raises(NotAllowed):
        lecteurs.decline(fresh(row), actor=actor_of(w.loin), reason="Non.")
    assert lecteurs.decline(fresh(row), actor=actor_of(w.c2ra), reason="Pas encore.").lecteurs_demandes == ""
    assert OutboxMail.objects.filter(template=lecteurs.MAIL_DECIDEE).count() == 1
    lecteurs.ask(fresh(row), "reseau", actor=actor_of(w.auteur))
    assert lecteurs.decline(fresh(row), actor=actor_of(w.auteur)).lecteurs_demandes == ""
    assert OutboxMail.objects.filter(template=lecteurs.MAIL_DECIDEE).count() == 1
    with pytest.raises(InvalidInput, match="Aucune ouverture"):
        lecteurs.decline(fresh(row), actor=actor_of(w.c2ra), reason="Non.")


def test_the_page_offers_what_each_may_do_and_a_second_tab_is_told(w, client_for):
    row = scene.ressource(w.dla, lecteurs="equipe")
    page = reverse("bibliotheque:ressource", args=[row.pk])
    address = reverse("bibliotheque:ressource_lecteurs", args=[row.pk])
    client = client_for(w.auteur)
    told = client.get(page).content.decode()
    assert "Ouvrir à la région" in told and "Demander l’ouverture au réseau" in told
    opening = {"geste": "ouvrir", "lecteurs": "region", "version": str(row.version)}
    assert client.post(address, opening)["Location"] == f"{page}#lecteurs"
    late = client.post(address, opening)
    assert late.status_code == 409 and "La situation a changé" in late.content.decode()
    assert client.post(address, {**opening, "version": ""}).status_code == 422
    wrong = client.post(address, {"geste": "ouvrir", "lecteurs": "lune", "version": str(fresh(row).version)})
    assert wrong.status_code == 422 and "Choisissez qui la lira" in wrong.content.decode()
    refused = client.post(address, {"geste": "ouvrir", "lecteurs": "public", "version": str(fresh(row).version)})
    assert refused.status_code == 403 and "Avise" in refused.content.decode()
    assert client_for(w.loin).post(address, opening).status_code == 404
    with pytest.raises(StaleState):
        lecteurs.open_to(row, "equipe", actor=actor_of(w.auteur), expected_version=row.version)


def test_the_avise_answers_from_the_page(w, client_for):
    row = scene.ressource(w.dla, lecteurs_demandes="public")
    address = reverse("bibliotheque:ressource_lecteurs", args=[row.pk])
    client = client_for(w.avise)
    page = client.get(reverse("bibliotheque:ressource", args=[row.pk])).content.decode()
    assert "Ouvrir à tout le monde" in page and "Ne pas l’ouvrir" in page
    empty = client.post(address, {"geste": "decliner", "reason": "", "version": str(row.version)})
    assert empty.status_code == 422 and "Dites pourquoi" in empty.content.decode()
    client.post(address, {"geste": "decliner", "reason": "Des données personnelles.", "version": str(row.version)})
    assert fresh(row).lecteurs_demandes == ""


def test_a_member_who_only_reads_is_not_asked(w):
    avise = w.avise.active_membership.organisation
    member(avise, Role.LECTURE)
    assert lecteurs.deciders(scene.ressource(w.dla), "public") == [w.avise]


def test_a_c2ra_that_asked_for_everybody_is_told_too_and_archiving_ends_what_was_asked(w):
    row = scene.ressource(w.dla, auteur=w.auteur)
    lecteurs.ask(row, "public", actor=actor_of(w.c2ra))
    lecteurs.decline(fresh(row), actor=actor_of(w.avise), reason="Pas encore.")
    told = OutboxMail.objects.filter(template=lecteurs.MAIL_DECIDEE).values_list("to", flat=True)
    assert set(told) == {w.auteur.email, w.c2ra.email}
    lecteurs.ask(fresh(row), "public", actor=actor_of(w.auteur))
    now = fresh(row)
    perform_action(now, "archiver", actor=actor_of(w.auteur), expected_state=now.state, reason="Dépassée.")
    assert fresh(row).lecteurs_demandes == "" and not asked_of(actor_of(w.avise)).exists()
