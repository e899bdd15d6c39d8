"""Addresses of the grids, for the team."""

from django.urls import path

from evaluation.grilles.views import equipe

_ONE = "<int:pk>/evaluation/grilles/<int:questionnaire>/"

urlpatterns = [
    path("<int:pk>/evaluation/grilles/", equipe.Grilles.as_view(), name="grilles"),
    path(
        "<int:pk>/evaluation/grilles/mission/<int:convention>/", equipe.GrilleMission.as_view(), name="grille_mission"
    ),
    path(
        "<int:pk>/evaluation/grilles/mission/<int:convention>/preparer/",
        equipe.Preparer.as_view(),
        name="grille_preparer",
    ),
    path(_ONE, equipe.Grille.as_view(), name="grille"),
    path(f"{_ONE}remettre/", equipe.Remettre.as_view(), name="grille_remettre"),
    path(f"{_ONE}relancer/", equipe.Relancer.as_view(), name="grille_relancer"),
    path(f"{_ONE}renvoyer/", equipe.Renvoyer.as_view(), name="grille_renvoyer"),
    path(f"{_ONE}causes/", equipe.Causes.as_view(), name="grille_causes"),
    path(f"{_ONE}restituer/", equipe.Restituer.as_view(), name="grille_restituer"),
    path(f"{_ONE}comite/", equipe.Comite.as_view(), name="grille_comite"),
    path(f"{_ONE}region/", equipe.Region.as_view(), name="grille_region"),
    path(f"{_ONE}plan/", equipe.Porter.as_view(), name="grille_porter"),
    path(f"{_ONE}docx/", equipe.Docx.as_view(), name="grille_docx"),
    path(f"{_ONE}partagee/", equipe.Partagee.as_view(), name="grille_partagee"),
]
