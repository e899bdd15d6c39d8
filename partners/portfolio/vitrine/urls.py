"""The public pages and data of the portfolio, for people who do not sign in."""

from django.urls import path

from partners.portfolio.vitrine.views.public import contact, donnees, donnees_fiche, fiche, liste, plan, schema, tableau

app_name = "prestataires"
urlpatterns = [
    path("", liste, name="liste"),
    path("<int:pk>/", fiche, name="fiche"),
    path("<int:pk>/ecrire/", contact, name="contact"),
    path("donnees.json", donnees, name="donnees"),
    path("<int:pk>/donnees.json", donnees_fiche, name="donnees_fiche"),
    path("donnees.csv", tableau, name="tableau"),
    path("prestataires-1.schema.json", schema, name="schema"),
    path("plan.xml", plan, name="plan"),
]
