// Signs the webhooks that are tried out on this page with the secret entered under "Authorize". Swagger UI puts the
// secret in the signature's header; it is replaced before anything is sent, so it never leaves the browser.
(() => {
  "use strict";

  const utf8 = new TextEncoder();

  const hmac = async (key, text) => {
    const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8.encode(text)));
  };

  const decode = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const encode = (bytes) => btoa(String.fromCharCode(...bytes));
  const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  const schemes = {
    "webhook-signature": async (secret, body) => {
      const id = `msg_${toHex(crypto.getRandomValues(new Uint8Array(12)))}`;
      const time = Math.floor(Date.now() / 1000).toString();
      const hash = await hmac(decode(secret.replace(/^whsec_/, "")), `${id}.${time}.${body}`);
      return { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": `v1,${encode(hash)}` };
    },
  };

  const sign = async (request) => {
    for (const [header, headersFor] of Object.entries(schemes)) {
      const secret = request.headers?.[header];
      if (secret) {
        delete request.headers[header];
        Object.assign(request.headers, await headersFor(secret, request.body ?? ""));
      }
    }

    return request;
  };

  // The page creates its Swagger UI on load; this runs right after that.
  window.addEventListener("load", () => setTimeout(() => {
    window.ui.getConfigs().requestInterceptor = sign;
  }));
})();
