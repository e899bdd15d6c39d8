"""The public part of the portfolio: which fiches are shown to anybody, and what of them.

A fiche is shown when the C2RA of a région that publishes it has opened that région, when the version published there
agreed to it, as long as it is up to date, and until the prestataire takes it back. What is shown is what that version
chose; a later accepted version that agrees to less is obeyed at once, whatever the other régions still publish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from core import clock
from core.text import normalise, search_words
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import loaded
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine.models import Ouverture
from referentiels import lists
from referentiels.models import Departement, Domaine, Region, Secteur, ThemeAccompagnement

#: What a text typed for the DLA may hold of somebody's own, and that is never shown to anybody.
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\.[\w-]+)+", re.I)
_PHONE = re.compile(r"(?<![\d.,])(?:(?:\+|00)\s?33\s?(?:\(0\)\s?)?|0)[1-9](?:[\s.\-\u00a0\u202f]?\d{2}){4}(?!\d)")
EMAIL_HIDDEN = "[adresse non montrée]"
PHONE_HIDDEN = "[téléphone non montré]"


def masked(text: str) -> str:
    """``text`` without the e-mail addresses and the telephone numbers somebody typed in it."""
    return _PHONE.sub(PHONE_HIDDEN, _EMAIL.sub(EMAIL_HIDDEN, text))


def any_open() -> bool:
    """Is some région open to the public?"""
    return Ouverture.objects.filter(ouverte=True).exists()


def open_regions() -> list[Region]:
    """The régions open to the public, in their order."""
    found = set(Ouverture.objects.filter(ouverte=True).values_list("region_id", flat=True))
    return [region for region in lists.items(Region) if region.pk in found]


def consenting(region: Any) -> QuerySet[Publication]:
    """The fiches that ``region`` publishes and that agree to be shown, up to date: what opening it shows."""
    return _agreed().filter(region=region)


def _later(**what: Any) -> Exists:
    """Has the prestataire a version accepted after the one published there, such that…?"""
    later = FicheVersion.objects.filter(
        prestataire=OuterRef("prestataire"), state=EtatFiche.FIGEE, numero__gt=OuterRef("fiche__numero"), **what
    )
    return Exists(later)


def _agreed() -> QuerySet[Publication]:
    return Publication.objects.current().filter(
        ~_later(public=False), fiche__public=True, prestataire__public_retire_le__isnull=True
    )


def shown() -> QuerySet[Publication]:
    """What anybody may see: one publication per prestataire, that of its own région if it is open, else the oldest."""
    rows = _agreed().filter(region__ouverture__ouverte=True)
    home = Q(region=F("prestataire__region"))
    before = rows.filter(prestataire=OuterRef("prestataire"))
    first_home = before.filter(home)
    earlier = before.filter(pk__lt=OuterRef("pk"))
    return rows.filter(home | (~Exists(first_home) & ~Exists(earlier)))


def agreeing(prestataires: Any) -> QuerySet[Publication]:
    """Of these prestataires (primary keys), the up-to-date publication of each that agrees to be shown to others than
    the DLA, whether its région is open to the public or not: that of its own région, else the oldest."""
    rows = _agreed().filter(prestataire__in=prestataires)
    before = rows.filter(prestataire=OuterRef("prestataire"))
    home = Q(region=F("prestataire__region"))
    return rows.filter(home | (~Exists(before.filter(home)) & ~Exists(before.filter(pk__lt=OuterRef("pk")))))


def with_content(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """``rows`` with all that a public fiche shows: as many queries for one as for thirty."""
    fiches = loaded(FicheVersion.objects.all()).prefetch_related(
        Prefetch(
            "intervenants",
            Intervenant.objects.filter(public=True).exclude(nom=REMOVED).prefetch_related("secteurs"),
            to_attr="nommes",
        )
    )
    return (
        rows.select_related("prestataire__region", "region")
        .annotate(
            moins_references=_later(public_references=False),
            moins_prix=_later(public_prix=False),
            remplacee=_later(),
            contactable=Exists(
                Membre.objects.active().filter(prestataire=OuterRef("prestataire"), role=RoleMembre.REFERENT)
            ),
        )
        .prefetch_related(Prefetch("fiche", fiches))
    )


def standing(prestataire: Any) -> str:
    """What its own people read: ``montree``, ``retiree``, ``accord`` (nothing is open), ``perimee``, or ``""``."""
    if prestataire.public_retire_le is not None:
        rows = Publication.objects.current().filter(prestataire=prestataire, fiche__public=True)
        return "retiree" if rows.exists() else ""
    if shown().filter(prestataire=prestataire).exists():
        return "montree"
    if _agreed().filter(prestataire=prestataire).exists():
        return "accord"
    late = Publication.objects.filter(prestataire=prestataire, state=EtatPublication.PUBLIEE, fiche__public=True)
    return "perimee" if late.filter(~_later(public=False), a_actualiser_le__lte=clock.today()).exists() else ""


# --- Searching ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Criteres:
    """What a visitor asks for; what does not exist is left out."""

    q: str = ""
    domaine: str = ""
    departement: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> Criteres:
        domaine, departement = data.get("domaine", ""), data.get("departement", "")
        return cls(
            q=data.get("q", "").replace("\x00", "")[:200].strip(),
            domaine=domaine if domaine in lists.by_code(Domaine) else "",
            departement=departement if departement in lists.by_code(Departement) else "",
        )

    @property
    def query(self) -> str:
        """As the address of a page says it."""
        return urlencode({name: value for name, value in vars(self).items() if value})

    def __bool__(self) -> bool:
        return bool(self.q or self.domaine or self.departement)


def _having(name: str, keys: Any) -> Exists:
    through = FicheVersion._meta.get_field(name).remote_field.through
    column = FicheVersion._meta.get_field(name).m2m_reverse_field_name()
    return Exists(through.objects.filter(ficheversion_id=OuterRef("fiche"), **{f"{column}__in": list(keys)}))


def search(criteres: Criteres) -> QuerySet[Publication]:
    """The fiches that answer, by name: every word is in the texts shown, or in a domain, a theme or a sector."""
    found = shown()
    for word in search_words(criteres.q):
        holds = Q(fiche__search_text__contains=word)
        for name, model in (("domaines", Domaine), ("themes", ThemeAccompagnement), ("secteurs", Secteur)):
            keys = [item.pk for item in lists.items(model) if word in normalise(str(item))]
            if keys:
                holds |= Q(_having(name, keys))
        found = found.filter(holds)
    if criteres.domaine:
        found = found.filter(_having("domaines", [lists.by_code(Domaine)[criteres.domaine].pk]))
    if criteres.departement:
        found = found.filter(_having("departements", [lists.by_code(Departement)[criteres.departement].pk]))
    return found.order_by("prestataire__search_text", "prestataire_id")


# --- What is shown --------------------------------------------------------------------------------------------------


def _labels(rows: Any) -> list[str]:
    return [str(row) for row in rows.all()]


def _number(value: Any) -> float | int | None:
    return None if value is None else int(value) if value == int(value) else float(value)


def public_part(publication: Publication) -> dict[str, Any]:
    """The public part of a fiche (``publication`` comes from :func:`with_content`), as the JSON says it: the page and
    the CSV say the same. Its shape is that of ``data/prestataires-1.schema.json``."""
    fiche: FicheVersion = publication.fiche
    prestataire = publication.prestataire
    prix = references = None
    if fiche.public_prix and not publication.moins_prix and (fiche.prix_min is not None or fiche.prix_max is not None):
        prix = {"min": _number(fiche.prix_min), "max": _number(fiche.prix_max)}
    if fiche.public_references and not publication.moins_references:
        references = [
            {
                "annee": r.annee,
                "client": masked(r.client),
                "structure": masked(r.structure),
                "objet": masked(r.objet),
                "theme": str(r.theme) if r.theme else None,
                "jours": _number(r.jours),
                "dla": r.dla,
                "collectif": r.collectif,
            }
            for r in fiche.references.all()
        ]
    # Somebody may have taken her agreement back in the version accepted since.
    named = [] if publication.remplacee else fiche.nommes
    return {
        "identifiant": prestataire.pk,
        "siret": prestataire.siret,
        "raison_sociale": fiche.raison_sociale or prestataire.name,
        "sigle": fiche.sigle,
        "type": fiche.kind,
        "forme_juridique": str(fiche.forme_juridique or ""),
        "code_postal": fiche.code_postal,
        "commune": fiche.commune,
        "site": fiche.website,
        "annee_creation": fiche.annee_creation,
        "effectif": fiche.effectif,
        "departements": [{"code": d.code, "nom": d.label} for d in fiche.departements.all()],
        "reseaux": masked(fiche.reseaux),
        "presentation": masked(fiche.presentation),
        "methode": masked(fiche.methode),
        "individuel": fiche.individuel,
        "collectif": fiche.collectif,
        "domaines": _labels(fiche.domaines),
        "themes": _labels(fiche.themes),
        "secteurs": _labels(fiche.secteurs),
        "types_intervention": _labels(fiche.types),
        "autres": masked(fiche.autres),
        "prix_jour_ht": prix,
        "references": references,
        "intervenants": [
            {
                "nom": masked(i.nom),
                "fonction": masked(i.fonction),
                "expertises": masked(i.expertises),
                "secteurs": _labels(i.secteurs),
            }
            for i in named
        ],
        "region": str(publication.region),
        "publiee_le": publication.publiee_le.isoformat(),
        "valable_jusqu_au": publication.a_actualiser_le.isoformat(),
    }
