"""Pages of the reading of the propositions: the team's and those of who reads."""

from django.urls import path

from consultations.lecture.views import lecteur, saisie, salle

_BASE = "<int:pk>/appels/<int:appel_pk>/lecture/"

urlpatterns = [
    path(_BASE, salle.Salle.as_view(), name="lecture"),
    path(f"{_BASE}grille/", salle.Commencer.as_view(), name="grille_commencer"),
    path(f"{_BASE}grille/critere/", salle.CritereAjouter.as_view(), name="critere_ajouter"),
    path(f"{_BASE}grille/critere/<int:critere_pk>/", salle.CritereModifier.as_view(), name="critere_modifier"),
    path(f"{_BASE}grille/critere/<int:critere_pk>/retirer/", salle.CritereRetirer.as_view(), name="critere_retirer"),
    path(f"{_BASE}lecteurs/moi/", salle.LecteurMoi.as_view(), name="lecteur_moi"),
    path(f"{_BASE}lecteurs/liens/", salle.LiensEnvoyer.as_view(), name="lecteurs_liens"),
    path(f"{_BASE}lecteurs/ajouter/<slug:qualite>/", salle.LecteurAjouter.as_view(), name="lecteur_ajouter"),
    path(f"{_BASE}lecteurs/<int:evaluateur_pk>/retirer/", salle.LecteurRetirer.as_view(), name="lecteur_retirer"),
    path(f"{_BASE}lecteurs/<int:evaluateur_pk>/rencontre/", saisie.Entretien.as_view(), name="lecteur_entretien"),
    path(f"{_BASE}lecteurs/<int:evaluateur_pk>/saisie/", saisie.Saisie.as_view(), name="lecteur_saisie"),
    path(
        f"{_BASE}lecteurs/<int:evaluateur_pk>/saisie/<int:invitation_pk>/",
        saisie.SaisieProposition.as_view(),
        name="lecteur_saisie_proposition",
    ),
    path(f"{_BASE}ma-lecture/", lecteur.MaLecture.as_view(), name="ma_lecture"),
    path(
        f"{_BASE}ma-lecture/<int:invitation_pk>/",
        lecteur.MaLectureProposition.as_view(),
        name="ma_lecture_proposition",
    ),
    path(f"{_BASE}comparaison/", salle.Comparaison.as_view(), name="comparaison"),
    path(
        f"{_BASE}candidats/<int:invitation_pk>/precision/",
        salle.PrecisionDemander.as_view(),
        name="precision_demander",
    ),
]
