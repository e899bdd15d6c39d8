"""The pages of personal links. Their names have no namespace: a link is the whole of what its holder knows."""

from django.urls import path

from accounts.views import links

urlpatterns = [
    path("<str:token>/", links.lien, name="lien"),
    path("<str:token>/demander/", links.ask, name="lien_demander"),
    path("<str:token>/<slug:page>/", links.lien, name="lien_page"),
]
