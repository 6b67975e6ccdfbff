// Failed transactions in groups, by what failed.

import { link } from "./address.js";
import { canOperate, changeAll, kinds } from "./actions.js";
import { get } from "./api.js";
import { explain } from "./confirm.js";
import { byId, make, setText, count, none, time } from "./dom.js";

// Counting them reads every failed row.
const pause = 15_000;
let lookedAt = -pause;

/** Refreshes the groups at intervals; after an error, the last result stays. */
export async function followFailures(sample) {
  const isNeeded = sample.failed > sample.dismissed || byId("failures").childElementCount > 0;
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

const filterOf = group => ({
  status: "FAILED", dismissed: "false", failure_reason: group.reason ?? "", source: group.source,
});

const showGroup = group => make("tr", {},
  make("td", { class: "reason" }, group.reason ?? none),
  make("td", { class: "number medium" }, group.http_status === null ? none : `${group.http_status}`),
  make("td", { class: "medium" }, group.source),
  make("td", { class: "number" }, make("a", { href: link(filterOf(group)) }, count(group.count))),
  make("td", { class: "medium time" }, time(group.oldest)),
  make("td", { class: "medium time" }, time(group.newest)),
  make("td", {}, make("div", { class: "actions" }, ...(canOperate() && group.reason !== null
    ? ["retry", "dismiss"].map(name => make(
      "button", { type: "button", onclick: () => change(name, group) }, `${kinds[name].verb} group`))
    : []))));

async function change(name, group) {
  await changeAll(
    name,
    new URLSearchParams(filterOf(group)),
    [`of ${group.source} that failed with “${group.reason}”`],
    message => setText(byId("failures-status"), message));
  lookedAt = -pause;
}
