"""The personal link by which a structure accepts or refuses a change of its mission."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.contacts import addresses
from missions.modifications.models import AccordStructure
from missions.modifications.permissions import why_not_answer
from missions.modifications.services import LIEN, why_no_answer
from missions.modifications.views.lien import Accord
from projects.ingenierie.permissions import can_view
from projects.ingenierie.services import touch


def _load(pk: int) -> AccordStructure | None:
    found = AccordStructure.objects.select_related(
        "structure__structure", "demande__etape", "demande__convention__choix__prestataire",
        "demande__convention__ingenierie__pilote", "demande__convention__ingenierie__referent",
        "demande__convention__ingenierie__charge_mission",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(accord: AccordStructure) -> str:
    convention = accord.demande.convention
    ingenierie = convention.ingenierie
    return (
        f"{ingenierie.pilote} vous demande si {accord.structure} accepte un changement de la mission "
        f"« {ingenierie.titre} », confiée à {convention.choix.prestataire}. Le DLA l’a accepté ; sans votre accord, "
        "rien ne change."
    )


def _refusal(actor: Actor, accord: AccordStructure) -> str | None:
    return why_not_answer(actor, accord.demande.convention) or None


def register() -> None:
    """Called once by :func:`missions.modifications.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Accord sur une modification de la mission",
            model="missions.accordstructure",
            subject=lambda accord: (
                f"Votre accord sur un changement de « {accord.demande.convention.ingenierie.titre} »"
            ),
            asks=_asks,
            duration="cinq minutes",
            shows="ce qui changerait dans la mission, ce qui était convenu, ce qui est demandé et pourquoi",
            thanks="Votre réponse est lue par le DLA et par le prestataire. Un changement accepté par tous s’écrit "
            "dans un avenant à la convention.",
            url=lambda accord: reverse(
                "missions:modification",
                args=[accord.demande.convention.ingenierie_id, accord.demande.convention_id, accord.demande_id],
            ),
            reads=lambda actor, accord: can_view(actor, accord.demande.convention.ingenierie),
            refusal=_refusal,
            pages={"": Accord.as_view()},
            lifetime=dt.timedelta(days=45),
            loader=_load,
            scope=lambda accord: accord.demande.convention.ingenierie,
            closed=why_no_answer,
            suggests=lambda accord: addresses(accord.structure.structure),
            changed=lambda accord, ended: touch(accord.demande.convention.ingenierie_id, ended=ended),
        ),
    )
