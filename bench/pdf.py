"""What ``render_document`` costs beside bare WeasyPrint on the same HTML and style sheet, tagged: aim ≤ 1.25.

    APP_ENV=demo .venv/bin/python -m bench.pdf

Six pages, alternating in one process, medians of CPU time; memory is swept between two, so that neither pays for the
other's. Bare: the same parsed style sheet and fonts kept from one document to the next, ``pdf_tags=True`` only. Ours
adds the rendering of the template, the check of its characters, PDF/A-3a and PDF/UA-1. The first document of a process
(fonts and style sheet loaded) is told apart.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 15


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_ingenierie.settings")
    import django
    from django.conf import settings

    from tests.core import document_sample as sample

    settings.TEMPLATES[0]["DIRS"].append(sample.TEMPLATES_DIR)
    django.setup()

    from core.documents import render_document

    def ours() -> bytes:
        return render_document(sample.TEMPLATE, sample.context(), title=sample.TITLE, author="DLA de la Drôme")

    begin = time.process_time()
    content = ours()
    first = time.process_time() - begin

    from weasyprint import HTML

    from core.documents import render
    from core.documents.sources import BASE_URL

    fetcher, fonts, css = render._engine()
    html = render.render_html(
        sample.TEMPLATE,
        sample.context(),
        title=sample.TITLE,
        author="DLA de la Drôme",
        subject="",
        keywords="",
        language="fr",
    )

    def bare() -> bytes:
        return HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).write_pdf(
            stylesheets=[css], font_config=fonts, pdf_tags=True
        )

    bare()
    times: dict[str, list[float]] = {"render_document": [], "WeasyPrint nu": []}
    for _ in range(ROUNDS):
        for name, make in (("render_document", ours), ("WeasyPrint nu", bare)):
            gc.collect()
            begin = time.process_time()
            make()
            times[name].append(time.process_time() - begin)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'premier document du processus':32} {first * 1000:8.0f} ms")
    for name, seconds in medians.items():
        print(f"{name:32} {seconds * 1000:8.0f} ms de calcul (médiane de {ROUNDS})")
    ratio = medians["render_document"] / medians["WeasyPrint nu"]
    print(f"{'rapport (viser 1,25 au plus)':32} {ratio:8.2f}")
    print(f"{'poids':32} {len(content) / 1000:8.0f} ko")


if __name__ == "__main__":
    main()
