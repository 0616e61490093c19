// Shows the next code without a jump, counts its seconds down, and keeps the screen on. Without
// this file the page loads itself anew every minute.
"use strict";

(() => {
  const PLACE = "[data-code]";
  let lock = null;
  let ends = 0;

  const stay = async () => {
    try { lock = await navigator.wakeLock.request("screen"); } catch { lock = null; }
  };

  const say = (place, left) => {
    const text = place.querySelector("[data-tick]");
    if (text) text.textContent = text.dataset.tick.replace("{n}", String(left));
  };

  const begin = () => {
    const place = document.querySelector(PLACE);
    if (place) ends = performance.now() + Number(place.dataset.seconds) * 1000;
  };

  // The same page again, of which only the code is taken. Another page means that the card or the
  // session has ended: then that page is shown.
  const renew = async (place) => {
    const answer = await fetch(place.dataset.next, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector(PLACE);
    if (next) {
      place.replaceWith(document.adoptNode(next));
      begin();
    } else {
      location.assign(answer.ok ? answer.url : "/card/qr");
    }
  };

  // A code that was scanned is over: it says so, and no next one follows by itself.
  const LOOK = 3000; // milliseconds between two looks whether the code was used
  const look = async () => {
    const place = document.querySelector(PLACE);
    if (!place || document.hidden || place.classList.contains("over")) return;
    try {
      const signal = AbortSignal.timeout?.(LOOK);
      const answer = await fetch("/card/qr/used", { cache: "no-store", headers: { Accept: "application/json" }, signal });
      if (!answer.ok || !(await answer.json()).used || !place.isConnected) return;
    } catch { return; } // Nobody can tell: the seconds go on.
    place.classList.add("over", "used");
    place.querySelector("[data-used]").hidden = false;
    place.querySelector(".code-time").hidden = true;
  };

  let busy = false;
  const tick = async () => {
    const place = document.querySelector(PLACE);
    if (!place || busy || place.classList.contains("used")) return;
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    say(place, left);
    place.classList.toggle("over", left === 0);
    if (left > 0 || document.hidden) return;
    busy = true;
    try { await renew(place); } catch {
      // No network: the kept page shows codes of the phone's own, if there is one.
      if (navigator.serviceWorker?.controller) location.assign("/card/qr/offline");
      ends = performance.now() + 5000;
    }
    busy = false;
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { stay(); tick(); }
  });
  begin();
  stay();
  setInterval(tick, 500);
  setInterval(look, LOOK);
})();
