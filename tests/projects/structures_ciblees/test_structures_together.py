"""Several structures change state at once: each from the state it has, all or none."""

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from core.models import JournalEntry
from projects.cycle import services as cycle
from projects.enums import EtatMobilisation
from projects.structures_ciblees import services
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import ingenierie_of, member, member_actor
from tests.projects.structures_ciblees.targeting import click, target

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def ingenierie(dla):
    return ingenierie_of(dla)


@pytest.fixture
def url(ingenierie):
    return reverse("projects:structures", args=[ingenierie.pk])


def together(action, *ciblees):
    return {"ensemble": "1", "action": action, "ciblees": [getattr(c, "pk", c) for c in ciblees]}


def states(ingenierie) -> list[str]:
    return list(ingenierie.structures_ciblees.order_by("pk").values_list("state", flat=True))


def test_the_ticked_structures_change_state_and_the_message_counts_them(client_for, user, ingenierie, url):
    fresh = [target(ingenierie) for _ in range(3)]
    known = target(ingenierie, EtatMobilisation.CONTACTEE)
    untouched = target(ingenierie)
    response = client_for(user).post(url + "?tri=etat", together("contacter", *fresh, known), follow=True)
    assert response.redirect_chain == [(url + "?tri=etat", 302)]
    assert "3\u00a0structures marquées contactées ; 1\u00a0l’était déjà." in response.content.decode()
    assert states(ingenierie) == ["contactee"] * 4 + ["reperee"]
    entries = JournalEntry.objects.filter(verb="projects.structure_ciblee.contacter", scope_id=ingenierie.pk)
    assert set(entries.values_list("object_id", flat=True)) == {c.pk for c in (*fresh, known)}
    assert StructureCiblee.objects.get(pk=known.pk).version == known.version
    assert StructureCiblee.objects.get(pk=untouched.pk).version == untouched.version


def test_those_from_which_it_is_not_possible_are_left_and_named(client_for, user, ingenierie, url):
    ready = target(ingenierie, EtatMobilisation.INTERESSEE)
    spotted = target(ingenierie, name="Pas encore vue")
    gone = target(ingenierie, EtatMobilisation.RETIREE, name="Partie")
    response = client_for(user).post(url, together("confirmer", ready, spotted, gone), headers=HTMX)
    text = response.content.decode()
    assert response.status_code == 200 and "<html" not in text
    assert (
        "1\u00a0structure confirmée ; ne peuvent pas l’être depuis leur état : "
        "« Pas encore vue » (repérée) et « Partie » (retirée)." in text
    )
    assert states(ingenierie) == ["confirmee", "reperee", "retiree"]


def test_nothing_possible_is_said_and_writes_nothing(client_for, user, ingenierie, url):
    spotted = [target(ingenierie, name=f"Structure {number}") for number in range(7)]
    before = (JournalEntry.objects.count(), type(ingenierie).objects.values("version", "last_activity_at").get())
    text = client_for(user).post(url, together("confirmer", *spotted), headers=HTMX).content.decode()
    assert "Aucune structure confirmée ; ne peuvent pas l’être" in text and "alert-info" in text
    assert "« Structure 4 » (repérée) et 2\u00a0autres." in text
    assert before == (
        JournalEntry.objects.count(),
        type(ingenierie).objects.values("version", "last_activity_at").get(),
    )


@pytest.mark.parametrize(
    ("action", "reached"), [("interesser", "interessee"), ("decliner", "declinee"), ("contacter", "contactee")]
)
def test_each_button_leads_to_its_state_and_the_counts_follow_once(user, ingenierie, monkeypatch, action, reached):
    ciblees = [target(ingenierie) for _ in range(2)]
    touched, touch = [], services.touch
    monkeypatch.setattr(services, "touch", lambda pk, **options: touched.append(options) or touch(pk, **options))
    services.act_on_structures(ingenierie, [c.pk for c in ciblees], action, actor=member_actor(ingenierie.pilote))
    assert states(ingenierie) == [reached] * 2
    assert touched == [{"structures": True}]
    ingenierie.refresh_from_db()
    assert ingenierie.structures_retenues == (0 if action == "decliner" else 2)


def test_a_structure_of_another_ingenierie_is_not_found_and_nothing_is_written(client_for, user, dla, ingenierie, url):
    own, elsewhere = target(ingenierie), target(ingenierie_of(dla, titre="Une autre"))
    client = client_for(user)
    for stranger in (elsewhere.pk, "x", "", "-1", "9" * 40, "1\x00", 999_999_999):
        assert client.post(url, together("contacter", own, stranger)).status_code == 404
    assert states(ingenierie) == ["reperee"]
    assert StructureCiblee.objects.get(pk=elsewhere.pk).state == "reperee"


@pytest.mark.parametrize("action", ["", "inconnue", "retirer", "reprendre"])
def test_another_action_is_refused_and_what_was_ticked_stays_ticked(client_for, user, ingenierie, url, action):
    ciblee = target(ingenierie)
    response = client_for(user).post(url, together(action, ciblee))
    assert response.status_code == 422
    assert f'aria-label="Cocher {ciblee.structure.name}" checked' in response.content.decode()
    assert states(ingenierie) == ["reperee"]


def test_nothing_ticked_is_said(client_for, user, ingenierie, url):
    target(ingenierie)
    response = client_for(user).post(url, together("contacter"))
    assert response.status_code == 422
    assert "Cochez au moins une structure." in response.content.decode()


def test_one_failure_undoes_all(ingenierie, monkeypatch):
    ciblees = [target(ingenierie) for _ in range(3)]
    perform, seen = services.perform, []

    def fails_at_the_third(ciblee, *args, **kwargs):
        seen.append(ciblee)
        if len(seen) == 3:
            raise NotAllowed("Non.")
        return perform(ciblee, *args, **kwargs)

    monkeypatch.setattr(services, "perform", fails_at_the_third)
    with pytest.raises(NotAllowed):
        services.act_on_structures(
            ingenierie, [c.pk for c in ciblees], "contacter", actor=member_actor(ingenierie.pilote)
        )
    assert states(ingenierie) == ["reperee"] * 3


def test_an_ingenierie_abandoned_meanwhile_keeps_nothing(dla, ingenierie):
    actor, ciblee = member_actor(dla), target(ingenierie)
    shown = type(ingenierie).objects.get(pk=ingenierie.pk)
    cycle.perform_action(
        ingenierie,
        "abandonner",
        actor=actor,
        expected_state=ingenierie.state,
        version=ingenierie.version,
        reason="Sans suite",
    )
    with pytest.raises(NotAllowed):
        services.act_on_structures(shown, [ciblee.pk], "contacter", actor=actor)
    assert states(ingenierie) == ["reperee"]


def test_the_boxes_stand_outside_the_forms_of_the_rows(client_for, user, ingenierie, url):
    ciblee = target(ingenierie)
    text = client_for(user).get(url).content.decode()
    assert f'type="checkbox" form="ensemble" name="ciblees" value="{ciblee.pk}"' in text
    together_form = text.split('id="ensemble"')[1].split("</form>")[0]
    assert "<form" not in together_form and 'name="ciblee"' not in together_form
    for label in ("Marquer contactées", "Intéressées", "Confirmer", "Déclinent"):
        assert f">{label}</button>" in together_form


def test_what_is_ticked_stays_ticked_when_a_row_is_changed(client_for, user, ingenierie, url):
    ciblee, ticked = target(ingenierie), target(ingenierie)
    data = {**click(ciblee, "contacter"), "ciblees": [ticked.pk]}
    text = client_for(user).post(url, data, headers=HTMX).content.decode()
    assert f'aria-label="Cocher {ticked.structure.name}" checked' in text and text.count(" checked>") == 1
    assert states(ingenierie) == ["contactee", "reperee"]


def test_who_only_reads_has_neither_box_nor_button(client_for, ingenierie, url):
    ciblee = target(ingenierie)
    reader = client_for(member(ingenierie.pilote, role="lecture"))
    text = reader.get(url).content.decode()
    assert "checkbox" not in text and 'id="ensemble"' not in text
    assert reader.post(url, together("contacter", ciblee)).status_code == 403
    assert states(ingenierie) == ["reperee"]
