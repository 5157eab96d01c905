// Shows each <time> in the viewer's own time zone; without this script they read in UTC.

// The way of writing that the viewer's browser prefers, of those of the page's language.
const language = document.documentElement.lang;
const locale =
  navigator.languages.find((one) => one.split("-")[0] === language.split("-")[0]) ?? language;

export function localiseTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    element.title = element.textContent.trim();
    element.textContent = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "seconds" in element.dataset ? "medium" : "short",
    }).format(moment);
    element.dataset.local = "";
  }
}

localiseTimes(document);
