"""What the pages show of conventions and of texts to sign, prepared in Python."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Grant
from accounts.services.sent_links import not_sent
from core.formats import format_date, format_datetime, format_days, format_money_plain
from core.models import JobState
from engagement.budget.jours import jours_dits
from engagement.budget.prix import realisation
from engagement.budget.summary import budget_of
from missions.conventions.enums import EtatAvenant, EtatConvention
from missions.conventions.models import Acte, Convention, Signataire, combien
from missions.conventions.services import liens
from missions.conventions.services.actes import pdf_job, pdf_of
from mobilisation.projet.periode import periode_dite

money = format_money_plain


def price_words(convention: Convention) -> str:
    """« 12 000,00 € HT, 2 400,00 € de TVA, 14 400,00 € TTC », as far as it is known."""
    told = convention.montants
    parts = []
    if told.ht is not None:
        parts.append(f"{money(told.ht)} HT")
    if told.tva:
        parts.append(f"{money(told.tva)} de TVA")
    if told.ttc is not None:
        parts.append(f"{money(told.ttc)} TTC")
    return ", ".join(parts)


def convention_rows(conventions: list[Convention]) -> list[dict[str, Any]]:
    """The conventions of an ingénierie, for its page."""
    return [
        {
            "titre": row.titre,
            "url": reverse("missions:convention", args=[row.ingenierie_id, row.pk]),
            "prestataire": str(row.choix.prestataire),
            "etat": row.get_state_display(),
            "tag": row.state_tag,
            "price": price_words(row),
            "days": jours_dits(row.jours, individuels=row.jours_individuels),
            "signed": format_date(row.signee_le),
            "hint": row.state_hint,
            "withdrawn": row.choix.retire_at is not None,
        }
        for row in conventions
    ]


def etape_rows(convention: Convention, editable: bool) -> list[dict[str, Any]]:
    """The stages, each with its dates and what it hands over."""
    return [
        {
            "pk": row.pk,
            "intitule": row.intitule,
            "objectif": row.objectif,
            "contenu": row.contenu,
            "facts": [
                (label, text)
                for label, text in (
                    ("Durée", format_days(row.duree)),
                    ("Dates", periode_dite(row.debut, row.fin)),
                    ("Outils", row.outils),
                    ("Par qui, avec qui, comment", row.realisation),
                    ("Productions", row.productions),
                )
                if text
            ],
            **(_ligne_urls(convention, "etapes", row.pk) if editable else {}),
            "version": row.version,
        }
        for row in convention.etapes.all()
    ]


def _ligne_urls(convention: Convention, genre: str, pk: int) -> dict[str, str]:
    args = [convention.ingenierie_id, convention.pk, genre, pk]
    return {"url": reverse("missions:ligne", args=args), "remove_url": reverse("missions:ligne_retirer", args=args)}


def partie_rows(convention: Convention, editable: bool) -> list[dict[str, Any]]:
    """The parties."""
    return [
        {
            "pk": row.pk,
            "nom": row.nom,
            "role": row.get_role_display(),
            "siret": row.siret,
            "adresse": row.adresse,
            "who": ", ".join(part for part in (row.represente_par, row.qualite) if part),
            "email": row.email,
            "signe": row.signe,
            "apport": f"{money(row.apport)} TTC" if row.apport else "",
            "version": row.version,
            **(_ligne_urls(convention, "parties", row.pk) if editable else {}),
        }
        for row in convention.parties.all()
    ]


def paiement_rows(convention: Convention, editable: bool) -> list[dict[str, Any]]:
    """The schedule of payments."""
    return [
        {
            "pk": row.pk,
            "libelle": row.libelle,
            "montant": money(row.montant),
            "date": format_date(row.date),
            "version": row.version,
            **(_ligne_urls(convention, "paiements", row.pk) if editable else {}),
        }
        for row in convention.paiements.all()
    ]


def budget_gap(convention: Convention) -> str:
    """That the budget counts another price, or none; empty when they agree or nothing can be told. Five queries."""
    if convention.prix is None:
        return ""
    lu = budget_of(convention.ingenierie_id)
    counted, price = realisation(lu), convention.montants.selon(lu.cadre.regime)
    if price is None or counted is None or counted == price:
        return ""
    if not counted:
        return "Le budget ne compte encore aucune prestation extérieure."
    return (
        f"Le budget compte {money(counted)} {lu.regime} de prestations extérieures, la convention "
        f"{money(price)} {lu.regime}."
    )


# --- Texts to sign --------------------------------------------------------------------------------------------------


def acte_context(acte: Acte) -> dict[str, Any]:
    """A text to sign: its PDF, who signed, who is asked, what proves it. A fixed number of queries."""
    args = [acte.convention.ingenierie_id, acte.convention.pk, acte.pk]
    document = pdf_of(acte)
    job = None if document else pdf_job(acte)
    rows = list(acte.signataires.select_related("preuve__piece"))
    sent = liens.grants(acte)
    failed = not_sent(sent.values())
    open_now = acte.objet.state in (EtatConvention.A_SIGNER, EtatAvenant.A_SIGNER) and acte.est_le_dernier
    return {
        "pk": acte.pk,
        "name": acte.nomme,
        "numero": acte.numero,
        "quand": format_datetime(acte.le),
        "par": acte.par,
        "last": acte.est_le_dernier,
        "to_sign": open_now,
        "counted": combien(rows),
        "document": document,
        "failed": document is None and job is not None and job.state == JobState.ECHEC,
        "empreinte": acte.empreinte,
        "signataires": [_signataire(row, sent.get(row.pk), failed) for row in rows],
        "reachable": any(row.email and not row.signe_le for row in rows),
        "url": reverse("missions:acte", args=args),
        "pdf_url": reverse("missions:acte_pdf", args=args),
        "refaire_url": reverse("missions:acte_refaire", args=args),
        "liens_url": reverse("missions:acte_liens", args=args),
        "papier_url": reverse("missions:acte_papier", args=args),
    }


def _signataire(row: Signataire, grant: Grant | None, failed: set[int]) -> dict[str, Any]:
    opened = ""
    if grant is not None and grant.first_opened_at:
        opened = f"ouvert le {format_date(grant.first_opened_at)}"
    return {
        "pk": row.pk,
        "organisation": row.organisation,
        "who": ", ".join(part for part in (row.nom, row.qualite) if part),
        "email": row.email,
        "signed": format_date(row.signe_le),
        "mode": row.get_mode_display() if row.mode else "",
        "sent": format_date(grant.sent_at) if grant else "",
        "opened": opened,
        "not_sent": grant is not None and grant.pk in failed,
        "preuve": getattr(row, "preuve", None),
    }
