// The live view of a session: draws each state that the server sends, and says when it has.
// The server sends the next one only then, so a slow or hidden page skips states by itself.

import { drawHistory } from "./live_charts.js";
import { decimal, formatCount, formatMs, formatPercent, formatRate } from "./numbers.js";
import { fill, words } from "./words.js";

const STRIP_LENGTH = 16;
const SPOKEN_EVERY_MS = 10_000;
const RECONNECT_MS = [500, 1000, 2000, 5000];

const panel = document.getElementById("live");
const parts = Object.fromEntries(
  [...document.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]),
);
const probabilityRows = [...panel.querySelectorAll(".live-bars [data-class]")];
const mixRows = [...panel.querySelectorAll(".live-mix [data-class]")];
const classNames = mixRows.map((row) => row.querySelector("th").textContent.trim());
const announced = Number(panel.dataset.announced);

let attempts = 0;
let drawnSequence = -1;
let spokenAt = 0;
let history = [];
let isPaused = false;
let latest = null; // the state that a pause holds back

const frameUrl = (sequence) => panel.dataset.frameUrl.replace(/0\.png$/, `${sequence}.png`);

function setText(part, text) {
  if (part && part.textContent !== text) part.textContent = text;
}

function setBar(holder, share) {
  const fill = holder?.querySelector(".bar-fill");
  fill?.setAttribute("width", String(100 * Math.min(share, 1)));
}

function drawLedger(ledger) {
  for (const holder of document.querySelectorAll("[data-ledger]")) {
    setText(holder, formatCount(ledger[holder.dataset.ledger]));
  }
  for (const holder of document.querySelectorAll("[data-ledger-bar]")) {
    setBar(holder, ledger[holder.dataset.ledgerBar] / announced);
  }
}

function drawFrame(last) {
  if (last.sequence === drawnSequence) return;
  drawnSequence = last.sequence;
  setText(parts.class, last.class_name);
  setText(parts.confidence, formatPercent(last.confidence));
  setText(parts.sequence, formatCount(last.sequence));
  last.probabilities.forEach((probability, classId) => {
    const row = probabilityRows[classId];
    if (!row) return;
    setBar(row, probability);
    setText(row.querySelector(".number"), formatPercent(probability));
    row.classList.toggle("is-top", classId === last.class_id);
  });
  // A picture still on its way is not replaced: the next state brings a newer one.
  if (parts.frame.complete) {
    parts.frame.src = frameUrl(last.sequence);
    parts.frame.alt = fill(words.frame, { sequence: last.sequence, said: last.class_name });
    addToStrip(last);
  }
}

function addToStrip(last) {
  // What came with the page is there already.
  if (Number(parts.strip.firstElementChild?.dataset.sequence ?? -1) >= last.sequence) return;
  const item = document.createElement("li");
  item.dataset.sequence = last.sequence;
  const picture = document.createElement("img");
  picture.className = "pixels";
  picture.width = picture.height = 56;
  picture.src = frameUrl(last.sequence);
  picture.alt = "";
  const caption = document.createElement("span");
  caption.textContent = last.class_name;
  item.title = fill(words.frame_sure, {
    sequence: last.sequence,
    said: last.class_name,
    confidence: formatPercent(last.confidence),
  });
  item.append(picture, caption);
  parts.strip.prepend(item);
  while (parts.strip.children.length > STRIP_LENGTH) parts.strip.lastElementChild.remove();
}

function drawMix(counts) {
  const most = Math.max(1, ...counts);
  counts.forEach((count, classId) => {
    const row = mixRows[classId];
    setBar(row, count / most);
    setText(row?.querySelector(".number"), formatCount(count));
  });
}

function speak(snapshot) {
  const now = performance.now();
  if (now - spokenAt < SPOKEN_EVERY_MS || !snapshot.last) return;
  spokenAt = now;
  const { ledger, last, latency_ms: latency, fps_achieved: rate } = snapshot;
  const { spoken } = words;
  const said = [fill(spoken.stored, { stored: ledger.stored, announced })];
  if (rate !== null) said.push(fill(spoken.rate, { rate: decimal(rate, 1) }));
  if (latency) said.push(fill(spoken.latency, { milliseconds: Math.round(latency.p50) }));
  said.push(fill(spoken.under_way, { frames: Math.max(ledger.sent - ledger.stored, 0) }));
  const percent = Math.round(100 * last.confidence);
  said.push(fill(spoken.last, { said: last.class_name, percent }));
  setText(parts.spoken, said.join(", "));
}

// What goes on while the view is paused: the state and every count.
function drawCounts(snapshot) {
  document.dispatchEvent(new CustomEvent("live:snapshot", { detail: snapshot }));
  setText(parts.state, words.states[snapshot.state] ?? snapshot.state);
  parts.state.className = `badge state-${snapshot.state}`;
  if (parts.stop && (snapshot.stop_requested || snapshot.state === "finishing")) {
    parts.stop.disabled = true;
    if (snapshot.stop_requested) setText(parts.stop, words.stopping);
  }
  parts.interrupted.hidden = !snapshot.interrupted;
  drawLedger(snapshot.ledger);
  setText(parts.stored, formatCount(snapshot.ledger.stored));
  setBar(parts.progress, snapshot.ledger.stored / announced);
}

function draw(snapshot) {
  const hasFrames = snapshot.last !== null;
  parts.waiting.hidden = hasFrames;
  for (const name of ["grid", "tiles", "strip", "pause"]) parts[name].hidden = !hasFrames;
  parts.history.hidden = history.length === 0;
  if (!hasFrames) {
    setText(parts.waiting, words.waiting[snapshot.state] ?? words.waiting.running);
    return;
  }
  drawFrame(snapshot.last);
  drawMix(snapshot.class_counts);
  drawHistory(history, classNames);
  setText(
    parts["under-way"],
    formatCount(Math.max(snapshot.ledger.sent - snapshot.ledger.stored, 0)),
  );
  setText(parts.rate, snapshot.fps_achieved === null ? "–" : formatRate(snapshot.fps_achieved));
  if (snapshot.latency_ms) {
    setText(parts.p50, formatMs(snapshot.latency_ms.p50));
    setText(parts.p95, formatMs(snapshot.latency_ms.p95));
  }
  speak(snapshot);
}

function take(snapshot) {
  latest = snapshot;
  // Without one, it is as it was.
  history = snapshot.history ?? history;
  drawCounts(snapshot);
  if (!isPaused) draw(snapshot);
}

function end() {
  if (isPaused) parts.over.hidden = false;
  else location.reload();
}

parts.pause.addEventListener("click", () => {
  isPaused = !isPaused;
  parts.pause.setAttribute("aria-pressed", String(isPaused));
  panel.classList.toggle("is-paused", isPaused);
  if (isPaused || latest === null) return;
  if (latest.final) location.reload();
  else draw(latest);
});

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/live/${panel.dataset.uuid}/`);
  socket.onmessage = ({ data }) => {
    attempts = 0;
    const snapshot = JSON.parse(data);
    if (snapshot.final) {
      latest = snapshot;
      drawCounts(snapshot);
      end();
      return;
    }
    // Not called while the page is hidden, so a hidden page asks for nothing.
    requestAnimationFrame(() => {
      take(snapshot);
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type": "ready"}');
    });
  };
  socket.onclose = () => {
    if (latest?.final) return;
    const wait = RECONNECT_MS[Math.min(attempts, RECONNECT_MS.length - 1)];
    attempts += 1;
    setTimeout(connect, wait);
  };
}

connect();
