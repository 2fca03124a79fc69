// What the parts of paying out share: what they work with, how each says what stood in its way, and looking again.

import { element } from "../dom.js";
import { Refusal } from "../refusal.js";
import { asRefusal } from "../words.js";

const LOOK_MS = 3_000;
/** After so many looks it is something that takes days. */
const LOOKS = 20;

/**
 * @typedef {object} Till
 * @property {import("./earnings-api.js").EarningsApi} calls
 * @property {import("../notices.js").Notices} notices
 * @property {(address: string, sentence: string) => void} go shows the page as things stand now, and says so there
 * @property {(address: string) => void} again signs in anew, and comes back to a place of this page
 * @property {number | null} cameAt when the page was come to by such a sign-in, in milliseconds since the epoch
 */

/** What the place of a sign-in that was made anew begins with, to tell it from one that had to be made because another had ended. */
export const ANEW = "anew";

/**
 * Does something, and says what stood in its way. A sign-in that is too old is made anew, and leads back to a place. One that was
 * just made and is too old still was none: asking for another would lead round and round. Where the sign-in has ended altogether the room
 * says so, and leads back to the address, which is the place then.
 * @param {Till} till
 * @param {() => Promise<void>} act
 * @param {string} [place]
 */
export async function tried({ notices, again, cameAt }, act, place = "#/") {
  notices.clear();
  try {
    await notices.patiently(act());
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal.code === "sign_in_ended") return history.replaceState(null, "", place);
    if (refusal.code !== "sign_in_too_old") return notices.complain(refusal);
    const mostMs = (refusal.number("maxAgeSeconds") ?? 0) * 1_000;
    if (cameAt !== null && Date.now() - cameAt < mostMs) return notices.complain(new Refusal("sign_in_not_new", { cause: refusal }));
    notices.complain(refusal, { label: "Sign in again", act: () => again(place.replace("#", `#/${ANEW}`)) });
  }
}

/**
 * Looks again every few seconds, for a minute, while something is on the page.
 * @param {HTMLElement} shown
 * @param {() => Promise<boolean>} look whether there is more to wait for; what it throws is looked past
 */
export function follow(shown, look) {
  const next = async (/** @type {number} */ left) => {
    if (left === 0 || !shown.isConnected) return;
    if (await look().catch(() => true)) setTimeout(next, LOOK_MS, left - 1);
  };
  setTimeout(next, LOOK_MS, LOOKS);
}

/**
 * A card of what holds for all currencies.
 * @param {string} id
 * @param {string} title
 * @param {...import("../dom.js").Child} content
 */
export function card(id, title, ...content) {
  return element("section", { class: "card", id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), ...content);
}
