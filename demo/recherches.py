"""Searches of the library that the chargés de mission keep: about the theme of what they carry."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from accounts.services import actor_for
from capitalisation.recherche.recherche import Criteres
from capitalisation.recherche.services import keep
from core import clock
from demo import dates
from demo.marks import Marks
from projects.ingenierie.models import Ingenierie
from referentiels import lists
from referentiels.models import TypePrestation


def load(marks: Marks) -> None:
    """Five days ago, each kept the search of a theme, and asked to be told."""
    if "recherches" in marks:
        return
    themes = lists.mapping(TypePrestation)
    wanted: dict[int, TypePrestation] = {}
    rows = Ingenierie.objects.filter(charge_mission__isnull=False, cycle="collective").order_by("pk")
    for person, ids in rows.values_list("charge_mission", "theme_ids"):
        for theme in (themes[pk] for pk in ids if pk in themes):
            wanted.setdefault(person, theme)
    with clock.replay(dates.moment(clock.today() - dt.timedelta(days=5), 96)):
        for user in User.objects.filter(pk__in=wanted, is_active=True).order_by("pk"):
            theme = wanted[user.pk]
            values = {"nom": str(theme)[:120], "prevenir": True}
            keep(Criteres(choisies={"theme": (theme.code,)}), values, actor=actor_for(user))
    marks.set("recherches")
