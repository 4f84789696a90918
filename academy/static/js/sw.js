// Kept on the phone for when there is no network: what every page wears, and the last copy of my own timetable.
// Nothing else, and that copy only until somebody signs out or in. Above these lines the server writes KEPT.
"use strict";
const SHELL = `shell ${KEPT.version}`;
const MINE = "timetable";
const TIMETABLE = "/me/timetable";
const COMING_OR_GOING = /^\/(login|logout|register)(\/|$)/;
const FILE = /\.[a-z]+$/;
let farewells = 0;

function forget() {
  farewells += 1;
  return caches.delete(MINE);
}

// Whoever is answered by anything but a timetable has none here any more; a server in trouble changes nothing.
async function keep(asking) {
  const before = farewells;
  const answer = await asking;
  if (answer.ok && !answer.redirected && farewells === before) {
    await (await caches.open(MINE)).put(TIMETABLE, answer);
  } else if (answer.status < 500) {
    await forget();
  }
}

// A copy says that it is one: its line about that stands in the page, hidden. Only the month one opens first is kept.
async function copyOfTimetable() {
  const copy = await caches.match(TIMETABLE, { cacheName: MINE, ignoreVary: true });
  if (!copy) return undefined;
  const headers = new Headers();
  ["Content-Type", "Content-Security-Policy"].forEach((name) => headers.set(name, copy.headers.get(name)));
  return new Response((await copy.text()).replace("data-offline hidden", "data-offline"), { headers });
}

async function page(event, url) {
  const mine = url.pathname === TIMETABLE;
  try {
    const answer = (await event.preloadResponse) || (await fetch(event.request));
    if (mine && !url.search) event.waitUntil(keep(answer.clone()));
    return answer;
  } catch {
    return (mine && !url.search && (await copyOfTimetable())) || (await caches.match("/offline", { ignoreVary: true })) || Response.error();
  }
}

async function file(request) {
  const kept = await caches.match(request, { cacheName: SHELL, ignoreVary: true });
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: SHELL, ignoreVary: true, ignoreSearch: true })) || Response.error();
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(KEPT.shell)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    await self.registration.navigationPreload?.enable();
    const old = (await caches.keys()).filter((name) => name !== SHELL && name !== MINE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
    await keep(fetch(TIMETABLE)).catch(() => undefined);
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (COMING_OR_GOING.test(url.pathname)) event.waitUntil(forget());
  if (event.request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (event.request.mode === "navigate" && !FILE.test(url.pathname)) event.respondWith(page(event, url));
});
