"""What waits for an answer between colleagues: dossiers just handed over, an opinion asked of a C2RA."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.services import actor_for
from accounts.services.passations import tell_handed
from core import clock
from demo import dates
from demo.marks import Marks
from demo.people import World
from projects.cycle.demandes import ask_avis_c2ra, c2ra_of
from projects.ingenierie.models import Ingenierie


def load(marks: Marks, world: World) -> None:
    """Three days ago, dossiers changed hands and a pilot asked for the opinion of its C2RA."""
    if "passations" in marks:
        return
    with clock.replay(dates.moment(clock.today() - dt.timedelta(days=3), 95)):
        piloted = Ingenierie.objects.filter(pilote__kind=OrganisationKind.DLA, charge_mission__isnull=False)
        piloted = piloted.select_related("pilote", "charge_mission").order_by("pk")
        responsables = {actor.organisation_id: actor for actor in world.responsables.values()}
        for ingenierie in piloted.filter(state="confirmer")[:3]:
            line = ("Ingénieries portées", ingenierie.titre, reverse("projects:detail", args=[ingenierie.pk]))
            responsable = responsables[ingenierie.pilote_id]
            tell_handed(
                ingenierie.pilote,
                [line],
                from_user=responsable.user,
                to_user=ingenierie.charge_mission,
                actor=responsable,
            )
        waiting = piloted.filter(state="engager", cycle="collective").exclude(avis_c2ra__step="engager")
        for ingenierie in [i for i in waiting if c2ra_of(i)][:2]:
            ask_avis_c2ra(ingenierie, actor=actor_for(ingenierie.charge_mission))
    marks.set("passations")
