"""The pages of the requests: asked in the space of the prestataire, decided by the pilot, agreed by a personal link."""

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.services import link_token
from missions.conventions.models import Avenant
from missions.modifications import dashboard, services
from missions.modifications.models import DemandeModification
from tests.factories import member
from tests.missions.modifications.test_demandes import DATE, accepted_by_the_dla, accords, again

pytestmark = pytest.mark.django_db

TYPED = {
    "quoi": "fin", "nouvelle_fin": "2027-11-30", "de": "Fin octobre", "a": "Fin novembre", "pourquoi": "Un report.",
    "contact_le": "2026-11-20", "contact_moyen": "telephone",
}  # fmt: skip


@pytest.fixture
def pages(convention):
    team, space = [convention.ingenierie_id, convention.pk], [convention.pk]

    def address(name: str, *more: int) -> str:
        return reverse(name, args=[*(team if name.startswith("missions:") else space), *more])

    return address


@pytest.fixture
def demande(convention, consultant, etapes):
    return services.demander(convention, {**DATE, "etape": etapes[0]}, actor=consultant)


def test_the_prestataire_asks_in_its_space_once_even_sent_twice(client_for, world, pages):
    client = client_for(world["consultant"])
    url = pages("mission:modification_demander")
    assert 'value="problematique" selected' in client.get(f"{url}?quoi=problematique").content.decode()
    missing = client.post(url, {**TYPED, "contact_le": ""})
    assert missing.status_code == 422 and "contact" in missing.content.decode()
    assert client.post(url, TYPED).status_code == 302
    assert DemandeModification.objects.count() == 1
    assert (
        "Fin novembre"
        in client.get(pages("mission:modification", DemandeModification.objects.get().pk)).content.decode()
    )


def test_it_does_not_see_how_to_decide_and_cannot(client_for, world, pages, demande):
    client = client_for(world["consultant"])
    told = client.get(pages("mission:modification", demande.pk)).content.decode()
    assert "Accepter, pour le DLA" not in told and "Retirer la demande" in told
    posted = {"action": "accepter", "expected_state": "demandee", "version": demande.version}
    assert client.post(pages("mission:modification_action", demande.pk), posted).status_code == 403
    assert again(demande).state == "demandee"


def test_the_request_of_the_dla_is_only_read_by_the_prestataire(client_for, world, pages, convention, team, etapes):
    ours = services.demander(convention, {**DATE, "etape": etapes[0]}, actor=team)
    client = client_for(world["consultant"])
    told = client.get(pages("mission:modification", ours.pk)).content.decode()
    assert "Retirer la demande" not in told and "Corriger" not in told
    assert client.get(pages("mission:modification_corriger", ours.pk)).status_code == 403
    assert client_for(world["team"]).get(pages("missions:modification_corriger", ours.pk)).status_code == 200


def test_nobody_else_reads_it(client_for, world, pages, demande):
    for user in (member(), world["stranger"]):
        client = client_for(user)
        for name in ("missions:modification", "mission:modification"):
            assert client.get(pages(name, demande.pk)).status_code == 404


def test_the_pilot_decides_and_types_what_the_structure_said(client_for, world, pages, demande, team):
    client = client_for(world["team"])
    (todo,) = dashboard.modifications(team)
    assert todo.url == pages("missions:modification", demande.pk)
    posted = {"action": "accepter", "expected_state": "demandee", "version": demande.version}
    assert client.post(pages("missions:modification_action", demande.pk), posted).status_code == 302
    assert dashboard.modifications(team) == []
    (row,) = accords(demande)
    told = client.get(pages("missions:modification", demande.pk)).content.decode()
    assert "Noter sa réponse" in told
    url = pages("missions:modification_accord", demande.pk, row.pk)
    assert client.get(url).status_code == 200
    typed = {"avis": "oui", "le": "2026-11-20", "nom": "La présidence", "commentaire": "", "version": row.version}
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 403  # answered meanwhile
    avenant = Avenant.objects.get()
    told = client.get(pages("missions:modification", demande.pk)).content.decode()
    assert f"Avenant {avenant.numero}" in told


def test_a_structure_reads_what_would_change_and_answers_once(client, pages, demande, team):
    accepted_by_the_dla(demande, team)
    (row,) = accords(demande)
    grant = accounts.send_link(services.LIEN, row, name="Sam", email="sam@example.org", actor=team)
    url = reverse("lien", args=[link_token(grant)])
    told = client.get(url).content.decode()
    assert "Une absence." in told and "Fin juin" in told
    assert "Le DLA et le prestataire le lisent" in told  # who reads the comment is said before it is typed
    refused = client.post(url, {"avis": "non", "nom": "Sam", "commentaire": ""})
    assert refused.status_code == 422 and "pourquoi" in refused.content.decode()
    assert client.post(url, {"avis": "oui", "nom": "Sam", "commentaire": ""}).status_code == 302
    assert Avenant.objects.count() == 1
    told = client.get(url).content.decode()
    assert "Votre réponse a été reçue" in told and "Envoyer la réponse" not in told
    client.post(url, {"avis": "non", "nom": "Sam", "commentaire": "Trop tard."})
    assert Avenant.objects.count() == 1


def test_the_structures_that_are_asked_are_chosen(client_for, world, pages, demande):
    client = client_for(world["team"])
    url = pages("missions:modification_structures", demande.pk)
    (row,) = accords(demande)
    assert client.get(url).status_code == 200
    assert client.post(url, {"structures": []}).status_code == 422
    assert client.post(url, {"structures": [row.structure_id]}).status_code == 302


def test_the_list_asks_as_much_for_one_request_as_for_twenty(
    client_for, world, pages, demande, convention, count_queries
):
    client = client_for(world["team"])
    client.get(pages("missions:modifications"))
    few = count_queries(lambda: client.get(pages("missions:modifications")))
    for numero in range(2, 22):
        DemandeModification.objects.create(
            convention=convention, numero=numero, quoi="contenu", de="Un", a="Deux", pourquoi="Dit", demandeur="dla"
        )
    many = count_queries(lambda: client.get(pages("missions:modifications")))
    assert many == few
