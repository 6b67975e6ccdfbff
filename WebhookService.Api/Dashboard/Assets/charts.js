// Three charts over the same period, drawn by uPlot in the colours of the style sheet.

import { byId, make, rate, milliseconds, count, setText } from "./dom.js";

const promise = 500;
const height = 176;

const definitions = [
  {
    id: "chart-rates",
    title: "Transactions per second",
    series: [
      { label: "accepted", color: "--line-a", fill: true, of: s => s.accepted_per_second, show: rate },
      { label: "processed", color: "--line-b", of: s => s.processed_per_second, show: rate },
    ],
    range: (u, min, max) => [0, Math.max(5, (max ?? 0) * 1.15)],
  },
  {
    id: "chart-latency",
    title: "Time to answer, ms",
    series: [
      { label: "p50", color: "--line-a", of: s => s.accept_p50_ms, show: milliseconds },
      { label: "p99", color: "--line-c", of: s => s.accept_p99_ms, show: milliseconds },
    ],
    // Logarithmic, so that both a few milliseconds and the promise of 500 are visible.
    scale: { distr: 3 },
    range: (u, min, max) => [0.1, Math.max(1_000, (max ?? 0) * 1.5)],
    grid: { filter: powersOfTen },
    axis: { filter: powersOfTen, values: (u, splits) => splits.map(v => (v === null ? "" : `${v}`)) },
    mark: promise,
  },
  {
    id: "chart-queue",
    title: "In progress on this instance",
    series: [
      { label: "in flight", color: "--line-a", fill: true, of: s => s.in_flight, show: count },
      { label: "queued", color: "--line-b", of: s => s.queue_depth, show: count },
    ],
    range: (u, min, max) => [0, Math.max(5, (max ?? 0) * 1.15)],
  },
];

// Grid lines and labels in between would be too dense.
function powersOfTen(u, splits) {
  const isPower = split => Number.isInteger(Math.round(Math.log10(split) * 1e6) / 1e6);
  return splits.map(split => (split !== null && isPower(split) ? split : null));
}

let samples = [];
let most = 300;
let plots = [];

export function showHistory(history) {
  samples = history.slice();
  most = Math.max(300, history.length);
  if (plots.length === 0) {
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    new ResizeObserver(resize).observe(byId("board"));
  }
  update();
}

export function showSample(sample) {
  samples.push(sample);
  samples.splice(0, Math.max(0, samples.length - most));
  update();
}

function draw() {
  plots.forEach(plot => plot.chart.destroy());
  plots = definitions.map(define);
  update();
}

function update() {
  const times = samples.map(sample => Date.parse(sample.at) / 1000);
  for (const { chart, definition, write } of plots) {
    chart.setData([times, ...definition.series.map(series => samples.map(series.of))]);
    if (chart.cursor.idx === null || chart.cursor.idx === undefined) {
      write(samples.length - 1);
    }
  }
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
  const color = name => colors.getPropertyValue(name).trim();
  const values = definition.series.map(() => make("b", {}, "–"));
  figure.querySelector("figcaption").replaceChildren(
    make("span", { class: "title" }, definition.title),
    make("span", { class: "legend" }, ...definition.series.map((series, i) =>
      make("span", { class: "key", "data-line": series.color.slice(-1) }, `${series.label} `, values[i]))));

  const write = index => definition.series.forEach((series, i) =>
    setText(values[i], index >= 0 && index < samples.length ? series.show(series.of(samples[index])) : "–"));

  const axis = {
    stroke: color("--muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("--grid"), width: 1 },
    ticks: { show: false },
  };
  const chart = new globalThis.uPlot({
    width: place.clientWidth || 320,
    height,
    padding: [10, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: "time" } },
    scales: { x: { time: true }, y: { ...definition.scale, range: definition.range } },
    axes: [
      { ...axis, space: 70, size: 28, values: timesOf },
      { ...axis, size: 46, space: 28, ...definition.axis, grid: { ...axis.grid, ...definition.grid } },
    ],
    series: [
      {},
      ...definition.series.map(series => ({
        stroke: color(series.color),
        width: 1.75,
        fill: series.fill ? color(`${series.color}-fill`) : undefined,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [u => write(u.cursor.idx ?? samples.length - 1)],
      draw: definition.mark ? [u => drawMark(u, definition.mark, color("--bad"))] : [],
    },
  }, [[], ...definition.series.map(() => [])], place);
  const canvas = place.querySelector("canvas");
  canvas.setAttribute("role", "img");
  const names = definition.series.map(series => series.label).join(" and ");
  canvas.setAttribute("aria-label", `${definition.title}: a chart of ${names}`);
  return { chart, definition, place, write };
}

const pad = number => String(number).padStart(2, "0");

function timesOf(u, splits) {
  return splits.map(split => {
    const at = new Date(split * 1000);
    return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  });
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
