"""A proposition is written, deposited, replaced, taken back, until the deadline and not one second after."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from consultations.appel.models import Appel
from consultations.appel.services import reponses
from consultations.propositions.models import ContenuScelle, Depot, Proposition
from consultations.propositions.services import deposit, save_draft, withdraw
from consultations.propositions.services.brouillon import add_row, move_row, save_row
from consultations.propositions.services.depots import DOCUMENT_RECU, DOCUMENT_RETRAIT, NonRecu
from consultations.propositions.services.ouverture import open_call, received
from core.actor import Actor
from core.documents.frozen import kept_document
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.jobs import run_pending
from core.models import FrozenError, JournalEntry
from partners.portfolio.donnees.personal import of_user
from partners.portfolio.donnees.registry import named
from partners.portfolio.prestataire.models import Membre
from tests.consultations.propositions.monde import ETAPE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def written(who, **values):
    return save_draft(who.invitation, {"comprehension": "Nous avons compris.", **values}, who.actor)


def test_a_deposit_gives_a_receipt_with_its_instant_and_the_hash_of_what_was_received(w):
    written(w.a, etapes=[ETAPE])
    depot = deposit(w.a.invitation, w.a.actor)
    assert (depot.numero, depot.at.isoformat()) == (1, "2026-11-21T09:00:00+00:00")
    assert len(depot.sha256) == 64 and depot.recu.startswith("R-")
    assert depot.contenu["etapes"][0]["intitule"] == "État des lieux"
    run_pending()
    (sent,) = mail.outbox
    assert sent.to == [w.a.user.email]
    assert depot.recu in sent.body and depot.sha256 in sent.body
    assert "compris" not in sent.body
    printed = kept_document(depot, DOCUMENT_RECU)
    assert printed is not None and depot.recu in printed.title


def test_the_same_thing_sent_twice_is_received_once(w):
    written(w.a)
    assert deposit(w.a.invitation, w.a.actor) == deposit(w.a.invitation, w.a.actor)
    assert Depot.objects.count() == 1


def test_a_deposit_is_replaced_and_taken_back_and_an_earlier_one_never_comes_back(w):
    written(w.a)
    first = deposit(w.a.invitation, w.a.actor)
    written(w.a, calendrier="De janvier à mai.")
    second = deposit(w.a.invitation, w.a.actor)
    proposition = Proposition.objects.get()
    assert proposition.depot_courant == second != first
    assert received([w.appel.pk]) == {w.appel.pk: 1}
    withdraw(w.a.invitation, w.a.actor)
    assert proposition.depot_courant is None
    assert received([w.appel.pk]) == {}
    with pytest.raises(StaleState):
        withdraw(w.a.invitation, w.a.actor)
    assert deposit(w.a.invitation, w.a.actor).numero == 3


def test_a_withdrawal_gives_a_receipt_too_by_mail_and_printed(w, client_for):
    written(w.a)
    depot = deposit(w.a.invitation, w.a.actor)
    run_pending()
    mail.outbox.clear()
    withdraw(w.a.invitation, w.a.actor)
    run_pending()
    (sent,) = mail.outbox
    assert sent.to == [w.a.user.email]
    assert depot.recu in sent.body and depot.sha256 in sent.body and "est retiré" in sent.body
    assert "compris" not in sent.body
    printed = kept_document(depot.retrait, DOCUMENT_RETRAIT)
    assert printed is not None and depot.recu in printed.title
    address = reverse("core:document", args=[printed.pk])
    page = client_for(w.a.user).get(reverse("propositions:accueil", args=[w.a.invitation.pk])).content.decode()
    assert address in page
    assert client_for(w.a.user).get(address).status_code == 200
    # Neither the team nor the other candidate learns that something was taken back.
    assert client_for(w.user).get(address).status_code == 404
    assert client_for(w.b.user).get(address).status_code == 404


def test_declining_what_was_deposited_gives_the_receipt_of_the_withdrawal(w):
    written(w.a)
    deposit(w.a.invitation, w.a.actor)
    run_pending()
    mail.outbox.clear()
    reponses.decline(w.a.invitation, {"motif_declin": "autre"}, actor=w.a.actor)
    run_pending()
    assert any("est retiré" in one.subject for one in mail.outbox)


def test_one_second_before_the_deadline_it_is_received_and_at_the_deadline_refused_with_the_time(w, clock_at):
    written(w.a)
    written(w.b)
    clock_at("2026-12-01 11:59:59")
    deposit(w.a.invitation, w.a.actor)
    clock_at("2026-12-01 12:00:00")
    for act in (deposit, withdraw):
        with pytest.raises(NonRecu) as refusal:
            act(w.b.invitation, w.b.actor)
        assert "12 h 00 min 00 s" in refusal.value.message
    written(w.b, calendrier="Tapé trop tard")
    assert Proposition.objects.get(invitation=w.b.invitation).brouillon["calendrier"] == "Tapé trop tard"
    assert Depot.objects.count() == 1


def test_an_empty_proposition_is_not_received(w):
    with pytest.raises(InvalidInput, match="vide"):
        deposit(w.a.invitation, w.a.actor)


def test_nobody_else_writes_nor_deposits_not_even_another_candidate_or_who_left(w):
    written(w.a)
    for actor in (w.actor, w.b.actor, Actor.anonymous(), Actor.for_user(UserFactory())):
        for act in (
            lambda who: deposit(w.a.invitation, who),
            lambda who: withdraw(w.a.invitation, who),
            lambda who: save_draft(w.a.invitation, {"note": "Pris"}, who),
        ):
            with pytest.raises(NotAllowed):
                act(actor)
    Membre.objects.filter(user=w.a.user).update(state="parti", ended_at=w.appel.date_limite)
    with pytest.raises(NotAllowed):
        deposit(w.a.invitation, w.a.actor)


def test_a_deposit_never_changes(w):
    written(w.a)
    depot = deposit(w.a.invitation, w.a.actor)
    with pytest.raises(FrozenError):
        depot.save()
    with pytest.raises(FrozenError):
        Depot.objects.update(sha256="0")


def test_the_journal_tells_the_acts_and_never_what_was_written_nor_to_the_dossier_whose(w):
    written(w.a, prix_ht="12345", tva="20.00")
    deposit(w.a.invitation, w.a.actor)
    withdraw(w.a.invitation, w.a.actor)
    entries = JournalEntry.objects.filter(actor_user_id=w.a.user.pk)
    verbs = [entry.verb.removeprefix("consultations.") for entry in entries.order_by("pk")]
    assert verbs == ["proposition_commencee", "proposition_ecrite", "depot", "depot_retire"]
    for entry in entries:
        assert "compris" not in str(entry.changes) and "12345" not in str(entry.changes)
        assert entry.scope_type == "consultations.proposition"
        assert "Halles" not in entry.object_label


def test_one_price_gives_the_other_with_the_tva(w):
    def prices():
        draft = Proposition.objects.get().brouillon
        return draft["prix_ht"], draft["prix_ttc"]

    written(w.a, prix_ht="1000", tva="20.00")
    assert prices() == ("1000", "1200.00")
    save_draft(w.a.invitation, {"prix_ttc": "1500"}, w.a.actor)
    assert prices() == ("1250.00", "1500")
    save_draft(w.a.invitation, {"tva": "0.00"}, w.a.actor)
    assert prices() == ("1250.00", "1250.00")
    with pytest.raises(InvalidInput, match="ne s’accordent pas"):
        save_draft(w.a.invitation, {"prix_ht": "1", "prix_ttc": "5", "tva": "20.00"}, w.a.actor)


def test_stages_are_added_moved_and_taken_out(w):
    keys = [add_row(w.a.invitation, "etapes", {"intitule": name}, actor=w.a.actor) for name in "ABC"]

    def order():
        return "".join(row["intitule"] for row in Proposition.objects.get().brouillon["etapes"])

    move_row(w.a.invitation, "etapes", keys[2], "monter", actor=w.a.actor)
    assert order() == "ACB"
    move_row(w.a.invitation, "etapes", keys[0], "monter", actor=w.a.actor)
    assert order() == "ACB"
    move_row(w.a.invitation, "etapes", keys[0], "descendre", actor=w.a.actor)
    assert order() == "CAB"
    move_row(w.a.invitation, "etapes", keys[2], "retirer", actor=w.a.actor)
    assert order() == "AB"
    with pytest.raises(StaleState):
        save_row(w.a.invitation, "etapes", keys[2], {"contenu": "Trop tard"}, actor=w.a.actor)


def test_two_colleagues_who_write_two_parts_do_not_meet_and_those_of_one_part_compare(w):
    written(w.a)
    version = Proposition.objects.get().version
    save_draft(w.a.invitation, {"calendrier": "Mars"}, w.a.actor, expected_version=version)
    save_draft(w.a.invitation, {"note": "Une note"}, w.a.actor, expected_version=version)
    with pytest.raises(EditConflict) as met:
        save_draft(w.a.invitation, {"calendrier": "Avril"}, w.a.actor, expected_version=version)
    assert met.value.current.calendrier == "Mars"


def test_where_nothing_is_sealed_the_team_reads_at_once_and_reads_the_last(w):
    from tests.consultations.propositions.monde import monde

    alone = monde(mode="sans_concurrence")
    written(alone.a, calendrier="Mars")
    deposit(alone.a.invitation, alone.a.actor)
    written(alone.a, calendrier="Avril")
    deposit(alone.a.invitation, alone.a.actor)
    rows = alone.appel.propositions_ouvertes
    assert [row.contenu["calendrier"] for row in rows.order_by("numero")] == ["Mars", "Avril"]
    assert [row.contenu["calendrier"] for row in rows.current()] == ["Avril"]
    assert set(rows.visible_to(alone.actor)) == set(rows.all())
    assert ContenuScelle.objects.count() == 2


def test_who_declines_takes_back_what_it_deposited_and_is_told_so_before(w, client_for):
    written(w.a)
    depot = deposit(w.a.invitation, w.a.actor)
    client = client_for(w.a.user)
    url = reverse("candidat:decliner", args=[w.a.invitation.pk])
    assert depot.recu in client.get(url).content.decode()
    assert (
        depot.recu
        not in client_for(w.b.user).get(reverse("candidat:decliner", args=[w.b.invitation.pk])).content.decode()
    )
    assert client.post(url, {"motif_declin": "hors_champs"}).status_code == 302
    depot.refresh_from_db()
    assert depot.is_withdrawn and depot.retrait.at.isoformat() == "2026-11-21T09:00:00+00:00"
    assert received([w.appel.pk]) == {}
    assert (
        JournalEntry.objects.filter(verb="consultations.depot_retire").get().scope_type == "consultations.proposition"
    )
    assert Proposition.objects.get().brouillon["comprehension"] == "Nous avons compris."
    # It may come back, and deposit again.
    client.post(reverse("candidat:intention", args=[w.a.invitation.pk]), {"action": "revenir"})
    assert deposit(w.a.invitation, w.a.actor).numero == 2


def test_a_decline_that_comes_too_late_takes_nothing_back(w, clock_at):
    written(w.a)
    deposit(w.a.invitation, w.a.actor)
    clock_at("2026-12-01 12:00:00")
    with pytest.raises(NotAllowed):
        reponses.decline(w.a.invitation, {"motif_declin": "hors_champs"}, actor=w.a.actor)
    assert received([w.appel.pk]) == {w.appel.pk: 1}


def test_an_opened_proposition_is_in_the_file_of_who_it_names_and_a_sealed_one_is_only_counted(w, clock_at):
    written(w.a, intervenants=[{"nom": "Claude Essai", "fonction": "Consultante", "experiences": "Dix ans."}])
    deposit(w.a.invitation, w.a.actor)
    here = [w.a.prestataire.pk]
    [sealed] = named(here, "Claude Essai")
    assert "Dix ans." not in str(sealed.rows) and list(sealed.rows[0].values()) == [1]
    clock_at("2026-12-01 12:00:00")
    open_call(Appel.objects.get(pk=w.appel.pk), w.actor)
    [section] = named(here, "claude ESSAI")
    assert section.rows[0]["experiences"] == "Dix ans." and "figée" in section.rows[0]["conservation"]
    assert named(here, "Une autre") == [] and named([w.b.prestataire.pk], "Claude Essai") == []
    person = UserFactory(first_name="Claude", last_name="Essai")
    assert all("Dix ans." not in str(s.rows) for s in of_user(person)), "she is of no prestataire"
    Membre.objects.create(prestataire=w.a.prestataire, user=person, role="consultant")
    assert any("Dix ans." in str(s.rows) for s in of_user(person))
