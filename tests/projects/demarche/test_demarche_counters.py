"""After a tick by htmx, the counters of the page follow: those it receives are those the page would draw."""

import re

import pytest
from django.urls import reverse

from tests.factories import identified, ingenierie_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
OUT_OF_BAND = ' hx-swap-oob="true"'


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(user.active_membership.organisation)


def tick(client, item, *, short=True, **data):
    address = reverse("projects:item", args=[item.ingenierie_id, item.pk])
    address, posted = (f"{address}?court=1&state=fait", {}) if short else (address, {"state": "fait"})
    return client.post(address, posted | data, headers={"HX-Request": "true"})


def without_token(text: str) -> str:
    """Masked anew each time it is drawn."""
    return re.sub(r'<input type="hidden" name="(csrfmiddlewaretoken|saisie)"[^>]*>', "", text)


def parts(answer) -> list[str]:
    """What the answer puts elsewhere on the page."""
    text = without_token(answer.content.decode())
    pieces = re.findall(r"<(\w+)([^>]* hx-swap-oob=\"true\"[^>]*>.*?</)\1>", text, re.DOTALL)
    return [f"<{tag}{rest}{tag}>".replace(OUT_OF_BAND, "") for tag, rest in pieces]


@pytest.mark.parametrize("short", [True, False])
def test_a_tick_brings_the_counters_of_its_step_of_the_tab_and_of_the_gate(client_for, user, ingenierie, short):
    identified(ingenierie)
    client = client_for(user)
    item = ingenierie.checklist.filter(step="identifier", optional=False).first()
    total = ingenierie.checklist.filter(step="identifier", optional=False).count()
    answer = tick(client, item, short=short)
    assert answer.status_code == 200
    page = client.get(reverse("projects:demarche", args=[ingenierie.pk]), {} if short else {"etape": "identifier"})
    page = without_token(page.content.decode())
    brought = parts(answer)
    assert len(brought) == answer.content.decode().count(OUT_OF_BAND) == 6
    for part in brought:
        assert part in page and page.count(re.search(r'id="[^"]+"', part)[0]) == 1, part
    assert f'<span id="compte-identifier">1/{total} cochées <small>(1 prouvée)</small></span>' in brought
    assert '<span class="badge-state" id="etat-onglet-demarche">1/45</span>' in brought
    assert "hx-swap-oob" not in page


def test_a_refused_tick_brings_the_counters_as_they_are(client_for, user, ingenierie):
    item = ingenierie.checklist.filter(step="engager", optional=False).first()
    answer = tick(client_for(user), item, short=False, state="sans_objet")
    assert answer.status_code == 422 and "Dites pourquoi" in answer.content.decode()
    assert '<span class="badge-state" id="etat-onglet-demarche">0/45</span>' in parts(answer)


def test_an_optional_action_counts_nowhere(client_for, user, ingenierie):
    item = ingenierie.checklist.filter(optional=True).first()
    answer = tick(client_for(user), item)
    assert '<span class="badge-state" id="etat-onglet-demarche">0/45</span>' in parts(answer)
    total = ingenierie.checklist.filter(step=item.step, optional=False).count()
    assert f'<span id="compte-{item.step}">0/{total} cochées</span>' in parts(answer)


def test_a_tick_costs_as_many_queries_with_46_actions_as_with_more(client_for, user, ingenierie, count_queries):
    first, second, third, *_ = ingenierie.checklist.filter(step="identifier", optional=False)
    client = client_for(user)
    tick(client, first)
    cost = count_queries(lambda: tick(client, second))
    for number in range(5):
        client.post(
            reverse("projects:item_add", args=[ingenierie.pk]), {"phase": first.phase, "label": f"Une de plus {number}"}
        )
    assert count_queries(lambda: tick(client, third)) == cost
