// Keys for the page of one frame; each follows a link that is on the page anyway.

const links = {
  ArrowLeft: document.querySelector('.frame-nav [rel="prev"]'),
  ArrowRight: document.querySelector('.frame-nav [rel="next"]'),
};
for (const link of document.querySelectorAll(".frame-nav [data-key]")) {
  links[link.dataset.key] = link;
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]") !== null;
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = links[event.key];
  if (!link) return;
  event.preventDefault();
  link.click();
});
document.querySelector(".frame-keys").hidden = false;
