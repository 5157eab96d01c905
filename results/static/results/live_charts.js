// The charts of the last minute, from the history that the server sends: whoever comes late sees
// the same. Each chart's numbers stand beside its name, as text.

import { formatCount, formatMs, formatPercent, formatRate } from "./numbers.js";
import { fill, words } from "./words.js";

const WIDTH = 300;
const HEIGHT = 90;
const SHOWN_S = 60;
const CLASS_SERIES = 10; // more classes share one colour
const SVG = "http://www.w3.org/2000/svg";

const charts = Object.fromEntries(
  [...document.querySelectorAll("[data-chart]")].map((figure) => [
    figure.dataset.chart,
    {
      svg: figure.querySelector("svg"),
      now: figure.querySelector("[data-now]"),
      top: figure.querySelector("[data-top]"),
    },
  ]),
);

// A path for each series is made once and then only given another shape.
function path(chart, name) {
  let found = chart.svg.querySelector(`.${name}`);
  if (!found) {
    found = document.createElementNS(SVG, "path");
    found.setAttribute("class", name);
    chart.svg.append(found);
  }
  return found;
}

const x = (step, last) => (WIDTH * (1 - (last.until - step.until) / SHOWN_S)).toFixed(1);
const y = (value, top) => (HEIGHT * (1 - Math.min(value / top, 1))).toFixed(1);

// Points of steps without a value are left out, and the line is broken there.
function line(steps, valueOf, top) {
  const last = steps.at(-1);
  let isOpen = false;
  let shape = "";
  for (const step of steps) {
    const value = valueOf(step);
    if (value === null) {
      isOpen = false;
      continue;
    }
    shape += `${isOpen ? "L" : "M"}${x(step, last)} ${y(value, top)}`;
    if (!isOpen) shape += "h0.01"; // so that a single point shows
    isOpen = true;
  }
  return shape;
}

function area(steps, lowOf, highOf, top) {
  const last = steps.at(-1);
  const upper = steps.map((step) => `${x(step, last)} ${y(highOf(step), top)}`);
  const lower = steps.map((step) => `${x(step, last)} ${y(lowOf(step), top)}`).reverse();
  return upper.length > 1 ? `M${[...upper, ...lower].join("L")}Z` : "";
}

// A round number above the largest, so that an axis does not move with every step.
function niceTop(values) {
  const most = Math.max(1e-9, ...values.filter((value) => value !== null));
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((nice) => nice * magnitude).find((nice) => nice >= most);
}

function stack(chart, steps, series, top) {
  const sums = new Map(steps.map((step) => [step, 0]));
  for (const [name, valueOf] of series) {
    const before = new Map(sums);
    for (const step of steps) sums.set(step, sums.get(step) + valueOf(step));
    const shape = area(steps, (step) => before.get(step), (step) => sums.get(step), top);
    path(chart, name).setAttribute("d", shape);
  }
}

function drawMix(steps, classNames) {
  const chart = charts.mix;
  const known = steps.filter((step) => step.frames > 0);
  if (known.length === 0) return;
  const shareOf = (classId) => (step) => step.class_counts[classId] / step.frames;
  const series = classNames
    .slice(0, CLASS_SERIES)
    .map((_, classId) => [`series-${classId}`, shareOf(classId)]);
  if (classNames.length > CLASS_SERIES) {
    const rest = (step) =>
      step.class_counts.slice(CLASS_SERIES).reduce((sum, count) => sum + count, 0) / step.frames;
    series.push(["series-rest", rest]);
  }
  stack(chart, known, series, 1);
  const totals = classNames.map((_, classId) =>
    known.reduce((sum, step) => sum + step.class_counts[classId], 0),
  );
  const all = totals.reduce((sum, total) => sum + total, 0);
  const ranked = totals.map((total, classId) => [total, classNames[classId]]);
  ranked.sort((one, other) => other[0] - one[0]);
  const shown = ranked.slice(0, 2).map(([total, name]) => `${name} ${formatPercent(total / all, 0)}`);
  chart.now.textContent = fill(words.charts.mix, { classes: shown.join(", ") });
}

function drawRate(steps) {
  const chart = charts.rate;
  const top = niceTop(steps.flatMap((step) => [step.sent_fps, step.stored_fps]));
  path(chart, "line-second").setAttribute("d", line(steps, (step) => step.sent_fps, top));
  path(chart, "line-first").setAttribute("d", line(steps, (step) => step.stored_fps, top));
  const last = steps.at(-1);
  chart.now.textContent = fill(words.charts.rate, {
    stored: formatRate(last.stored_fps),
    sent: formatRate(last.sent_fps),
  });
  chart.top.textContent = formatRate(top);
}

function drawLatency(steps) {
  const chart = charts.latency;
  const top = niceTop(steps.map((step) => step.latency_p95_ms));
  path(chart, "line-second").setAttribute("d", line(steps, (step) => step.latency_p95_ms, top));
  path(chart, "line-first").setAttribute("d", line(steps, (step) => step.latency_p50_ms, top));
  const last = steps.findLast((step) => step.latency_p50_ms !== null);
  if (!last) return;
  chart.now.textContent = fill(words.charts.latency, {
    median: formatMs(last.latency_p50_ms),
    p95: formatMs(last.latency_p95_ms),
  });
  chart.top.textContent = formatMs(top);
}

function drawQueue(steps) {
  const chart = charts.queue;
  const sumOf = (step) => step.travelling + step.queued + step.storing;
  const top = Math.max(10, niceTop(steps.map(sumOf)));
  const series = ["storing", "queued", "travelling"].map((name) => [`queue-${name}`, (step) => step[name]]);
  stack(chart, steps, series, top);
  const last = steps.at(-1);
  chart.now.textContent = fill(words.charts.queue, {
    travelling: formatCount(last.travelling),
    queued: formatCount(last.queued),
    storing: formatCount(last.storing),
  });
  chart.top.textContent = fill(words.charts.frames, { count: formatCount(top) });
}

export function drawHistory(steps, classNames) {
  if (steps.length === 0) return;
  drawMix(steps, classNames);
  drawRate(steps);
  drawLatency(steps);
  drawQueue(steps);
}
