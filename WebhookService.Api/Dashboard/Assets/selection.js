// The rows that the reader has chosen, and what can be done with all of them.

import { canOperate, kinds, post } from "./actions.js";
import { confirm, explain } from "./confirm.js";
import { byId, make, setText, count } from "./dom.js";

let rows = new Map();
let onDone = () => {};

/** Says what to do when something was changed. */
export function startSelection(done) {
  onDone = done;
  byId("rows").addEventListener("change", look);
}

/** A box to choose a row that can be changed; null for any other row. */
export const selectable = row => (canOperate() && row.status === "FAILED"
  ? make("input", { type: "checkbox", class: "choose", "aria-label": `Choose ${row.transaction_id}` })
  : null);

/** The rows that are shown now; none is chosen. */
export function select(shown) {
  rows = new Map(shown.map(row => [row.transaction_id, row]));
  look();
}

const chosen = () => [...byId("rows").querySelectorAll(".choose:checked")]
  .map(box => rows.get(box.closest("tr").dataset.id));

function look() {
  const all = chosen();
  const offers = {
    retry: all.filter(row => row.amount !== null),
    dismiss: all.filter(row => row.dismissed_at === null),
    undismiss: all.filter(row => row.dismissed_at !== null),
  };
  byId("selection").replaceChildren(...Object.entries(offers)
    .filter(([, some]) => some.length > 0)
    .map(([name, some]) => make(
      "button", { type: "button", onclick: () => change(name, some) }, `${kinds[name].one} (${some.length} chosen)`)));
}

async function change(name, some) {
  const kind = kinds[name];
  const answer = await confirm(
    `${kind.verb} ${count(some.length)}?`,
    [`${some.map(row => row.transaction_id).join(", ")} ${kind.effect}`], kind.verb, kind.ask);
  if (!answer) {
    return;
  }
  let changed = 0;
  let fault = "";
  for (const row of some) {
    try {
      const path = `v1/transactions/${encodeURIComponent(row.transaction_id)}/${name}`;
      changed += (await post(path, kind.member, answer.text))[kind.done];
    } catch (refused) {
      fault = ` ${row.transaction_id}: ${explain(refused)}`;
    }
  }
  setText(byId("bulk-status"), `${count(changed)} ${kind.told}.${fault}`);
  onDone();
}
