"""The resources that helped others in each action of the démarche: two queries, whatever there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Case, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.models import ActionAidee
from capitalisation.recherche.recherche import lisibles
from capitalisation.usages.models import Utilisation
from core.actor import Actor
from projects.aides import AIDES, Aide, Aides
from projects.ingenierie.models import Ingenierie

#: Shown beside an action; looked at before.
MONTREES, REGARDEES = 3, 12


def _candidates(ingenierie: Ingenierie, actor: Actor, codes: Collection[str]):
    """The few resources of each action that are worth comparing: of the theme or the sector, then the most used."""
    themes = Ressource.themes.through.objects.filter(typeprestation__in=ingenierie.theme_ids).values("ressource")
    secteurs = Ressource.secteurs.through.objects.filter(secteur__in=ingenierie.secteur_ids).values("ressource")
    near = Case(
        When(Q(ressource__in=themes), then=Value(2)), When(Q(ressource__in=secteurs), then=Value(1)),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip
    national = Case(
        When(ressource__state=EtatRessource.REFERENCE_NATIONALE, then=Value(1)),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip
    order = [near.copy().desc(), F("ressource__utilisations").desc(), national.copy().desc(), F("ressource").desc()]
    rows = ActionAidee.objects.filter(code__in=codes, ressource__in=lisibles(actor).order_by().values("pk"))
    return (
        rows.annotate(rang=Window(RowNumber(), partition_by=[F("code")], order_by=order), nationale=national)
        .filter(rang__lte=REGARDEES)
        .values_list("code", "ressource", "ressource__titre", "ressource__utilisations", "nationale", "rang")
        .order_by("code", "rang")
    )


def aides(ingenierie: Ingenierie, actor: Actor, codes: Collection[str]) -> dict[str, Aides]:
    """By action: those most used for near ingénieries (a theme or a sector in common), then the national references."""
    rows = list(_candidates(ingenierie, actor, codes)) if codes else []
    if not rows:
        return {}
    near = Q(ingenierie__themes__in=ingenierie.theme_ids) | Q(ingenierie__secteurs__in=ingenierie.secteur_ids)
    used = dict(
        Utilisation.objects.filter(near, ressource__in={row[1] for row in rows})
        .exclude(ingenierie=ingenierie.pk)
        .order_by()
        .values_list("ressource")
        .annotate(n=Count("ingenierie", distinct=True))
    )
    by_code: dict[str, list[tuple]] = defaultdict(list)
    for code, pk, titre, uses, national, rang in rows:
        by_code[code].append((-used.get(pk, 0), -national, -uses, rang, pk, titre))
    base = reverse("bibliotheque:recherche")
    return {
        code: Aides(
            tuple(
                Aide(titre, f"{reverse('bibliotheque:ressource', args=[pk])}?pour={ingenierie.pk}")
                for *_, pk, titre in sorted(found)[:MONTREES]
            ),
            f"{base}?action={code}&pour={ingenierie.pk}",
        )
        for code, found in by_code.items()
    }


def register() -> None:
    """Called once by :func:`capitalisation.recherche.providers.register`."""
    AIDES.register("bibliotheque", aides)
