"""Structures put into words for pages and exports: everything is formatted here, once."""

from __future__ import annotations

from typing import Any

from core.formats import format_date, format_money_plain, format_number, plural
from core.identifiers import format_siret
from structures.annuaire.models import Structure
from structures.annuaire.totaux import Totaux

EXPORT_HEADER = [
    "Nom",
    "Sigle",
    "Nature",
    "Forme juridique",
    "SIRET",
    "RNA",
    "APE",
    "Adresse",
    "Code postal",
    "Commune",
    "Département",
    "Secteur",
    "Branche",
    "Année de création",
    "ETP",
    "Budget (€)",
    "Salariés",
    "Saisonniers",
    "Bénévoles",
    "Bénévoles actifs",
    "Adhérents",
    "Annuaire de",
    "Active",
]


def export_row(s: Structure) -> list[Any]:
    """A row of the export. Contacts are left out: personal data does not travel by default."""
    return [
        s.name,
        s.sigle,
        s.get_nature_display(),
        str(s.forme_juridique or ""),
        s.siret,
        s.rna,
        s.ape,
        s.address,
        s.code_postal,
        s.commune,
        str(s.departement),
        s.secteur.label,
        str(s.branche or ""),
        s.annee_creation,
        s.etp,
        s.budget,
        s.salaries,
        s.saisonniers,
        s.benevoles,
        s.benevoles_actifs,
        s.adherents,
        s.organisation.name,
        s.is_active,
    ]


#: The columns of the export that add up: their head, what :mod:`structures.annuaire.totaux` calls it.
_TOTALS = {
    "ETP": "etp",
    "Budget (€)": "budget",
    "Salariés": "salaries",
    "Saisonniers": "saisonniers",
    "Bénévoles": "benevoles",
    "Bénévoles actifs": "benevoles_actifs",
}


def export_total(totaux: Totaux) -> list[Any]:
    """The last row of the export: the sums, under their columns."""
    told = [totaux[_TOTALS[head]].somme if head in _TOTALS else "" for head in EXPORT_HEADER]
    return [f"Total ({plural(totaux.structures, 'structure')})", *told[1:]]


def criteria(s: Structure) -> list[dict[str, Any]]:
    """The five major criteria of fiche pratique 4, each with its facts (label, value, long text)."""
    place = " ".join(filter(None, [s.code_postal, s.commune]))
    people = [
        plural(value, one, many)
        for value, one, many in (
            (s.salaries, "salarié", "salariés"),
            (s.saisonniers, "saisonnier", "saisonniers"),
            (s.benevoles, "bénévole", "bénévoles"),
            (s.benevoles_actifs, "bénévole actif", "bénévoles actifs"),
            (s.adherents, "adhérent", "adhérents"),
        )
        if value is not None
    ]
    groups = [
        (
            "Territoire",
            [
                ("Adresse", s.address, True),
                ("Commune", place, False),
                ("Département", str(s.departement), False),
                ("Territoire d’action", s.territoire, True),
            ],
        ),
        ("Secteur", [("Secteur", s.secteur.label, False), ("Branche", str(s.branche or ""), False)]),
        (
            "Projet",
            [
                ("Créée en", str(s.annee_creation or ""), False),
                ("Projet, histoire, vie associative", s.projet, True),
            ],
        ),
        (
            "Poids économique et social",
            [
                ("Budget annuel", format_money_plain(s.budget), False),
                ("Emplois", f"{format_number(s.etp)} ETP" if s.etp is not None else "", False),
                ("Personnes", ", ".join(people), False),
                ("Financements et partenaires", s.financements, True),
            ],
        ),
        ("Compétences", [("Savoir-faire", s.competences, True)]),
    ]
    return [
        {"title": title, "facts": [f for f in facts if f[1]], "missing": not any(f[1] for f in facts)}
        for title, facts in groups
    ]


def identity(s: Structure) -> list[tuple[str, str]]:
    """Who it is: the facts that have a value."""
    facts = [
        ("Nature", s.get_nature_display()),
        ("Forme juridique", str(s.forme_juridique or "")),
        ("SIRET", format_siret(s.siret)),
        ("RNA", s.rna),
        ("Code APE", s.ape),
        ("Annuaire de", s.organisation.name),
        ("Inscrite le", format_date(s.created_at)),
    ]
    return [f for f in facts if f[1]]
