// Draws every <canvas data-chart="id of its JSON"> of admin/_chart.html; without it the tables are shown.
"use strict";

(() => {
  /** Names of brand.css; lines differ in dashes and points too, bars in lightness. */
  const COLOURS = ["--brand-text", "--info", "--warn", "--bad"];
  const DASHES = [[], [8, 4], [2, 3], [8, 3, 2, 3]];
  const POINTS = ["circle", "rect", "triangle", "rectRot"];
  const BAR_HEIGHT = 22;
  const FRAME = 72;
  const charts = [];

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const language = document.documentElement.lang || "es";

  /** A number as the page's language writes it. */
  function told(value, isShare, digits = 1) {
    const format = isShare ? { style: "percent", maximumFractionDigits: digits } : { maximumFractionDigits: 2 };
    return value === null || value === undefined ? "–" : new Intl.NumberFormat(language, format).format(value);
  }

  function datasets(data) {
    const isLine = data.kind === "line";
    return data.series.map((series, index) => {
      const style = COLOURS[index % COLOURS.length];
      const values = data.places.length
        ? series.values.map((y, at) => ({ x: data.places[at], y }))
        : series.values;
      return {
        label: series.name,
        data: values,
        colourName: style,
        borderColor: colour(style),
        backgroundColor: colour(style),
        borderWidth: isLine ? 2 : 0,
        borderDash: isLine ? DASHES[index % DASHES.length] : [],
        pointStyle: POINTS[index % POINTS.length],
        pointRadius: data.places.length ? 2 : 4,
        pointHoverRadius: 6,
        maxBarThickness: BAR_HEIGHT,
        spanGaps: false,
      };
    });
  }

  function valueAxis(data) {
    const axis = { beginAtZero: data.kind !== "line", ticks: { callback: (value) => told(value, data.isShare, 1) } };
    if (data.isShare) axis.suggestedMax = 1;
    else if (data.series.every((line) => line.values.every((value) => Number.isInteger(value ?? 0)))) {
      axis.ticks.precision = 0;
    }
    return axis;
  }

  function labelAxis(data) {
    if (data.places.length) {
      return { type: "linear", ticks: { callback: (value) => told(value, data.isShare, 0) } };
    }
    if (data.kind !== "hbar") return { ticks: { maxRotation: 60 } };
    return {
      ticks: {
        autoSkip: false,
        /** Names that fit: a third of the chart, in letters of about 7 px. */
        callback(value) {
          const name = this.getLabelForValue(value);
          const most = Math.max(12, Math.floor(this.chart.width / 18));
          return name.length > most ? `${name.slice(0, most - 1)}…` : name;
        },
      },
    };
  }

  /** An upright line at `data.mark`, with its name. */
  function marker(data) {
    return {
      id: "marker",
      afterDatasetsDraw({ ctx, chartArea, scales }) {
        if (!data.mark) return;
        const x = scales.x.getPixelForValue(data.mark.at);
        if (!(x >= chartArea.left && x <= chartArea.right)) return;
        const isRight = x > (chartArea.left + chartArea.right) / 2;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colour("--text");
        ctx.setLineDash([4, 4]);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.font = `13px ${colour("--font")}`;
        ctx.textAlign = isRight ? "right" : "left";
        ctx.fillText(data.mark.name, x + (isRight ? -6 : 6), chartArea.bottom - 8);
        ctx.restore();
      },
    };
  }

  /** The legend's lines dashed as those of the chart. */
  function dashedLabels(chart) {
    const labels = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    for (const label of labels) {
      label.lineDash = chart.data.datasets[label.datasetIndex].borderDash;
      label.lineWidth = 2;
    }
    return labels;
  }

  /** Colours of the theme as it is now. */
  function paint(chart) {
    const text = colour("--text");
    for (const set of chart.data.datasets) {
      set.borderColor = set.backgroundColor = colour(set.colourName);
    }
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = text;
      axis.grid = { ...axis.grid, color: colour("--line") };
      axis.border = { ...axis.border, color: colour("--control") };
    }
    chart.options.plugins.legend.labels.color = text;
    chart.update();
  }

  /** With an address for each label, the chart is a way to its rows; the table has the same for keyboards. */
  function leading(data) {
    if (!data.links.length) return {};
    const target = (elements) => elements.length && data.links[elements[0].index];
    return {
      onHover: (event, elements) => {
        event.native.target.style.cursor = target(elements) ? "pointer" : "";
      },
      onClick: (event, elements) => {
        if (target(elements)) location.assign(target(elements));
      },
    };
  }

  function draw(canvas) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const box = canvas.parentElement;
    const isLine = data.kind === "line";
    const isSideways = data.kind === "hbar";
    box.hidden = false;
    if (isSideways) box.style.height = `${FRAME + data.labels.length * BAR_HEIGHT * data.series.length}px`;
    const [label, value] = isSideways ? ["y", "x"] : ["x", "y"];
    const chart = new Chart(canvas, {
      type: isLine ? "line" : "bar",
      data: { labels: data.places.length ? undefined : data.labels, datasets: datasets(data) },
      options: {
        animation: false, // nothing moves, with or without "reduced motion"
        responsive: true,
        maintainAspectRatio: false,
        locale: language,
        indexAxis: label,
        ...leading(data),
        interaction: { mode: "index", intersect: false, axis: label },
        scales: { [label]: labelAxis(data), [value]: valueAxis(data) },
        plugins: {
          colors: { enabled: false },
          legend: {
            display: data.series.length > 1,
            labels: isLine
              ? { usePointStyle: true, pointStyle: "line", pointStyleWidth: 48, generateLabels: dashedLabels }
              : {},
          },
          tooltip: {
            callbacks: {
              title: ([item]) => item && data.labels[item.dataIndex],
              label: (item) => `${item.dataset.label}: ${told(item.parsed[value], data.isShare)}`,
            },
          },
        },
      },
      plugins: [marker(data)],
    });
    paint(chart);
    charts.push(chart);
  }

  /** With the chart drawn its table waits behind a button. */
  function hideTable(figure) {
    const button = figure.querySelector(".chart-switch");
    const table = document.getElementById(button.getAttribute("aria-controls"));
    const show = (isShown) => {
      table.hidden = !isShown;
      button.setAttribute("aria-expanded", String(isShown));
      button.textContent = isShown ? button.dataset.hide : button.dataset.show;
    };
    button.hidden = false;
    button.addEventListener("click", () => show(table.hidden));
    show(false);
  }

  function follow() {
    const repaint = () => charts.forEach(paint);
    new MutationObserver(repaint).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "data-contrast"],
    });
    for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
      matchMedia(query).addEventListener("change", repaint);
    }
  }

  Chart.defaults.font.family = colour("--font");
  Chart.defaults.font.size = 13;
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    draw(canvas);
    hideTable(canvas.closest(".chart"));
  }
  follow();
})();
