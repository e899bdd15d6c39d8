"""Unit prices and shares: exact to the cent, and what is left goes where the page says; days that differ are said."""

from decimal import Decimal

import pytest

from core.actor import Actor
from core.errors import InvalidInput
from engagement.budget import jours, partage
from engagement.budget.services.lignes import add_charge, add_ressource, remove_ligne, update_ligne
from engagement.budget.summary import budget_of
from mobilisation.projet.services import update_projet
from tests.factories import engaged, member

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")
D = Decimal


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return engaged(user.active_membership.organisation)


def charge(ingenierie, **values):
    values = {"nature": "realisation", "libelle": "Intervention", **values}
    return add_charge(ingenierie, values, actor=SYSTEM)


def share(ingenierie, part, **values):
    return add_ressource(ingenierie, {"nature": "credits_dla", "part": part, **values}, actor=SYSTEM)


def asked(ingenierie) -> list[Decimal]:
    return [r.demande for r in budget_of(ingenierie.pk).ressources]


def test_a_unit_price_makes_the_amount_to_the_cent(ingenierie):
    line = charge(ingenierie, quantite=D("3.5"), unite="jour", prix_unitaire=D("847.33"))
    assert line.montant == D("2965.66")  # 2 965,655
    assert line.calcul_dit.replace("\u00a0", " ") == "3,5 jours × 847,33 €"
    line = update_ligne(line, {"quantite": D("2")}, actor=SYSTEM, expected_version=None)
    assert (line.montant, line.compte) == (D("1694.66"), D("1694.66"))
    with pytest.raises(InvalidInput, match="avec une quantité"):
        charge(ingenierie, prix_unitaire=D("10.00"))


def test_an_amount_that_is_not_quantity_times_price_is_refused_with_the_right_one(client, user, ingenierie):
    client.force_login(user)
    url = f"/ingenieries/{ingenierie.pk}/budget/charges/ajouter/"
    typed = {
        "charges-version": "0", "charges-nature": "realisation", "charges-libelle": "Atelier", "charges-quantite": "3",
        "charges-unite": "jour_collectif", "charges-prix_unitaire": "850", "charges-montant": "2500",
    }  # fmt: skip
    page = client.post(url, typed)
    assert page.status_code == 422
    assert "2\u202f550,00" in page.content.decode()
    assert client.post(url, typed | {"charges-montant": ""}).status_code == 302
    assert budget_of(ingenierie.pk).charges[0].montant == D("2550.00")
    assert client.post(url, typed | {"charges-prix_unitaire": "", "charges-montant": ""}).status_code == 422


@pytest.mark.parametrize(
    ("total", "parts", "expected"),
    [
        ("100.00", ["tiers"] * 3, ["33.34", "33.33", "33.33"]),
        ("0.01", ["moitie", "moitie"], ["0.01", "0.00"]),
        ("1000.01", ["moitie", "quart", "quart"], ["500.01", "250.00", "250.00"]),
        ("100.00", ["tiers"], ["33.33"]),
        ("100.00", ["deux_tiers", "tiers"], ["66.67", "33.33"]),
        ("10.00", ["sixieme"] * 6, ["1.67"] * 4 + ["1.66"] * 2),
    ],
)
def test_shares_make_the_whole_to_the_cent(total, parts, expected):
    assert partage.partager(D(total), parts) == [D(e) for e in expected]


def test_shares_follow_the_charges_until_something_is_obtained(ingenierie):
    with pytest.raises(InvalidInput, match="écrivez d’abord les charges"):
        share(ingenierie, "tiers")
    line = charge(ingenierie, montant=D("1000.00"))
    rows = [share(ingenierie, "tiers") for _ in range(3)]
    assert asked(ingenierie) == [D("333.34"), D("333.33"), D("333.33")]
    assert budget_of(ingenierie.pk).balance.equilibre
    update_ligne(rows[1], {"obtenu": D("333.33")}, actor=SYSTEM, expected_version=None)
    update_ligne(line, {"montant": D("2000.00")}, actor=SYSTEM, expected_version=None)
    assert asked(ingenierie) == [D("666.67"), D("333.33"), D("666.66")]
    remove_ligne(line, actor=SYSTEM, expected_version=None)
    assert asked(ingenierie) == [D("666.67"), D("333.33"), D("666.66")]


def test_an_amount_beside_a_share_is_refused_and_the_page_says_where_the_cents_go(client, user, ingenierie):
    client.force_login(user)
    charge(ingenierie, montant=D("100.00"))
    url = f"/ingenieries/{ingenierie.pk}/budget/ressources/ajouter/"
    version = budget_of(ingenierie.pk).cadre.version
    typed = {"ressources-version": version, "ressources-nature": "credits_dla", "ressources-part": "tiers"}
    assert client.post(url, typed | {"ressources-demande": "40"}).status_code == 422
    assert client.post(url, typed).status_code == 302
    page = client.get(f"/ingenieries/{ingenierie.pk}/budget/").content.decode()
    assert "un tiers des charges" in page
    assert "vont à la première des ressources en part" in page


def test_collective_and_individual_days_are_told_apart_and_compared_with_the_projet(client, user, ingenierie):
    client.force_login(user)
    charge(ingenierie, quantite=D("4"), unite="jour_collectif", prix_unitaire=D("900"))
    charge(ingenierie, quantite=D("1"), unite="jour_individuel", prix_unitaire=D("900"))
    charge(ingenierie, quantite=D("2"), unite="demi_journee", prix_unitaire=D("450"))
    days = budget_of(ingenierie.pk).jours
    assert days == jours.Jours(D(6), D(4), D(1))
    assert days.phrase.replace("\u00a0", " ") == "6 jours, dont 4 collectifs et 1 individuel"
    update_projet(
        ingenierie, actor=SYSTEM, expected_version=None, values={"jours": D("5"), "jours_individuels": D("1")}
    )
    page = client.get(f"/ingenieries/{ingenierie.pk}/budget/").content.decode().replace("\u00a0", " ")
    assert "le projet d’intervention en prévoit 5 jours" in page
    page = client.get(f"/ingenieries/{ingenierie.pk}/projet-intervention/").content.decode().replace("\u00a0", " ")
    assert "5 jours, dont 4 collectifs et 1 individuel" in page
    assert "Le budget paie 6 jours" in page
    with pytest.raises(InvalidInput, match="plus de jours individuels"):
        update_projet(ingenierie, actor=SYSTEM, expected_version=None, values={"jours_individuels": D("9")})


def test_the_workbook_has_unit_prices_shares_and_days(client, user, ingenierie):
    import io

    from openpyxl import load_workbook

    client.force_login(user)
    charge(ingenierie, quantite=D("4"), unite="jour_collectif", prix_unitaire=D("900"))
    share(ingenierie, "moitie")
    book = load_workbook(io.BytesIO(client.get(f"/ingenieries/{ingenierie.pk}/budget/classeur/").content))
    charges = list(book["Charges"].values)
    told = dict(zip(charges[0], charges[1], strict=True))
    assert (told["Quantité"], told["Unité"], told["Prix unitaire (€)"]) == (4, "jours collectifs", 900)
    assert "la moitié des charges" in [cell for row in book["Ressources"].values for cell in row]
