"""Ingénieries individuelles: a structure of the directory, its diagnostic, the path of 002 as far as the file says.

Told after the collective ones, in the same way: by the services, each thing on its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from consultations.cahier import services as cahiers
from core import clock
from core.actor import Actor
from demo import cahiers as cahiers_demo
from demo import conventions, data, dates, grilles, remise, seances, suivi, synthese
from demo.directories import Directories
from demo.marks import Marks
from demo.people import World
from demo.story import confirm
from demo.story.course import PASSING
from engagement.validation.services import record_avis
from mobilisation.reponses.services import type_answer
from projects.cycle.services import perform_action
from projects.demarche.models import ChecklistItem
from projects.demarche.services import set_item
from projects.enums import STEPS, Cycle, Etat
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology
from projects.ouverture.services import open_individuelle
from projects.plans.services import attach_ligne
from projects.structures_ciblees.models import StructureCiblee
from referentiels import lists
from referentiels.models import TypePrestation
from structures.annuaire.models import Structure
from structures.diagnostics import services as diagnostics
from structures.plans import services as plans
from structures.plans.enums import NatureMoyen
from structures.plans.models import PlanAccompagnement

WHO_CHOOSES = "La structure, avec le DLA"
#: Those still at « Confirmer » whose prestataire is retained: their convention is a draft, or is being signed by link.
CONVENTIONS = {"numerique-mediatheque": "projet", "rh-aide-domicile": "lien"}


class Individuelle:
    """One row of the file, and who carries it."""

    def __init__(self, row: dict[str, Any], world: World, directories: Directories) -> None:
        self.row = row
        self.random = Random(row["key"])
        self.organisation = world.organisations[row["pilote"]]
        writers = world.writers[row["pilote"]]
        self.actor: Actor = self.random.choice(writers[1:] or writers)
        self.directories = directories
        self.theme = lists.by_code(TypePrestation)[row["theme"]]
        self.structure: Structure
        self.ingenierie: Ingenierie

    def write(self) -> Ingenierie:
        """Live it all, in one transaction."""
        last = self.last = dates.yesterday()
        first = last - dt.timedelta(days=30 * self.row["mois"])
        happening = self._events()
        with transaction.atomic():
            for instant, do in zip(dates.spread(len(happening), first, last, self.random), happening, strict=True):
                with clock.replay(instant):
                    do()
        return self.ingenierie

    def _events(self) -> list[Callable[[], Any]]:
        told: list[Callable[[], Any]] = [self._open, self._diagnostic]
        state = self.row["etape"]
        reached = {Etat.CLOTURE: Etat.FINALISER, Etat.ABANDONNE: Etat.ENGAGER}.get(Etat(state), Etat(state))
        steps = STEPS[: STEPS.index(reached) + 1]
        for step in steps:
            inside = self._inside(step)
            told += inside
            if step == Etat.FINALISER:
                told += grilles.individuelle(state, self.row["key"], lambda: self.ingenierie, self.actor)
                told += self._synthese()
            leaves = step != steps[-1] or state == Etat.CLOTURE
            told.append(lambda s=step, whole=leaves: self._tick(s, whole))
            if leaves:
                told.append(lambda s=step: self._pass(s))
        if state == Etat.ABANDONNE:
            told.append(lambda: self._act("abandonner", reason="La commune a créé le service : le besoin a disparu."))
        return told

    def _inside(self, step: Etat) -> list[Callable[[], Any]]:
        """What is done in a step, beside its actions."""
        told: dict[Etat, list[Callable[[], Any]]] = {
            Etat.ENGAGER: [self._plan, self._comite],
            Etat.CONFIRMER: [self._answer, self._cahier, lambda: confirm.consult(self), *self._agreed()],
            Etat.FINALISER: [*self._remise(), self._update_plan] if self.row["etape"] == Etat.CLOTURE else [],
        }
        return told.get(step, [])

    def _remise(self) -> list[Callable[[], Any]]:
        """The mission followed to its last stage; what the prestataire hands over, its report, accepted; what it
        recommends enters the plan."""
        key, actor = self.row["key"], self.actor
        return [
            lambda: suivi.plan(self.ingenierie, actor=actor),
            lambda: remise.ask(self.ingenierie, 0, actor=actor),
            lambda: remise.pay(self.ingenierie, 0, actor=actor),
            lambda: seances.held(self.ingenierie, actor=actor),
            lambda: suivi.complete(self.ingenierie, actor=actor),
            lambda: remise.hand_over(self.ingenierie, 0, actor=actor),
            lambda: remise.write(self.ingenierie, key, actor=actor),
            lambda: remise.finish(self.ingenierie, key, actor=actor),
            lambda: remise.judge(self.ingenierie, key, actor=actor),
            lambda: remise.take_up(self.ingenierie, actor=actor),
            lambda: remise.give_links(self.ingenierie, actor=actor),
        ]

    def _synthese(self) -> list[Callable[[], Any]]:
        """Of the closed one: written and fixed, once the séances are held and the grid is over."""
        if self.row["etape"] != Etat.CLOTURE:
            return []
        key, actor = self.row["key"], self.actor
        return [
            lambda: synthese.write(self.ingenierie, key, actor=actor),
            lambda: synthese.fix(self.ingenierie, key, actor=actor),
        ]

    def _agreed(self) -> list[Callable[[], Any]]:
        """What is agreed with the prestataire of an ingénierie that is still at « Confirmer »."""
        if self.row["etape"] != Etat.CONFIRMER or self.row["key"] not in CONVENTIONS:
            return []
        told: list[Callable[[], Any]] = [
            lambda: confirm.choose(self, WHO_CHOOSES),
            lambda: conventions.begin(self.ingenierie, actor=self.actor),
        ]
        if CONVENTIONS[self.row["key"]] == "lien":
            told += [
                self._convention,
                lambda: conventions.to_sign(self.ingenierie, actor=self.actor),
                lambda: conventions.sign(self.ingenierie, actor=self.actor, without=("dla", "structure")),
                lambda: conventions.send(self.ingenierie, actor=self.actor),
            ]
        return told

    def _convention(self) -> None:
        conventions.complete(self.ingenierie, actor=self.actor, key=self.row["key"], jours=self.row["jours"])

    def _plan(self) -> None:
        row = self.row
        plan = plans.open_plan(self.structure, actor=self.actor)
        ligne = {
            "difficulte": row["contexte"],
            "action": row["general"],
            "echeance": clock.today() + dt.timedelta(days=240),
            "nature_moyen": NatureMoyen.INDIVIDUELLE,
            "moyens": "Ingénierie individuelle : intervention d’un prestataire du DLA.",
            "resultats_attendus": " ; ".join(row["resultats"]),
        }
        ours = plans.add_ligne(plan, ligne, actor=self.actor)
        mission = {
            "ligne": ours,
            "contexte": row["besoin"],
            "objectif_general": row["general"],
            "objectifs_operationnels": "\n".join(row["operationnels"]),
        }
        plans.add_mission(plan, mission, actor=self.actor)
        attach_ligne(ours, Ingenierie.objects.get(pk=self.ingenierie.pk), actor=self.actor)
        for text in row["autres"].values():
            other = {"difficulte": text, "action": "À traiter avec le réseau.", "nature_moyen": NatureMoyen.RESEAU}
            plans.add_ligne(plan, other, actor=self.actor)
        plans.actualise(plan, actor=self.actor)

    def _update_plan(self) -> None:
        plan = PlanAccompagnement.objects.get(structure=self.structure)
        ligne = plan.lignes.get(nature_moyen=NatureMoyen.INDIVIDUELLE)
        plans.follow_ligne(ligne, "fait", actor=self.actor, note="Mission terminée et évaluée.")
        plans.actualise(plan, actor=self.actor, motif="Bilan de la mission avec la structure.")

    def _open(self) -> None:
        row = self.row
        self.structure = self.directories.inscribe(
            row["departement"], row["secteur"], random=self.random, model=row["nom"], actor=self.actor
        )
        self.ingenierie = open_individuelle(
            self.structure,
            actor=self.actor,
            themes=[self.theme],
            values={
                "date_debut": clock.today(),
                "date_fin": max(clock.today() + dt.timedelta(days=300), self.last + dt.timedelta(days=45)),
            },
            problematique={"contexte": row["contexte"], "besoins": row["besoin"], "origines": ["structures"]},
            origine="Demande de la structure",
        )

    def _diagnostic(self) -> None:
        row = self.row
        made = diagnostics.create_diagnostic(
            self.structure,
            actor=self.actor,
            values={
                "contexte": row["contexte"],
                "forces": "Une équipe engagée, des partenaires fidèles, une activité reconnue sur son territoire.",
                "faiblesses": "Peu de temps pour préparer l’avenir ; une seule personne connaît les outils de gestion.",
                "problemes": row["besoin"],
            },
        )
        needs = {row["theme"]: row["besoin"], **row["autres"]}
        for number, (code, text) in enumerate(needs.items()):
            values = {
                "type_prestation": lists.by_code(TypePrestation)[code],
                "texte": text,
                "priorite": 1 + min(number, 2),
                "exprime": number == 0,
                "identifie": number > 0,
            }
            diagnostics.add_besoin(made, values, actor=self.actor)
        diagnostics.perform_action(made, "partager", actor=self.actor, expected_state=made.state)

    def _comite(self) -> None:
        record_avis(
            self.ingenierie,
            self.organisation,
            {"date": clock.today(), "sens": "favorable", "commentaires": "Le réseau départemental peut être associé."},
            actor=self.actor,
            expected_version=None,
        )

    def _answer(self) -> None:
        """What the structure says of the action, on the telephone."""
        ciblee = StructureCiblee.objects.select_related("structure").get(ingenierie=self.ingenierie.pk)
        ciblee.ingenierie = Ingenierie.objects.get(pk=self.ingenierie.pk)
        values = {
            "concernee": "oui", "attentes": "oui", "pertinence": "oui", "methode": "en_partie",
            "methode_texte": "Le conseil d’administration voudrait un premier point dès la fin de l’état des lieux.",
            "participants": [{"fonction": "Présidente", "niveau": "decouvre", "nombre": 1}],
            "disponibilite": "Un mardi soir par mois pour le conseil d’administration.",
        }  # fmt: skip
        echange = {"le": clock.today(), "par": self.actor.label[:200], "moyen": "telephone"}
        type_answer(ciblee, values, echange, actor=self.actor, expected_version=None)

    def _cahier(self) -> None:
        row, actor = self.row, self.actor
        cahier = cahiers.create_cahier(Ingenierie.objects.get(pk=self.ingenierie.pk), actor)
        sections: dict[str, dict[str, Any]] = {
            "demande": {
                "origine_demande": "La structure, qui en a fait la demande à l’accueil du DLA.",
            },
            # Its objectives and its place in the plan come from the mission préconisée and its row.
            "objectifs": {
                "resultats_attendus": "\n".join(f"- {line}" for line in row["resultats"]),
                "finalite": cahiers_demo.finalite_of(row["general"]),
            },
            "conditions": {"conditions": "Au moins deux rencontres avec le conseil d’administration, dans ses locaux."},
            "calendrier": {
                "jours_min": max(row["jours"] - 1, 1),
                "jours_max": row["jours"],
                "cout_jour": 900,
                **cahiers_demo.for_one(Decimal(row["jours"])),
            },
            "reponse": {"date_limite": clock.now() + dt.timedelta(days=24)},
            # Its own diagnostic and its plan, with its consent.
            "annexes": {"diagnostic": "complet"},
        }
        for code, values in sections.items():
            cahiers.update_section(cahier, code, values, actor=actor)
        cahier.refresh_from_db()
        cahiers_demo.annex(cahier, actor=actor)
        cahiers.diffuser(cahiers.valider(cahier, actor), actor)

    def _tick(self, step: Etat, whole: bool) -> None:
        codes = [
            action.code
            for phase in methodology.get(methodology.current_id(Cycle.INDIVIDUELLE)).step(step).phases
            for action in phase.actions
            if not action.optional
        ]
        kept = codes if whole else codes[: max(1, len(codes) // 2)]
        for item in ChecklistItem.objects.filter(ingenierie=self.ingenierie.pk, code__in=kept).order_by("position"):
            item.ingenierie = self.ingenierie
            set_item(item, actor=self.actor, state="fait")

    def _pass(self, step: Etat) -> None:
        if step == Etat.CONFIRMER:
            confirm.choose(self, WHO_CHOOSES)
            conventions.begin(self.ingenierie, actor=self.actor)
            self._convention()
            conventions.to_sign(self.ingenierie, actor=self.actor)
            conventions.sign(self.ingenierie, actor=self.actor)
        self._act(PASSING[step])

    def _act(self, action: str, **extra: Any) -> None:
        fresh = Ingenierie.objects.get(pk=self.ingenierie.pk)
        self.ingenierie = perform_action(
            fresh, action, actor=self.actor, expected_state=fresh.state, version=fresh.version, **extra
        )


def load(marks: Marks, world: World, directories: Directories) -> int:
    """Write those that are not there yet; returns how many."""
    added = 0
    for row in data.individuelles():
        key = f"individuelle:{row['key']}"
        if key in marks:
            continue
        with transaction.atomic():
            marks.set(key, Individuelle(row, world, directories).write())
        added += 1
    return added
