// The live view of a session: draws each state that the server sends, and says when it has.
// The server sends the next one only then, so a slow or hidden page skips states by itself.

const SPACE = "\u202f";
const STRIP_LENGTH = 16;
const SPARK_POINTS = 120;
const SPARK_MS = 60_000;
const SPARK_LEAST_MS = 3000;
const SPOKEN_EVERY_MS = 10_000;
const RECONNECT_MS = [500, 1000, 2000, 5000];

const panel = document.getElementById("live");
const parts = Object.fromEntries(
  [...document.querySelectorAll("[data-live]")].map((part) => [part.dataset.live, part]),
);
const probabilityRows = [...panel.querySelectorAll(".live-bars [data-class]")];
const mixRows = [...panel.querySelectorAll(".live-mix [data-class]")];
const announced = Number(panel.dataset.announced);

let attempts = 0;
let drawnSequence = -1;
let spokenAt = 0;
let history = [];

const formatCount = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, SPACE);
const formatPercent = (value) => `${(value * 100).toFixed(1)}${SPACE}%`;
const formatMs = (value) =>
  value >= 10_000
    ? `${(value / 1000).toFixed(1)}${SPACE}s`
    : `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)}${SPACE}ms`;
const formatRate = (value) => `${value.toFixed(value >= 100 ? 0 : 1)}${SPACE}fps`;
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
    parts.frame.alt = `Frame ${last.sequence}: ${last.class_name}`;
    addToStrip(last);
  }
}

function addToStrip(last) {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.className = "pixels";
  picture.width = picture.height = 56;
  picture.src = frameUrl(last.sequence);
  picture.alt = "";
  const caption = document.createElement("span");
  caption.textContent = last.class_name;
  item.title = `Frame ${last.sequence}: ${last.class_name}, ${formatPercent(last.confidence)}`;
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

function drawSpark(latencyMs) {
  const now = performance.now();
  history.push([now, latencyMs]);
  history = history.filter(([when]) => now - when < SPARK_MS).slice(-SPARK_POINTS * 5);
  const top = Math.max(...history.map(([, value]) => value)) || 1;
  const span = Math.max(now - history[0][0], SPARK_LEAST_MS);
  const points = history.map(([when, value]) => {
    const x = SPARK_POINTS * (1 - (now - when) / span);
    return `${x.toFixed(2)},${(31 - (29 * value) / top).toFixed(2)}`;
  });
  parts.spark.setAttribute("points", points.join(" "));
  setText(parts["spark-top"], formatMs(top));
}

function waitingText(state) {
  if (state === "requested") return "Waiting for a client that follows to take this session.";
  if (state === "opened") return "Both sides are getting ready.";
  return "Waiting for the first result.";
}

function speak(snapshot) {
  const now = performance.now();
  if (now - spokenAt < SPOKEN_EVERY_MS || !snapshot.last) return;
  spokenAt = now;
  const rate = snapshot.fps_achieved === null ? "" : `, ${formatRate(snapshot.fps_achieved)}`;
  setText(
    parts.spoken,
    `${snapshot.ledger.stored} of ${announced} frames${rate}; the last is ${snapshot.last.class_name}`,
  );
}

function draw(snapshot) {
  setText(parts.state, snapshot.state);
  parts.state.className = `badge state-${snapshot.state}`;
  if (parts.stop && (snapshot.stop_requested || snapshot.state === "finishing")) {
    parts.stop.disabled = true;
    if (snapshot.stop_requested) setText(parts.stop, "Stopping…");
  }
  parts.interrupted.hidden = !snapshot.interrupted;
  drawLedger(snapshot.ledger);
  const hasFrames = snapshot.last !== null;
  parts.waiting.hidden = hasFrames;
  for (const name of ["grid", "tiles", "strip"]) parts[name].hidden = !hasFrames;
  if (!hasFrames) {
    setText(parts.waiting, waitingText(snapshot.state));
    return;
  }
  drawFrame(snapshot.last);
  drawMix(snapshot.class_counts);
  drawSpark(snapshot.last.latency_ms);
  setText(parts.stored, formatCount(snapshot.ledger.stored));
  setBar(parts.progress, snapshot.ledger.stored / announced);
  setText(parts.rate, snapshot.fps_achieved === null ? "–" : formatRate(snapshot.fps_achieved));
  if (snapshot.latency_ms) {
    setText(parts.p50, formatMs(snapshot.latency_ms.p50));
    setText(parts.p95, formatMs(snapshot.latency_ms.p95));
  }
  speak(snapshot);
}

function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/live/${panel.dataset.uuid}/`);
  socket.onmessage = ({ data }) => {
    attempts = 0;
    const snapshot = JSON.parse(data);
    if (snapshot.final) {
      location.reload();
      return;
    }
    // Not called while the page is hidden, so a hidden page asks for nothing.
    requestAnimationFrame(() => {
      draw(snapshot);
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type": "ready"}');
    });
  };
  socket.onclose = () => {
    const wait = RECONNECT_MS[Math.min(attempts, RECONNECT_MS.length - 1)];
    attempts += 1;
    setTimeout(connect, wait);
  };
}

connect();
