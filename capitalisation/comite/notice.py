"""What a member reads of a resource before giving an avis: its notice, and what it is made of."""

from __future__ import annotations

from django.db.models import QuerySet

from capitalisation.bibliotheque.models import Ressource
from core.formats import format_date
from core.models import Attachment


def pieces_of(ressource: Ressource) -> QuerySet:
    """Its files."""
    return Attachment.objects.of(Ressource._meta.label_lower, [ressource.pk])


def notice_of(ressource: Ressource) -> list[tuple[str, str]]:
    """Its notice, (label, value), without what is not said."""
    definition = [
        label
        for label in (
            ressource.get_technique_display(), ressource.get_pratique_display(), ressource.get_accessible_display(),
        )
        if label
    ]  # fmt: skip
    verifiee = ressource.verifie_par
    if verifiee and ressource.verifie_le:
        verifiee = f"{verifiee}, le {format_date(ressource.verifie_le)}"
    rows = [
        ("Sorte", ressource.get_sorte_display()),
        ("Déposée par", str(ressource.contributeur)),
        ("Produite par", ressource.producteur),
        ("Cercle de contributeurs", ressource.get_cercle_display()),
        ("Contribution", ressource.get_contribution_display()),
        ("Technique, pratique, accessible", ", ".join(definition)),
        ("Échelle", f"{ressource.get_echelle_display()} : {ressource.get_sous_echelle_display()}"),
        ("Usage", f"{ressource.get_usage_display()} : {ressource.get_apport_display()}"),
        ("Testée sur", ressource.teste_sur),
        ("Portée de l’essai", ressource.get_verdict_display()),
        ("Vérifiée par", verifiee),
        ("À vérifier de nouveau le", format_date(ressource.a_reverifier_le) if ressource.a_reverifier_le else ""),
        ("Thèmes", ", ".join(str(item) for item in ressource.themes.all())),
        ("Secteurs", ", ".join(str(item) for item in ressource.secteurs.all())),
        ("Territoire", _territoire(ressource)),
        ("Mots clés", ", ".join(ressource.mots_cles)),
        ("Licence", ressource.get_licence_display()),
    ]
    return [(label, value) for label, value in rows if value]


def _territoire(ressource: Ressource) -> str:
    places = [str(item) for item in ressource.departements.all()]
    return ", ".join([str(ressource.region), *places] if ressource.region_id else places)
