// Keys 1, 2 and 3 answer the question that is open; Enter, on the button that then has the focus, saves.
"use strict";
const form = document.getElementById("review");
if (form) {
  const shows = document.getElementById("shows");
  const chosen = (name) => form.querySelector(`input[name="${name}"]:checked`);
  const update = () => {
    const asserts = chosen("asserts");
    const open = asserts !== null && asserts.value === "yes";
    shows.disabled = !open;
    shows.querySelectorAll("input").forEach((input) => { input.required = open; });
    if (asserts !== null && (!open || chosen("shows") !== null)) form.querySelector("button").focus();
  };
  form.addEventListener("change", update);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !["1", "2", "3"].includes(event.key)) return;
    const name = chosen("asserts") === null ? "asserts" : "shows";
    const inputs = form.querySelectorAll(`input[name="${name}"]`);
    const input = inputs[Number(event.key) - 1];
    if (!input || input.matches(":disabled")) return;
    event.preventDefault();
    input.checked = true;
    input.focus();
    update();
  });
  update();
}
