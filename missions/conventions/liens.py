"""The personal links of a convention: to sign it, and to keep what was signed."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.links import LINK_PURPOSES, LinkPurpose
from core.actor import Actor
from missions.conventions.models import Signataire
from missions.conventions.permissions import why_not_decide
from missions.conventions.services.liens import SIGNATURE, SIGNE
from missions.conventions.views import liens
from projects.ingenierie import permissions

_RELATED = (
    "acte__convention__ingenierie__pilote",
    "acte__convention__choix__prestataire",
    "acte__avenant",
)


def _load(pk: int) -> Signataire | None:
    row = Signataire.objects.select_related(*_RELATED).filter(pk=pk).first()
    if row is not None and row.acte.avenant_id:
        row.acte.avenant.convention = row.acte.convention
    return row


def _asks(row: Signataire) -> str:
    convention = row.acte.convention
    return (
        f"{convention.ingenierie.pilote} vous demande de signer {row.acte.nomme}, pour {row.organisation} : la mission "
        f"« {convention.ingenierie.titre} », confiée à {convention.choix.prestataire}. Lisez le PDF, donnez votre "
        "nom et votre qualité, puis confirmez avec le code que vous recevrez à cette adresse."
    )


def _signed(row: Signataire) -> str:
    convention = row.acte.convention
    return (
        f"Toutes les parties ont signé {row.acte.nomme} : la mission « {convention.ingenierie.titre} », confiée à "
        f"{convention.choix.prestataire}. Ce lien vous donne le texte signé et les preuves des signatures."
    )


def _closed(row: Signataire) -> str:
    if not row.acte.convention.ingenierie.is_open:
        return "L’ingénierie est terminée : plus rien n’est à signer."
    if row.acte.convention.choix.retire_at is not None or not row.acte.est_le_dernier:
        return "Ce texte a été retiré de la signature : s’il y en a un autre à signer, vous recevrez un nouveau lien."
    return ""


def _reads(actor: Actor, row: Signataire) -> bool:
    return permissions.can_view(actor, row.acte.convention.ingenierie)


def _refusal(actor: Actor, row: Signataire) -> str | None:
    return why_not_decide(row.acte.convention.ingenierie, actor) or None


def _url(row: Signataire) -> str:
    convention = row.acte.convention
    return reverse("missions:acte", args=[convention.ingenierie_id, convention.pk, row.acte_id])


def register() -> None:
    """Called once by :func:`missions.conventions.providers.register`."""
    LINK_PURPOSES.register(
        SIGNATURE,
        LinkPurpose(
            label="Signature d’une convention",
            model="missions.signataire",
            subject=lambda row: f"À signer : {row.acte.nomme}",
            asks=_asks,
            duration="quelques minutes, une fois le texte lu",
            shows="le texte à signer, en PDF",
            thanks="Quand toutes les parties auront signé, vous recevrez le texte signé et les preuves.",
            url=_url,
            reads=_reads,
            refusal=_refusal,
            pages={"": liens.Signer.as_view(), "pdf": liens.Pdf.as_view()},
            single_use=False,
            lifetime=dt.timedelta(days=60),
            loader=_load,
            scope=lambda row: row.acte.convention.ingenierie,
            closed=_closed,
            issuer=lambda actor, row: row.acte.convention.ingenierie.pilote,
        ),
    )
    LINK_PURPOSES.register(
        SIGNE,
        LinkPurpose(
            label="Convention signée",
            model="missions.signataire",
            subject=lambda row: f"Signée par tous : {row.acte.nomme}",
            asks=_signed,
            duration="une minute",
            shows="le texte signé et les preuves des signatures, en PDF",
            thanks="",
            url=_url,
            reads=_reads,
            refusal=_refusal,
            pages={"": liens.Signee.as_view(), "pdf": liens.Pdf.as_view(), "preuves": liens.Preuves.as_view()},
            single_use=False,
            lifetime=None,
            loader=_load,
            scope=lambda row: row.acte.convention.ingenierie,
            issuer=lambda actor, row: row.acte.convention.ingenierie.pilote,
            mail="missions/convention_signee",
        ),
    )
