"""How the time of a PDF grows with its text: twice the text, about twice the time (aim ≤ 2.5).

    APP_ENV=demo .venv/bin/python -m bench.documents

A fiche de présentation is the worst of the documents: long texts beside labels, and tables. Here: five labels whose
texts are one paragraph of ``n`` characters (or one word without a space, or lines), and a table of as many cells.
CPU time, the median of three; the first document of the process (fonts loaded) is not counted.
"""

from __future__ import annotations

import gc
import itertools
import os
import statistics
import time

SIZES = (2_500, 5_000, 10_000, 20_000)
ROUNDS = 3
TEXTS = {
    "un paragraphe": "Les associations partagent une même difficulté et veulent l’aborder ensemble. ",
    "un mot sans espace": "abcdefghijkl",
    "des lignes": "- une ligne de liste assez courte\n",
}


def main() -> None:
    os.environ.setdefault("APP_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_ingenierie.settings")
    import django

    django.setup()

    from core.documents import Column, DocumentHeader, Table, render_document
    from core.documents.blocks import Definitions, Heading

    def seconds(text: str) -> float:
        cells = [[text[:450]] * 4] * max(1, len(text) // 450)
        table = Table(columns=[Column(name) for name in ("Un", "Deux", "Trois", "Quatre")], rows=cells)
        blocks = [Heading("Textes"), Definitions([(f"Libellé {n}", text) for n in range(5)]), table]
        context = {"header": DocumentHeader(pilot="DLA"), "blocks": blocks, "accroche": ""}
        times = []
        for _ in range(ROUNDS):
            gc.collect()
            begin = time.process_time()
            render_document("engagement/presentation/fiche_document.html", context, title="Banc")
            times.append(time.process_time() - begin)
        return statistics.median(times)

    seconds("court")
    print(f"{'':24}" + "".join(f"{size:>12}" for size in SIZES) + "   doublement")
    for name, pattern in TEXTS.items():
        measured = [seconds((pattern * (size // len(pattern) + 1))[:size]) for size in SIZES]
        ratios = [after / before for before, after in itertools.pairwise(measured)]
        print(f"{name:24}" + "".join(f"{value:>10.2f} s" for value in measured) + f"   ×{max(ratios):.2f} au plus")


if __name__ == "__main__":
    main()
