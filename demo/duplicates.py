"""Structures and partners that two people of a DLA inscribed, each under its own name: the directories signal them."""

from __future__ import annotations

from django.db import transaction

from core.actor import Actor
from core.text import near_names
from demo.marks import Marks
from demo.people import DOMAIN, World
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import add_partenaire
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import Partenaire
from projects.enums import OPEN_STATES
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure

#: The fourth structure of each directory: the first three are in the file of demo/imports.py.
PLACE = 3


def load(marks: Marks, world: World) -> None:
    """Inscribe one structure and one partner of each DLA a second time."""
    for actors in world.writers.values():
        actor = actors[0]
        if actor.organisation.is_dla:
            _structure(marks, actor)
            _partner(marks, actor)


def _structure(marks: Marks, actor: Actor) -> None:
    key = f"doublon:{actor.organisation_id}"
    if key in marks:
        return
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
            "contact_function": "présidence",
            "contact_email": f"presidence{structure.pk}@{DOMAIN}",
            "notes": "Rencontrée au forum des associations ; souhaite être rappelée à la rentrée.",
        }
        with transaction.atomic():
            marks.set(key, STRUCTURES.create(values, actor=actor, confirmed=True))


def _second(partenaire: Partenaire) -> str:
    """The name under which the other person inscribed it."""
    return f"{partenaire.name} (siège)"


def _partner(marks: Marks, actor: Actor) -> None:
    """The second sheet is in the same open ingénierie as the first, when there is one: there too they become one."""
    key = f"doublon-partenaire:{actor.organisation_id}"
    own = Partenaire.objects.filter(organisation_id=actor.organisation_id, is_active=True).select_related("departement")
    opened = PartenaireProjet.objects.filter(
        partenaire__in=own, ingenierie__state__in=OPEN_STATES, ingenierie__pilote_id=actor.organisation_id
    )
    both = [
        row
        for row in opened.select_related("ingenierie", "partenaire__departement").order_by("pk")
        if near_names(row.partenaire.name, _second(row.partenaire))
    ]
    shared = both[0] if both else None
    alone = (p for p in own.order_by("pk") if near_names(p.name, _second(p)))
    partenaire = shared.partenaire if shared else next(alone, None)
    if key in marks or partenaire is None:
        return
    values = {
        "name": _second(partenaire),
        "famille": partenaire.famille,
        "departement": partenaire.departement,
        "contact_function": "secrétariat du siège",
        "contact_email": f"siege{partenaire.pk}@{DOMAIN}",
        "notes": "Rencontré en réunion de comité ; le siège suit les conventions pluriannuelles.",
    }
    with transaction.atomic():
        second = PARTENAIRES.create(values, actor=actor, confirmed=True)
        if shared:
            noted = {"attentes": "Que les structures en gardent des outils.", "roles": "Suivi des conventions"}
            add_partenaire(shared.ingenierie, second, actor=actor, values=noted)
        marks.set(key, second)
