"""Pages of the tab « Mise en concurrence »: who is retained; the decision of a call; the retained project."""

from django.urls import path

from consultations.choix.views import choix, decision, projet, structures

_APPEL = "<int:pk>/appels/<int:appel_pk>/"
_CHOIX = "<int:pk>/prestataire/choix/<int:choix_pk>/"

urlpatterns = [
    path("<int:pk>/prestataire/", choix.PrestataireTab.as_view(), name="prestataire"),
    path("<int:pk>/prestataire/choisir/", choix.Choisir.as_view(), name="prestataire_choisir"),
    path("<int:pk>/prestataire/retenir/<int:prestataire_pk>/", choix.Retenir.as_view(), name="prestataire_retenir"),
    path(f"{_CHOIX}retirer/", choix.RetirerChoix.as_view(), name="prestataire_retirer"),
    path(f"{_APPEL}decider/", decision.Decider.as_view(), name="decider"),
    path(f"{_APPEL}dossier/", decision.DossierDemander.as_view(), name="dossier_demander"),
    path(f"{_APPEL}dossier/<int:document_pk>.zip", decision.DossierFichier.as_view(), name="dossier_fichier"),
    path(f"{_CHOIX}projet/", projet.ProjetEquipe.as_view(), name="projet"),
    path(f"{_CHOIX}projet/commenter/", projet.CommenterEquipe.as_view(), name="projet_commenter"),
    path(f"{_CHOIX}projet/structures/demander/", structures.Solliciter.as_view(), name="projet_solliciter"),
    path(f"{_CHOIX}projet/structures/avis/", structures.AvisSaisir.as_view(), name="projet_avis"),
    path(f"{_CHOIX}projet/rubriques/<slug:code>/", projet.SectionEquipe.as_view(), name="projet_section"),
]
