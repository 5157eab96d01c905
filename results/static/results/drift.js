// Keeps the drift of a running session fresh: the sentence with each state of the live view, the
// figures, which the server draws, every few seconds.

import { words } from "./words.js";

const FIGURES_EVERY_MS = 3000;
const card = document.getElementById("drift");
const status = card?.querySelector('[data-drift="status"]');
const figures = card?.querySelector('[data-drift="figures"]');
let drawnFrames = -1;
let drawnAt = -Infinity;
let isAsking = false;

async function redraw(frames) {
  isAsking = true;
  try {
    const response = await fetch(card.dataset.url, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const isOpen = [...figures.querySelectorAll("details")].map((one) => one.open);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    // What somebody is reading by keyboard stays as it is until they leave it.
    if (figures.contains(document.activeElement)) return;
    figures.replaceChildren(...fresh.body.childNodes);
    figures.querySelectorAll("details").forEach((one, index) => (one.open = isOpen[index]));
    drawnFrames = frames;
  } catch {
    // The server may be restarting; the next state asks again.
  } finally {
    drawnAt = performance.now();
    isAsking = false;
  }
}

document.addEventListener("live:snapshot", ({ detail: { drift } }) => {
  if (!card || !drift) return;
  // It has no digits, so that it changes, and is spoken, only when there is something to say.
  const sentence = words.drift[drift.sentence] ?? drift.sentence;
  if (status.textContent !== sentence) {
    status.textContent = sentence;
    status.className = `drift-status drift-${drift.level}`;
  }
  const isDue = performance.now() - drawnAt > FIGURES_EVERY_MS;
  if (isDue && !isAsking && drift.frames !== drawnFrames) redraw(drift.frames);
});
