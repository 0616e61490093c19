// Codes without a network. Online, the page that shows codes fetches tickets for keys that this
// browser makes and never gives away; offline, the kept page signs one ticket for each code.
// Needs scripts, WebCrypto, IndexedDB and a service worker; without any of these there are online
// codes alone.

const MOST = 10; // tickets fetched at a time
const ENOUGH = 5; // more are fetched below this
const SHOWN = 60; // seconds one code is shown
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const place = document.querySelector("[data-offline]");
const now = () => Math.floor(Date.now() / 1000);

// Storage: one row a ticket, with the key that shows it.

const opened = new Promise((done, failed) => {
  const request = indexedDB.open("ecard", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("tickets", { autoIncrement: true });
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
const settled = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});
const table = async (mode) => (await opened).transaction("tickets", mode).objectStore("tickets");
const rows = async () => {
  const all = await table("readonly");
  const [keys, values] = await Promise.all([settled(all.getAllKeys()), settled(all.getAll())]);
  return values.map((value, n) => ({ ...value, id: keys[n] }));
};
const remove = async (id) => settled((await table("readwrite")).delete(id));
const keep = async (row) => settled((await table("readwrite")).add(row));
const mark = async ({ id, ...row }) => settled((await table("readwrite")).put({ ...row, used: true }, id));

// What ended, what is another holder's, and what was shown while others are left.
const good = async (holder) => {
  const all = await rows();
  const stale = (row) => row.expires_at <= now() || (holder && row.holder !== holder);
  for (const row of all.filter(stale)) await remove(row.id);
  return all.filter((row) => !stale(row));
};

// Bytes and texts.

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

// As much of CBOR (RFC 8949) as a COSE_Sign1 needs: a head is a kind and a number.
const head = (kind, n) => {
  if (n < 24) return [(kind << 5) | n];
  if (n < 256) return [(kind << 5) | 24, n];
  if (n < 65536) return [(kind << 5) | 25, n >> 8, n & 255];
  return [(kind << 5) | 26, (n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
};
const bstr = (bytes) => joined(head(2, bytes.length), bytes);
const tstr = (text) => joined(head(3, text.length), new TextEncoder().encode(text));
const list = (...parts) => joined(head(4, parts.length), ...parts);
const PROTECTED = bstr([0xa1, 0x01, 0x26]); // {1: -7}, ES256
const AAD = bstr(new TextEncoder().encode("ecard-present-1"));

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const base45 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let value = pair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let n = 0; n < (pair ? 3 : 2); n += 1) {
      text += LETTERS[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
};

// The text of a code: ticket, time and nonce, signed by the ticket's own key.
const presented = async ({ ticket, key }) => {
  const nonce = crypto.getRandomValues(new Uint8Array(8));
  const payload = bstr(list(bstr(ticket), head(0, now()), bstr(nonce)));
  const message = list(tstr("Signature1"), PROTECTED, AAD, payload);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message);
  return "EC1:" + base45(list(PROTECTED, head(5, 0), payload, bstr(new Uint8Array(signature))));
};

// Online: tickets and the page that will show them.

const fetched = async ({ csrf, holder }, count) => {
  const pairs = await Promise.all(Array.from({ length: count }, () => crypto.subtle.generateKey(P256, false, ["sign"])));
  const points = await Promise.all(pairs.map((pair) => crypto.subtle.exportKey("raw", pair.publicKey)));
  const body = JSON.stringify({ csrf, keys: points.map((point) => textOf(new Uint8Array(point))) });
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const answer = await fetch("/card/qr/offline", { method: "POST", headers, body });
  if (!answer.ok) return;
  const { tickets } = await answer.json();
  for (const [n, { ticket, expires_at }] of tickets.entries()) {
    await keep({ ticket: bytesOf(ticket), key: pairs[n].privateKey, expires_at, holder });
  }
};

const prepare = async (settings) => {
  const left = (await good(settings.holder)).filter((row) => !row.used);
  if (left.length < ENOUGH) await fetched(settings, MOST - left.length);
  await navigator.serviceWorker.register("/card/worker.js", { scope: "/card/" });
  const { active } = await navigator.serviceWorker.ready;
  const done = new MessageChannel();
  done.port1.onmessage = () => {
    settings.ready = "yes";
    document.querySelector("[data-offline-link]")?.removeAttribute("hidden");
  };
  active.postMessage({ keep: ["/card/qr/offline", ...settings.files.split(" ")] }, [done.port2]);
};

// Offline: one code after the other.

const draw = async (row) => {
  const { encodeQR } = await import(place.dataset.drawer);
  const text = await presented(row);
  const squares = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const code = place.querySelector("svg.code");
  code.dataset.text = text;
  code.setAttribute("viewBox", `0 0 ${squares.length} ${squares.length}`);
  const dark = squares.flatMap((line, y) => line.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : "")));
  code.querySelector("path").setAttribute("d", dark.join(""));
};

const show = (state) => {
  for (const part of place.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
};

let timer;
const next = async (again) => {
  clearInterval(timer);
  const all = await good();
  const fresh = all.filter((row) => !row.used);
  const row = fresh[0] ?? (again ? all[0] : undefined);
  if (!row) return show(all.length ? "spent" : "none");
  await draw(row);
  // A ticket is for one code. The last one stays, for whoever chooses to show it once more.
  if (fresh.length > 1) await remove(row.id);
  else if (!row.used) await mark(row);
  show("code");
  const text = place.querySelector("[data-tick]");
  const ends = performance.now() + SHOWN * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    text.textContent = text.dataset.tick.replace("{n}", String(left));
    if (left === 0 && !document.hidden) next(false);
  };
  tick();
  timer = setInterval(tick, 500);
};

const settings = document.querySelector("[data-tickets]");
if (settings && crypto.subtle && navigator.serviceWorker) {
  prepare(settings.dataset).catch(() => {});
}
if (place) {
  place.querySelector("[data-again]").addEventListener("click", () => next(true));
  addEventListener("online", () => location.replace("/card/qr"));
  next(false).catch(() => show("none"));
  navigator.wakeLock?.request("screen").catch(() => {});
}
