"""A fiche as one reads it: on the page, in the PDF, beside its last published version. Formatted in Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from core import clock
from core.diffs import Piece as DiffPiece
from core.diffs import compare
from core.formats import format_date, format_days, format_money, format_number, plural
from core.identifiers import format_siret
from core.phones import format_phone
from core.uploads.checks import readable_size
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.models.blocs import Intervenant
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import RUBRIQUES

_LONG = ("presentation", "methode", "reseaux", "autres")
#: What is chosen once and says nothing when it is not.
_CHOICES = ("charte", "public", "public_references", "public_prix")
_SEPARATOR = " · "


@dataclass(frozen=True)
class Line:
    """One thing a fiche says: its field, its label, its value in words; ``long`` for a text of several lines."""

    champ: str
    label: str
    value: str
    long: bool = False
    #: What a C2RA says of it, when the page shows that.
    remarks: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """One rubric as it is read."""

    code: str
    titre: str
    lines: list[Line]
    references: list[dict[str, Any]] = field(default_factory=list)
    intervenants: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[dict[str, Any]] = field(default_factory=list)


def loaded(queryset):
    """``queryset`` of versions with all that a fiche shows: a fixed number of queries."""
    return queryset.select_related("prestataire__region", "forme_juridique").prefetch_related(
        "departements",
        "regions",
        "secteurs",
        "domaines",
        "themes",
        "types",
        "references__theme",
        Prefetch("intervenants", Intervenant.objects.prefetch_related("secteurs")),
        "pieces__fichier",
    )


def _names(rows: Any) -> str:
    # Some labels hold a comma.
    return _SEPARATOR.join(str(row) for row in rows.all())


def in_words(fiche: FicheVersion, name: str) -> str:
    """The value of a field as people read it; empty when nothing is said."""
    if name in ("departements", "regions", "secteurs", "domaines", "themes", "types"):
        return _names(getattr(fiche, name))
    value = getattr(fiche, name)
    if value in (None, "", False):
        return ""
    if name in ("prix_min", "prix_max"):
        return format_money(value, ttc=False)
    if name in ("kind", "tva"):
        return str(getattr(fiche, f"get_{name}_display")())
    if name == "disponible_le":
        return format_date(value)
    if name == "contact_phone":
        return format_phone(value)
    if name == "effectif":
        return plural(value, "personne")
    if value is True:
        return "oui"
    return str(value)


def label_of(name: str) -> str:
    """The label of a field, with its capital."""
    label = str(FicheVersion._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def piece_row(piece: Any, *, url: str = "") -> dict[str, Any]:
    """A document: what it is, until when, expired or not."""
    stored = piece.fichier
    expired = piece.expired()
    if piece.expire_le is None:
        until = ""
    else:
        until = f"{'expirée depuis le' if expired else 'valable jusqu’au'} {format_date(piece.expire_le)}"
    return {
        "pk": piece.pk,
        "nature": piece.nature,
        "label": piece.get_nature_display(),
        "name": stored.original_name,
        "details": f"{stored.extension.upper()}, {readable_size(stored.size)}",
        "until": until,
        "expired": expired,
        "soon": piece.expire_le is not None and not expired and (piece.expire_le - clock.today()).days <= 60,
        "url": url,
    }


def reference_row(reference: Any) -> dict[str, Any]:
    """A reference, in words."""
    marks = [mark for on, mark in ((reference.dla, "DLA"), (reference.collectif, "collectif")) if on]
    return {
        "pk": reference.pk,
        "annee": reference.annee,
        "client": reference.client,
        "structure": reference.structure,
        "objet": reference.objet,
        "theme": str(reference.theme or ""),
        "jours": format_days(reference.jours),
        "marks": _SEPARATOR.join(marks),
    }


def sections(fiche: FicheVersion, *, piece_url: Any = None, whole: bool = True) -> list[Section]:
    """The fiche rubric by rubric (``fiche`` comes from :func:`loaded`). ``piece_url(piece)`` gives the address of a
    document; ``whole=False`` leaves out what says nothing."""
    told = []
    address = piece_url or (lambda piece: "")
    all_pieces = list(fiche.pieces.all())
    cvs = {p.intervenant_id: p for p in all_pieces if p.intervenant_id}
    for rubrique in RUBRIQUES:
        lines = []
        if rubrique.code == "identite":
            lines.append(Line("siret", "SIRET", format_siret(fiche.prestataire.siret)))
        for name in (*rubrique.fields, *rubrique.many):
            value = in_words(fiche, name)
            if value or (whole and name not in _CHOICES):
                lines.append(Line(name, label_of(name), value, name in _LONG))
        if rubrique.code == "caracteristiques":
            lines.append(Line("region", "Région d’attache", str(fiche.prestataire.region)))
        told.append(
            Section(
                rubrique.code,
                rubrique.titre,
                lines,
                [reference_row(r) for r in fiche.references.all()] if "references" in rubrique.blocks else [],
                [
                    {
                        "pk": i.pk,
                        "nom": i.nom,
                        "fonction": i.fonction,
                        "expertises": i.expertises,
                        "secteurs": _names(i.secteurs),
                        "public": i.public,
                        "cv": piece_row(cvs[i.pk], url=address(cvs[i.pk])) if i.pk in cvs else None,
                    }
                    for i in fiche.intervenants.all()
                ]
                if "intervenants" in rubrique.blocks
                else [],
                [
                    piece_row(p, url=address(p))
                    for p in all_pieces
                    if p.nature in rubrique.pieces and not (p.nature == NaturePiece.CV and p.intervenant_id)
                ],
            )
        )
    return told


# --- What changed since the last publication --------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One thing that differs from the version published: rubric, field, label, and the pieces of text."""

    rubrique: str
    champ: str
    label: str
    pieces: list[DiffPiece]


def _blocks(fiche: FicheVersion) -> dict[str, str]:
    references = "\n".join(
        " · ".join(
            str(part) for part in (r["annee"], r["client"], r["structure"], r["theme"], r["jours"], r["objet"]) if part
        )
        for r in (reference_row(row) for row in fiche.references.all())
    )
    people = "\n".join(
        " · ".join(
            part
            for part in (i.nom, i.fonction, i.expertises, _names(i.secteurs), "nommé au public" if i.public else "")
            if part
        )
        for i in fiche.intervenants.all()
    )
    files = "\n".join(
        f"{p.get_nature_display()} : {p.fichier.original_name}"
        + (f" (jusqu’au {format_date(p.expire_le)})" if p.expire_le else "")
        for p in fiche.pieces.all()
    )
    return {"references": references, "intervenants": people, "pieces": files}


_BLOCKS = {
    "references": ("experiences", "Références"),
    "intervenants": ("ressources", "Intervenants"),
    "pieces": ("autres", "Documents"),
}


def changes(old: FicheVersion | None, new: FicheVersion) -> list[Change]:
    """What ``new`` says otherwise than ``old``, in the order of the rubrics; nothing without an ``old``."""
    if old is None:
        return []
    found = []
    for rubrique in RUBRIQUES:
        for name in (*rubrique.fields, *rubrique.many):
            if name == "charte":
                continue
            was, now = in_words(old, name), in_words(new, name)
            if was != now:
                found.append(Change(rubrique.code, name, label_of(name), compare(was, now)))
        was_blocks, now_blocks = _blocks(old), _blocks(new)
        for name, (code, label) in _BLOCKS.items():
            if code == rubrique.code and was_blocks[name] != now_blocks[name]:
                found.append(Change(code, name, label, compare(was_blocks[name], now_blocks[name])))
    return found


# --- Publications -----------------------------------------------------------------------------------------------------


def price(fiche: FicheVersion) -> str:
    """« 600 à 900 € HT par jour »."""
    low, high = fiche.prix_min, fiche.prix_max
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        return f"{format_number(low if low is not None else high)} € HT par jour"
    return f"{format_number(low)} à {format_number(high)} € HT par jour"
