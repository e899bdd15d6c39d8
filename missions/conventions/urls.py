"""Addresses of conventions, avenants and texts to sign."""

from django.urls import path

from missions.conventions.views import actes, avenants, convention, lignes

_C = "<int:pk>/conventions/<int:convention>/"

urlpatterns = [
    path("<int:pk>/conventions/", convention.Conventions.as_view(), name="conventions"),
    path("<int:pk>/conventions/commencer/", convention.Commencer.as_view(), name="commencer"),
    path(_C, convention.Detail.as_view(), name="convention"),
    path(f"{_C}etat/", convention.Cycle.as_view(), name="convention_action"),
    path(f"{_C}apercu/", convention.Apercu.as_view(), name="convention_apercu"),
    path(f"{_C}docx/", convention.Docx.as_view(), name="convention_docx"),
    path(f"{_C}retirer/", convention.Retirer.as_view(), name="convention_retirer"),
    path(f"{_C}budget/", convention.VersBudget.as_view(), name="convention_budget"),
    path(f"{_C}etapes-du-projet/", convention.EtapesDuProjet.as_view(), name="convention_etapes"),
    path(f"{_C}section/<slug:section>/", convention.Section.as_view(), name="convention_section"),
    path(f"{_C}lignes/<slug:genre>/", lignes.Ajouter.as_view(), name="ligne_ajouter"),
    path(f"{_C}lignes/<slug:genre>/<int:ligne>/", lignes.Modifier.as_view(), name="ligne"),
    path(f"{_C}lignes/<slug:genre>/<int:ligne>/retirer/", lignes.Retirer.as_view(), name="ligne_retirer"),
    path(f"{_C}avenants/", avenants.Ouvrir.as_view(), name="avenant_ouvrir"),
    path(f"{_C}avenants/<int:avenant>/", avenants.Detail.as_view(), name="avenant"),
    path(f"{_C}avenants/<int:avenant>/modifier/", avenants.Modifier.as_view(), name="avenant_modifier"),
    path(f"{_C}avenants/<int:avenant>/etat/", avenants.Cycle.as_view(), name="avenant_action"),
    path(f"{_C}textes/<int:acte>/", actes.Detail.as_view(), name="acte"),
    path(f"{_C}textes/<int:acte>/pdf/", actes.Pdf.as_view(), name="acte_pdf"),
    path(f"{_C}textes/<int:acte>/refaire/", actes.Refaire.as_view(), name="acte_refaire"),
    path(f"{_C}textes/<int:acte>/liens/", actes.Liens.as_view(), name="acte_liens"),
    path(f"{_C}textes/<int:acte>/papier/", actes.Papier.as_view(), name="acte_papier"),
]
