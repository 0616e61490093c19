// Keeps one page and its files, so that a holder can show the card without a network. Nothing else
// passes through it. Signing out removes what it kept.
"use strict";

const KEPT = "ecard-offline";
const PAGES = ["/card/qr", "/card/qr/offline"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  event.waitUntil((async () => {
    const kept = await caches.open(KEPT);
    const wanted = event.data.keep.map((path) => new URL(path, self.location.origin).href);
    await kept.addAll(wanted);
    for (const old of await kept.keys()) {
      if (!wanted.includes(old.url)) await kept.delete(old);
    }
    event.ports[0]?.postMessage("kept");
  })());
});

const shown = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("/card/qr/offline");
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (PAGES.includes(pathname)) event.respondWith(shown(event.request));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  }
});
