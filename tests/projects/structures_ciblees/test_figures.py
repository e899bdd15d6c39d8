"""How many structures were contacted, answered, declined, joined: true and the same whatever came next."""

import datetime as dt

import pytest

from core.errors import InvalidInput
from projects.enums import EtatMobilisation
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees import echanges, services
from projects.structures_ciblees.echanges import Contact
from tests.factories import actor_of, ingenierie_of, member
from tests.projects.structures_ciblees.targeting import act, target

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(user.active_membership.organisation, structures_annoncees=6)


@pytest.fixture
def actor(user):
    return actor_of(user)


def figures(ingenierie) -> Mobilisation:
    return Mobilisation.of(Ingenierie.objects.get(pk=ingenierie.pk))


def test_who_declines_was_contacted_and_did_answer(ingenierie, actor):
    silent, declining, joining, _untouched = (target(ingenierie) for _ in range(4))
    for ciblee in (silent, declining, joining):
        act(ciblee, "contacter", actor)
    for ciblee, action in ((declining, "decliner"), (joining, "confirmer")):
        ciblee.refresh_from_db()
        act(ciblee, action, actor)
    told = figures(ingenierie)
    assert (told.annoncees, told.reperees, told.contactees, told.repondu) == (6, 4, 3, 2)
    assert (told.sans_reponse, told.declinees, told.retirees, told.confirmees) == (1, 1, 0, 1)
    assert told.phrase.replace("\u00a0", " ") == (
        "1 structure confirmée sur 4 repérées (6 annoncées). 3 contactées : 2 ont répondu, 1 reste sans réponse. "
        "1 a décliné."
    )


def test_a_structure_that_is_withdrawn_without_an_answer_has_not_declined(ingenierie, actor):
    ciblee = act(target(ingenierie), "contacter", actor)
    act(ciblee, "retirer", actor)
    told = figures(ingenierie)
    assert (told.contactees, told.sans_reponse, told.declinees, told.retirees) == (1, 1, 0, 1)


def test_what_was_said_stays_counted_when_a_structure_goes_back_among_the_others(ingenierie, actor):
    ciblee = act(act(target(ingenierie), "contacter", actor), "decliner", actor)
    ciblee = act(ciblee, "reprendre", actor)
    told = figures(ingenierie)
    assert (told.contactees, told.repondu, told.declinees) == (1, 1, 0)
    with pytest.raises(InvalidInput, match="déjà été contactée"):
        services.remove_structure(ciblee, actor=actor)


def test_a_contact_keeps_its_own_day_and_author_whoever_types_it_later(ingenierie, actor, clock_at):
    clock_at("2026-03-20 09:00")
    ciblee = target(ingenierie)
    fresh = services.act_on_structure(
        ciblee, "contacter", actor=actor, expected_state=ciblee.state, version=ciblee.version,
        contact=Contact(dt.date(2026, 3, 12), "La direction du réseau"),
    )  # fmt: skip
    assert (fresh.contactee_le, fresh.contactee_par) == (dt.date(2026, 3, 12), "La direction du réseau")
    echange = fresh.echanges.get()
    assert (echange.saisi_par, echange.saisi_le.date()) == (actor.label, dt.date(2026, 3, 20))


def test_an_exchange_of_a_day_to_come_is_refused(ingenierie, actor):
    ciblee = target(ingenierie)
    with pytest.raises(InvalidInput, match="futur"):
        services.act_on_structure(
            ciblee, "contacter", actor=actor, expected_state=ciblee.state, version=ciblee.version,
            contact=Contact(dt.date(2999, 1, 1)),
        )  # fmt: skip
    ciblee.refresh_from_db()
    assert (ciblee.state, ciblee.echanges.count()) == (EtatMobilisation.REPEREE, 0)


def test_noting_a_letter_marks_the_structure_contacted_and_an_answer_says_what_it_leads_to(ingenierie, actor):
    ciblee = target(ingenierie)
    echanges.add_echange(ciblee, {"sens": "envoi", "le": dt.date(2026, 3, 2), "par": "Le pilote"}, actor=actor)
    ciblee.refresh_from_db()
    assert ciblee.state == EtatMobilisation.CONTACTEE
    values = {"sens": "reponse", "le": dt.date(2026, 3, 9), "par": "Le pilote", "moyen": "telephone"}
    echange = echanges.add_echange(ciblee, values, actor=actor, suite="decliner")
    ciblee.refresh_from_db()
    assert (ciblee.state, ciblee.reponse_le, echange.etat) == (
        EtatMobilisation.DECLINEE, dt.date(2026, 3, 9), EtatMobilisation.DECLINEE,
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="notez d’abord le bon"):
        echanges.remove_echange(echange, actor=actor)
    echanges.add_echange(ciblee, values | {"le": dt.date(2026, 3, 10)}, actor=actor)
    echanges.remove_echange(echange, actor=actor)
    ciblee.refresh_from_db()
    assert ciblee.reponse_le == dt.date(2026, 3, 10)


def test_an_answer_without_a_decision_is_an_answer(ingenierie, actor):
    ciblee = act(target(ingenierie), "contacter", actor)
    echanges.add_echange(ciblee, {"sens": "reponse", "par": "Elle"}, actor=actor)
    told = figures(ingenierie)
    assert (told.repondu, told.sans_reponse, told.declinees) == (1, 0, 0)


def test_the_page_the_export_and_the_list_tell_the_same_figures(client, user, ingenierie):
    client.force_login(user)
    for state in (EtatMobilisation.CONFIRMEE, EtatMobilisation.DECLINEE):
        target(ingenierie, state, salaries=4, benevoles=10, benevoles_actifs=3)
    page = client.get(f"/ingenieries/{ingenierie.pk}/structures/").content.decode().replace("\u00a0", " ")
    assert "1 structure confirmée sur 2 repérées (6 annoncées)" in page
    assert "8 salariés" in page
    assert "20 bénévoles, dont 6 bénévoles actifs" in page
    silent = client.get(f"/ingenieries/{ingenierie.pk}/structures/?reponse=sans").content.decode()
    assert "Aucune structure de l’ingénierie ne répond" in silent
    lines = client.get("/ingenieries/?export=csv").content.decode("utf-8-sig").splitlines()
    told = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert told["Structures annoncées"] == "6"
    assert told["Structures contactées"] == told["Structures qui ont répondu"] == "2"
    assert (told["Structures qui ont décliné"], told["Structures confirmées"]) == ("1", "1")


def test_the_export_of_structures_ends_with_its_totals(client, user, ingenierie):
    client.force_login(user)
    target(ingenierie, salaries=4, etp="2.50")
    target(ingenierie, salaries=3, etp=None)
    lines = client.get(f"/ingenieries/{ingenierie.pk}/structures/?export=csv").content.decode("utf-8-sig").splitlines()
    last = lines[-1].split(";")
    heads = lines[0].split(";")
    assert last[0].replace("\u00a0", " ") == "Total (2 structures)"
    assert (last[heads.index("Salariés")], last[heads.index("ETP")]) == ("7", "2,50")


def test_the_exchange_of_a_structure_is_noted_on_its_own_page(client, user, ingenierie):
    client.force_login(user)
    ciblee = target(ingenierie)
    url = f"/ingenieries/{ingenierie.pk}/structures/{ciblee.pk}/echanges/nouveau/"
    assert client.get(url).status_code == 200
    refused = client.post(url, {"sens": "envoi", "le": "2999-01-01", "par": "Le réseau"})
    assert refused.status_code == 422
    assert "Le réseau" in refused.content.decode()
    answer = client.post(url, {"sens": "envoi", "le": "2026-01-05", "par": "Le réseau", "moyen": "courriel"})
    assert answer.status_code == 302
    page = client.get(f"/ingenieries/{ingenierie.pk}/structures/{ciblee.pk}/").content.decode()
    assert "5\u00a0janvier\u00a02026" in page
    assert "noté le" in page
    echange = ciblee.echanges.get()
    away = client.post(f"/ingenieries/{ingenierie.pk}/structures/{ciblee.pk}/echanges/{echange.pk}/retirer/")
    assert away.status_code == 422
    assert ciblee.echanges.count() == 1


def test_silence_of_three_weeks_is_told_on_the_home_page_and_an_answer_takes_it_away(client_for, clock_at):
    clock_at("2026-05-04 09:00")
    person = member()
    made = ingenierie_of(person.active_membership.organisation, charge_mission=person)
    actor = actor_of(person)
    ciblee = act(target(made), "contacter", actor)
    client = client_for(person)
    words = "1\u00a0structure contactée depuis trois semaines ou plus sans réponse"
    assert words not in client.get("/").content.decode()
    clock_at("2026-05-26 09:00")
    client = client_for(person)
    assert words in client.get("/").content.decode()
    echanges.add_echange(ciblee, {"sens": "reponse", "par": "Elle"}, actor=actor)
    assert words not in client.get("/").content.decode()


def test_the_fiche_de_presentation_tells_the_same_figures_and_adds_up_people(ingenierie):
    from engagement.presentation.fiche import build

    target(ingenierie, EtatMobilisation.CONFIRMEE, etp="2.50", benevoles=10, benevoles_actifs=4)
    target(ingenierie, EtatMobilisation.DECLINEE, etp="9.00")
    found = Ingenierie.objects.get(pk=ingenierie.pk)
    line = next(line for part in build(found).parties for line in part.lignes if line.label == "Nom")
    assert line.text.startswith(Mobilisation.of(found).phrase)
    assert line.table.total[3].replace("\u00a0", " ") == "2,5 ETP ; 10 bénévoles, dont 4 bénévoles actifs"


def test_the_directory_says_what_its_structures_come_to(client, user):
    from tests.factories import StructureFactory

    client.force_login(user)
    dla = user.active_membership.organisation
    StructureFactory(organisation=dla, salaries=3, etp="1.50", saisonniers=2)
    StructureFactory(organisation=dla, salaries=4, etp=None)
    page = client.get("/structures/").content.decode().replace("\u00a0", " ")
    assert "7 salariés ; 1,5 ETP (la seule qui le dise sur 2 structures) ; 2 emplois saisonniers" in page
    last = client.get("/structures/?export=csv").content.decode("utf-8-sig").splitlines()[-1]
    assert last.startswith("Total (2\u00a0structures)")
