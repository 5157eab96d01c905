// How numbers read, as the server writes them in the page's language.

export const SPACE = "\u202f";
const language = document.documentElement.lang;
const POINT = new Intl.NumberFormat(language)
  .formatToParts(0.5)
  .find((part) => part.type === "decimal").value;

export const decimal = (value, digits) => value.toFixed(digits).replace(".", POINT);
export const formatCount = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, SPACE);
export const formatPercent = (share, digits = 1) => `${decimal(100 * share, digits)}${SPACE}%`;
export const formatMs = (value) =>
  value >= 10_000
    ? `${decimal(value / 1000, 1)}${SPACE}s`
    : `${decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)}${SPACE}ms`;
export const formatRate = (value) =>
  `${value >= 100 ? formatCount(Math.round(value)) : decimal(value, 1)}${SPACE}fps`;
