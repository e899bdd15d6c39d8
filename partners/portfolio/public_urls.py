"""The public pages and data of the portfolio, for people who do not sign in."""

from django.urls import path

from partners.portfolio.views import public

app_name = "prestataires"
urlpatterns = [
    path("", public.liste, name="liste"),
    path("<int:pk>/", public.fiche, name="fiche"),
    path("<int:pk>/ecrire/", public.contact, name="contact"),
    path("donnees.json", public.donnees, name="donnees"),
    path("<int:pk>/donnees.json", public.donnees_fiche, name="donnees_fiche"),
    path("donnees.csv", public.tableau, name="tableau"),
    path("prestataires-1.schema.json", public.schema, name="schema"),
    path("plan.xml", public.plan, name="plan"),
]
