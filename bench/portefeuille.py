"""The portfolio that its search is measured on: prestataires with a published fiche, five references, two people."""

from __future__ import annotations

import datetime as dt
from random import Random

from core import clock
from core.text import search_text
from partners.portfolio.fiche.models.blocs import Intervenant, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Publication
from partners.recherche.entrees import write_all
from referentiels.models import Departement, Domaine, Region, Secteur, ThemeAccompagnement, TypeIntervention

BATCH = 5_000
_WORDS = ("mécénat", "trésorerie", "gouvernance", "projet", "associatif", "sport", "culture", "mutualisation", "emploi")


def _siret(n: int) -> str:
    """A SIRET that none has: the checks of entry are not what is measured."""
    return f"9{n:013}"


def fill(size: int) -> None:
    """Fill an empty portfolio with ``size`` prestataires, published in their région (the five first ones in turn)."""
    chance = Random(20)
    regions = list(Region.objects.order_by("code")[:5])
    departements = {r.pk: list(r.departements.values_list("pk", flat=True)) for r in regions}
    lists = {
        model: list(model.objects.values_list("pk", flat=True))
        for model in (Secteur, Domaine, ThemeAccompagnement, TypeIntervention)
    }
    today = clock.today()
    prestataires = Prestataire.objects.bulk_create(
        (
            Prestataire(
                region=regions[n % 5],
                siret=_siret(n),
                name=f"Cabinet {n:05}",
                kind=("cabinet", "independant", "reseau", "association", "cooperative")[n % 5],
                search_text=search_text(f"Cabinet {n:05}"),
            )
            for n in range(size)
        ),
        batch_size=BATCH,
    )
    texts = [" ".join(chance.choices(_WORDS, k=60)) for _ in range(200)]
    fiches = FicheVersion.objects.bulk_create(
        (
            FicheVersion(
                prestataire=p,
                numero=1,
                state="figee",
                submitted_at=clock.now(),
                raison_sociale=p.name,
                kind=p.kind,
                effectif=1 + n % 30,
                prix_min=400 + 50 * (n % 12),
                prix_max=500 + 50 * (n % 12),
                presentation=chance.choice(texts),
                individuel=True,
                collectif=bool(n % 2),
                commune="Orléans",
                assurance_expire_le=today + dt.timedelta(days=100),
            )
            for n, p in enumerate(prestataires)
        ),
        batch_size=BATCH,
    )
    for field, model, most in (
        ("secteurs", Secteur, 4),
        ("domaines", Domaine, 2),
        ("themes", ThemeAccompagnement, 6),
        ("types", TypeIntervention, 2),
    ):
        through = FicheVersion._meta.get_field(field).remote_field.through
        column = next(f.attname for f in through._meta.concrete_fields if f.is_relation and f.name != "ficheversion")
        through.objects.bulk_create(
            (
                through(ficheversion_id=f.pk, **{column: pk})
                for f in fiches
                for pk in chance.sample(lists[model], min(most, len(lists[model])))
            ),
            batch_size=BATCH,
        )
    through = FicheVersion._meta.get_field("departements").remote_field.through
    through.objects.bulk_create(
        (
            through(ficheversion_id=f.pk, departement_id=pk)
            for f, p in zip(fiches, prestataires, strict=True)
            for pk in chance.sample(departements[p.region_id], min(3, len(departements[p.region_id])))
        ),
        batch_size=BATCH,
    )
    Reference.objects.bulk_create(
        (
            Reference(
                fiche=f,
                annee=2020,
                client="Un DLA",
                objet="Accompagnement collectif",
                theme_id=chance.choice(lists[ThemeAccompagnement]),
                dla=bool(k % 2),
                collectif=bool((n + k) % 3),
            )
            for n, f in enumerate(fiches)
            for k in range(5)
        ),
        batch_size=BATCH,
    )
    Intervenant.objects.bulk_create(
        (Intervenant(fiche=f, nom="Une Intervenante", fonction="Consultante") for f in fiches for _ in range(2)),
        batch_size=BATCH,
    )
    Publication.objects.bulk_create(
        (
            Publication(
                prestataire=p,
                region=p.region,
                state="publiee",
                fiche=f,
                publiee_le=today - dt.timedelta(days=n % 300),
                a_actualiser_le=today + dt.timedelta(days=365 - n % 300),
            )
            for n, (p, f) in enumerate(zip(prestataires, fiches, strict=True))
        ),
        batch_size=BATCH,
    )
    write_all()


def address(number: int) -> str:
    """Three filters over the whole country: a theme, a sector, a département; others for each ``number``."""
    theme, secteur, departement = _chosen(number)
    return f"?partout=1&theme={theme}&secteur={secteur}&departement={departement}"


def _chosen(number: int) -> tuple[str, str, str]:
    first_regions = Region.objects.order_by("code")[:5]
    lists = (
        ThemeAccompagnement.objects.order_by("pk"),
        Secteur.objects.order_by("pk"),
        Departement.objects.filter(region__in=list(first_regions)).order_by("code"),
    )
    codes = [list(found.values_list("code", flat=True)) for found in lists]
    # The lists are of different lengths: the three together come back after hundreds of visits.
    return codes[0][number % len(codes[0])], codes[1][number % len(codes[1])], codes[2][number % len(codes[2])]
