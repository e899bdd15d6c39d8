"""Names come in the order of a dictionary, on both databases."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Organisation
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_organisations_and_people_come_in_the_order_of_a_dictionary():
    dla = OrganisationFactory(name="dla des champs")
    for name in ("Zone d’appui", "Épinal", "Association", "Øresund"):
        OrganisationFactory(name=name)
    people = ["Zola", "armand", "de La Tour", "Élan", "Øster", "Belleroche"]
    for name in people:
        MembershipFactory(user=UserFactory(last_name=name), organisation=dla)
    assert list(Organisation.objects.values_list("name", flat=True)) == [
        "Association", "dla des champs", "Épinal", "Øresund", "Zone d’appui",
    ]  # fmt: skip
    assert list(Membership.objects.filter(organisation=dla).values_list("user__last_name", flat=True)) == [
        "armand", "Belleroche", "de La Tour", "Élan", "Øster", "Zola",
    ]  # fmt: skip
