// The dashboard: signs the reader in, follows the stream, and passes each sample to the parts of the page.

import { get, key, Refusal } from "./api.js";
import { byId, make, setText } from "./dom.js";
import { follow } from "./stream.js";
import { showHistory, showSample } from "./charts.js";
import { showTiles } from "./tiles.js";
import { startList, followSample, refresh, readFilter, describeFilter, isById } from "./list.js";
import { refreshDetail, startDetail } from "./detail.js";
import { offerBulk, setAccess } from "./actions.js";
import { startSelection } from "./selection.js";
import { followFailures } from "./failures.js";
import { followInstances } from "./instances.js";
import { followOnCall } from "./oncall.js";
import { followSources } from "./sources.js";

const states = {
  connecting: ["Connecting", "idle"],
  live: ["Live", "good"],
  waiting: ["Connection lost, trying again", "warn"],
};

const secondLook = 3_000;
let isListStarted = false;
let endStream = () => {};

byId("signin-form").addEventListener("submit", event => {
  event.preventDefault();
  key.set(byId("key").value.trim());
  open();
});
open();

async function open() {
  try {
    const access = await get("v1/access");
    setAccess(access);
    showWho(access);
    showBoard();
  } catch (fault) {
    if (fault instanceof Refusal && fault.status === 401) {
      askForKey(key.get() ? "This key is not valid." : "");
    } else {
      showState("waiting");
      setTimeout(open, secondLook);
    }
  }
}

function showBoard() {
  byId("signin").hidden = true;
  byId("board").hidden = false;
  byId("key").value = "";
  setText(byId("signin-error"), "");
  offerBulk(byId("list-actions"), { readFilter, describeFilter, isById, onDone: refresh });
  if (isListStarted) {
    refresh();
  } else {
    isListStarted = true;
    startSelection(refresh);
    startList();
    startDetail();
  }
  endStream();
  endStream = follow({
    onState: showState,
    onRefused: () => askForKey("This key is no longer valid."),
    onHistory: history => {
      showHistory(history);
      if (history.length > 0) {
        tell(history.at(-1));
      }
    },
    onSample: sample => {
      showSample(sample);
      tell(sample);
    },
  });
}

function tell(sample) {
  showTiles(sample);
  followSample(sample);
  followInstances(sample);
  followFailures(sample);
  followOnCall();
  followSources();
  refreshDetail();
}

function askForKey(message) {
  endStream();
  key.forget();
  document.querySelectorAll("dialog[open]").forEach(dialog => dialog.close());
  byId("board").hidden = true;
  byId("signin").hidden = false;
  byId("who").replaceChildren();
  setText(byId("signin-error"), message);
  setText(byId("connection"), "Locked");
  byId("connection").dataset.state = "idle";
  byId("key").focus();
}

function showState(state) {
  const [text, look] = states[state];
  setText(byId("connection"), text);
  byId("connection").dataset.state = look;
}

function showWho(access) {
  byId("who").replaceChildren(...(access.name === null ? [] : [
    make("span", {}, `${access.name} (${access.scope})`),
    make("button", { type: "button", onclick: () => askForKey("") }, "Sign out"),
  ]));
}
