"""The search as its page shows it: results, facets, export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.lifecycle import RESSOURCE
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.facettes import FACETTES, PAR_CODE
from capitalisation.recherche.recherche import Criteres, Resultats
from core.formats import NBSP, format_date, format_number, plural
from core.listing import CAP
from core.text import shortened

#: States told beside the title: being published is what one expects.
_DITS = {state for state in EtatRessource.values if state not in (EtatRessource.PUBLIEE,)}
_RESUME = 280
#: How a long list of départements begins, without a région chosen.
SEPARATEUR = " · "


def adresse(ressource: Ressource, criteres: Criteres) -> str:
    """Its page, with the ingénierie that one looks for."""
    base = reverse("bibliotheque:ressource", args=[ressource.pk])
    return f"{base}?pour={criteres.pour}" if criteres.pour else base


def lignes(resultats: Resultats, ressources: Iterable[Ressource]) -> list[dict[str, Any]]:
    """The results of one page: no query."""
    shown = list(ressources)
    titles = Counter(r.titre for r in shown)
    rows = []
    for r in shown:
        details = [
            r.get_support_display(),
            str(r.contributeur),
            str(r.region) if r.region_id else "toute la France",
            f"publiée le {format_date(r.publiee_le)}" if r.publiee_le else "",
        ]
        tags = [(RESSOURCE.tags[r.state], r.get_state_display())] if r.state in _DITS else []
        if r.lecteurs in (Lecteurs.EQUIPE, Lecteurs.REGION):
            tags.append(("tag-neutral", f"lue par {r.get_lecteurs_display()}"))
        rows.append(
            {
                "titre": r.titre,
                # Two resources of one title: what tells their links apart, for who hears them.
                "precision": f"{r.contributeur}, n° {r.pk}" if titles[r.titre] > 1 else "",
                "url": adresse(r, resultats.criteres),
                "tags": tags,
                "details": SEPARATEUR.join(filter(None, details)),
                "resume": shortened(" ".join(r.resume.split()), _RESUME),
                "pourquoi": " ; ".join(resultats.pourquoi(r)),
                "utilisee": f"utilisée {format_number(r.utilisations)} fois" if r.utilisations else "",
            }
        )
    return rows


def compte(n: int) -> str:
    """« 12 », « plus de 1 000 »."""
    return format_number(n) if n <= CAP else f"plus de{NBSP}{format_number(CAP)}"


def compteur(n: int) -> str:
    """« 12 ressources », « plus de 1 000 ressources »."""
    return plural(n, "ressource") if n <= CAP else f"{compte(n)}{NBSP}ressources"


def facettes(resultats: Resultats) -> list[dict[str, Any]]:
    """The facets with their counts; values that would find nothing are left out, unless they are chosen."""
    counts = resultats.comptes()
    answer = []
    for facet in FACETTES:
        chosen = resultats.criteres.choisies.get(facet.code, ())
        values = [
            {"code": code, "label": label, "compte": compte(counts[facet.code][code]), "choisie": code in chosen}
            for code, label in facet.choix()
            if counts[facet.code][code] or code in chosen
        ]
        if values:
            answer.append(
                {
                    "code": facet.code,
                    "label": facet.label,
                    "valeurs": values,
                    "choisies": len(chosen),
                    "ouverte": bool(chosen) or facet.ouverte,
                }
            )
    return answer


EXPORT_HEADER = (
    "Titre", "En quelques phrases", "Sorte", "Support", "Adresse", "État", "Publiée le", "Déposée par", "Produite par",
    "Région", "Thèmes", "Secteurs", "Départements", "Échelle", "Usage", "Ce qu’elle apporte", "Portée de l’essai",
    "Testée sur", "Vérifiée par", "Vérifiée le", "À vérifier de nouveau le", "Cercle", "Licence", "Utilisée par",
    "Page",
)  # fmt: skip


def _labels(ressource: Ressource, code: str) -> str:
    facet = PAR_CODE[code]
    labels = dict(facet.choix())
    return " ; ".join(labels[c] for c in facet.lit(getattr(ressource, facet.colonne)))


def export(ressources: Iterable[Ressource], site: str) -> Iterator[list[Any]]:
    """Lines of the export."""
    for r in ressources:
        yield [
            r.titre, r.resume, r.get_sorte_display(), r.get_support_display(), r.lien, r.get_state_display(),
            r.publiee_le, str(r.contributeur), r.producteur, str(r.region) if r.region_id else "toute la France",
            _labels(r, "theme"), _labels(r, "secteur"), _labels(r, "departement"), r.get_echelle_display(),
            r.get_usage_display(), r.get_apport_display(), r.get_verdict_display(), r.teste_sur, r.verifie_par,
            r.verifie_le, r.a_reverifier_le, r.get_cercle_display(), r.get_licence_display(), r.utilisations,
            f"{site}{reverse('bibliotheque:ressource', args=[r.pk])}",
        ]  # fmt: skip
