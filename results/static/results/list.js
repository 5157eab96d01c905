// Keeps the list of sessions fresh while one of them is under way.
import { localiseTimes } from "./times.js";

const INTERVAL_MS = 2000;

async function refresh() {
  const list = document.getElementById("sessions");
  const isBusy = document.hidden || list.contains(document.activeElement);
  if (!("active" in list.dataset) || isBusy) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser()
    .parseFromString(await response.text(), "text/html")
    .getElementById("sessions");
  if (fresh === null) return;
  localiseTimes(fresh);
  list.replaceWith(fresh);
}

async function keepFresh() {
  try {
    await refresh();
  } catch {
    // The server may be restarting; the next round asks again.
  }
  setTimeout(keepFresh, INTERVAL_MS);
}

// A page that answers a form (a refused start) must not be asked for again by GET.
if (location.pathname === "/") setTimeout(keepFresh, INTERVAL_MS);
