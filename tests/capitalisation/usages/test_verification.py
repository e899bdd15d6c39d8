"""A resource is verified again before its date; a legal watch sooner; once past, everybody reads it on its page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages import dashboard
from capitalisation.usages.models import Signalement
from capitalisation.usages.services import signalements, verification
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.jobs import enqueue_daily
from core.models import OutboxMail
from core.outbox import compose
from tests.capitalisation import scene
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member, member_actor

pytestmark = pytest.mark.django_db
JOB = Actor.system("essai")


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture
def author(db):
    return member(OrganisationFactory(name="DLA des Monts"), "responsable")


def of(author, day, **more):
    return scene.ressource(author.active_membership.organisation, a_reverifier_le=day, **more)


def fresh(row):
    return Ressource.objects.get(pk=row.pk)


def remind():
    return verification.remind(actor=JOB, check=lambda: None)


def page(client, row):
    return client.get(reverse("bibliotheque:ressource", args=[row.pk])).content.decode()


def test_the_contributor_is_reminded_a_month_before_then_once_more_when_it_is_past(author, clock_at):
    row = of(author, dt.date(2026, 12, 31))
    assert remind() == (0, 0)
    clock_at("2026-12-01 10:00")
    remind()
    remind()
    [mail] = OutboxMail.objects.filter(template=verification.MAIL_RAPPEL)
    assert mail.to == author.email and not mail.urgent and compose(mail)["passee"] is False
    clock_at("2026-12-30 10:00")
    remind()
    assert OutboxMail.objects.count() == 1
    clock_at("2026-12-31 10:00")
    remind()
    remind()
    assert OutboxMail.objects.filter(template=verification.MAIL_RAPPEL).count() == 2
    assert compose(mail)["passee"] is True
    Ressource.objects.filter(pk=row.pk).update(a_reverifier_le=dt.date(2027, 6, 1))
    assert compose(mail) is None


def test_a_legal_watch_two_months_late_is_told_to_the_c2ra(author):
    c2ra = member(OrganisationFactory(c2ra=True, region=author.active_membership.organisation.region))
    watch = of(author, dt.date(2026, 9, 22), sorte="veille_juridique")
    of(author, dt.date(2026, 9, 22))  # not a legal watch
    of(author, dt.date(2026, 9, 23), sorte="veille_juridique")  # fifty-nine days
    of(author, dt.date(2026, 9, 1), sorte="veille_juridique", state="archivee")
    remind()
    remind()
    [mail] = OutboxMail.objects.filter(template=verification.MAIL_VEILLE)
    assert mail.to == c2ra.email and mail.context["ressource"] == watch.pk and compose(mail)["le"]


def test_past_its_date_every_reader_is_warned_and_the_author_finds_it_on_the_accueil(client_for, author):
    late, near, fine = (of(author, day) for day in (dt.date(2026, 11, 20), dt.date(2026, 12, 10), dt.date(2027, 5, 1)))
    reader = client_for(member())
    assert "À vérifier de nouveau depuis le 20" in page(reader, late)
    assert "Est-elle à jour" not in page(reader, near) and "Est-elle à jour" not in page(reader, fine)
    assert "bientôt à vérifier" in page(client_for(author), near)
    todos = dashboard.verifications(actor_of(author))
    assert [(todo.url, todo.late) for todo in todos] == [
        (reverse("bibliotheque:verifiee", args=[late.pk]), True),
        (reverse("bibliotheque:verifiee", args=[near.pk]), False),
    ]
    assert dashboard.verifications(member_actor()) == []


@pytest.mark.parametrize(
    "sorte, expected",
    [("veille_juridique", "2027-05-21"), ("observation", "2028-05-21"), ("documentaire", "2028-05-21")],
)
def test_the_next_date_is_proposed_by_kind(client_for, author, sorte, expected):
    row = of(author, dt.date(2026, 11, 1), sorte=sorte)
    shown = client_for(author).get(reverse("bibliotheque:verifiee", args=[row.pk])).content.decode()
    assert f'value="{expected}"' in shown and 'value="2026-11-21"' in shown


def test_verified_again_the_warning_goes_and_who_reported_it_is_told(client_for, author):
    row = of(author, dt.date(2026, 11, 1))
    reader = member()
    signalements.report(row, {"motif": "a_reverifier", "texte": "Encore juste ?"}, actor=actor_of(reader))
    url = reverse("bibliotheque:verifiee", args=[row.pk])
    said = {"verifie_par": "avocate", "verifie_le": "2026-11-20", "a_reverifier_le": "2027-11-20"}
    assert client_for(author).post(url, said | {"version": row.version}).status_code == 302
    done = fresh(row)
    assert (done.verifie_par, done.verifie_le, done.a_reverifier_le) == (
        "avocate", dt.date(2026, 11, 20), dt.date(2027, 11, 20),
    )  # fmt: skip
    assert "À vérifier de nouveau depuis" not in page(client_for(reader), row)
    assert Signalement.objects.get().etat == "traite"
    assert compose(OutboxMail.objects.get(template=signalements.MAIL_SUITE))["suite"].startswith("Vérifiée")
    late = client_for(author).post(url, said | {"version": row.version, "verifie_par": "comptable"})
    assert late.status_code == 409 and "comptable" in late.content.decode()


def test_what_is_typed_wrong_is_said(author):
    row = of(author, dt.date(2026, 11, 1))
    good = {"verifie_par": "avocate", "verifie_le": dt.date(2026, 11, 20), "a_reverifier_le": dt.date(2027, 11, 20)}
    for wrong, sentence in (
        ({"verifie_le": dt.date(2026, 11, 22)}, "à venir"),
        ({"a_reverifier_le": dt.date(2026, 11, 21)}, "à une date à venir"),
        ({"verifie_par": " "}, "par qui"),
        ({"verifie_par": "Mme Martin"}, "pas son nom"),
        ({"titre": "Pris"}, "Champs inconnus"),
    ):
        with pytest.raises(InvalidInput, match=sentence):
            verification.verify(fresh(row), good | wrong, actor=actor_of(author), expected_version=None)
    with pytest.raises(NotAllowed):
        verification.verify(row, good, actor=member_actor(), expected_version=None)
    draft = of(author, None, state="brouillon")
    with pytest.raises(NotAllowed, match="n’est pas publiée"):
        verification.verify(draft, good, actor=actor_of(author), expected_version=None)


def test_who_verified_it_is_nobody_of_the_dossier(author):
    dossier = ingenierie_of(author.active_membership.organisation)
    (ciblee,) = with_structures(dossier, 1)
    row = of(author, dt.date(2026, 11, 1), ingenierie=dossier)
    named = {"verifie_par": f"le trésorier de {ciblee.structure}", "verifie_le": dt.date(2026, 11, 20),
             "a_reverifier_le": dt.date(2027, 11, 20)}  # fmt: skip
    with pytest.raises(InvalidInput, match="ne nomme ni structure"):
        verification.verify(row, named, actor=actor_of(author), expected_version=None)


def test_the_day_job_runs_it(author, clock_at, run_jobs):
    of(author, dt.date(2026, 11, 1))
    clock_at("2026-11-21 08:00")
    assert {"capitalisation.verifications", "capitalisation.liens"} <= set(enqueue_daily())
    run_jobs()
    assert OutboxMail.objects.filter(template=verification.MAIL_RAPPEL).exists()
