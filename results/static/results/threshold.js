// Moves the threshold without asking the server: what each hundredth would do came with the page.

import { decimal, formatCount } from "./numbers.js";

const card = document.getElementById("threshold");

if (card) {
  const numbers = (name) => card.dataset[name].split(" ").map(Number);
  const kept = numbers("kept");
  const labelled = numbers("labelled");
  const right = numbers("right");
  const slider = card.querySelector("input[type=range]");
  const parts = (name) => card.querySelectorAll(`[data-threshold="${name}"]`);
  const setText = (name, text) => parts(name).forEach((part) => (part.textContent = text));

  const move = () => {
    const step = Math.round(Number(slider.value) * (kept.length - 1));
    const at = (step / (kept.length - 1)).toFixed(2);
    setText("at", decimal(Number(at), 2));
    setText("kept", formatCount(kept[step]));
    setText("other", formatCount(kept[0] - kept[step]));
    setText("precision", labelled[step] ? decimal(right[step] / labelled[step], 3) : "–");
    parts("value").forEach((field) => (field.value = at));
    for (const end of ["x1", "x2"]) parts("marker")[0].setAttribute(end, step);
    // A screen reader says the whole sentence when the slider moves, and not twice.
    const says = document.getElementById("threshold-says").textContent;
    slider.setAttribute("aria-valuetext", says.replace(/\s+/g, " ").trim());
  };

  slider.removeAttribute("aria-describedby");
  parts("show").forEach((button) => (button.hidden = true));
  slider.addEventListener("input", move);
  move();
}
