// The configured sources, and the quarantine of bodies that could not be understood.

import { get, getPage, send } from "./api.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, count, none, time } from "./dom.js";
import { payload } from "./payload.js";
import { canOperate } from "./actions.js";

const pause = 3_000;
let lookedAt = -pause;
let shown = "";

/** Refreshes both tables at intervals; after an error, the last result stays. */
export async function followSources() {
  if (performance.now() - lookedAt < pause) {
    return;
  }
  lookedAt = performance.now();
  try {
    const [sources, quarantine] = await Promise.all([get("v1/sources"), getPage("v1/quarantine?limit=20")]);
    byId("sources-card").hidden = sources.length === 0;
    byId("sources").replaceChildren(...sources.map(showSource));
    showQuarantine(quarantine, sources.length > 0);
  } catch {
    lookedAt = performance.now();
  }
}

function showSource(source) {
  return make("tr", {},
    make("td", {}, source.name, make("span", { class: "tag" }, source.provider)),
    make("td", { class: "number" }, count(source.accepted)),
    make("td", { class: "number medium" }, count(source.duplicate)),
    make("td", { class: "number medium" }, count(source.ignored)),
    make("td", { class: "number" }, count(source.quarantined)),
    make("td", { class: "number medium" }, count(source.refused)),
    make("td", { class: "time" }, time(source.last_heard_at)));
}

// Redrawn only if it has changed, so that an opened body stays open.
function showQuarantine({ body, next }, hasSources) {
  const found = JSON.stringify(body);
  byId("quarantine-card").hidden = body.length === 0 && !hasSources;
  if (found === shown) {
    return;
  }
  shown = found;
  byId("quarantine").replaceChildren(...body.map(showEntry));
  setText(byId("quarantine-status"), body.length === 0
    ? "Nothing is in quarantine."
    : `${count(body.length)} shown${next ? "; there are more" : ""}.`);
  byId("quarantine-actions").replaceChildren(...(canOperate() && body.length > 0
    ? [make("button", { type: "button", onclick: replayAll }, "Replay all")]
    : []));
}

function showEntry(entry) {
  const path = `v1/quarantine/${entry.id}`;
  return make("tr", {},
    make("td", {}, `${entry.id}`),
    make("td", {}, entry.source, make("span", { class: "sub" }, entry.event_type ?? none)),
    make("td", { class: "reason" }, entry.reason, payload(`${path}/payload`)),
    make("td", { class: "number medium" }, count(entry.times)),
    make("td", { class: "medium time" }, time(entry.received_at)),
    make("td", {}, make("div", { class: "actions" }, ...(canOperate() ? [
      make("button", { type: "button", onclick: () => replay(entry, path) }, "Replay"),
      make("button", { type: "button", onclick: () => remove(entry, path) }, "Delete"),
    ] : []))));
}

async function replay(entry, path) {
  await change(`${path}/replay`, "POST", () => `${entry.id} was understood and has left the quarantine.`);
}

async function replayAll() {
  await change("v1/quarantine/replay", "POST", async answer => {
    const { replayed, remaining } = await answer.json();
    return `${count(replayed)} were understood; ${count(remaining)} remain.`;
  });
}

async function remove(entry, path) {
  if (await confirm(
    "Delete this body?",
    [`${entry.source}, ${entry.event_type ?? "of unknown type"}. Its provider does not send it again.`],
    "Delete")) {
    await change(path, "DELETE", () => `${entry.id} is deleted.`);
  }
}

async function change(path, method, describe) {
  let message;
  try {
    message = await describe(await send(path, { method }));
  } catch (fault) {
    message = explain(fault);
  }
  lookedAt = -pause;
  await followSources();
  setText(byId("quarantine-status"), message);
}
