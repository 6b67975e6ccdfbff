// Builds and updates elements. Data from the service is inserted as text, never as markup.

export const byId = id => document.getElementById(id);

/** An element with its text or children; attributes that are null are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") {
      element.addEventListener("click", value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Writes a text only if it has changed, so that nothing is announced twice and no selection is lost. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

const whole = new Intl.NumberFormat("en");
const fine = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

export const none = "–";

/** An account, isolated because it may contain characters that change the direction of text. */
export const account = text => (text === null || text === undefined ? none : make("bdi", {}, text));

export const count = value => (value === null || value === undefined ? none : whole.format(value));

export const rate = value => (value >= 100 ? whole.format(Math.round(value)) : fine.format(value));

export const milliseconds = value =>
  value === null || value === undefined ? none : value >= 100 ? whole.format(Math.round(value)) : fine.format(value);

/** A duration in seconds, in readable units. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) {
    return none;
  }
  const parts = [[86400, "d"], [3600, "h"], [60, "min"]];
  for (const [size, unit] of parts) {
    if (seconds >= size) {
      const rest = unit === "d" ? Math.floor((seconds % 86400) / 3600) : 0;
      return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} h` : ""}`;
    }
  }
  return seconds < 10 ? `${fine.format(seconds)} s` : `${Math.floor(seconds)} s`;
}

/** The reader's time zone, in words. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A time in the reader's time zone; the day is omitted when it is today. Pointed at, it shows everything. */
export function time(text, withDay = false) {
  if (!text) {
    return none;
  }
  const at = new Date(text);
  const today = day.format(at) === day.format(new Date());
  const full = `${day.format(at)} ${clock.format(at)}`;
  return make("time", { datetime: text, title: `${full} ${zone}\n${text}` },
    today && !withDay ? clock.format(at) : full);
}

/** A button that copies a text, and says so. */
export function copy(label, text) {
  const button = make("button", { type: "button", class: "small" }, label);
  button.addEventListener("click", async () => {
    let told = "Copied";
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    } catch {
      told = "The browser does not allow it";
    }
    setText(button, told);
    setTimeout(() => setText(button, label), 1_500);
  });
  return button;
}

/** Always two decimals, with the digits as received. */
export const amount = (text, currency) => (text === null ? none : `${group(text)} ${currency}`);

// The digits stay text: a JavaScript number would round what the service never rounds.
function group(text) {
  const [before, after] = String(text).split(".");
  return `${before.replace(/\B(?=(\d{3})+$)/g, ",")}.${(after ?? "").padEnd(2, "0")}`;
}

const marks = { PROCESSED: "✓", FAILED: "✕", PROCESSING: "…" };

/** A status in words; the colour and the mark only support it. */
export const status = (name, isDismissed = false) => make(
  "span",
  { class: "status", "data-status": isDismissed ? "DISMISSED" : name },
  make("span", { "aria-hidden": "true" }, marks[name] ?? ""),
  isDismissed ? `${name}, dismissed` : name);
