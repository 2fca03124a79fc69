// Puts together what watching takes: two screens, a stage, controls, gestures, keys.

import { element, part } from "../dom.js";
import { anySheetOpen, sheet } from "../sheets.js";
import { Bookmark } from "./bookmark.js";
import { Controls } from "./controls.js";
import { Deck } from "./deck.js";
import { listen } from "./gestures.js";
import { KEYS, listenToKeys } from "./keys.js";
import { Languages } from "./languages.js";
import { warmUp } from "./player.js";
import { Stage } from "./stage.js";
import { Theatre } from "./theatre.js";
import { Watch } from "./watch.js";

/**
 * @param {object} around
 * @param {import("../api.js").Api} around.api
 * @param {import("../auth.js").Session} around.session
 * @param {import("../notices.js").Notices} around.notices
 * @param {import("../account/wallet.js").WalletView} around.wallet
 * @param {() => void} around.openLimits
 * @param {(sentence: string) => void} around.onEarned
 * @param {() => Promise<import("../buying/shopping.js").Shopping>} around.shopping
 */
export function makeWatching({ api, session, notices, wallet, openLimits, onEarned, shopping }) {
  const signedIn = () => session.signedIn;
  const stage = new Stage();
  const deck = new Deck([...document.querySelectorAll("video")]);
  const step = (/** @type {1 | -1} */ direction) => watch.step(direction);
  const controls = new Controls(deck, { next: () => step(1), previous: () => step(-1) });
  const languages = new Languages(deck);
  const watch = new Watch({
    api,
    session,
    deck,
    controls,
    bookmark: followers(new Bookmark(api, deck, signedIn), async () => (await import("./company.js")).company(api, deck, onEarned, wallet, signedIn())),
    stage,
    notices,
    wallet,
    receipts: part("receipts", HTMLElement),
    onOwned: (first, last) => theatre.own(first, last),
    onOutdated: () => theatre.refresh(),
    isOpen: (episode) => theatre.isOpen(episode),
    openLimits,
    shopping,
  });
  const theatre = new Theatre({ api, session, notices, watch });

  listen(stage.surface, {
    tap: () => stage.shows === "video" && controls.tap(),
    drag: (pixels) => stage.drag(pixels),
    swipe: (direction) => {
      if (!watch.hasNeighbour(direction)) return false;
      stage.slide(direction).then(() => watch.step(direction));
      return true;
    },
  });
  const help = dialogBehind("help-open", "help");
  dialogBehind("episodes-open", "episodes-sheet");
  part("keys", HTMLElement).append(...KEYS.flatMap(([key, does]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)]));
  listenToKeys(() => watch.open !== null && !anySheetOpen(), {
    next: () => step(1),
    previous: () => step(-1),
    back: () => controls.seekBy(-5),
    on: () => controls.seekBy(5),
    play: () => stage.shows === "video" && controls.togglePlay(),
    sound: () => controls.toggleSound(),
    captions: () => languages.toggle(),
    fullscreen: toggleFullscreen,
    help: () => help.showModal(),
  });
  // The library is the largest file: it comes last.
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  idle(warmUp);
  return { theatre, watch };
}

/** @typedef {{open: (place: import("./bookmark.js").Place, player: import("./player.js").Player) => void, close: () => void}} Followers */

/**
 * @param {Bookmark} bookmark
 * @param {() => Promise<Followers>} load
 */
function followers(bookmark, load) {
  /** @type {Promise<Followers> | null} */ let beats = null;
  return {
    open(place, player) {
      bookmark.open(place, player);
      (beats ??= load()).then((loaded) => loaded.open(place, player)).catch(() => (beats = null));
    },
    close() {
      bookmark.close();
      beats?.then((loaded) => loaded.close()).catch(() => undefined);
    },
  };
}

/**
 * @param {string} opener a button's id
 * @param {string} id     the dialog's
 */
function dialogBehind(opener, id) {
  const dialog = sheet(part(id, HTMLDialogElement));
  part(opener, HTMLButtonElement).addEventListener("click", () => dialog.showModal());
  return dialog;
}

function toggleFullscreen() {
  if (document.fullscreenElement !== null) document.exitFullscreen();
  else part("stage", HTMLElement).requestFullscreen?.().catch(() => undefined);
}
