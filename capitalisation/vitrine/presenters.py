"""A resource open to everybody, as the data say it: what its page shows to a visitor, and nothing else.

Its shape is that of ``data/ressources-1.schema.json``. Never who deposited it, who used it, what was asked of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse

from capitalisation.bibliotheque import presenters
from capitalisation.bibliotheque.enums import AVEC_FICHIERS, EtatRessource, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.recherche import actions_connues
from capitalisation.recits.lecture import Lecture, PartieLue, RubriqueLue, derniere, lecture_de
from capitalisation.recits.models import VersionRecit
from capitalisation.bibliotheque.licences import attribution, licence
from core.models import Attachment
from core.views.open import absolute
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation

#: That a committee reads it again is its own business.
_ETATS = {EtatRessource.REFERENCE_NATIONALE: "reference_nationale"}
#: Fields told as they are.
_PLAIN = (
    "titre", "resume", "sorte", "support", "lien", "technique", "pratique", "accessible", "echelle", "sous_echelle",
    "usage", "apport", "producteur", "cercle", "contribution", "teste_sur", "verdict", "verifie_par", "mots_cles",
    "utilisations",
)  # fmt: skip


def address(ressource: Ressource) -> str:
    """The one address of its page."""
    return absolute(reverse("bibliotheque:ressource", args=[ressource.pk]))


def parts(rows: Collection[Ressource], *, whole: bool = False) -> list[dict[str, Any]]:
    """The public part of each of ``rows`` (with what :mod:`selection` loads); ``whole``: with the text of its récit.
    As many queries for a hundred as for one, the texts left out."""
    pieces, versions = _pieces(rows), _versions(rows)
    return [
        _part(row, pieces[row.pk], versions.get(row.recit_id))
        | ({"recit": _whole(row)} if whole and row.recit_id is not None else {})
        for row in rows
    ]


def _pieces(rows: Collection[Ressource]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    with_files = [row.pk for row in rows if row.support in AVEC_FICHIERS]
    for piece in Attachment.objects.of(Ressource._meta.label_lower, with_files).filter(category=""):
        found[piece.object_id].append(piece)
    return found


def _versions(rows: Collection[Ressource]) -> dict[int, dict[str, Any]]:
    """By récit, what its last version is."""
    recits = [row.recit_id for row in rows if row.recit_id is not None]
    versions = VersionRecit.objects.filter(recit__in=recits).order_by("recit", "numero")
    return {
        recit: {"genre": genre, "version": numero, "arrete_le": le.isoformat(timespec="seconds")}
        for recit, genre, numero, le in versions.values_list("recit", "recit__genre", "numero", "le")
    }


def _part(ressource: Ressource, pieces: Sequence[Attachment], version: dict[str, Any] | None) -> dict[str, Any]:
    url = address(ressource)
    codes = actions_connues()
    region = ressource.region
    plain = {name: getattr(ressource, name) for name in _PLAIN}
    return {
        "identifiant": ressource.pk,
        "url": url,
        **plain,
        "lien": ressource.lien if ressource.support == Support.LIEN else "",
        "etat": _ETATS.get(EtatRessource(ressource.state), "publiee"),
        "contributeur": str(ressource.contributeur),
        "licence": licence(ressource),
        "attribution": attribution(ressource, url),
        "verifie_le": ressource.verifie_le.isoformat() if ressource.verifie_le else None,
        "a_reverifier_le": ressource.a_reverifier_le.isoformat() if ressource.a_reverifier_le else None,
        "themes": _labels(TypePrestation, ressource.theme_ids),
        "secteurs": _labels(Secteur, ressource.secteur_ids),
        "region": {"code": region.code, "nom": str(region)} if region is not None else None,
        "departements": [
            {"code": d.code, "nom": d.label} for d in map(lists.mapping(Departement).get, ressource.departement_ids) if d
        ],
        "actions": [{"code": code, "libelle": codes[code]} for code in ressource.actions if code in codes],
        "publiee_le": ressource.publiee_le.isoformat(timespec="seconds"),
        "modifiee_le": ressource.modifiee_le.isoformat(timespec="seconds"),
        "fichiers": [
            {
                "nom": piece.original_name,
                "type": piece.mime,
                "taille": piece.size,
                "url": absolute(reverse("bibliotheque:ressource_piece", args=[ressource.pk, piece.pk])),
            }
            for piece in pieces
        ],
        "questionnaire": presenters.questions(ressource) or None,
        "recit": version,
    }


def _labels(model: type, pks: Sequence[int]) -> list[str]:
    known = lists.mapping(model)
    return [str(known[pk]) for pk in pks if pk in known]


# --- A récit ----------------------------------------------------------------------------------------------------------


def _whole(ressource: Ressource) -> dict[str, Any] | None:
    """The text of its récit as it is read now: who does not agree any more is not named."""
    version = derniere(ressource.recit)
    if version is None:
        return None
    lecture = lecture_de(version)
    return {
        "genre": lecture.genre,
        "version": version.numero,
        "arrete_le": version.le.isoformat(timespec="seconds"),
        "titre": lecture.titre,
        "sous_titre": lecture.sous_titre,
        "surtitre": lecture.surtitre,
        "origine": lecture.origine,
        "organisation": lecture.organisation,
        "avertissement": lecture.avertissement,
        "chiffres": [{"valeur": row["valeur"], "libelle": row["libelle"]} for row in lecture.chiffres],
        "parties": [_partie(partie) for partie in lecture.parties],
        "images": _images(lecture),
    }


def _partie(partie: PartieLue) -> dict[str, Any]:
    return {
        "titre": partie.titre,
        "sources": partie.sources,
        "rubriques": [_rubrique(rubrique) for rubrique in partie.rubriques],
    }


def _rubrique(rubrique: RubriqueLue) -> dict[str, Any]:
    """What a heading says, by what it is: a text, points, steps or words of those who took part."""
    said = rubrique.valeur
    rows = said if isinstance(said, (list, tuple)) else ()
    return {
        "titre": rubrique.titre,
        "niveau": rubrique.niveau,
        "texte": said if isinstance(said, str) else f"Voir « {rubrique.voir} »." if rubrique.voir else "",
        "points": [row for row in rows if isinstance(row, str)],
        "etapes": [
            {name: row.get(name) or "" for name in ("titre", "jours", "attendus", "methodes", "texte")}
            for row in rows
            if isinstance(row, dict) and "qui" not in row
        ],
        "paroles": [
            {"qui": row["qui"] or "", "texte": row.get("texte") or ""}
            for row in rows
            if isinstance(row, dict) and "qui" in row
        ],
        "note": rubrique.note,
    }


def _images(lecture: Lecture) -> list[dict[str, str]]:
    return [
        {
            "url": absolute(image["url"]),
            "alt": image["alt"],
            "legende": image["legende"],
            "credit": image["credit"],
        }
        for image in lecture.images
    ]
