"""What frames and completes the cahiers des charges of the demonstration: standing clauses, guides of the régions,
purposes of the missions, days told four ways, annexes with their consent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from accounts.services import actor_for, send_link
from accounts.services.links import holder
from consultations.cadre.services import add_guide, update_clauses
from consultations.cahier import accords, annexes, services
from consultations.cahier.enums import Diagnostic, EtatCahier, Finalite
from consultations.cahier.models import CahierDesCharges
from core import clock
from core.actor import Actor
from demo import dates
from demo.files import named
from demo.marks import Marks
from demo.people import DOMAIN, OPENED, World
from projects.enums import Cycle, Etat

CLAUSES = (
    "- Les informations reçues sur les structures restent confidentielles, pendant la mission et après elle.\n"
    "- Le prestataire est assuré pour cette intervention (responsabilité civile professionnelle).\n"
    "- Les productions appartiennent aux structures ; le DLA peut s’en servir pour d’autres, avec leur accord.\n"
    "- Une fiche de suivi est tenue étape par étape ; le rapport final conditionne le dernier paiement.\n"
    "- Toute modification de date, de contenu ou de restitution est convenue avant d’avoir lieu."
)
GUIDE = "Guide de l’ingénierie à l’usage des prestataires"


def load_frames(marks: Marks, world: World, offset: dt.timedelta) -> None:
    """Each DLA its clauses, each C2RA its guide: one since the opening, one since last month."""
    opened = dates.moment(OPENED + offset, 380)
    for key, organisation in world.organisations.items():
        mark = f"clauses:{key}"
        if mark in marks or not key.startswith(("dla-", "c2ra-")) or key not in world.responsables:
            continue
        actor = world.responsables[key]
        with clock.replay(opened):
            update_clauses(organisation, CLAUSES, actor=actor, expected_version=None)
        if key.startswith("c2ra-"):
            _guides(organisation, opened, actor)
        marks.set(mark)


def _guides(organisation: Any, opened: dt.datetime, actor: Actor) -> None:
    recent = dates.moment(dates.yesterday() - dt.timedelta(days=30), 60)
    for number, (instant, nouveau) in enumerate(
        ((opened, ""), (recent, "La grille de lecture y figure en entier, et la fiche de suivi par étape.")), 1
    ):
        with clock.replay(instant):
            content = named(f"{GUIDE}, version {number}", f"guide-prestataires-v{number}.pdf")
            values = {"titre": GUIDE, "depuis": clock.today(), "nouveau": nouveau}
            add_guide(organisation.region, content, values, actor=actor)


def finalite_of(text: str) -> str:
    """A purpose for the mission that ``text`` names: always the same one."""
    return Finalite.values[len(text) % len(Finalite.values)]


def repartition(days: Decimal, alone: Decimal) -> dict[str, Decimal | None]:
    """``days`` told four ways, ``alone`` of them with one structure at a time; a day of preparation off site."""
    together = days - alone
    away = Decimal(1)
    hors_collectif = away if together >= 4 else Decimal(0)
    hors_individuel = away if not hors_collectif and alone >= 2 else Decimal(0)
    told = {
        "jours_collectifs_site": together - hors_collectif,
        "jours_collectifs_hors": hors_collectif,
        "jours_individuels_site": alone - hors_individuel,
        "jours_individuels_hors": hors_individuel,
    }
    return {name: value or None for name, value in told.items()}


def for_one(days: Decimal) -> dict[str, Decimal | None]:
    """``days`` with one structure: the cahier of an ingénierie individuelle has no collective days."""
    return {name: value for name, value in repartition(days, days).items() if "individuels" in name}


def annex(cahier: CahierDesCharges, *, actor: Actor, most: int = 2) -> int:
    """Annex the shared diagnostic, and the plan when there is one, of ``most`` structures at most; returns how many."""
    done = 0
    for cible, _ in annexes.presented(cahier):
        found = annexes.sources_of(cible, actor)
        if found.partage is None:
            continue
        values = {
            "diagnostic": Diagnostic.COMPLET,
            "plan": found.actualisation is not None,
            "accord_le": clock.today(),
            "accord_par": "La présidence de la structure",
        }
        annexes.save_annexe(cahier, cible, values, actor=actor)
        done += 1
        if done == most:
            break
    return done


def annex_synthesis(cahier: CahierDesCharges, *, actor: Actor, answered: bool = True) -> None:
    """Where no diagnostic is in the application: the synthesis of that of one structure, its consent asked by link."""
    cible = next((cible for cible, _ in annexes.presented(cahier)), None)
    if cible is None:
        return
    values = {
        "diagnostic": Diagnostic.SYNTHESE,
        "synthese": "Un projet associatif récent, une équipe qui le partage, et des fonctions d’appui portées par peu "
        "de personnes : la présidence et la coordination cumulent la gestion et la représentation.",
    }
    row = annexes.save_annexe(cahier, cible, values, actor=actor)
    sent = send_link(accords.LIEN, row, name="La présidence", email=f"accord{cible.pk}@{DOMAIN}", actor=actor)
    if answered:
        accords.answer(
            row, accord=True, qui="La présidence de la structure", actor=holder(sent), expected_version=row.version
        )


def load_consents(marks: Marks) -> None:
    """A cahier that is being written waits for the consent of a structure."""
    if "cahiers:accord" in marks:
        return
    rows = CahierDesCharges.objects.filter(
        state=EtatCahier.BROUILLON,
        ingenierie__state=Etat.CONFIRMER,
        ingenierie__cycle=Cycle.COLLECTIVE,
        ingenierie__charge_mission__isnull=False,
        annexes_structures__isnull=True,
    )
    cahier = rows.select_related("ingenierie__pilote", "ingenierie__charge_mission").order_by("pk").first()
    if cahier is not None:
        annex_synthesis(cahier, actor=actor_for(cahier.ingenierie.charge_mission), answered=False)
        marks.set("cahiers:accord", cahier)


def rectify(cahier: CahierDesCharges, *, actor: Actor) -> None:
    """A second version, after the first questions of the prestataires."""
    cahier = services.rectifier(cahier, actor, "Des prestataires ont demandé où se tiennent les temps collectifs.")
    told = f"{cahier.conditions}\n\nLes temps collectifs se tiennent à tour de rôle chez chaque structure."
    services.update_section(cahier, "conditions", {"conditions": told.strip()}, actor=actor)
    fresh = CahierDesCharges.objects.select_related("ingenierie__pilote").get(pk=cahier.pk)
    services.diffuser(services.valider(fresh, actor), actor)
