"""Whatever the history of a call, its journal alone tells it again: who was invited, what was deposited (its
SHA-256), when it was opened, who was chosen and why. Histories drawn from a few seeds, played by the services to
their decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.db import transaction

from consultations.appel.models import Appel, Invitation
from consultations.appel.services import cycle, preparation, reponses
from consultations.choix.decision import decide, preview, rebuilt
from consultations.propositions.services import deposit, open_call, save_draft, withdraw
from core import clock
from core.models import JournalEntry
from tests.consultations.appel.conftest import DEADLINE, at_confirmer, diffuse, held, of
from tests.factories import OrganisationFactory, actor_of, member

pytestmark = pytest.mark.django_db

MOTIFS = ("La démarche la plus claire.", "Le calendrier le plus sûr.", "Les structures la préfèrent, à prix égal.")


@dataclass
class Lived:
    """What happened, as whoever played it knows it."""

    invited: set[str] = field(default_factory=set)
    deposits: list[str] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    limit: dt.datetime = DEADLINE
    opened: dict[str, Any] = field(default_factory=dict)
    chosen: dict[str, Any] = field(default_factory=dict)


def _play(seed: int, dossier, cabinets, actor) -> tuple[Appel, Lived]:
    random, lived = Random(seed), Lived()
    chosen = random.sample(cabinets, random.choice((2, 3)))
    lived.invited = {str(one) for one in chosen}
    appel = preparation.prepare(dossier, {"mode": "complete", "date_limite": DEADLINE}, actor=actor)
    preparation.invite(appel, chosen, actor=actor)
    appel = cycle.open_call(Appel.objects.get(pk=appel.pk), actor=actor)
    acts = ["deposer", "deposer", "retirer", "decliner", "prolonger"]
    for number in range(random.randint(5, 9)):
        with clock.replay(DEADLINE - dt.timedelta(days=10) + dt.timedelta(hours=number)):
            _act(random.choice(acts), random.choice(chosen), appel, actor, lived, number)
    with clock.replay(lived.limit - dt.timedelta(hours=1)):  # somebody did answer
        _act("deposer", next(one for one in chosen if str(one) not in lived.declined), appel, actor, lived, 99)
    with clock.replay(lived.limit + dt.timedelta(hours=2)):
        temoin = random.choice(("", "Une élue"))
        opening = open_call(_fresh(appel), actor, temoin)
        lived.opened = {"at": opening.at, "par": actor.label, "temoin": temoin}
    with clock.replay(lived.limit + dt.timedelta(days=3)):
        name = random.choice(sorted(lived.standing))
        motifs = random.choice(MOTIFS)
        retenu = appel.invitations.get(prestataire__name=name)
        values = {"date": clock.today(), "choisi_par": "avec", "decideurs": "Les structures", "motifs": motifs}
        letters = {one.invitation.pk: one.texte for one in preview(_fresh(appel), retenu)}
        decide(_fresh(appel), retenu, values, letters, actor=actor)
        lived.chosen = {"retenu": name, "motifs": motifs, "date": clock.today().isoformat()}
    return appel, lived


def _fresh(appel: Appel) -> Appel:
    return Appel.objects.select_related("ingenierie__pilote__region", "version_diffusee").get(pk=appel.pk)


def _act(what: str, prestataire, appel: Appel, actor, lived: Lived, number: int) -> None:
    name, own = str(prestataire), of(prestataire)
    invitation = Invitation.objects.select_related("appel__ingenierie", "prestataire").get(
        appel=appel.pk, prestataire=prestataire.pk
    )
    if what == "prolonger":
        lived.limit += dt.timedelta(days=1)
        cycle.extend(_fresh(appel), lived.limit, "Une question tardive.", actor=actor)
    elif name in lived.declined:
        return
    elif what == "deposer":
        save_draft(invitation, {"note": f"Note {number} de {name}"}, own)
        depot = deposit(invitation, own)
        lived.deposits.append(depot.sha256)
        lived.standing[name] = depot.sha256
    elif what == "retirer" and name in lived.standing:
        withdraw(invitation, own)
        del lived.standing[name]
    elif what == "decliner" and len(lived.declined) + 1 < len(lived.invited):
        reponses.decline(invitation, {"motif_declin": "autre"}, actor=own)
        lived.declined.add(name)
        lived.standing.pop(name, None)


def _told(dossier_pk: int, appel_pk: int) -> Lived:
    """The same, from the rows of the journal and nothing else."""
    told, limits = Lived(), []
    taken: dict[str, str] = {}
    for entry in JournalEntry.objects.order_by("pk"):
        changes = entry.changes
        if entry.verb == "consultations.invitation" and entry.scope_id == dossier_pk:
            told.invited.add(entry.object_label.removeprefix("invitation de "))
        elif entry.verb == "consultations.declin" and entry.scope_id == dossier_pk:
            told.declined.add(entry.object_label.removeprefix("invitation de "))
        elif entry.verb == "consultations.depot":
            told.deposits.append(changes["sha256"][1])
            taken = {recu: sha for recu, sha in taken.items() if recu != changes["recu"][0]}
            taken[changes["recu"][1]] = changes["sha256"][1]
        elif entry.verb == "consultations.ouverture":
            told.opened = {"at": entry.at, "par": entry.actor_label, "temoin": changes.get("temoin", ["", ""])[1]}
            limits = [line.split(" ") for line in changes["releve"][1]]
    assert all(taken[recu] == sha for recu, sha in limits), "what was opened is what was received"
    decision = rebuilt(Appel(pk=appel_pk))
    told.standing = {row["prestataire"]: row["sha256"] for row in decision["propositions"]}
    assert {(row["recu"], row["sha256"]) for row in decision["propositions"]} == {tuple(line) for line in limits}
    told.chosen = {name: decision[name] for name in ("retenu", "motifs", "date")}
    return told


def test_the_journal_alone_tells_a_call_again_to_its_decision(clock_at):
    clock_at("2026-11-10 10:00")
    dla = OrganisationFactory()
    actor = actor_of(member(dla))
    cabinets = [held(f"Cabinet {letter}", dla.region) for letter in "ABC"]
    clock_at("2026-11-21 10:00")
    dossier = at_confirmer(dla)
    diffuse(dossier)
    for seed in range(5):
        with transaction.atomic():
            appel, lived = _play(seed, dossier, cabinets, actor)
            told = _told(dossier.pk, appel.pk)
            for name in ("invited", "deposits", "standing", "declined", "opened", "chosen"):
                assert getattr(told, name) == getattr(lived, name), (seed, name)
            transaction.set_rollback(True)
