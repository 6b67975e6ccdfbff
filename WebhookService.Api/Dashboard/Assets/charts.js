// Three charts over the same period, drawn by uPlot in the colours of the style sheet. The last minutes come from the
// stream, longer periods from the samples in the database.

import { get, Refusal } from "./api.js";
import { byId, make, rate, milliseconds, count, setText, span, none } from "./dom.js";

const promise = 500;
const height = 176;
const live = "live";
const storedPeriod = "charts-period";

// Seconds shown, and how often they are read again.
const periods = {
  [live]: { seconds: 300 },
  "1h": { seconds: 3_600, refresh: 20_000 },
  "24h": { seconds: 86_400, refresh: 60_000 },
  "7d": { seconds: 604_800, refresh: 300_000, hasDays: true },
};
const waitAfterFault = 5_000;

const room = least => (u, min, max) => [0, Math.max(least, (max ?? 0) * 1.15)];

const latency = {
  id: "chart-latency",
  title: "Time to answer, ms",
  // Logarithmic, so that both a few milliseconds and the promise of 500 are visible.
  scale: { distr: 3 },
  range: (u, min, max) => [0.1, Math.max(1_000, (max ?? 0) * 1.5)],
  grid: { filter: powersOfTen },
  axis: { filter: powersOfTen, values: (u, splits) => splits.map(v => (v === null ? "" : `${v}`)) },
  mark: promise,
};
const accepted = { label: "accepted", color: "line-a", fill: true, of: s => s.accepted_per_second, show: showRate };
const processed = { label: "processed", color: "line-b", of: s => s.processed_per_second, show: showRate };
const failed = { label: "failed", color: "bad", dash: [5, 3], of: s => s.failed_per_second, show: showRate };
const p50 = { label: "p50", color: "line-a", of: s => s.accept_p50_ms, show: milliseconds };
const p99 = { label: "p99", color: "line-c", of: s => s.accept_p99_ms, show: milliseconds };

const liveCharts = [
  { id: "chart-rates", title: "Transactions per second", series: [accepted, processed, failed], range: room(5) },
  { ...latency, series: [p50, p99] },
  {
    id: "chart-queue",
    title: "In progress on this instance",
    series: [
      { label: "in flight", color: "line-a", fill: true, of: s => s.in_flight, show: count },
      { label: "queued", color: "line-b", of: s => s.queue_depth, show: count },
    ],
    range: room(5),
  },
];

const pastCharts = [
  {
    id: "chart-rates",
    title: "Transactions per second, all instances",
    series: [accepted, processed, failed],
    range: room(1),
  },
  { ...latency, series: [p99] },
  {
    id: "chart-queue",
    title: "Unfinished on all instances",
    series: [
      { label: "unfinished", color: "line-a", fill: true, of: s => s.processing, show: count },
      { label: "oldest", color: "line-c", scale: "age", of: s => s.oldest_unprocessed_seconds, show: span },
    ],
    range: room(5),
    second: {
      scale: "age",
      range: room(10),
      incrs: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800],
    },
  },
];

// Grid lines and labels in between would be too dense.
function powersOfTen(u, splits) {
  const isPower = split => Number.isInteger(Math.round(Math.log10(split) * 1e6) / 1e6);
  return splits.map(split => (split !== null && isPower(split) ? split : null));
}

// A few failures in a day are not none.
function showRate(value) {
  if (value === null || value === undefined) {
    return none;
  }
  return value > 0 && value < 0.05 ? value.toPrecision(1) : rate(value);
}

let samples = [];
let points = [];
let rows = [];
let most = 300;
let plots = [];
let period = live;
let nextAsk = 0;

export function showHistory(history) {
  samples = [];
  most = Math.max(300, history.length);
  history.forEach(keep);
  nextAsk = 0;
  if (plots.length === 0) {
    choosePeriod();
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    new ResizeObserver(resize).observe(byId("board"));
  }
  update();
  askInTime();
}

export function showSample(sample) {
  keep(sample);
  if (period === live) {
    update();
  }
  askInTime();
}

// Failures are counted over all instances; a retry lowers the count.
function keep(sample) {
  const before = samples.at(-1);
  const seconds = before ? (Date.parse(sample.at) - Date.parse(before.at)) / 1000 : 0;
  const isKnown = seconds > 0 && sample.failed !== null && before.failed !== null;
  samples.push({
    ...sample,
    failed_per_second: isKnown ? Math.max(0, sample.failed - before.failed) / seconds : null,
  });
  samples.splice(0, Math.max(0, samples.length - most));
}

// The period stays chosen while the tab is open.
function choosePeriod() {
  const stored = sessionStorage.getItem(storedPeriod);
  period = stored in periods ? stored : live;
  for (const choice of document.querySelectorAll("#period input")) {
    choice.checked = choice.value === period;
    choice.addEventListener("change", () => changePeriod(choice.value));
  }
}

function changePeriod(value) {
  period = value;
  sessionStorage.setItem(storedPeriod, period);
  points = [];
  nextAsk = 0;
  setText(byId("charts-status"), "");
  draw();
  askInTime();
}

async function askInTime() {
  const asked = period;
  const now = performance.now();
  if (asked === live || now < nextAsk) {
    return;
  }
  nextAsk = now + periods[asked].refresh;
  try {
    const answer = await get(`v1/stats/history?range=${asked}`);
    if (asked === period) {
      points = answer;
      setText(byId("charts-status"), points.length === 0 ? "Nothing is recorded yet." : "");
      update();
    }
  } catch (fault) {
    if (asked === period) {
      nextAsk = performance.now() + waitAfterFault;
      setText(byId("charts-status"), fault instanceof Refusal ? fault.message : "The history cannot be read now.");
    }
  }
}

function draw() {
  plots.forEach(plot => plot.chart.destroy());
  plots = (period === live ? liveCharts : pastCharts).map(define);
  update();
}

function update() {
  const end = latest();
  rows = period === live
    ? samples.filter(sample => Date.parse(sample.at) / 1000 > end - periods[live].seconds)
    : points;
  const times = rows.map(row => Date.parse(row.at) / 1000);
  for (const { chart, definition, write } of plots) {
    chart.setData([times, ...definition.series.map(series => rows.map(series.of))]);
    if (chart.cursor.idx === null || chart.cursor.idx === undefined) {
      write(null);
    }
  }
}

// The service's clock, since the reader's may differ.
const latest = () => (samples.length > 0 ? Date.parse(samples.at(-1).at) : Date.now()) / 1000;

// All of a longer period is shown, whatever was recorded in it.
function rangeOfTimes(u, min, max) {
  return period === live ? [min, max] : [latest() - periods[period].seconds, Math.max(latest(), max ?? 0)];
}

function resize() {
  for (const { chart, place } of plots) {
    const width = place.clientWidth;
    if (width > 0 && width !== chart.width) {
      chart.setSize({ width, height });
    }
  }
}

function define(definition) {
  const figure = byId(definition.id);
  const place = figure.querySelector(".plot");
  const colors = getComputedStyle(document.documentElement);
  const color = name => colors.getPropertyValue(`--${name}`).trim();
  const values = definition.series.map(() => make("b", {}, none));
  const when = make("span", { class: "when" });
  figure.querySelector("figcaption").replaceChildren(
    make("span", { class: "title" }, definition.title),
    when,
    make("span", { class: "legend" }, ...definition.series.map((series, i) =>
      make("span", { class: "key", "data-line": series.color }, `${series.label} `, values[i]))));

  // The figures under the pointer, or else the latest.
  const write = pointed => {
    const row = rows[pointed ?? rows.length - 1];
    definition.series.forEach((series, i) => setText(values[i], row ? series.show(series.of(row)) : none));
    setText(when, row && pointed !== null ? describe(Date.parse(row.at) / 1000) : "");
  };

  const axis = {
    stroke: color("muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("grid"), width: 1 },
    ticks: { show: false },
  };
  const { second } = definition;
  const chart = new globalThis.uPlot({
    width: place.clientWidth || 320,
    height,
    padding: [10, second ? 8 : 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: "time" } },
    scales: {
      x: { time: true, range: rangeOfTimes },
      y: { ...definition.scale, range: definition.range },
      ...(second ? { [second.scale]: { range: second.range } } : {}),
    },
    axes: [
      {
        ...axis,
        space: periods[period].hasDays ? 100 : 70,
        size: 28,
        values: (u, splits) => splits.map(describe),
      },
      { ...axis, size: 46, space: 28, ...definition.axis, grid: { ...axis.grid, ...definition.grid } },
      ...(second ? [{
        ...axis,
        scale: second.scale,
        side: 1,
        size: 52,
        space: 28,
        incrs: second.incrs,
        grid: { show: false },
        values: (u, splits) => splits.map(split => (split === 0 ? "0" : span(split))),
      }] : []),
    ],
    series: [
      {},
      ...definition.series.map(series => ({
        stroke: color(series.color),
        width: 1.75,
        dash: series.dash,
        scale: series.scale ?? "y",
        fill: series.fill ? color(`${series.color}-fill`) : undefined,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [u => write(u.cursor.idx ?? null)],
      draw: definition.mark ? [u => drawMark(u, definition.mark, color("bad"))] : [],
    },
  }, [[], ...definition.series.map(() => [])], place);
  const canvas = place.querySelector("canvas");
  canvas.setAttribute("role", "img");
  const names = new Intl.ListFormat("en-GB").format(definition.series.map(series => series.label));
  canvas.setAttribute("aria-label", `${definition.title}: a chart of ${names}`);
  return { chart, definition, place, write };
}

const pad = number => String(number).padStart(2, "0");
const dayOf = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

// As exact as the period is long.
function describe(seconds) {
  const at = new Date(seconds * 1000);
  const minutes = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  if (period === live) {
    return `${minutes}:${pad(at.getSeconds())}`;
  }
  return periods[period].hasDays ? `${dayOf.format(at)} ${minutes}` : minutes;
}

// Draws the promised maximum.
function drawMark(u, value, color) {
  const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
  const { left, width } = u.bbox;
  const ratio = globalThis.uPlot.pxRatio;
  u.ctx.save();
  u.ctx.strokeStyle = color;
  u.ctx.fillStyle = color;
  u.ctx.lineWidth = 1.25 * ratio;
  u.ctx.setLineDash([6 * ratio, 4 * ratio]);
  u.ctx.beginPath();
  u.ctx.moveTo(left, y);
  u.ctx.lineTo(left + width, y);
  u.ctx.stroke();
  u.ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  u.ctx.textAlign = "left";
  u.ctx.textBaseline = "bottom";
  u.ctx.fillText(`promise: ${value} ms`, left + 6 * ratio, y - 2 * ratio);
  u.ctx.restore();
}
