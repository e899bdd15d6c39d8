"""From a publication to its entry in the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch

from core.text import normalise, search_text
from partners.portfolio.fiche.models.blocs import REMOVED, Intervenant, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import Publication
from partners.recherche.models import Entree, Horodatage

_LISTS = ("departements", "secteurs", "domaines", "themes", "types")
_SHORT = 180


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else text[:_SHORT].rsplit(" ", 1)[0] + "…"


def describe(publication: Publication) -> dict[str, Any]:
    """The fields of the entry of a publication whose fiche is loaded (:func:`_loaded`): data, texts, search_text."""
    fiche: FicheVersion = publication.fiche
    prestataire = publication.prestataire
    references = list(fiche.references.all())
    labels = [str(item) for name in ("secteurs", "domaines", "themes", "types") for item in getattr(fiche, name).all()]
    name = fiche.raison_sociale or prestataire.name
    people = [i for i in fiche.intervenants.all() if i.nom != REMOVED]
    texts = {
        "nom": normalise(f"{name} {fiche.sigle}"),
        "presentation": normalise(
            " ".join((fiche.presentation, fiche.methode, fiche.reseaux, fiche.autres, fiche.commune))
        ),
        "references": normalise(" ".join(f"{r.client} {r.structure} {r.objet}" for r in references)),
        "equipe": normalise(" ".join(f"{i.nom} {i.fonction} {i.expertises}" for i in people)),
        "domaines": normalise(" ".join(labels)),
    }
    data: dict[str, Any] = {
        "prestataire": prestataire.pk,
        "fiche": fiche.pk,
        "region": publication.region_id,
        "home": prestataire.region_id == publication.region_id,
        "name": name,
        "nom": texts["nom"],
        "sigle": fiche.sigle,
        "kind": fiche.kind or prestataire.kind,
        "commune": fiche.commune,
        "effectif": fiche.effectif,
        "prix": [
            str(fiche.prix_min) if fiche.prix_min is not None else None,
            str(fiche.prix_max) if fiche.prix_max is not None else None,
        ],
        "dispo": fiche.disponible_le.isoformat() if fiche.disponible_le else None,
        "assurance": fiche.assurance_expire_le.isoformat() if fiche.assurance_expire_le else None,
        "individuel": fiche.individuel,
        "collectif": fiche.collectif,
        "resume": _short(fiche.presentation),
        "publiee": publication.publiee_le.isoformat(),
        "actualiser": publication.a_actualiser_le.isoformat(),
        "references": len(references),
        "references_collectives": sum(r.collectif for r in references),
        "references_dla": sum(r.dla for r in references),
        "references_themes": dict(Counter(str(r.theme_id) for r in references if r.theme_id)),
    }
    data |= {name: sorted(item.pk for item in getattr(fiche, name).all()) for name in _LISTS}
    return {"data": data, "texts": texts, "search_text": search_text(*texts.values())}


def _loaded(publications):
    """With all that :func:`describe` reads: as many queries for one as for a thousand."""
    fiches = FicheVersion.objects.prefetch_related(
        *_LISTS,
        Prefetch("references", Reference.objects.order_by("-annee", "pk")),
        Prefetch("intervenants", Intervenant.objects.order_by("pk")),
    )
    return publications.select_related("prestataire").prefetch_related(Prefetch("fiche", fiches))


def stamp_of(region: int) -> int:
    """The next stamp of a région. Its row stays locked until the end of the transaction: what bears a stamp is
    committed before the next one is given. Other régions do not wait."""
    Horodatage.objects.get_or_create(region_id=region)
    Horodatage.objects.filter(pk=region).update(value=F("value") + 1)
    return Horodatage.objects.get(pk=region).value


@transaction.atomic
def refresh(publication: Publication) -> None:
    """Write the entry of a publication again, in the transaction that changed it."""
    write([publication.pk])


@transaction.atomic
def write(publications: Iterable[int]) -> int:
    """Write the entries of these publications again; returns how many there are."""
    keys = list(publications)
    published = {
        p.pk: p
        for p in _loaded(Publication.objects.filter(pk__in=keys, state=EtatPublication.PUBLIEE, fiche__isnull=False))
    }
    known = set(Entree.objects.filter(pk__in=keys).values_list("pk", flat=True))
    # A fiche that was never published has no entry; one that leaves keeps its line, marked.
    regions = dict(Publication.objects.filter(pk__in={*published, *known}).values_list("pk", "region_id"))
    # In one order: two writings of several régions do not wait for each other.
    stamps = {region: stamp_of(region) for region in sorted(set(regions.values()))}
    entries = []
    for pk, region in regions.items():
        fields = describe(published[pk]) if pk in published else {"data": {}, "texts": {}, "search_text": ""}
        entries.append(
            Entree(publication_id=pk, region_id=region, stamp=stamps[region], shown=pk in published, **fields)
        )
    Entree.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["publication"],
        update_fields=["region", "stamp", "shown", "data", "texts", "search_text"],
        batch_size=200,
    )
    return len(entries)


def write_all(*, chunk: int = 300) -> int:
    """Write every entry again, in short transactions (after a change of the reference lists, or of this module)."""
    keys = list(Publication.objects.order_by("publiee_le", "pk").values_list("pk", flat=True))
    return sum(write(keys[at : at + chunk]) for at in range(0, len(keys), chunk))
