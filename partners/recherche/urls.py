from django.urls import path

from partners.recherche import views
from partners.recherche.selections import views as selections

app_name = "recherche"

urlpatterns = [
    path("demander/", views.demander, name="demander"),
    path("", views.recherche, name="recherche"),
    path("comparer/", views.comparer, name="comparer"),
    path("selections/", selections.selections, name="selections"),
    path("selections/partager/", selections.Partager.as_view(), name="selection_partager"),
    path("selections/<int:pk>/", selections.une_selection, name="selection"),
    path("<int:pk>/", views.fiche, name="fiche"),
    path("<int:pk>/favori/", views.favori, name="favori"),
]
