"""A structure that two people of a DLA inscribed, each under its own name: the directory signals the pair."""

from __future__ import annotations

from django.db import transaction

from demo.marks import Marks
from demo.people import World
from structures.models import Structure
from structures.services import create_structure

#: The fourth structure of each directory: the first three are in the file of demo/imports.py.
PLACE = 3


def load(marks: Marks, world: World) -> None:
    """Inscribe one structure of each DLA a second time."""
    for actors in world.writers.values():
        actor = actors[0]
        key = f"doublon:{actor.organisation_id}"
        if key in marks or not actor.organisation.is_dla:
            continue
        own = Structure.objects.filter(organisation_id=actor.organisation_id, nature="structure", is_active=True)
        known = own.select_related("departement", "secteur", "forme_juridique").order_by("pk")[PLACE : PLACE + 1]
        for structure in known:
            values = {
                "name": f"Association {structure.name}",
                "departement": structure.departement,
                "secteur": structure.secteur,
                "forme_juridique": structure.forme_juridique,
                "commune": structure.commune,
                "benevoles": 18,
                "notes": "Rencontrée au forum des associations ; souhaite être rappelée à la rentrée.",
            }
            with transaction.atomic():
                marks.set(key, create_structure(values, actor=actor, confirmed=True))
