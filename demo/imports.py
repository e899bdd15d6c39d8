"""Spreadsheets that chargés de mission have just given: one to confirm, with each kind of line, and one refused."""

from __future__ import annotations

import csv
import io

from django.core.files.base import ContentFile
from django.db import transaction

from core.actor import Actor
from core.imports import services
from core.models import Import, ImportState
from demo.directories import siret
from demo.marks import Marks
from demo.people import World
from structures.annuaire.models import Structure

#: What a spreadsheet often says above its headings: the reading says that it passed over it.
ABOVE = ["Forum des associations", "", "", "", "", "", "", "", ""]
HEAD = ["Nom", "Sigle", "SIRET", "Commune", "Département", "Secteur", "ETP", "Budget (€)", "Observations"]


_PRESENT = ("Tours;12 associations", "Chinon;7 associations", "Loches;9 associations")


def _rows(known: list[Structure]) -> list[list[str]]:
    same, changed, near = known[:3]
    place, code, secteur = same.commune, same.departement.code, same.secteur.label
    etp = f"{(changed.etp or 0) + 1}".replace(".", ",")
    return [
        [same.name, same.sigle, same.siret, place, code, secteur, "", "", "déjà suivie"],
        [changed.name, "", changed.siret, changed.commune, code, changed.secteur.label, etp, "", "une embauche"],
        [f"Association {near.name}", "", "", near.commune, code, near.secteur.label, "", "", ""],
        ["Les Passeurs de haies", "LPH", siret(990_001), place, code, "Environnement", "2,5", "118 000", ""],
        ["Le Bateau-Livre", "", "", place, code, "Culture", "1", "42 300,505", "vue au forum"],
        ["Aux quatre vents", "", "", place, code, "Sport nature", "", "", ""],
        ["La Cantine solidaire du faubourg", "", "123 456 789", place, code, "Social", "trois", "", ""],
        ["", "", "", place, code, "Social", "", "", "nom à retrouver"],
    ]


def load(marks: Marks, world: World) -> None:
    """Give each chargé de mission of a DLA a file that was checked and waits."""
    for actors in world.writers.values():
        for actor in actors:
            key = f"import:{actor.user_id}:{actor.organisation_id}"
            if actor.organisation.is_dla and key not in marks:
                _give(marks, key, actor)


def _give(marks: Marks, key: str, actor: Actor) -> None:
    known = list(
        Structure.objects.filter(organisation_id=actor.organisation_id, nature="structure", is_active=True)
        .select_related("departement", "secteur")
        .order_by("pk")[:3]
    )
    if len(known) < 3:
        return
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([ABOVE, HEAD, *_rows(known)])
    with transaction.atomic():
        file = ContentFile(out.getvalue().encode("utf-8-sig"), name="structures-du-forum.csv")
        source = services.start_import("structures", file, actor=actor)
        # Checked at once: the demonstration does not wait for its own worker.
        services.check_now(source, actor)
        Import.objects.filter(pk=source.pk, state=ImportState.APERCU).get()
        marks.set(key, source)
        # Nothing in it tells which column is the name: it is refused, in words.
        wrong = ContentFile("\n".join(("Ville;Le 3 mai", *_PRESENT)).encode("utf-8-sig"), name="presents-au-forum.csv")
        refused = services.start_import("structures", wrong, actor=actor)
        services.check_now(refused, actor)
        Import.objects.filter(pk=refused.pk, state=ImportState.REFUSE).get()
