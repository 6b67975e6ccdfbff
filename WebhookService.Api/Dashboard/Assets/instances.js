// The instances and the age of each one's heartbeat.

import { get } from "./api.js";
import { byId, make, none, span, time } from "./dom.js";

const pause = 3_000;
let lookedAt = -pause;

/** Refreshes the table at intervals; after an error, the last result stays. */
export async function followInstances(sample) {
  if (performance.now() - lookedAt < pause) {
    return;
  }
  lookedAt = performance.now();
  try {
    const now = Date.parse(sample.at);
    const instances = await get("v1/instances");
    byId("instances").replaceChildren(...instances.map(instance => show(instance, now)));
    byId("instances-hint").hidden = instances.some(instance => instance.expires_at !== null);
  } catch {
    lookedAt = performance.now();
  }
}

function show(instance, now) {
  const age = Math.max(0, (now - Date.parse(instance.heartbeat_at)) / 1000);
  return make("tr", {},
    make("td", {}, `${instance.id}`, instance.is_self ? make("span", { class: "tag" }, "this one") : null),
    make("td", {}, make("span", { class: "status", "data-status": instance.alive ? "PROCESSED" : "FAILED" },
      make("span", { "aria-hidden": "true" }, instance.alive ? "✓" : "✕"), instance.alive ? "alive" : "gone")),
    make("td", { class: "number" }, `${span(age)} ago`),
    make("td", { class: "medium time" }, time(instance.started_at)),
    make("td", { class: "wide time" }, instance.expires_at === null ? none : time(instance.expires_at)));
}
