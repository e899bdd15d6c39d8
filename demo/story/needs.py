"""The need radar of the demonstration: diagnostics of structures already known, and a proposal of pooling."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.db import transaction

from core import clock
from demo import dates
from demo.directories import Directories
from demo.marks import Marks
from demo.people import World
from projects.besoins.services import mutualisation as pooling
from referentiels import lists
from referentiels.models import TypePrestation
from structures.annuaire.models import Structure
from structures.diagnostics import services as diagnostics
from structures.diagnostics.models import Diagnostic

#: How many structures of a DLA get a diagnostic here.
EACH = 4
REGION = "24"
#: theme → needs in the words of structures
TEXTS: dict[str, tuple[str, ...]] = {
    "gestion-financiere": (
        "Tenir un budget prévisionnel et le suivre en cours d’année.",
        "Connaître le coût réel de chaque activité.",
        "Passer les mois creux sans découvert.",
    ),
    "management-grh": (
        "Répartir le travail entre bénévoles et salariés.",
        "Préparer le départ en retraite du directeur.",
    ),
    "mutualisation": (
        "Partager avec d’autres la paie et la comptabilité.",
        "Trouver des voisins avec qui partager un local et un véhicule.",
    ),
    "communication-ntic": (
        "Se faire connaître au-delà du cercle des adhérents.",
        "Refaire un site que l’équipe tienne.",
    ),
    "recherche-financements": ("Diversifier des ressources qui viennent d’un seul financeur.",),
    "projet-structure": (
        "Réécrire un projet associatif qui date de quinze ans.",
        "Renouveler le conseil d’administration.",
    ),
}
SHARED = "mutualisation"
OPEN, DONE = "besoins:mutualisation", "besoins:diagnostics"


def load(marks: Marks, world: World, directories: Directories) -> None:
    """Write what is not there yet: diagnostics of the région Centre's DLA, then what their C2RA proposes."""
    keys = [key for key in world.organisations if key.startswith("dla-")]
    for key in keys:
        mark = f"{DONE}:{key}"
        if mark not in marks:
            with transaction.atomic():
                _diagnostics(key, world)
                marks.set(mark)
    if OPEN not in marks:
        with transaction.atomic():
            _pool(world)
            marks.set(OPEN)


def _diagnostics(key: str, world: World) -> None:
    random = Random(f"{key}:besoins")
    organisation, actor = world.organisations[key], world.writers[key][-1]
    known = Structure.objects.filter(organisation=organisation, is_active=True, nature="structure")
    known = known.exclude(pk__in=Diagnostic.objects.values("structure")).order_by("pk")[:40]
    chosen = random.sample(list(known), min(EACH, len(known)))
    for number, structure in enumerate(chosen):
        # Half of them in the last year, the others in the year before.
        day = dates.next_working_day(
            dates.yesterday() - dt.timedelta(days=random.randint(20, 340) + 300 * (number % 2))
        )
        with clock.replay(dates.moment(day, random.randint(0, 400))):
            made = diagnostics.create_diagnostic(
                structure,
                actor=actor,
                values={
                    "forces": "Une activité attendue sur le territoire, des bénévoles présents.",
                    "faiblesses": "Peu de réserves, une gestion qui repose sur une personne.",
                    "problemes": "Tenir dans la durée avec des moyens qui se resserrent.",
                },
            )
            # The need that the C2RA will propose to pool comes back in every DLA.
            themes = [SHARED] if number < 2 else []
            themes += random.sample([code for code in TEXTS if code != SHARED], 2)
            for code in themes:
                said = random.random() < 0.7
                values = {
                    "type_prestation": lists.by_code(TypePrestation)[code],
                    "texte": random.choice(TEXTS[code]),
                    "priorite": random.choices((1, 2, 3), (3, 4, 2))[0],
                    "exprime": said,
                    "identifie": not said or random.random() < 0.4,
                }
                diagnostics.add_besoin(made, values, actor=actor)
            diagnostics.perform_action(made, "partager", actor=actor, expected_state=made.state)


def _pool(world: World) -> None:
    """The C2RA of the région proposes to four DLA; one accepts, one declines, one joins, the others have yet to say."""
    c2ra = world.writers[world.c2ra_of(REGION)][-1]
    keys = [k for k, o in world.organisations.items() if k.startswith("dla-") and o.region.code == REGION]
    asked, (joins, *_) = keys[:4], keys[4:]
    theme = lists.by_code(TypePrestation)[SHARED]
    sent = dates.next_working_day(dates.yesterday() - dt.timedelta(days=9))
    with clock.replay(dates.moment(sent, 60)):
        made = pooling.propose(
            {
                "titre": "Partager la paie et la comptabilité entre petites associations employeuses",
                "message": "Le même besoin revient dans presque tous les départements : des associations de deux à six "
                "salariés n’ont ni le temps ni les moyens de tenir seules la paie. Une étude commune coûterait moins "
                "cher que six missions séparées, et un groupement ne tient qu’à cette échelle.",
                "theme": theme,
                "secteur": None,
                "reponse_avant": dates.yesterday() + dt.timedelta(days=15),
                "seuil": 3,
            },
            [world.organisations[key].pk for key in asked],
            actor=c2ra,
        )
    said = (
        (asked[1], "accepte", "Deux structures sont prêtes à y consacrer du temps."),
        (asked[2], "decline", "Le groupement d’employeurs du département répond déjà à ce besoin."),
        (joins, "rejoint", "Nous n’étions pas sollicités, mais nos structures le demandent aussi."),
    )
    for number, (key, reponse, text) in enumerate(said, 2):
        day = dates.next_working_day(sent + dt.timedelta(days=number))
        with clock.replay(dates.moment(min(day, dates.yesterday()), 60 * number)):
            own = [s.pk for s in pooling.own_structures(made, world.organisations[key])]
            pooling.answer(
                made,
                reponse,
                actor=world.writers[key][-1],
                commentaire=text,
                structures=[] if reponse == "decline" else own,
            )
