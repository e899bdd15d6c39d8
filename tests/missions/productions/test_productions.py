"""Productions of a mission: handed over, received by the structures by one link, told to the partners."""

from __future__ import annotations

import copy

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Grant
from accounts.services import revoke_link
from accounts.services.links import LinkClosed
from core.documents.frozen import produce
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.models import Attachment, MailState, OutboxMail
from core.outbox import MAIL_CONTEXTS
from engagement.partenaires.services import add_partenaire
from missions.conventions.enums import RolePartie
from missions.conventions.services.actes import DOCUMENT_ACTE, current_acte
from missions.productions import presenters, services
from missions.productions.models import NotePartenaires, Production, Reception
from missions.productions.signee import signees
from missions.rapports.services import DOCUMENT_ACCEPTE, accepted_version
from missions.suivi.services import etapes_of
from projects.evidence import evidence_for
from projects.structures_ciblees.models import StructureCiblee
from tests.core.upload_files import EXE
from tests.factories import OrganisationFactory, PartenaireFactory, StructureFactory, UserFactory, actor_of, member
from tests.missions import mission, remise
from tests.missions.remise import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(remise.world)


@pytest.fixture
def world(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def convention(world):
    return world.convention


@pytest.fixture
def team(world):
    return actor_of(world.user)


@pytest.fixture
def consultant(world):
    return actor_of(world.consultant)


# --- Handing over ---------------------------------------------------------------------------------------------------


def test_the_prestataire_and_the_team_hand_over_nobody_else_does(convention, team, consultant):
    for actor in (team, consultant):
        assert remise.handed_over(convention, actor=actor).remise_par == actor.label
    for stranger in (member(), UserFactory(), member(convention.ingenierie.pilote, "lecture")):
        with pytest.raises(NotAllowed):
            remise.handed_over(convention, actor=actor_of(stranger))
    assert Production.objects.count() == 2


def test_it_is_a_file_or_an_address_checked_as_everywhere(convention, consultant, world):
    with pytest.raises(InvalidInput, match="Joignez un fichier"):
        services.hand_over(convention, {"titre": "Rien"}, actor=consultant)
    bad = remise.pdf("outil.pdf")
    bad.file.write(EXE)
    with pytest.raises(InvalidInput):
        from django.core.files.base import ContentFile

        services.hand_over(convention, {"titre": "X"}, actor=consultant, fichiers=[ContentFile(EXE, name="outil.pdf")])
    assert not Production.objects.exists() and not Attachment.objects.filter(object_type="missions.production").exists()
    services.hand_over(convention, {"titre": "En ligne", "url": "https://example.org/x"}, actor=consultant)


def test_a_stage_of_another_mission_is_refused(convention, team):
    etape = etapes_of(convention)[0]
    assert remise.handed_over(convention, etape=etape).etape == etape
    etape.fiche.convention_id = 0
    with pytest.raises(InvalidInput, match="pas de cette mission"):
        remise.handed_over(convention, etape=etape, actor=team)


def test_two_people_at_once_and_what_was_received_stays_as_it_is(world, convention, team, consultant):
    row = remise.handed_over(convention)
    services.update_production(row, {"titre": "Tableau"}, actor=team, expected_version=row.version)
    with pytest.raises(EditConflict):
        services.update_production(row, {"titre": "Autre"}, actor=consultant, expected_version=row.version)
    services.acknowledge(world.structure, [row.pk], "Nour Essai", actor=team)
    for act in (lambda: services.update_production(row, {"titre": "X"}, actor=consultant),
                lambda: services.remove_production(row, actor=team)):  # fmt: skip
        with pytest.raises(NotAllowed, match="une autre production"):
            act()


# --- The structures -------------------------------------------------------------------------------------------------


def test_one_link_a_structure_without_end_until_it_is_revoked(world, convention, team, clock_at):
    assert services.send_links([world.structure], actor=team) == (1, [])
    grant = Grant.objects.of(world.structure, services.LIEN).get()
    assert grant.expires_at is None and grant.recipient_email == "fil@example.org"
    assert services.send_links([world.structure], actor=team) == (0, [])  # it has just left
    clock_at("2028-11-20 10:00")
    row = remise.handed_over(convention)
    _, holder = remise.by_link(world.structure)
    assert services.acknowledge(world.structure, [row.pk], "Nour Essai", actor=holder) == 1
    assert services.acknowledge(world.structure, [row.pk], "Nour Essai", actor=holder) == 0  # twice
    reception = Reception.objects.get()
    assert (reception.par, reception.structure) == ("Nour Essai", world.structure)
    revoke_link(Grant.objects.get(pk=grant.pk), actor=team)
    with pytest.raises(LinkClosed):
        services.acknowledge(world.structure, [row.pk], "Nour Essai", actor=holder)


def test_a_revoked_link_is_not_sent_again_with_the_others(world, convention, team, client_for, clock_at):
    other = StructureCiblee.objects.create(
        ingenierie=convention.ingenierie,
        structure=StructureFactory(contact_email="autre@example.org"),
        state="confirmee",
    )
    services.send_links([world.structure, other], actor=team)
    revoke_link(Grant.objects.of(world.structure, services.LIEN).get(), actor=team)
    clock_at("2026-11-25 10:00")
    assert services.send_links([world.structure, other], actor=team) == (1, [])
    assert Grant.objects.of(world.structure, services.LIEN).get().revoked_at is not None
    assert Grant.objects.of(other, services.LIEN).get().sent_count == 2
    page = client_for(world.user).get(reverse("missions:productions", args=[convention.ingenierie_id, convention.pk]))
    assert "lien révoqué" in page.content.decode()


def test_the_page_of_the_structure_holds_all_that_it_must_possess(world, convention, client):
    row = remise.handed_over(convention)
    rapport = remise.accepted(convention)
    document = produce(DOCUMENT_ACCEPTE, accepted_version(rapport).pk, actor=SYSTEM, keep=True)
    token, _ = remise.by_link(world.structure)
    page = client.get(reverse("lien", args=[token]))
    text = page.content.decode()
    assert "Tableau de bord" in text and "Le rapport final de la mission" in text
    assert "La convention" not in text  # it did not sign it
    piece = services.pieces_of([row]).get()
    files, documents = reverse("lien_page", args=[token, "piece"]), reverse("lien_page", args=[token, "document"])
    assert client.get(f"{files}?p={piece.pk}").status_code == 200
    assert client.get(f"{documents}?d={document.pk}").status_code == 200
    other = Attachment.objects.exclude(pk=piece.pk).first()  # the annexed project is not theirs
    for url in (f"{files}?p={other.pk}", f"{files}?p=x", f"{documents}?d={document.pk + 99}"):
        assert client.get(url).status_code == 404
    client.post(reverse("lien", args=[token]), {"nom": "Nour Essai", "productions": [row.pk]})
    assert Reception.objects.get().production == row
    assert "reçue le" in client.get(reverse("lien", args=[token])).content.decode()


def test_the_signed_convention_is_there_for_who_signed_it(world, convention, client):
    convention.parties.filter(role=RolePartie.PRESTATAIRE).update(role=RolePartie.STRUCTURE, nom="Le Fil", siret="")
    produce(DOCUMENT_ACTE, current_acte(convention).pk, actor=SYSTEM, keep=True)
    token, _ = remise.by_link(world.structure)
    assert f"La convention {convention.titre}" in client.get(reverse("lien", args=[token])).content.decode()


def test_what_is_for_one_structure_is_read_by_no_other(world, convention, team, client, client_for):
    other = StructureCiblee.objects.create(
        ingenierie=convention.ingenierie, structure=StructureFactory(contact_email="a@example.org"), state="confirmee"
    )
    ours = remise.handed_over(convention, "Pour toutes")
    theirs = remise.handed_over(convention, "Comptes de l’autre", structure=other)
    token, holder = remise.by_link(world.structure)
    page = client.get(reverse("lien", args=[token])).content.decode()
    assert "Pour toutes" in page and "Comptes de l’autre" not in page
    files = reverse("lien_page", args=[token, "piece"])
    assert client.get(f"{files}?p={services.pieces_of([ours]).get().pk}").status_code == 200
    assert client.get(f"{files}?p={services.pieces_of([theirs]).get().pk}").status_code == 404
    with pytest.raises(InvalidInput):
        services.acknowledge(world.structure, [theirs.pk], "Nour Essai", actor=holder)
    token, holder = remise.by_link(other)
    page = client.get(reverse("lien", args=[token])).content.decode()
    assert "Pour toutes" in page and "Comptes de l’autre" in page
    assert services.acknowledge(other, [ours.pk, theirs.pk], "Sam", actor=holder) == 2
    services.acknowledge(world.structure, [ours.pk], "Nour Essai", actor=team)
    told = {row["nom"]: (row["received"], row["all"]) for row in presenters.structures_of(convention)}
    assert told[str(world.structure.structure)] == ("1\N{NO-BREAK SPACE}reçue sur 1", True)
    assert told[str(other.structure)] == ("2\N{NO-BREAK SPACE}reçues sur 2", True)


def test_it_is_for_a_structure_of_this_ingenierie(world, convention, team, client_for):
    away = StructureCiblee.objects.create(
        ingenierie=mission.dossier(convention.ingenierie.pilote), structure=StructureFactory(), state="confirmee"
    )
    with pytest.raises(InvalidInput, match="pas de cette ingénierie"):
        remise.handed_over(convention, structure=away, actor=team)
    url = reverse("mission:production_ajouter", args=[convention.pk])
    sent = {"titre": "Note", "remise_le": "2026-11-19", "url": "https://example.org/x", "structure": away.pk}
    client = client_for(world.consultant)
    assert client.post(url, sent).status_code == 422 and not Production.objects.exists()
    assert client.post(url, {**sent, "structure": world.structure.pk}).status_code == 302
    assert Production.objects.get().structure == world.structure


def test_a_structure_of_the_same_name_is_given_the_convention_of_no_other(world, convention):
    convention.parties.filter(role=RolePartie.PRESTATAIRE).update(
        role=RolePartie.STRUCTURE, nom="Le Fil", siret="73282932000074"
    )
    sheet = world.structure.structure
    sheet.siret = "73282932000074"
    assert signees(convention, world.structure) != []
    sheet.siret = "55210055400013"
    assert signees(convention, world.structure) == []


def test_the_link_closes_for_a_structure_that_left(world, convention, client):
    row = remise.handed_over(convention)
    token, holder = remise.by_link(world.structure)
    assert client.get(reverse("lien", args=[token])).status_code == 200
    QuerySet(StructureCiblee).filter(pk=world.structure.pk).update(state="retiree")
    page = client.get(reverse("lien", args=[token]))
    assert page.status_code == 410 and "ne prend plus part" in page.content.decode()
    piece = services.pieces_of([row]).get()
    assert client.get(f"{reverse('lien_page', args=[token, 'piece'])}?p={piece.pk}").status_code == 410
    world.structure.refresh_from_db()
    with pytest.raises(LinkClosed):
        services.acknowledge(world.structure, [row.pk], "Nour Essai", actor=holder)


def test_the_pages_serve_the_team_the_prestataire_and_ask_the_same_for_one_as_for_ten(
    client_for, world, convention, count_queries
):
    first = remise.handed_over(convention)
    team, prestataire = client_for(world.user), client_for(world.consultant)
    args = [convention.ingenierie_id, convention.pk]
    ours, theirs = reverse("missions:productions", args=args), reverse("mission:productions", args=[convention.pk])
    for client, url in ((team, ours), (prestataire, theirs)):
        client.get(url)
    before = count_queries(lambda: team.get(ours))
    for number in range(4):
        remise.handed_over(convention, f"Production {number}")
    assert count_queries(lambda: team.get(ours)) == before
    assert team.get(reverse("missions:productions_structure", args=[*args, world.structure.pk])).status_code == 200
    assert "Production 3" in prestataire.get(theirs).content.decode()
    assert client_for(UserFactory()).get(theirs).status_code == 404
    piece = services.pieces_of([first]).get()
    assert prestataire.get(reverse("core:piece", args=[piece.pk])).status_code == 200
    assert client_for(member()).get(reverse("core:piece", args=[piece.pk])).status_code == 404
    added = prestataire.post(
        reverse("mission:production_ajouter", args=[convention.pk]),
        {"titre": "Guide", "remise_le": "2026-11-19", "fichier": remise.pdf("guide.pdf", b"2")},
    )
    assert added.status_code == 302 and Production.objects.filter(titre="Guide").exists()


# --- The partners ---------------------------------------------------------------------------------------------------


@pytest.fixture
def partners(convention, team):
    pilote = convention.ingenierie.pilote
    written = PartenaireFactory(organisation=pilote, contact_name="Sam", contact_email="sam@example.org")
    mute = PartenaireFactory(organisation=pilote, contact_email="")
    return [add_partenaire(convention.ingenierie, one, actor=team) for one in (written, mute)]


def test_a_short_note_leaves_for_the_chosen_partners_and_is_kept(convention, team, partners):
    values = {"titre": "Après l’état des lieux", "texte": "Trois structures se sont rencontrées."}
    with pytest.raises(InvalidInput, match="au moins un"):
        services.inform_partners(convention, values, [], actor=team)
    with pytest.raises(InvalidInput, match="pas d’adresse"):
        services.inform_partners(convention, values, partners, actor=team)
    assert not NotePartenaires.objects.exists()
    note = services.inform_partners(convention, values, partners[:1], actor=team)
    mail = OutboxMail.objects.get(template="missions/note_partenaires")
    assert mail.to == "sam@example.org" and [d.organisme for d in note.destinataires.all()] == [str(partners[0])]
    told = MAIL_CONTEXTS.get("missions/note_partenaires")(mail.context)
    assert told["texte"] == values["texte"] and told["reply_to"] == "dla@example.org"
    found = evidence_for(convention.ingenierie)["finaliser.intervention.suivi"]
    assert "note aux partenaires" in found.text


def test_the_team_alone_informs_partners_and_sends_again_what_failed(convention, team, consultant, partners):
    values = {"titre": "Nouvelles", "texte": "Deux ateliers."}
    for actor in (consultant, actor_of(member(OrganisationFactory()))):
        with pytest.raises(NotAllowed):
            services.inform_partners(convention, values, partners[:1], actor=actor)
    note = services.inform_partners(convention, values, partners[:1], actor=team)
    assert services.resend_note(note, actor=team) == 0
    OutboxMail.objects.update(state=MailState.ECHEC)
    assert services.resend_note(note, actor=team) == 1


def test_its_page_proposes_the_partners_who_can_be_written_to(client_for, world, convention, partners):
    client = client_for(world.user)
    url = reverse("missions:note_partenaires", args=[convention.ingenierie_id, convention.pk])
    page = client.get(url).content.decode()
    assert "Sans adresse dans l’annuaire" in page
    client.post(url, {"titre": "Nouvelles", "texte": "Deux ateliers.", "partenaires": [partners[0].pk]})
    assert NotePartenaires.objects.get().destinataires.count() == 1
