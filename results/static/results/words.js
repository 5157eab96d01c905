// What scripts say, which the page brings along in its language.

const given = document.getElementById("words");
export const words = given === null ? {} : JSON.parse(given.textContent);

// A sentence with its {gaps} filled.
export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
