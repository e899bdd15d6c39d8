// Stacked bars drawn from numbers given as JSON: <canvas data-chart="id of the JSON script">. The exact numbers are in
// the table beside: a page without this file loses a picture, nothing else. A part of a series is in one bar (`bar`,
// `value`: euros) or in all of them (`values`, counted in `unit`; the bars lie on their side). `beside`: not stacked.
(() => {
  // Distinct in grey as in colour: lightness alternates from one part to the next.
  const INKS = ["#1f4e79", "#8fb8de", "#2f6f4f", "#a8cf9d", "#7a3e6d", "#d7a6c8", "#8a5a00", "#e3bf7a", "#4d4d4d", "#b5b5b5"];
  const money = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
  // A long name of a bar is written on several lines: on one, its beginning would be out of the picture.
  const lines = (name) => name.match(/\S{27,}|.{1,26}(?=\s|$)/g)?.map((line) => line.trim()) || [name];
  const css = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

  const draw = (canvas) => {
    const source = document.getElementById(canvas.dataset.chart);
    if (!source || !window.Chart) return;
    window.Chart.getChart(canvas)?.destroy();
    const told = JSON.parse(source.textContent);
    const ink = css("--bs-body-color") || "#222";
    const say = told.unit ? (value) => `${value} ${told.unit}` : (value) => money.format(value);
    const ticks = told.unit ? { color: ink, precision: 0 } : { color: ink, callback: say };
    const stacked = !told.beside;
    const number = { stacked, beginAtZero: true, ticks };
    const bars = { stacked, ticks: { color: ink }, grid: { display: false } };
    new window.Chart(canvas, {
      type: "bar",
      data: {
        labels: told.unit ? told.bars.map(lines) : told.bars,
        datasets: told.series.map((part, index) => ({
          label: part.values ? part.label : `${told.bars[part.bar]} : ${part.label}`,
          data: part.values || told.bars.map((_, bar) => (bar === part.bar ? part.value : null)),
          backgroundColor: INKS[index % INKS.length],
          borderColor: css("--bs-body-bg") || "#fff",
          borderWidth: 1,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: told.unit ? "y" : "x",
        scales: told.unit ? { x: number, y: bars } : { x: bars, y: number },
        plugins: {
          legend: { position: "bottom", labels: { color: ink, boxWidth: 14 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label} : ${say(item.raw)}` } },
        },
      },
    });
  };
  const all = (root) => root.querySelectorAll("canvas[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
})();
