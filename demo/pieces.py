"""Files attached to dossiers: the note that a chargé de mission keeps of what was said, invented as the rest."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from accounts.enums import OrganisationKind
from accounts.services import actor_for
from core import clock
from core.uploads.services import attach
from demo import dates
from demo.marks import Marks
from projects.ingenierie.models import Ingenierie

NOTE = """Note de la rencontre avec les structures
{titre}

- Ce qui revient : le temps manque, chacun refait seul ce que le voisin a déjà fait.
- Ce qui est demandé : un appui commun, court, avec des outils à garder.
- À reprendre : qui peut accueillir une première réunion, et à quel moment de l’année.
"""


def load(marks: Marks) -> None:
    """Five days ago, a note was attached to one ingénierie of each step and each kind."""
    if "pieces" in marks:
        return
    with clock.replay(dates.moment(clock.today() - dt.timedelta(days=5), 140)):
        piloted = Ingenierie.objects.filter(pilote__kind=OrganisationKind.DLA, charge_mission__isnull=False)
        piloted = piloted.filter(charge_mission__active_membership__organisation__kind=OrganisationKind.DLA)
        shown: set[tuple[str, str]] = set()
        for ingenierie in piloted.select_related("charge_mission").order_by("pk"):
            kind = (ingenierie.cycle, ingenierie.state)
            actor = actor_for(ingenierie.charge_mission)
            if kind in shown or not ingenierie.is_open or actor.organisation_id != ingenierie.pilote_id:
                continue
            shown.add(kind)
            text = NOTE.format(titre=ingenierie.titre).encode()
            attach(ingenierie, ContentFile(text, name="note-de-rencontre.txt"), actor=actor, scope=ingenierie)
    marks.set("pieces")
