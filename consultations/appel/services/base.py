"""What every act of a call shares: the rows locked in one order, the ingénierie first; what was given to whom."""

from __future__ import annotations

from consultations.appel.models import Appel, Invitation, RemiseVersion
from consultations.cahier.models import VersionDiffusee
from core import journal
from core.actor import Actor
from core.editing import lock
from core.errors import NotAllowed
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ENDED

journal.register_verbs({"consultations.version_remise": "a remis le cahier des charges au prestataire invité"})


def lock_ingenierie(ingenierie: Ingenierie) -> Ingenierie:
    """The ingénierie, locked. Raises ``NotAllowed`` when it is ended."""
    locked = lock(ingenierie)
    if not locked.is_open:
        raise NotAllowed(ENDED)
    return locked


def lock_appel(appel: Appel, expected_version: int | None = None, *, typed: bool = True) -> Appel:
    """The call, locked with its ingénierie, inside the caller's transaction. Raises as :func:`core.editing.lock`."""
    ingenierie = lock_ingenierie(appel.ingenierie)
    locked = lock(appel, expected_version, typed=typed)
    locked.ingenierie = ingenierie
    return locked


def lock_invitation(invitation: Invitation, expected_version: int | None = None, *, typed: bool = True) -> Invitation:
    """The invitation, locked with its call and its ingénierie, inside the caller's transaction."""
    appel = lock_appel(invitation.appel)
    locked = lock(invitation, expected_version, typed=typed)
    locked.appel = appel
    return locked


def give(invitation: Invitation, version: VersionDiffusee, *, actor: Actor) -> bool:
    """Note that this version is given to this prestataire; ``False`` when it has it already. In a transaction."""
    if RemiseVersion.objects.filter(invitation=invitation, version=version).exists():
        return False
    RemiseVersion.objects.create(invitation=invitation, version=version)
    journal.record(
        actor,
        "consultations.version_remise",
        invitation,
        scope=invitation.appel.ingenierie,
        changes={"version": (None, version.numero)},
    )
    return True


def latest_version(ingenierie: Ingenierie) -> VersionDiffusee | None:
    """The last diffused version of the cahier des charges of an ingénierie."""
    found = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).select_related("cahier")
    return found.order_by("-numero").first()
