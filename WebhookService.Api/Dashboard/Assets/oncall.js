// Whether processing is paused, and what operators did.

import { get, getPage, send } from "./api.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, count, none, time } from "./dom.js";
import { canOperate } from "./actions.js";

const pause = 3_000;
let lookedAt = -pause;

/** Refreshes both at intervals; after an error, the last result stays. */
export async function followOnCall() {
  if (performance.now() - lookedAt < pause) {
    return;
  }
  lookedAt = performance.now();
  try {
    const [state, audit] = await Promise.all([get("v1/processing"), getPage("v1/audit?limit=20")]);
    showState(state);
    byId("audit").replaceChildren(...audit.body.map(showEntry));
    setText(byId("audit-status"), audit.body.length === 0
      ? "No operator has done anything yet."
      : `${count(audit.body.length)} shown${audit.next ? "; there are more" : ""}.`);
  } catch {
    lookedAt = performance.now();
  }
}

function showState(state) {
  const isPaused = state.state === "paused";
  byId("paused").hidden = !isPaused;
  const text = JSON.stringify(state);
  if (byId("processing-state").dataset.shown !== text) {
    byId("processing-state").dataset.shown = text;
    byId("processing-state").replaceChildren(...(isPaused
      ? [`Paused by ${state.by ?? "anybody"} since `, time(state.since), state.reason ? `: ${state.reason}` : "."]
      : ["Running."]));
  }
  const place = byId("processing-actions");
  const label = isPaused ? "Resume processing" : "Pause processing";
  if (!canOperate()) {
    place.replaceChildren();
  } else if (place.textContent !== label) {
    place.replaceChildren(make("button", { type: "button", onclick: () => change(isPaused) }, label));
  }
}

async function change(isPaused) {
  const answer = await (isPaused
    ? confirm("Resume processing?", ["All instances begin calls again, the oldest transactions first."], "Resume", "Reason")
    : confirm("Pause processing?",
      ["No instance begins another call until somebody resumes it. Transactions are still accepted."], "Pause", "Reason"));
  if (!answer) {
    return;
  }
  let message = "";
  try {
    await send(`v1/processing/${isPaused ? "resume" : "pause"}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ reason: answer.text || null }),
    });
  } catch (fault) {
    message = explain(fault);
  }
  lookedAt = -pause;
  await followOnCall();
  setText(byId("processing-status"), message);
}

// A filter is a query string; an id is not changed by this.
const describe = target => (target === null ? none : target.includes("=")
  ? [...new URLSearchParams(target)].map(([name, value]) => `${name} = ${value}`).join(", ")
  : target);

const showEntry = entry => make("tr", {},
  make("td", { class: "time" }, time(entry.at)),
  make("td", {}, entry.by ?? "anybody"),
  make("td", {}, entry.action),
  make("td", { class: "reason medium" }, describe(entry.target)),
  make("td", { class: "number" }, count(entry.count)),
  make("td", { class: "reason medium" }, entry.reason ?? none));
