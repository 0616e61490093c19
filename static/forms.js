// Comfort only: every form works without this file.
// A button is sent once, and the "send again" button counts its seconds down.
"use strict";

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// Coming back by the back button must not find a form that refuses to be sent.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("button[data-wait]")) {
  const text = button.textContent;
  const first = button.dataset.wait;
  let left = Number(first);
  button.disabled = true;
  const tick = setInterval(() => {
    left -= 1;
    button.textContent = left > 0 ? text.replace(first, left) : button.dataset.ready;
    if (left <= 0) {
      button.disabled = false;
      clearInterval(tick);
    }
  }, 1000);
}

// A session left alone ends. It says so two minutes before, and one press keeps it.
const idle = document.querySelector("[data-idle]");
if (idle) {
  const notice = 120; // seconds
  let timer;
  const wait = () => {
    clearTimeout(timer);
    idle.hidden = true;
    timer = setTimeout(() => { idle.hidden = false; }, (Number(idle.dataset.idle) - notice) * 1000);
  };
  idle.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/", { cache: "no-store" });
    if (answer.ok) wait();
  });
  wait();
}
