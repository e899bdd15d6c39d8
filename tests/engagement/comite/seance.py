"""What the tests of the sessions of a comité d'appui do."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Grant
from accounts.services.links import link_token
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import perform_seance

DAY = "2026-11-21 10:00"
SOON = "2026-11-23 10:00"
AFTER = "2026-12-03 17:00"
#: What the form asks of the hours, besides the date.
HOURS = {"heure_fin": "17:30", "fuseau": "Europe/Paris"}


def fresh(seance) -> SeanceComite:
    return SeanceComite.objects.select_related("organisation").get(pk=seance.pk)


def do(comite, action: str, **extra) -> SeanceComite:
    seance = fresh(comite.seance)
    return perform_seance(
        seance, action, actor=comite.actor, expected_state=seance.state, version=seance.version, **extra
    )


def page(name: str, *args) -> str:
    return reverse(f"comite:{name}", args=args)


def link(membre) -> str:
    return reverse("lien", args=[link_token(Grant.objects.get(object_id=membre.pk))])


def held(comite) -> None:
    do(comite, "convoquer")
    comite.clock_at(AFTER)
    do(comite, "tenir")


def bytes_of(document) -> bytes:
    """The PDF itself."""
    from django.core.files.storage import default_storage

    with default_storage.open(document.storage_key) as file:
        return file.read()
