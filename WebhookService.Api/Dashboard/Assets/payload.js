// A provider's body as text. It is inserted as text, never as markup, and read only when the reader asks for it.

import { send } from "./api.js";
import { explain } from "./confirm.js";
import { copy, make } from "./dom.js";

const most = 65_536;

/** A button that loads the body at a path and shows it in its place. */
export function payload(path) {
  const place = make("div", { class: "payload" });
  place.append(make("button", { type: "button", onclick: () => load(place, path) }, "Show the body"));
  return place;
}

async function load(place, path) {
  try {
    const text = await (await send(path)).text();
    const shown = text.length > most ? `${text.slice(0, most)}\n… ${text.length - most} more characters` : indent(text);
    place.replaceChildren(
      make("pre", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Body" }, shown),
      copy("Copy the body", text));
  } catch (fault) {
    place.replaceChildren(make("p", { class: "problem", role: "alert" }, explain(fault)));
  }
}

// Only white space is added: parsing numbers would change them.
function indent(text) {
  let depth = 0;
  let isText = false;
  let out = "";
  const line = () => `\n${"  ".repeat(Math.max(0, depth))}`;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isText) {
      out += c;
      if (c === "\\") {
        out += text[++i];
      }
      isText = c !== "\"";
    } else if (c === "\"") {
      isText = true;
      out += c;
    } else if (c === "{" || c === "[") {
      depth++;
      out += c + line();
    } else if (c === "}" || c === "]") {
      depth--;
      out += line() + c;
    } else if (c === ",") {
      out += c + line();
    } else if (c === ":") {
      out += ": ";
    } else if (c.trim() !== "") {
      out += c;
    }
  }
  return out;
}
