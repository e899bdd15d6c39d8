"""The course of an ingénierie: what happens at each step, when, and the gates between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from demo import dates
from demo.directories import Directories
from demo.people import World
from demo.story import special
from projects.cycle import services
from projects.enums import STEPS, Etat
from projects.ingenierie.models import Ingenierie
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation

#: Something that happens, at a place of its step between 0 (just entered) and 1 (about to be left).
Event = tuple[float, Callable[[], Any]]

#: Share of the time of a closed ingénierie spent in each step.
SHARES = {Etat.IDENTIFIER: 0.18, Etat.ENGAGER: 0.22, Etat.CONFIRMER: 0.25, Etat.FINALISER: 0.35}
PASSING = {
    Etat.IDENTIFIER: "engager",
    Etat.ENGAGER: "confirmer",
    Etat.CONFIRMER: "finaliser",
    Etat.FINALISER: "cloturer",
}


class Story:
    """One ingénierie of the data files (in the shape of the attested ones) and the people who carry it."""

    def __init__(self, row: dict[str, Any], world: World, directories: Directories, offset: dt.timedelta) -> None:
        self.row = row
        self.key: str = row["key"]
        self.world = world
        self.directories = directories
        self.offset = offset
        self.random = Random(self.key)
        self.ingenierie: Ingenierie = None  # type: ignore[assignment] (the first event opens it)
        writers = world.writers[row["pilote"]]
        self.actor: Actor = self.random.choice(writers[1:] or writers)
        #: The day of the load; inside a story the clock tells the day that is being lived.
        self.today = clock.today()
        self.lifted = special.LIFTED.get(self.key)

    # --- Who and what -----------------------------------------------------------------------------------------------

    @property
    def attested(self) -> bool:
        """Is it one of the ten of the source documents?"""
        return "avancement" not in self.row

    @property
    def carriers(self) -> list[str]:
        """Keys of the pilot and of the associated organisations."""
        return [self.row["pilote"], *self.row["associes"]]

    @property
    def referent(self) -> str | None:
        """Key of the DLA référent: told by the file, else the first DLA when there are several."""
        if self.row["referent"] or not self.row["associes"]:
            return self.row["referent"]
        return next((key for key in self.carriers if key.startswith("dla-")), None)

    def organisation(self, key: str) -> Organisation:
        return self.world.organisations[key]

    def member(self, key: str) -> Actor:
        """Somebody who writes for this organisation; for the pilot, the one who carries the ingénierie."""
        return self.actor if key == self.row["pilote"] else self.world.writers[key][-1]

    def keeper(self, departement: str) -> str:
        """Key of the carrier that brings the structures of a département."""
        key = self.world.dla_of(departement)
        return key if key in self.carriers else self.row["pilote"]

    def passes_over(self, step: str, condition: str) -> bool:
        """Is this what the pilot will pass over, instead of doing it?"""
        return self.lifted is not None and (self.lifted.step, self.lifted.condition) == (step, condition)

    def moved(self, day: dt.date) -> dt.date:
        """A day of the data files, moved to the time of the load."""
        return day + self.offset

    # --- When -------------------------------------------------------------------------------------------------------

    @property
    def last_step(self) -> Etat:
        """The step where it stands, or the last one it was in."""
        state = self.row["etape"]
        if state == Etat.CLOTURE:
            return Etat.FINALISER
        return Etat(self.row["etape_quittee"] if state == Etat.ABANDONNE else state)

    @property
    def progress(self) -> float:
        """How far it is in its last step, from 0 to 1."""
        if self.row["etape"] == Etat.CLOTURE:
            return 1.0
        return special.PROGRESS.get(self.key) or self.row["avancement"]

    def calendar(self) -> list[tuple[Etat, dt.date, dt.date, float]]:
        """(step, first day, last day, how much of it is done) of the steps lived."""
        steps = STEPS[: STEPS.index(self.last_step) + 1]
        first = self.moved(self.row["debut"])
        over = self.row["etape"] in (Etat.CLOTURE, Etat.ABANDONNE)
        last = min(self.moved(self.row["fin"]), dates.yesterday()) if over else dates.yesterday()
        weights = [SHARES[step] * (max(self.progress, 0.15) if step == steps[-1] else 1) for step in steps]
        days, total = (last - first).days, sum(weights)
        told, done = [], 0.0
        for step, weight in zip(steps, weights, strict=True):
            # The day after the gate: two steps never share one.
            start = first + dt.timedelta(days=round(days * done / total) + bool(told))
            done += weight
            end = max(start, first + dt.timedelta(days=round(days * done / total)))
            told.append((step, start, end, self.progress if step == steps[-1] else 1.0))
        return told

    # --- Telling ----------------------------------------------------------------------------------------------------

    def act(self, action: str, **extra: Any) -> None:
        """One action of the lifecycle, by the pilot, from the present state."""
        fresh = Ingenierie.objects.get(pk=self.ingenierie.pk)
        self.ingenierie = services.perform_action(
            fresh, action, actor=self.actor, expected_state=fresh.state, version=fresh.version, **extra
        )

    def leave(self, step: Etat) -> None:
        overrides = {}
        if self.lifted is not None and self.lifted.step == step:
            overrides[self.lifted.condition] = self.lifted.reason
        self.act(PASSING[step], overrides=overrides)

    def abandon(self) -> None:
        self.act("abandonner", reason=self.row["motif"])

    def step_back(self, step: Etat) -> list[Event]:
        back = special.STEPS_BACK.get(self.key)
        if back is None or back.step != step:
            return []
        again = PASSING[STEPS[STEPS.index(step) - 1]]
        return [(0.041, lambda: self.act("revenir", reason=back.reason)), (0.042, lambda: self.act(again))]

    def opinion(self, step: Etat) -> list[Event]:
        """The opinion of the C2RA, more often than not; never on what it pilots itself."""
        if self.row["pilote"].startswith("c2ra") or self.random.random() > 0.6:
            return []
        sens = self.random.choices(("favorable", "reserves"), (7, 3))[0]
        text = special.OPINIONS[step][sens == "reserves"]
        actor = self.world.writers[self.world.c2ra_of(self.row["region"])][-1]
        return [
            (
                self.random.uniform(0.7, 0.95),
                lambda: services.give_avis_c2ra(self.ingenierie, actor=actor, sens=sens, commentaire=text),
            )
        ]

    # --- Reference lists --------------------------------------------------------------------------------------------

    def departements(self) -> list[Departement]:
        known = lists.by_code(Departement)
        return [known[code] for code in self.row["departements"]]

    def secteurs(self) -> list[Secteur]:
        known = lists.by_code(Secteur)
        return [known[code] for code in self.row["secteurs"]]

    def themes(self) -> list[TypePrestation]:
        known = lists.by_code(TypePrestation)
        return [known[code] for code in self.row["themes"]]
