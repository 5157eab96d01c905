// Swagger UI has a dark look, which it takes from a class and not from the system's preference.

const preference = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", preference.matches);
preference.addEventListener("change", follow);
follow();
