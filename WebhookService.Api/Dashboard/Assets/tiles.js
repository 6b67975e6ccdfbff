// The current figures.

import { link } from "./address.js";
import { byId, make, setText, count, rate, milliseconds, span } from "./dom.js";

const promise = 500;

const definitions = [
  { label: "Accepted", unit: "/s", of: s => rate(s.accepted_per_second) },
  { label: "Finished", unit: "/s", of: s => rate(s.processed_per_second) },
  {
    label: "Answer, p99",
    unit: "ms",
    of: s => milliseconds(s.accept_p99_ms),
    state: s => (s.accept_p99_ms > promise ? "bad" : ""),
  },
  { label: "Queue", of: s => count(s.queue_depth) },
  { label: "In flight", of: s => count(s.in_flight) },
  { label: "Oldest waiting", of: s => (s.processing === null ? "?" : span(s.oldest_unprocessed_seconds)) },
  { label: "PROCESSING", of: s => count(s.processing), filter: { status: "PROCESSING" } },
  { label: "PROCESSED", of: s => count(s.processed), filter: { status: "PROCESSED" } },
  {
    label: "FAILED",
    of: s => count(s.failed === null ? null : s.failed - s.dismissed),
    state: s => (s.failed > s.dismissed ? "bad" : ""),
    filter: { status: "FAILED", dismissed: "false" },
  },
  {
    label: "Dismissed",
    of: s => count(s.dismissed),
    isThere: s => s.dismissed > 0,
    filter: { status: "FAILED", dismissed: "true" },
  },
  {
    label: "Conflicts",
    of: s => count(s.conflicts),
    state: s => (s.conflicts > 0 ? "warn" : ""),
    filter: { has_conflict: "true" },
  },
  { label: "Inbox waiting", of: s => count(s.inbox_waiting), isThere: s => s.inbox_waiting !== null },
  {
    label: "Inbox quarantined",
    of: s => count(s.inbox_quarantined),
    isThere: s => s.inbox_quarantined > 0,
    state: () => "bad",
  },
];

const tiles = definitions.map(definition => {
  const value = make("span", { class: "value" }, "–");
  const tile = make("div", { class: "tile card" },
    make("dt", {}, definition.filter
      ? make("a", { href: link(definition.filter) }, definition.label)
      : definition.label),
    make("dd", {}, value, definition.unit ? make("span", { class: "unit" }, ` ${definition.unit}`) : null));
  return { ...definition, tile, value };
});

export function showTiles(sample) {
  const place = byId("tiles");
  for (const { tile, value, of, state, isThere } of tiles) {
    const isMeant = isThere?.(sample) ?? true;
    if (!tile.isConnected) {
      place.append(tile);
    }
    tile.hidden = !isMeant;
    setText(value, of(sample));
    tile.dataset.state = state?.(sample) ?? "";
  }
  byId("breaker").hidden = !sample.paused;
  byId("store").hidden = sample.processing !== null;
}
