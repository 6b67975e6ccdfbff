// Reads the stream of samples. Not with EventSource, which cannot send the key in a header.

import { send, Refusal } from "./api.js";

const firstWait = 500;
const longestWait = 15_000;
const patience = 20_000;

/**
 * Keeps a stream open and reports its events and the state of the connection.
 * A hidden page closes its stream, since a browser opens only a few connections to one service.
 */
export function follow({ onHistory, onSample, onState, onRefused }) {
  let attempt = 0;
  let waiting = null;
  let current = null;
  let isEnded = false;

  async function run() {
    waiting = null;
    const ending = new AbortController();
    current = ending;
    let watchdog = 0;
    let interval = patience;
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => ending.abort(), Math.max(patience, interval * 3));
    };
    try {
      onState("connecting");
      watch();
      const answer = await send("v1/stats/stream", { signal: ending.signal });
      let last = 0;
      for await (const { name, data } of events(answer.body)) {
        attempt = 0;
        if (name === "history") {
          onHistory(JSON.parse(data));
          onState("live");
        } else if (name === "sample") {
          interval = last ? performance.now() - last : interval;
          last = performance.now();
          onSample(JSON.parse(data));
        }
        watch();
      }
    } catch (fault) {
      if (fault instanceof Refusal && fault.status === 401) {
        isEnded = true;
        onRefused();
      }
    } finally {
      clearTimeout(watchdog);
    }
    if (current === ending) {
      current = null;
      retryLater();
    }
  }

  // Exponential backoff with jitter, so that not all pages retry at once.
  function retryLater() {
    if (isEnded || document.hidden) {
      return;
    }
    const wait = Math.min(longestWait, firstWait * 2 ** attempt) * (0.75 + Math.random() / 2);
    attempt += 1;
    onState("waiting");
    waiting = setTimeout(run, wait);
  }

  function stop() {
    clearTimeout(waiting);
    waiting = null;
    const ending = current;
    current = null;
    ending?.abort();
  }

  function look() {
    if (document.hidden) {
      stop();
    } else if (!isEnded && !current && waiting === null) {
      attempt = 0;
      run();
    }
  }

  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    isEnded = true;
    document.removeEventListener("visibilitychange", look);
    stop();
  };
}

// Parses the part of the format that the service uses: an event's name and one line of data.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (true) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const event = { name: "message", data: "" };
      for (const line of text.slice(0, end).split("\n")) {
        if (line.startsWith("event: ")) {
          event.name = line.slice(7);
        } else if (line.startsWith("data: ")) {
          event.data += line.slice(6);
        }
      }
      text = text.slice(end + 2);
      yield event;
    }
  }
}
