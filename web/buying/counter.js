// The counter, where coins are sold: at the wall and in the account. Chooses, or shows how the last choice gets on.

import { element } from "../dom.js";
import { Choosing } from "./choosing.js";
import { progress, setback } from "./progress.js";

/** @typedef {import("./buying.js").Agreed} Agreed */
/**
 * @typedef {object} About
 * @property {import("./buying.js").Buying} buying
 * @property {import("./shop.js").Shop} shop
 * @property {string} place        the address's fragment to come back to
 * @property {boolean} atWall
 * @property {number} missingCoins 0 where nothing particular is to be paid with them
 * @property {{agreed: Agreed, words: string} | null} unlock what they are for, where they are for something
 */

/**
 * @param {About} about
 * @returns {HTMLElement}
 */
export function counter(about) {
  const { buying } = about;
  const alert = element("div", { role: "alert" });
  const told = element("div", { class: "progress", role: "status" });
  const choosing = new Choosing(about);
  const place = element("section", { class: "counter", "aria-label": "Buy coins" }, alert, told, choosing.place);
  const show = () => {
    const heldFocus = place.contains(document.activeElement);
    alert.replaceChildren(setback(buying) ?? "");
    told.replaceChildren(...progress(buying));
    choosing.place.hidden = buying.stage !== "choosing";
    if (heldFocus && choosing.place.hidden) told.querySelector("p")?.focus({ preventScroll: true });
    // What could not be bought may have another price by now, and a first purchase is one no more.
    if (!choosing.place.hidden) choosing.read();
  };
  const onChange = () => {
    if (place.isConnected) show();
    else buying.removeEventListener("change", onChange);
  };
  buying.resume();
  show();
  buying.addEventListener("change", onChange);
  return place;
}
