"""Diagnostics and plans d'accompagnement of the structures of each DLA, in every state, with rows late and due."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.services import send_link
from core import clock
from core.actor import Actor
from demo import data, dates
from demo.directories import Directories
from demo.marks import Marks
from demo.people import World
from referentiels import lists
from referentiels.models import DetailPrestation, TypePrestation
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure
from structures.diagnostics import services as diagnostics
from structures.diagnostics.enums import Priorite
from structures.diagnostics.models import Besoin, Diagnostic
from structures.plans import reponses as plan_reponses
from structures.plans import services as plans
from structures.plans.enums import EtatLigne
from structures.plans.models import PlanAccompagnement

#: The attested ingénierie that three diagnostics led to (000, fiche expérience).
MUTUALISATION = "mutualisation"
#: What becomes of the diagnostics of a DLA, in order; the first ones have a plan.
FATES = ("plan", "plan_clos", "partage", "a_modifier", "brouillon")


def _need(entry: dict, theme: str, random: Random) -> dict[str, Any]:
    said = random.choice(((True, False), (False, True), (True, True)))
    return {
        "type_prestation": lists.by_code(TypePrestation)[theme],
        "detail": lists.by_code(DetailPrestation)[entry["detail"]],
        "priorite": random.choice((Priorite.HAUTE, Priorite.HAUTE, Priorite.MOYENNE, Priorite.BASSE)),
        "exprime": said[0],
        "identifie": said[1],
        "texte": entry["besoin"],
    }


def _texts(problems: list[str], random: Random) -> dict[str, str]:
    told = data.diagnostics()
    return {
        "contexte": random.choice(told["contextes"]),
        "forces": random.choice(told["forces"]),
        "faiblesses": random.choice(told["faiblesses"]),
        "perspectives": random.choice(told["perspectives"]),
        "problemes": "\n".join(f"- {problem}" for problem in problems),
    }


def _diagnostic(structure: Structure, needs: list[dict], problems: list[str], actor: Actor, random: Random):
    """A diagnostic of today (the day replayed) with its needs."""
    diagnostic = diagnostics.create_diagnostic(structure, actor=actor, values=_texts(problems, random))
    for need in needs:
        diagnostics.add_besoin(diagnostic, need, actor=actor)
    return diagnostic


def _act(diagnostic: Diagnostic, action: str, actor: Actor, reason: str = "") -> Diagnostic:
    return diagnostics.perform_action(
        diagnostic, action, actor=actor, expected_state=diagnostic.state, version=diagnostic.version, reason=reason
    )


def _answer(diagnostic: Diagnostic, actor: Actor, reponse: str, comments: dict[str, str] | None = None) -> None:
    structure = diagnostic.structure
    values = {
        "reponse": reponse,
        "nom": structure.contact_name or "La présidence",
        "fonction": structure.contact_function,
        "mode": "entretien",
        "commentaires": comments or {},
    }
    diagnostics.record_reponse(diagnostic, values, actor=actor)


# --- The three associations of the mutualisation --------------------------------------------------------------------


def load_mutualisation(marks: Marks, world: World, directories: Directories, offset: dt.timedelta) -> None:
    """Inscribe and diagnose them before their ingénierie opens; each expresses the same need."""
    told = data.diagnostics()[MUTUALISATION]
    row = next(r for r in data.attested() if r["key"] == MUTUALISATION)
    first = row["debut"] + offset - dt.timedelta(days=96)
    actor = world.writers[row["pilote"]][-1]
    for number, entry in enumerate(told["structures"]):
        key = f"diagnostic:{MUTUALISATION}:{number}"
        if key in marks:
            continue
        random = Random(key)
        day = dates.next_working_day(first + dt.timedelta(days=11 * number))
        with transaction.atomic():
            with clock.replay(dates.moment(day - dt.timedelta(days=14), 60)):
                structure = directories.inscribe("38", row["secteurs"][0], random=random, actor=actor)
            with clock.replay(dates.moment(day, 90)):
                common = _need({**entry, "besoin": entry["besoin"]}, told["theme"], random)
                common |= {"exprime": True, "identifie": True, "priorite": Priorite.HAUTE}
                wish = _need({"detail": "besoins-communs", "besoin": told["envie"]}, told["autre"], random)
                wish |= {"exprime": True, "priorite": Priorite.MOYENNE}
                diagnostic = _diagnostic(structure, [common, wish], [told["probleme"]], actor, random)
            with clock.replay(dates.moment(day + dt.timedelta(days=6), 200)):
                diagnostic = _act(diagnostic, "partager", actor)
            with clock.replay(dates.moment(day + dt.timedelta(days=15), 320)):
                _answer(diagnostic, actor, "valide")
                diagnostic = _act(diagnostic, "clore", actor)
            with clock.replay(dates.moment(day + dt.timedelta(days=20), 30)):
                _mutual_plan(structure, entry, told, actor, day)
            marks.set(key, diagnostic)


def _mutual_plan(structure: Structure, entry: dict, told: dict, actor: Actor, day: dt.date) -> None:
    plan = plans.open_plan(structure, actor=actor)
    besoin = Besoin.objects.filter(diagnostic=plan.diagnostic_id).order_by("priorite", "pk").first()
    values = {
        "besoin": besoin,
        "difficulte": entry["besoin"],
        "cause": entry["cause"],
        "action": told["action"],
        "nature_moyen": "collective",
        "moyens": told["moyens"],
        "resultats_attendus": told["resultats"],
        "echeance": day + dt.timedelta(days=330),
    }
    plans.add_ligne(plan, values, actor=actor)
    plans.actualise(plan, actor=actor)


def diagnosed(marks: Marks, key: str) -> list[Structure]:
    """The structures whose diagnostics led to the ingénierie ``key``."""
    ids = marks.starting(f"diagnostic:{key}:").values()
    found = Structure.objects.filter(diagnostics__in=ids).select_related("departement", "secteur")
    return list(found.order_by("pk"))


# --- Five structures of each DLA ------------------------------------------------------------------------------------


def load(marks: Marks, world: World) -> None:
    """Write those that are not there yet."""
    for key in sorted(k for k in world.organisations if k.startswith("dla-")):
        structures = _chosen(world, key)
        for number, (structure, fate) in enumerate(zip(structures, FATES, strict=False)):
            mark = f"diagnostic:{key}:{number}"
            if mark not in marks:
                with transaction.atomic():
                    marks.set(mark, _live(structure, fate, world.writers[key], Random(mark)))


def _chosen(world: World, key: str) -> list[Structure]:
    """Structures of the DLA known for four months at least, never diagnosed; the oldest first."""
    since = clock.now() - dt.timedelta(days=120)
    found = Structure.objects.filter(
        organisation=world.organisations[key], nature=Nature.STRUCTURE, created_at__lte=since, diagnostics__isnull=True
    )
    known = list(found.order_by("created_at", "pk")[:60])
    return sorted(Random(key).sample(known, min(len(FATES), len(known))), key=lambda s: (s.created_at, s.pk))


def _live(structure: Structure, fate: str, writers: list[Actor], random: Random) -> Diagnostic:
    """The diagnostic of one structure, and its plan when it has one."""
    told = data.diagnostics()["besoins"]
    actor = random.choice(writers)
    # Every DLA meets the commonest need; the others come by chance.
    themes = ["management-grh" if random.random() < 0.4 else "gestion-financiere"]
    themes += random.sample(sorted(set(told) - set(themes)), 2 if fate.startswith("plan") else 1)
    entries = [(theme, random.choice(told[theme])) for theme in themes]
    today = clock.today()
    age = {"plan": 150, "plan_clos": 330, "partage": 18, "a_modifier": 26, "brouillon": 9}[fate]
    age += random.randint(0, 30) if fate.startswith("plan") else random.randint(0, 4)
    day = max(today - dt.timedelta(days=age), timezone.localtime(structure.created_at).date() + dt.timedelta(days=7))
    with clock.replay(dates.moment(dates.next_working_day(day), random.randint(20, 400))):
        diagnostic = _diagnostic(
            structure,
            [_need(entry, theme, random) for theme, entry in entries],
            [entry["probleme"] for _, entry in entries],
            actor,
            random,
        )
    if fate == "brouillon":
        return diagnostic
    with clock.replay(_later(day, 5, random)):
        diagnostic = _act(diagnostic, "partager", actor)
    if fate == "partage" and structure.contact_email:
        with clock.replay(_later(day, 6, random)):
            who = (structure.contact_name, structure.contact_email)
            send_link(diagnostics.LIEN, diagnostic, name=who[0], email=who[1], actor=actor)
    if fate == "a_modifier":
        with clock.replay(_later(day, 12, random)):
            _answer(diagnostic, actor, "a_modifier", data.diagnostics()["remarques"])
    if not fate.startswith("plan"):
        return diagnostic
    with clock.replay(_later(day, 14, random)):
        _answer(diagnostic, actor, "valide")
        diagnostic = _act(diagnostic, "clore", actor)
    _plan(structure, [entry for _, entry in entries], fate, day + dt.timedelta(days=20), actor, random)
    return diagnostic


def _plan_answer(plan: PlanAccompagnement, actor: Actor) -> None:
    structure = plan.structure
    values = {
        "reponse": "valide",
        "nom": structure.contact_name or "La présidence",
        "fonction": structure.contact_function,
        "mode": "entretien",
        "commentaire": "Les échéances conviennent ; à revoir ensemble à la rentrée.",
    }
    plan_reponses.record_reponse(plan, values, actor=actor)


def _later(day: dt.date, days: int, random: Random) -> dt.datetime:
    return dates.moment(dates.next_working_day(day + dt.timedelta(days=days)), random.randint(20, 480))


def _plan(structure: Structure, entries: list[dict], fate: str, day: dt.date, actor: Actor, random: Random) -> None:
    told = data.diagnostics()
    today = clock.today()
    # One row late, one due within two weeks, one later.
    terms = [today - dt.timedelta(days=random.randint(4, 20)), today + dt.timedelta(days=random.randint(3, 12))]
    terms += [today + dt.timedelta(days=random.randint(50, 120))]
    with clock.replay(_later(day, 0, random)):
        plan = plans.open_plan(structure, actor=actor)
        needs = list(Besoin.objects.filter(diagnostic=plan.diagnostic_id))
        rows = []
        for entry, term in zip(entries, terms, strict=True):
            besoin = next((need for need in needs if need.texte == entry["besoin"]), None)
            rows.append(plans.add_ligne(plan, _row(entry, besoin, term, fate), actor=actor))
            if "mission" in entry:
                plans.add_mission(plan, _mission(entry["mission"], rows[-1]), actor=actor)
        if not any("mission" in entry for entry in entries):
            other = next(e for e in told["besoins"]["management-grh"] if "mission" in e)
            plans.add_mission(plan, _mission(other["mission"], None), actor=actor)
        plans.update_plan(plan, {"modalites_suivi": told["modalites"]}, actor=actor, expected_version=None)
        plans.actualise(PlanAccompagnement.objects.get(pk=plan.pk), actor=actor)
    if fate == "plan_clos":
        _close(plan, rows, day, actor, random)
        return
    if structure.contact_email:
        with clock.replay(_later(day, 2, random)):
            who = (structure.contact_name, structure.contact_email)
            settled = PlanAccompagnement.objects.get(pk=plan.pk)
            send_link(plan_reponses.LIEN, settled, name=who[0], email=who[1], actor=actor)
    with clock.replay(_later(day, 12, random)):
        _plan_answer(PlanAccompagnement.objects.get(pk=plan.pk), actor)
    with clock.replay(_later(day, 30, random)):
        plans.follow_ligne(rows[0], EtatLigne.EN_COURS, note=told["notes"]["en_cours"], actor=actor)
    with clock.replay(_later(day, 60, random)):
        done = {**_row(entries[-1], None, today, fate), "difficulte": entries[-1]["probleme"], "echeance": None}
        done = plans.add_ligne(plan, done, actor=actor)
        plans.follow_ligne(done, EtatLigne.FAIT, note=told["notes"]["fait"], actor=actor)
        fresh = PlanAccompagnement.objects.get(pk=plan.pk)
        plans.actualise(fresh, actor=actor, motif=random.choice(told["actualisations"]))


def _row(entry: dict, besoin: Besoin | None, term: dt.date, fate: str) -> dict[str, Any]:
    if fate == "plan_clos":
        term -= dt.timedelta(days=150)
    return {
        "besoin": besoin,
        "difficulte": entry["besoin"],
        "cause": entry["cause"],
        "action": entry["action"],
        "echeance": term,
        "nature_moyen": entry["moyen"],
        "moyens": entry["moyens"],
        "resultats_attendus": entry["resultats"],
    }


def _mission(mission: dict, ligne: Any) -> dict[str, Any]:
    return {
        "ligne": ligne,
        "contexte": mission["contexte"],
        "objectif_general": mission["objectif"],
        "objectifs_operationnels": mission["objectifs"],
    }


def _close(plan: PlanAccompagnement, rows: list, day: dt.date, actor: Actor, random: Random) -> None:
    notes = data.diagnostics()["notes"]
    for number, ligne in enumerate(rows):
        etat = EtatLigne.ABANDONNE if number == len(rows) - 1 else EtatLigne.FAIT
        with clock.replay(_later(day, 20 + 12 * number, random)):
            plans.follow_ligne(ligne, etat, note=notes[etat], actor=actor)
    with clock.replay(_later(day, 20 + 12 * len(rows), random)):
        fresh = PlanAccompagnement.objects.get(pk=plan.pk)
        plans.perform_action(fresh, "clore", actor=actor, expected_state=fresh.state, version=fresh.version)
