// Failed transactions in groups, by what failed.

import { get, nextOf, send } from "./api.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, count, none, time } from "./dom.js";
import { canOperate } from "./retry.js";

// Counting them reads every failed row.
const pause = 15_000;
let lookedAt = -pause;

/** Refreshes the groups at intervals; after an error, the last result stays. */
export async function followFailures(sample) {
  const isNeeded = sample.failed > 0 || byId("failures").childElementCount > 0;
  byId("failures-card").hidden = !isNeeded && byId("failures-status").textContent === "";
  if (!isNeeded || performance.now() - lookedAt < pause) {
    return;
  }
  lookedAt = performance.now();
  try {
    byId("failures").replaceChildren(...(await get("v1/failures")).map(showGroup));
  } catch (fault) {
    setText(byId("failures-status"), explain(fault));
  }
}

const showGroup = group => make("tr", {},
  make("td", { class: "reason" }, group.reason ?? none),
  make("td", { class: "number medium" }, group.http_status === null ? none : `${group.http_status}`),
  make("td", { class: "medium" }, group.source),
  make("td", { class: "number" }, count(group.count)),
  make("td", { class: "medium time" }, time(group.oldest)),
  make("td", { class: "medium time" }, time(group.newest)),
  make("td", {}, make("div", { class: "actions" }, canOperate() && group.reason !== null
    ? make("button", { type: "button", onclick: () => retry(group) }, "Retry group")
    : null)));

async function retry(group) {
  if (!await confirm(
    "Retry this group?",
    [`${count(group.count)} transactions of ${group.source} that failed with “${group.reason}” will be PROCESSING again. `
      + "Each is called with its previous idempotency key."],
    "Retry")) {
    return;
  }
  const query = new URLSearchParams({ status: "FAILED", failure_reason: group.reason, source: group.source });
  let retried = 0;
  let fault = "";
  try {
    for (let next = `v1/transactions/retry?${query}`; next !== null;) {
      const answer = await send(next, { method: "POST" });
      retried += (await answer.json()).retried;
      next = nextOf(answer);
    }
  } catch (refused) {
    fault = ` ${explain(refused)}`;
  }
  setText(byId("failures-status"), `${count(retried)} are being processed again.${fault}`);
  lookedAt = -pause;
}
