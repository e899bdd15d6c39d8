"""Whatever the history of a call: nothing sealed is read early, nothing late enters, no candidate learns of another,
every act is in the journal, and the record of the opening can be told again from the journal alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel
from consultations.appel.services.cycle import cancel, extend
from consultations.propositions.models import ContenuScelle, Depot, Ouverture, Proposition, PropositionOuverte
from consultations.propositions.services import deposit, open_call, save_draft, withdraw
from consultations.propositions.services.ouverture import received, verify
from core import clock
from core.errors import DomainError
from core.models import JournalEntry
from tests.consultations.propositions.monde import DEADLINE, MARKER, monde

pytestmark = pytest.mark.django_db
WHO = st.sampled_from("ab")


class Histoire(RuleBasedStateMachine):
    """A call and its two candidates; ``world`` is there before, each history is undone after."""

    world: object

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = DEADLINE - dt.timedelta(hours=1)
        self.limit = DEADLINE
        self.number = 0
        self.drafts: dict[str, str] = {}
        self.standing: dict[str, tuple[str, str]] = {}  # what counts: the text and the receipt of each candidate
        self.acts = 0
        self.opened = self.cancelled = False
        self.journaled = JournalEntry.objects.count()

    def teardown(self) -> None:
        """Every history ends so: an opening too early, what comes too late, an opening; then it is undone."""
        try:
            self._open()
            self.now = max(self.now, self.limit)
            for who in "ab":
                self._write(who)
                self._deposit(who)
            self._open()
            self.nothing_sealed_is_read()
            self.the_journal_tells_every_act_and_the_record_again()
        finally:
            self._undo()

    def _undo(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def one(self, who: str):
        return getattr(self.world, who)

    def tried(self, act) -> tuple[bool, object]:
        """Did it pass, at the present instant of the history?"""
        try:
            with clock.replay(self.now), transaction.atomic():
                return True, act()
        except DomainError:
            return False, None

    @property
    def appel(self) -> Appel:
        return Appel.objects.select_related("ingenierie").get(pk=self.world.appel.pk)

    @property
    def takes(self) -> bool:
        return not self.opened and not self.cancelled and self.now < self.limit

    # --- What happens ---

    @initialize(who=st.sampled_from(["ab", "a", "b", ""]), hours=st.sampled_from([1, 0, 2, 0.9999]))
    def some_came_before(self, who: str, hours: float) -> None:
        for one in who:
            self._write(one)
            self._deposit(one)
        self.now += dt.timedelta(hours=hours)

    @rule(hours=st.sampled_from([0.9999, 0.0001, 2]))
    def wait(self, hours: float) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(who=WHO)
    def write(self, who: str) -> None:
        self._write(who)

    def _write(self, who: str) -> None:
        self.number += 1
        text = f"{MARKER} {who} {self.number}"
        done, _ = self.tried(lambda: save_draft(self.one(who).invitation, {"note": text}, self.one(who).actor))
        assert done == (not self.opened and not self.cancelled)
        if done:
            self.acts += 1
            self.drafts[who] = text

    @precondition(lambda self: self.drafts)
    @rule(who=WHO)
    def deposit(self, who: str) -> None:
        self._deposit(who)

    def _deposit(self, who: str) -> None:
        before = Depot.objects.count()
        done, depot = self.tried(lambda: deposit(self.one(who).invitation, self.one(who).actor))
        assert done == (self.takes and who in self.drafts)
        if done:
            assert depot.at <= self.now < self.limit
            again = self.standing.get(who, ("", ""))[0] == self.drafts[who]
            assert Depot.objects.count() == before + (not again)
            self.acts += not again
            self.standing[who] = (self.drafts[who], depot.recu)

    @precondition(lambda self: self.standing)
    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        done, _ = self.tried(lambda: withdraw(self.one(who).invitation, self.one(who).actor))
        assert done == (self.takes and who in self.standing)
        if done:
            self.acts += 1
            del self.standing[who]

    @rule(who=WHO)
    def another_tries(self, who: str) -> None:
        other = self.one("b" if who == "a" else "a")
        for actor in (other.actor, self.world.actor):
            for act in (deposit, withdraw):
                done, _ = self.tried(lambda act=act, actor=actor: act(self.one(who).invitation, actor))
                assert not done

    @precondition(lambda self: self.standing and not self.opened and not self.cancelled)
    @rule()
    def extend(self) -> None:
        later = self.limit + dt.timedelta(hours=1)
        done, _ = self.tried(lambda: extend(self.appel, later, "Une question a reçu réponse.", actor=self.world.actor))
        if done:
            assert self.now < self.limit or not self.standing
            self.limit = later

    @rule()
    def open(self) -> None:
        self._open()

    def _open(self) -> None:
        done, opening = self.tried(lambda: open_call(self.appel, self.world.actor))
        assert done == (not self.opened and not self.cancelled and self.now >= self.limit and bool(self.standing))
        if done:
            self.opened = True
            self.acts += 1
            assert {row["recu"] for row in opening.releve} == {recu for _, recu in self.standing.values()}

    @precondition(lambda self: self.now > DEADLINE + dt.timedelta(hours=3))
    @rule()
    def cancel(self) -> None:
        done, _ = self.tried(lambda: cancel(self.appel, reason="Le besoin a changé.", actor=self.world.actor))
        self.cancelled = self.cancelled or done

    # --- What always holds ---

    @invariant()
    def nothing_sealed_is_read(self) -> None:
        rows = PropositionOuverte.objects.all()
        assert {row.contenu["note"] for row in rows} == (
            {text for text, _ in self.standing.values()} if self.opened else set()
        )
        assert all(verify(row).conforme for row in rows)
        kept = [*Proposition.objects.values_list("brouillon_scelle", flat=True)]
        kept += ContenuScelle.objects.values_list("jeton", flat=True)
        assert not any(MARKER in token for token in kept)

    @invariant()
    def a_candidate_knows_nothing_of_another(self) -> None:
        for who in "ab":
            actor = self.one(who).actor
            assert not PropositionOuverte.objects.visible_to(actor).exists()
            assert not Ouverture.objects.visible_to(actor).exists()
            mine = Proposition.objects.for_actor(actor).values_list("invitation", flat=True)
            assert set(mine) <= {self.one(who).invitation.pk}

    @invariant()
    def the_count_is_right_and_says_nothing_else(self) -> None:
        pk = self.world.appel.pk
        assert received([pk]) == ({pk: len(self.standing)} if self.standing else {})

    @invariant()
    def the_journal_tells_every_act_and_the_record_again(self) -> None:
        entries = JournalEntry.objects.filter(
            verb__in=[
                "consultations.proposition_ecrite",
                "consultations.depot",
                "consultations.depot_retire",
                "consultations.ouverture",
            ]
        ).order_by("pk")
        assert len(entries) == self.acts
        assert not any(MARKER in str(entry.changes) for entry in entries)
        told: dict[int, str] = {}
        for entry in entries:
            if entry.verb == "consultations.depot":
                told[entry.scope_id] = entry.changes["recu"][1]
            elif entry.verb == "consultations.depot_retire":
                del told[entry.scope_id]
        assert set(told.values()) == {recu for _, recu in self.standing.values()}
        if self.opened:
            assert {row["recu"] for row in Ouverture.objects.get().releve} == set(told.values())
            assert self.appel.state == (EtatAppel.ANNULE if self.cancelled else EtatAppel.DEPOUILLE)


def test_whatever_happens_to_a_call(db):
    Histoire.world = monde()
    run_state_machine_as_test(
        Histoire,
        settings=settings(
            max_examples=6,
            stateful_step_count=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
