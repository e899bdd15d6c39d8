"""« Tâches et courriers » for the one who runs the application, and the page of one job for the one who asked it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import clock, outbox
from core.errors import StaleState
from core.formats import format_datetime, format_number, format_recent
from core.jobs import JOB_RESULT_URL, retry_job
from core.jobs.execution import lanes_alive, stale_before
from core.listing import paginate
from core.models import Job, JobState, Lane, MailState, OutboxMail, WorkerBeat
from core.permissions import is_operator
from core.redirects import path_of_ours

LATE_SECONDS = 300

TAGS = {
    JobState.EN_ATTENTE: "tag-neutral",
    JobState.EN_COURS: "tag-accent",
    JobState.FAIT: "tag-ok",
    JobState.ECHEC: "tag-bad",
    MailState.ENVOYE: "tag-ok",
    MailState.SANS_OBJET: "tag-neutral",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, ready to print."""

    url: str
    title: str
    subtitle: str
    state: str
    tag: str
    number: int
    when: str
    attempts: str
    error: str
    retry_url: str


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter, linked to its list."""

    label: str
    url: str
    alarming: bool
    here: bool


def _operator_only(request: HttpRequest) -> None:
    if not is_operator(request.actor):
        raise Http404


def _job_row(job: Job) -> Row:
    failed = job.state == JobState.ECHEC
    waits = job.state == JobState.EN_ATTENTE and job.run_after > clock.now()
    return Row(
        url=reverse("core:job_detail", args=[job.pk]),
        title=job.label,
        subtitle=f"n° {job.pk} · {job.created_by_label}",
        state=job.get_state_display(),
        tag=TAGS[job.state],
        number=job.pk,
        when=f"pas avant {format_datetime(job.run_after)}" if waits else format_recent(job.created_at),
        attempts=f"{job.attempts} / {job.max_attempts}",
        error=job.error,
        retry_url=reverse("core:job_retry", args=[job.pk]) if failed else "",
    )


def _mail_row(mail: OutboxMail) -> Row:
    if mail.digest_id or (not mail.urgent and mail.job_id is None):
        attempts = "récapitulatif"
    else:
        attempts = f"{mail.job.attempts} / {mail.job.max_attempts}" if mail.job else "—"
    return Row(
        url=reverse("core:mail_detail", args=[mail.pk]),
        title=mail.to,
        subtitle=f"{mail.template} · {mail.created_by_label}",
        state=mail.get_state_display(),
        tag=TAGS[mail.state],
        number=mail.pk,
        when=format_recent(mail.sent_at or mail.created_at),
        attempts=attempts,
        error=mail.error or (mail.job.error if mail.job and mail.state == MailState.EN_ATTENTE else ""),
        retry_url=reverse("core:mail_retry", args=[mail.pk]) if mail.state == MailState.ECHEC else "",
    )


def _counters(view: str, state: str) -> list[tuple[str, list[Counter]]]:
    """By kind of thing, how many in each state."""
    answer = []
    for kind, title, states, model in (
        ("taches", "Tâches", JobState, Job),
        ("courriers", "Courriers", MailState, OutboxMail),
    ):
        counts = dict(model.objects.order_by().values_list("state").annotate(count=Count("pk")))
        counters = []
        for value, label in states.choices:
            count = counts.get(value, 0)
            counters.append(
                Counter(
                    label=f"{format_number(count)} {label if ' ' in label or count < 2 else label + 's'}",
                    url=f"{reverse('core:exploitation')}?vue={kind}&etat={value}",
                    alarming=value == "echec" and count > 0,
                    here=(view, state) == (kind, value),
                )
            )
        answer.append((title, counters))
    return answer


def _list(request: HttpRequest, view: str, state: str) -> tuple[Page, list[Row]]:
    if view == "courriers":
        queryset = OutboxMail.objects.select_related("job").order_by("-created_at", "-pk")
        make: Any = _mail_row
    else:
        queryset = Job.objects.defer("payload", "result", "trace").order_by("-created_at", "-pk")
        make = _job_row
    found = paginate(queryset.filter(state=state), request)
    return found, [make(item) for item in found.object_list]


@never_cache
@require_GET
def exploitation(request: HttpRequest) -> HttpResponse:
    """What failed, what waits, which workers live. 404 to anybody but the one who runs the application."""
    _operator_only(request)
    view = "courriers" if request.GET.get("vue") == "courriers" else "taches"
    states = MailState if view == "courriers" else JobState
    asked = request.GET.get("etat")
    state = asked if asked in states.values else "echec"
    page, rows = _list(request, view, state)
    limit, alive = stale_before(), lanes_alive()
    workers = [
        {
            "name": beat.worker_id,
            "host": beat.host,
            "lane": beat.get_lane_display() or "toutes",
            "since": format_recent(beat.started_at),
            "seen": format_recent(beat.seen_at),
            "alive": beat.seen_at >= limit,
            "job_url": reverse("core:job_detail", args=[beat.job_id]) if beat.job_id else "",
        }
        for beat in WorkerBeat.objects.order_by("-seen_at", "pk")[:20]
    ]
    oldest = Job.objects.due().order_by("run_after").values_list("run_after", flat=True).first()
    context = {
        "counters": _counters(view, state),
        "workers": workers,
        "alive": any(worker["alive"] for worker in workers),
        "silent": [lane.label for lane in Lane if lane not in alive],
        "late": format_recent(oldest) if oldest and (clock.now() - oldest).total_seconds() > LATE_SECONDS else "",
        "view": view,
        "state_label": states(state).label,
        "page": page,
        "rows": rows,
    }
    return render(request, "exploitation/index.html", context)


# --- One job --------------------------------------------------------------------------------------------------------


def _result_url(job: Job, actor) -> str:
    """The page of the result: what the app registered, else ``result["url"]``; only a path of this site."""
    if job.state != JobState.FAIT:
        return ""
    link = JOB_RESULT_URL.get(job.name)
    url = link(job, actor) if link else (job.result.get("url") if isinstance(job.result, dict) else None)
    return path_of_ours(url)


def job_panel(request: HttpRequest, job: Job, here: str) -> dict[str, Any] | HttpResponse:
    """What ``exploitation/_job.html`` shows of a job on the page at ``here``; an empty answer when nothing is new.

    The caller has checked that the actor may see the job.
    """
    told = (job.state, job.attempts, job.progress_done, job.progress_total, job.progress_message, job.error)
    mark = hashlib.sha256(repr(told).encode()).hexdigest()[:12]
    if request.htmx and request.GET.get("vu") == mark:
        return HttpResponse(status=204)  # nothing new: the page is left alone
    waits = job.state == JobState.EN_ATTENTE and job.run_after > clock.now()
    return {
        "job": job,
        "tag": TAGS[job.state],
        "mark": mark,
        "here": here,
        "result_url": _result_url(job, request.actor),
        "finished": format_datetime(job.finished_at),
        "not_before": format_datetime(job.run_after) if waits else "",
        "operator": is_operator(request.actor),
    }


@never_cache
@require_GET
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is, and its result once done. For the one who asked for it and the one who runs the application."""
    job = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    context = job_panel(request, job, reverse("core:job_detail", args=[job.pk]))
    if isinstance(context, HttpResponse):
        return context
    operator = context["operator"]
    context["back"] = path_of_ours(request.GET.get("retour", ""))  # the page where the work was asked for
    context["created"] = format_datetime(job.created_at)
    if operator:
        context |= {
            "payload": json.dumps(job.payload, ensure_ascii=False, indent=2),
            "result": json.dumps(job.result, ensure_ascii=False, indent=2) if job.result is not None else "",
        }
    template = "exploitation/_job.html" if request.htmx else "exploitation/job.html"
    return render(request, template, context)


@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """« Relancer » a failed job."""
    _operator_only(request)
    job = get_object_or_404(Job, pk=pk)
    try:
        retry_job(job, actor=request.actor)
        messages.success(request, f"{job} : relancée.")
    except StaleState as error:
        messages.warning(request, error.message)
    return redirect("core:job_detail", pk=pk)


# --- One mail -------------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of a mail: recipient, template, ids, attempts, error; its text is nowhere kept."""
    _operator_only(request)
    mail = get_object_or_404(OutboxMail.objects.select_related("job", "digest"), pk=pk)
    context = {
        "mail": mail,
        "tag": TAGS[mail.state],
        "ids": json.dumps(mail.context, ensure_ascii=False, indent=2),
        "created": format_datetime(mail.created_at),
        "sent": format_datetime(mail.sent_at),
        "error": mail.error or (mail.job.error if mail.job else ""),
    }
    return render(request, "exploitation/mail.html", context)


@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """« Relancer » a failed mail."""
    _operator_only(request)
    mail = get_object_or_404(OutboxMail, pk=pk)
    try:
        outbox.retry_mail(mail, actor=request.actor)
        messages.success(request, f"Le courrier à {mail.to} est relancé.")
    except StaleState as error:
        messages.warning(request, error.message)
    return redirect("core:mail_detail", pk=pk)
