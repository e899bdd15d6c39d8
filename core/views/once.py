"""What is sent twice is done once: a double click without script, a second tab, a browser that tries again.

A form carries a key (:mod:`core.views.marks`). :func:`once` claims it, with what was typed, in the transaction of what
the form does: the second sending waits for the first one, then goes where it went. What was refused may be sent again.
:class:`core.views.editing.CreateView` does so by itself; :func:`sent_once` decorates any other view that creates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.models import FormulaireRecu
from core.views import marks

ALREADY = "Ce formulaire est arrivé deux fois : il n’a compté qu’une fois."


def _key(request: HttpRequest, mark: marks.Mark) -> str:
    """The page, the address and all that is sent: another text sent from the same page is another form."""
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    data.pop(marks.FIELD, None)
    files = [(name, file.name, file.size) for name, file in request.FILES.items()]
    said = "\n".join([mark.token, mark.who, request.path, data.urlencode(), repr(files)])
    return hashlib.sha256(said.encode()).hexdigest()


def once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return ``answer()``, called in a transaction, unless this very form was accepted before."""
    mark = marks.read(request)
    if mark is None:
        return answer()
    with transaction.atomic():
        received, new = FormulaireRecu.objects.get_or_create(key=_key(request, mark))
        if new:
            response = answer()
            if response.status_code >= 400:
                received.delete()
            else:
                received.location = response.get("Location", "")
                received.save(update_fields=["location"])
            return response
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)  # the first answer draws the page
    messages.info(request, ALREADY)
    return redirect(received.location or (mark.place if mark.place.startswith("/") else request.path))


def sent_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view that creates by POST; ``@method_decorator(sent_once)`` for the ``post`` of a class."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        return once(request, lambda: view(request, *args, **kwargs))

    return answer
