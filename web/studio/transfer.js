// One file on its way into the store, by a presigned form (S3, "Browser-based uploads using POST").
//
// XMLHttpRequest, since `fetch` does not tell how much of a body has been sent.

import { Refusal } from "../refusal.js";

/**
 * Posts a file.
 * @param {import("./studio-api.js").PresignedForm} form
 * @param {File} file
 * @param {object} about
 * @param {AbortSignal} about.signal
 * @param {(sent: number) => void} about.progress takes bytes of the file
 * @returns {Promise<void>} once the store has the file
 * @throws {Refusal} `upload_interrupted`, `offline`, `form_expired` or `store_refused` (`detail`: the store's own code);
 *   a `DOMException` named `AbortError` when it was cancelled
 */
export function post({ url, fields }, file, { signal, progress }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  // The store ignores every field after the file.
  body.append("file", file);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const cancel = () => request.abort();
    signal.addEventListener("abort", cancel, { once: true });
    // The fields' own bytes are few; the file's are never more than there are.
    request.upload.addEventListener("progress", ({ loaded }) => progress(Math.min(loaded, file.size)));
    request.addEventListener("abort", () => reject(signal.reason));
    request.addEventListener("error", () => reject(new Refusal(navigator.onLine ? "upload_interrupted" : "offline")));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        progress(file.size);
        resolve();
      } else {
        reject(refusalOfStore(request.status, request.responseText));
      }
    });
    request.addEventListener("loadend", () => signal.removeEventListener("abort", cancel));
    request.open("POST", url);
    request.send(body);
  });
}

/**
 * @param {number} status
 * @param {string} text S3's error document
 */
function refusalOfStore(status, text) {
  const code = new DOMParser().parseFromString(text, "application/xml").querySelector("Error > Code")?.textContent ?? "";
  // A form that ran out is refused like any other that does not fit (S3, "AccessDenied"); a fresh one tells the two apart.
  if (status === 403) return new Refusal("form_expired", { status, detail: code });
  return new Refusal(status >= 500 ? "upload_interrupted" : "store_refused", { status, detail: code });
}
