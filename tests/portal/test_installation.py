"""The first superuser of an empty installation is led to a région, a DLA, and its responsable."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Grant, Organisation
from referentiels.models import Departement, Region
from tests.factories import OrganisationFactory, UserFactory, member

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


def test_from_nothing_to_a_dla_whose_responsable_is_invited(client_for, referentiels):
    client = client_for(UserFactory(administrator=True))
    page = client.get(reverse("portal:accueil"), follow=True)
    assert page.redirect_chain[0][0] == reverse("portal:installation")
    assert "Ouvrez une région par son C2RA" in text(page)
    assert reverse("admin:index") in text(page)
    centre, opening = Region.objects.get(code="24"), reverse("portal:ouvrir")
    shown = text(client.get(f"{opening}?type=c2ra&region={centre.pk}"))
    assert "C2RA Centre-Val de Loire" in shown
    c2ra = {"name": "C2RA Centre-Val de Loire", "region": centre.pk, "responsable": "c2ra@example.org"}
    assert client.post(f"{opening}?type=c2ra", c2ra).status_code == 302
    shown = text(client.get(reverse("portal:installation")))
    assert "responsable invitée : c2ra@example.org" in shown
    assert "Ouvrez un DLA de cette région" in shown
    touraine, finistere = Departement.objects.get(code="37"), Departement.objects.get(code="29")
    dla = {"name": "DLA 37", "structure_porteuse": "Une fédération", "region": centre.pk, "responsable": ""}
    wrong = client.post(f"{opening}?type=dla", dla | {"departements": [finistere.pk]})
    assert wrong.status_code == 422
    assert client.post(f"{opening}?type=dla", dla | {"departements": [touraine.pk]}).status_code == 302
    made = Organisation.objects.get(name="DLA 37")
    assert list(made.departements.all()) == [touraine]
    assert Grant.objects.get().recipient_email == "c2ra@example.org"
    assert "sans responsable" in text(client.get(reverse("portal:installation")))


def test_once_somebody_answers_the_steps_are_gone(client_for):
    organisation = OrganisationFactory()
    member(organisation, "responsable")
    shown = text(client_for(UserFactory(administrator=True)).get(reverse("portal:installation")))
    assert "Pour commencer" not in shown
    assert organisation.name in shown
    assert reverse("accounts:organisation_reprise", args=[organisation.pk]) in shown


def test_nobody_else_finds_it(client_for):
    client = client_for(member(role="responsable", is_staff=True))
    for name in ("installation", "ouvrir"):
        assert client.get(reverse(f"portal:{name}")).status_code == 404
    assert client.get(f"{reverse('portal:ouvrir')}?type=roi").status_code == 404
