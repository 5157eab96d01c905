// Moves the threshold without asking the server: what each hundredth would do came with the page.

const SPACE = "\u202f";
const card = document.getElementById("threshold");

if (card) {
  const numbers = (name) => card.dataset[name].split(" ").map(Number);
  const kept = numbers("kept");
  const labelled = numbers("labelled");
  const right = numbers("right");
  const slider = card.querySelector("input[type=range]");
  const parts = (name) => card.querySelectorAll(`[data-threshold="${name}"]`);
  const setText = (name, text) => parts(name).forEach((part) => (part.textContent = text));
  const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, SPACE);

  const move = () => {
    const step = Math.round(Number(slider.value) * (kept.length - 1));
    const at = (step / (kept.length - 1)).toFixed(2);
    setText("at", at);
    setText("kept", count(kept[step]));
    setText("other", count(kept[0] - kept[step]));
    setText("precision", labelled[step] ? (right[step] / labelled[step]).toFixed(3) : "–");
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
