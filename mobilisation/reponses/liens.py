"""The personal link by which a structure says what it thinks of the action, what it wants, when it is available."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.contacts import addresses
from mobilisation.reponses.services import LIEN, note_sending, offered, reponse_of
from mobilisation.reponses.views import Questionnaire
from projects.enums import EtatMobilisation
from projects.ingenierie.permissions import can_view, why_not_contribute
from projects.ingenierie.services import ENDED
from projects.structures_ciblees.models import StructureCiblee

#: How long a link serves.
LIFETIME = dt.timedelta(days=45)
_RETIREE = "Votre structure n’est plus sollicitée pour cette action."


def _load(pk: int) -> StructureCiblee | None:
    found = StructureCiblee.objects.select_related(
        "structure", "ingenierie__pilote", "ingenierie__referent", "ingenierie__charge_mission",
        "ingenierie__problematique", "ingenierie__projet_intervention",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(ciblee: StructureCiblee) -> str:
    ingenierie = ciblee.ingenierie
    what = (
        f"une action d’appui à {ciblee.structure}" if ciblee.seule else "une action collective d’appui aux structures"
    )
    told = (
        f"{ingenierie.pilote} prépare {what}, « {ingenierie.titre} », et voudrait savoir si elle convient à "
        f"{ciblee.structure} : ce que vous en pensez, ce que vous en attendez, qui participerait et quand."
    )
    reponse = reponse_of(ciblee)
    left = reponse.restant([s.pk for s in offered(ingenierie.pk)], seule=ciblee.seule)
    if reponse.recue_le is None:
        return told
    if not left:
        return f"{told} Vous avez répondu à tout : vous pouvez encore modifier votre réponse."
    return f"{told} Votre première réponse est arrivée ; il reste à nous dire : {', '.join(left)}."


def _refusal(actor: Actor, ciblee: StructureCiblee) -> str | None:
    return why_not_contribute(actor, ciblee.ingenierie)


def _closed(ciblee: StructureCiblee) -> str:
    if not ciblee.ingenierie.is_open:
        return ENDED
    return _RETIREE if ciblee.state == EtatMobilisation.RETIREE else ""


def register() -> None:
    """Called once by :func:`mobilisation.reponses.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Questionnaire de la structure",
            model="projects.structureciblee",
            subject=lambda ciblee: f"Votre avis sur « {ciblee.ingenierie.titre} »",
            asks=_asks,
            duration="dix minutes",
            shows="le titre de l’ingénierie, son accroche, sa problématique, les objectifs collectifs des structures "
            "et les scénarios que vous leur proposez (jamais leurs avantages et limites)",
            thanks="Votre réponse est lue par ceux qui conduisent cette action : ils reviendront vers vous pour "
            "confirmer votre participation et vous dire ce que deviennent vos remarques.",
            url=lambda ciblee: reverse("projects:structure", args=[ciblee.ingenierie_id, ciblee.pk]),
            reads=lambda actor, ciblee: can_view(actor, ciblee.ingenierie),
            refusal=_refusal,
            pages={"": Questionnaire.as_view()},
            single_use=False,
            lifetime=LIFETIME,
            loader=_load,
            scope=lambda ciblee: ciblee.ingenierie,
            closed=_closed,
            suggests=lambda ciblee: addresses(ciblee.structure),
            changed=note_sending,
        ),
    )
