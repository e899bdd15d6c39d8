"""What the portfolio holds on somebody: in her own file, or in the one that the référent draws for an intervenant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from accounts.services.erasure import BELONGINGS
from core import journal
from core.models import Attachment, JournalEntry
from core.text import normalise
from partners.portfolio.donnees.registry import named
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant, Piece
from partners.portfolio.prestataire.enums import EtatMembre
from partners.portfolio.prestataire.models import Membre, Prestataire


@dataclass(frozen=True, slots=True)
class Personne:
    """An intervenant of a prestataire, whatever the versions: the newest row, all of them, whether a CV is there."""

    nom: str
    newest: Intervenant
    numeros: list[int]
    has_cv: bool
    member: bool


def people_of(prestataire: Prestataire) -> list[Personne]:
    """The intervenants of every version of the fiche, each once, by name."""
    rows = Intervenant.objects.filter(fiche__prestataire=prestataire).select_related("fiche").order_by("fiche__numero")
    groups: dict[str, list[Intervenant]] = {}
    for row in rows:
        if row.nom != REMOVED:
            groups.setdefault(normalise(row.nom), []).append(row)
    with_cv = set(
        Piece.objects.filter(fiche__prestataire=prestataire, intervenant__isnull=False).values_list(
            "intervenant_id", flat=True
        )
    )
    members = account_names(prestataire)
    return sorted(
        (
            Personne(
                group[-1].nom,
                group[-1],
                sorted({row.fiche.numero for row in group}),
                any(row.pk in with_cv for row in group),
                name in members,
            )
            for name, group in groups.items()
        ),
        key=lambda person: normalise(person.nom),
    )


def account_names(prestataire: Prestataire) -> set[str]:
    """The names of those who have an account in this prestataire: they ask for their own data."""
    rows = Membre.objects.active().filter(prestataire=prestataire).select_related("user")
    return {normalise(m.user.get_full_name()) for m in rows if m.user.get_full_name()}


def intervenant_sections(rows: Iterable[Intervenant]) -> list[Section]:
    """What the fiches say of one person (``rows``: hers), her CVs, what was done of them, who read them."""
    rows = list(rows)
    keys = [row.pk for row in rows]
    pieces = list(Piece.objects.filter(intervenant__in=keys).select_related("fichier", "fiche").order_by("pk"))
    files: dict[int, Attachment] = {piece.fichier_id: piece.fichier for piece in pieces}
    told = [
        {"prestataire": str(row.fiche.prestataire), "version": row.fiche.numero, "nom": row.nom,
         "fonction": row.fonction, "expertises": row.expertises,
         "secteurs": [str(s) for s in row.secteurs.all()], "nommé sur la fiche publique": row.public}
        for row in rows
    ]  # fmt: skip
    about = JournalEntry.objects.filter(object_type="portfolio.intervenant", object_id__in=keys)
    reading = JournalEntry.objects.filter(object_type="portfolio.piece", object_id__in=[p.pk for p in pieces])
    return [
        Section("Intervenant, dans les fiches de prestataires", told),
        Section(
            "CV",
            [
                {"nom": f.original_name, "octets": f.size, "déposé le": f.uploaded_at, "par": f.uploaded_by_label}
                for f in files.values()
            ],
            [(f.original_name, f.storage_key) for f in files.values() if f.purged_at is None],
        ),
        Section("Journal : ce qui a été fait de ces données, et qui a lu le CV", _entries(about, reading)),
    ]


def _entries(*querysets: Any) -> list[dict[str, Any]]:
    found = sorted((e for queryset in querysets for e in queryset), key=lambda e: (e.at, e.pk))
    return [
        {"quand": e.at, "qui": e.actor_label, "au nom de": e.organisation_label,
         "action": journal.VERBS.get(e.verb, e.verb)}
        for e in found
    ]  # fmt: skip


def of_user(user: User) -> list[Section]:
    """Belongings to prestataires, and the intervenants of the same name in those."""
    membres = list(Membre.objects.filter(user=user).select_related("prestataire").order_by("since", "pk"))
    wanted = normalise(user.get_full_name())
    rows = [
        row
        for row in Intervenant.objects.filter(fiche__prestataire__in={m.prestataire_id for m in membres})
        .select_related("fiche__prestataire")
        .prefetch_related("secteurs")
        .order_by("pk")
        if wanted and normalise(row.nom) == wanted
    ]
    about = JournalEntry.objects.filter(object_type="portfolio.membre", object_id__in=[m.pk for m in membres])
    belongs = Section(
        "Appartenances à des prestataires",
        [
            {"prestataire": str(m.prestataire), "rôle": m.get_role_display(), "état": m.get_state_display(),
             "depuis": m.since, "terminée le": m.ended_at}
            for m in membres
        ],
    )  # fmt: skip
    journal_lines = Section("Journal : vos appartenances à des prestataires", _entries(about))
    elsewhere = named({m.prestataire_id for m in membres}, user.get_full_name())
    return [belongs, journal_lines, *intervenant_sections(rows), *elsewhere]


def _held(user_ids: Collection[int]) -> set[int]:
    rows = Membre.objects.filter(user__in=user_ids, state__in=(EtatMembre.ACTIF, EtatMembre.DEMANDE))
    return set(rows.values_list("user_id", flat=True))


def register() -> None:
    """Called once by :func:`partners.portfolio.providers.register`."""
    PERSONAL_DATA.register("portefeuille", of_user)
    BELONGINGS.register("prestataires", _held)
