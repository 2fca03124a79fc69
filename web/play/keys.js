// The keyboard, wherever the focus is, as long as no field, dialog or button wants the key itself.

/** What each key does, as the help tells it. */
export const KEYS = /** @type {const} */ ([
  ["↑ ↓", "previous, next episode"],
  ["← →", "five seconds back, on"],
  ["Space", "pause, play"],
  ["M", "sound"],
  ["C", "captions"],
  ["F", "full screen"],
  ["?", "this help"],
]);

/** @typedef {Record<"next" | "previous" | "back" | "on" | "play" | "sound" | "captions" | "fullscreen" | "help", () => void>} Acts */

/** @type {Record<string, keyof Acts>} */
const ACT_OF = {
  ArrowDown: "next",
  ArrowUp: "previous",
  ArrowLeft: "back",
  ArrowRight: "on",
  " ": "play",
  k: "play",
  m: "sound",
  c: "captions",
  f: "fullscreen",
  "?": "help",
};

/**
 * @param {() => boolean} watching whether a picture is what the page shows
 * @param {Acts} acts
 */
export function listenToKeys(watching, acts) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !watching()) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("dialog, input:not([type=range]), select, textarea") !== null) return;
    // A focused button or link takes the space bar for itself.
    if (event.key === " " && target.closest("button, a, summary") !== null) return;
    const act = ACT_OF[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined || (event.repeat && act !== "back" && act !== "on")) return;
    event.preventDefault();
    acts[act]();
  });
}
