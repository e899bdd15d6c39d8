"""The propositions of a call are opened in one act after the deadline, and each is checked against its receipt."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel
from consultations.propositions.coffre import CoffreFerme
from consultations.propositions.models import ContenuScelle, Depot, Ouverture, PieceScellee, PropositionOuverte
from consultations.propositions.services import add_piece, deposit, open_call, save_draft, withdraw
from consultations.propositions.services.brouillon import SCELLES, read_piece, remove_piece
from consultations.propositions.services.ouverture import verify
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.files import save_file
from core.models import Attachment, FrozenError, JournalEntry
from core.uploads.services import purge
from tests.consultations.propositions.monde import ETAPE
from tests.core.upload_files import uploaded
from tests.factories import OrganisationFactory, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposited(w):
    """A and B deposited, A with a file."""
    for who in (w.b, w.a):
        save_draft(who.invitation, {"comprehension": f"De {who.prestataire}", "etapes": [ETAPE]}, who.actor)
    add_piece(w.a.invitation, uploaded("note.pdf"), w.a.actor)
    w.depots = [deposit(who.invitation, who.actor) for who in (w.b, w.a)]
    return w


def test_before_the_deadline_nobody_opens_and_after_it_the_pilot_alone(deposited, clock_at):
    w = deposited
    clock_at("2026-12-01 11:59:59")
    with pytest.raises(NotAllowed, match="scellées jusqu’à la date limite"):
        open_call(w.appel, w.actor)
    clock_at("2026-12-01 12:00")
    for stranger in (w.a.actor, member_actor(OrganisationFactory()), member_actor(w.dla, "lecture")):
        with pytest.raises(NotAllowed):
            open_call(w.appel, stranger)
    assert not PropositionOuverte.objects.exists()
    open_call(w.appel, w.actor, "Odile Marchand", "présidente de l’office")
    opening = Ouverture.objects.get()
    assert [row["recu"] for row in opening.releve] == [depot.recu for depot in w.depots]
    assert [row["sha256"] for row in opening.releve] == [depot.sha256 for depot in w.depots]
    assert Appel.objects.get(pk=w.appel.pk).state == EtatAppel.DEPOUILLE
    told = JournalEntry.objects.get(verb="consultations.ouverture")
    assert (told.scope_type, told.scope_id) == ("projects.ingenierie", w.dossier.pk)
    assert all(depot.recu in str(told.changes) for depot in w.depots)
    with pytest.raises(NotAllowed):
        open_call(Appel.objects.get(pk=w.appel.pk), w.actor)
    with pytest.raises(FrozenError):
        opening.save()


def test_what_is_opened_is_what_was_deposited_and_each_is_conform_until_it_is_changed(deposited, clock_at):
    w = deposited
    save_draft(w.a.invitation, {"comprehension": "Changé sans être déposé"}, w.a.actor)
    (piece,) = PieceScellee.objects.all()
    remove_piece(piece, actor=w.a.actor)
    clock_at("2026-12-01 12:00")
    open_call(w.appel, w.actor)
    second = PropositionOuverte.objects.get(numero=2)
    assert second.contenu["comprehension"] == f"De {w.a.prestataire}"
    found = verify(second)
    assert found.conforme and found.attendue == found.calculee == w.depots[1].sha256
    file = Attachment.objects.get(object_type="consultations.propositionouverte")
    assert found.pieces == [("note.pdf", True)] and file.sha256 == second.contenu["pieces"][0]["sha256"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_propositionouverte SET contenu = %s WHERE id = %s",
            ['{"prestataire": "X", "pieces": []}', second.pk],
        )
    assert not verify(PropositionOuverte.objects.get(pk=second.pk)).conforme


def test_a_deposit_taken_back_is_not_opened_and_when_none_came_the_page_says_what_may_be_done(deposited, clock_at):
    w = deposited
    for who in (w.a, w.b):
        withdraw(who.invitation, who.actor)
    clock_at("2026-12-01 12:00")
    with pytest.raises(ConditionsNotMet, match="Prolongez l’appel"):
        open_call(w.appel, w.actor)
    assert Appel.objects.get(pk=w.appel.pk).state == EtatAppel.OUVERT


def test_a_quality_without_a_name_is_no_witness(deposited, clock_at):
    clock_at("2026-12-01 12:00")
    with pytest.raises(InvalidInput, match="témoin"):
        open_call(deposited.appel, deposited.actor, "", "maire")


def test_keys_turn_without_touching_what_proves_and_a_lost_key_opens_nothing(deposited, settings, clock_at):
    w = deposited
    old, new = settings.PROPOSITION_KEYS[0], Fernet.generate_key().decode()
    before = list(Depot.objects.values_list("recu", "at", "sha256"))
    settings.PROPOSITION_KEYS = [new, old]
    call_command("rechiffrer_propositions")
    settings.PROPOSITION_KEYS = [new]
    assert list(Depot.objects.values_list("recu", "at", "sha256")) == before
    (piece,) = PieceScellee.objects.all()
    assert hashlib.sha256(read_piece(piece)).hexdigest() == piece.fiche["sha256"]
    assert Depot.objects.get(pk=w.depots[0].pk).contenu["comprehension"] == f"De {w.b.prestataire}"
    clock_at("2026-12-01 12:00")
    settings.PROPOSITION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CoffreFerme):
        open_call(w.appel, w.actor)
    assert not Ouverture.objects.exists() and not PropositionOuverte.objects.exists()
    with pytest.raises(CommandError, match="illisible"):
        call_command("rechiffrer_propositions")
    settings.PROPOSITION_KEYS = [new]
    open_call(w.appel, w.actor)
    assert all(verify(row).conforme for row in PropositionOuverte.objects.all())


def test_two_sealed_contents_that_change_places_are_found_out(deposited, clock_at):
    """Somebody who writes in the database without the key may only exchange what is there."""
    one, two = ContenuScelle.objects.order_by("pk")
    ContenuScelle.objects.filter(pk=one.pk).update(jeton=two.jeton)
    clock_at("2026-12-01 12:00")
    open_call(deposited.appel, deposited.actor)
    assert [verify(row).conforme for row in PropositionOuverte.objects.order_by("numero")] == [False, True]


def test_the_housekeeping_keeps_what_is_sealed_and_deletes_what_nothing_points_to(deposited, clock_at):
    lost = save_file(SCELLES, ContentFile(b"x"))
    clock_at("2030-01-01 10:00")
    purge()
    (piece,) = PieceScellee.objects.all()
    assert read_piece(piece).startswith(b"%PDF-")
    assert not default_storage.exists(lost)
