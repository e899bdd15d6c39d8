"""Pages of objectives and results."""

from django.urls import path

from engagement.objectifs import views

urlpatterns = [
    path("<int:pk>/objectifs/", views.Objectifs.as_view(), name="objectifs"),
    path("<int:pk>/objectifs/modifier/", views.Modifier.as_view(), name="objectifs_modifier"),
    path("<int:pk>/resultats/ajouter/", views.AjouterResultat.as_view(), name="resultat_ajouter"),
    path("<int:pk>/resultats/fixer/", views.FixerResultats.as_view(), name="resultats_fixer"),
    path("<int:pk>/resultats/rouvrir/", views.RouvrirResultats.as_view(), name="resultats_rouvrir"),
    path("<int:pk>/resultats/<int:resultat>/", views.ModifierResultat.as_view(), name="resultat"),
    path("<int:pk>/resultats/<int:resultat>/retirer/", views.RetirerResultat.as_view(), name="resultat_retirer"),
]
