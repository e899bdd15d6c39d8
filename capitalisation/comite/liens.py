"""The personal link by which a member of a committee reads a resource and gives an avis."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from capitalisation.comite.models import Examen
from capitalisation.comite.permissions import decides
from capitalisation.comite.services.comites import organisation_of
from capitalisation.comite.services.invitations import LIEN
from capitalisation.comite.views import lien
from core.actor import Actor
from core.formats import format_date


def _load(pk: int) -> Examen | None:
    found = Examen.objects.select_related("comite__region", "ressource__contributeur", "ressource__region")
    return found.filter(pk=pk).first()


def _asks(examen: Examen) -> str:
    who = organisation_of(examen.comite) or f"Le {examen.comite}"
    return (
        f"{who} vous demande, au titre du {examen.comite}, ce que vous pensez de cette ressource : de sa qualité, et "
        f"de sa portée. Votre avis est attendu pour le {format_date(examen.echeance)} ; il éclaire la "
        f"décision, que prend {examen.comite.decideur}."
    )


def _refusal(actor: Actor, examen: Examen) -> str | None:
    """The links leave to the members, from the settings of the committee: nobody sends one elsewhere."""
    return None if actor.is_system else "Ces liens partent aux membres du comité : réglez sa composition."


def register() -> None:
    """Called once by :func:`capitalisation.comite.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Avis d’un membre du comité éditorial",
            model="capitalisation.examen",
            subject=lambda examen: f"Votre avis sur « {examen.ressource} »",
            asks=_asks,
            duration="dix minutes",
            shows="la notice de la ressource, son contenu et ses pièces jointes",
            thanks="Votre avis est enregistré. Vous pouvez le changer jusqu’à la décision, par ce même lien.",
            url=lambda examen: reverse("bibliotheque:examen", args=[examen.pk]),
            reads=lambda actor, examen: decides(actor, examen.comite),
            refusal=_refusal,
            pages={"": lien.Avis.as_view(), "piece": lien.Piece.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda examen: examen.comite,
            closed=lambda examen: examen.pourquoi_clos,
            issuer=lambda actor, examen: organisation_of(examen.comite),
        ),
    )
