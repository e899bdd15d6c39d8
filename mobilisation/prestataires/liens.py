"""The personal link by which somebody of a prestataire-partenaire answers without any account."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from core.contacts import addresses
from mobilisation.prestataires.models import DemandePrestataire
from mobilisation.prestataires.services import LIEN, why_not_answer
from mobilisation.prestataires.views import AvisParLien
from projects.ingenierie.permissions import can_view, why_not_contribute
from projects.ingenierie.services import touch


def _load(pk: int) -> DemandePrestataire | None:
    found = DemandePrestataire.objects.select_related(
        "partenaire_projet__prestataire", "partenaire_projet__partenaire", "partenaire_projet__ingenierie__pilote",
        "partenaire_projet__ingenierie__referent", "partenaire_projet__ingenierie__charge_mission",
    )  # fmt: skip
    return found.filter(pk=pk).first()


def _asks(demande: DemandePrestataire) -> str:
    ingenierie = demande.ingenierie
    return (
        f"{ingenierie.pilote} prépare une action collective d’appui aux structures, « {ingenierie.titre} », et "
        f"sollicite {demande.prestataire} comme partenaire. Ce n’est pas une mise en concurrence : si un appel s’ouvre "
        "ensuite, ce que vous lisez ici et votre réponse seront dits à tous les candidats."
    )


def _refusal(actor: Actor, demande: DemandePrestataire) -> str | None:
    return why_not_contribute(actor, demande.ingenierie)


def register() -> None:
    """Called once by :func:`mobilisation.prestataires.providers.register`."""
    LINK_PURPOSES.register(
        LIEN,
        LinkPurpose(
            label="Avis d’un prestataire-partenaire",
            model="mobilisation.demandeprestataire",
            subject=lambda demande: f"Votre avis sur « {demande.ingenierie.titre} »",
            asks=_asks,
            duration="quinze minutes",
            shows="le titre de l’ingénierie, son accroche, votre question et ce que vous donnez à lire",
            thanks="Votre réponse est lue par ceux qui conduisent cette action.",
            url=lambda demande: reverse("mobilisation:demande", args=[demande.ingenierie.pk, demande.pk]),
            reads=lambda actor, demande: can_view(actor, demande.ingenierie),
            refusal=_refusal,
            pages={"": AvisParLien.as_view()},
            loader=_load,
            scope=lambda demande: demande.ingenierie,
            closed=why_not_answer,
            suggests=lambda demande: addresses(demande.partenaire_projet.partenaire),
            changed=lambda demande, ended: touch(demande.ingenierie.pk, ended=ended),
        ),
    )
