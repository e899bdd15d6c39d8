"""Home page."""

from django.shortcuts import render


def accueil(request):
    return render(request, "portal/accueil.html")
