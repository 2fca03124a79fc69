// Seeing an ad for coins: a window plays it, its network tells the service, and what came of it is said once.

import { Refusal } from "../refusal.js";

/** @typedef {import("./calls.js").Calls} Calls */
/** @typedef {import("./calls.js").Earned} Earned */

/** Where this page shows ads. */
const PLACEMENT = "web";
const ASK_EVERY_MS = 1_000;
/** An ad, and whatever its network takes to tell of it. */
const LONGEST_MS = 120_000;
/** After its window has closed: the network tells within seconds, or there is nothing to tell. */
const AFTERWARDS_MS = 12_000;

/**
 * @param {Calls} calls
 * @param {Window} place an empty window
 * @returns {Promise<Earned | null>} null when nothing came of it: it was closed early, or the network did not tell
 * @throws {Refusal} there is no ad to be seen
 */
export async function seeAd(calls, place) {
  try {
    const { viewId, customData, adUnit, playerUrl } = await calls.offerAd(PLACEMENT);
    if (playerUrl === null) throw new Refusal("cannot_play_here");
    const query = new URLSearchParams({ ad_unit: adUnit, custom_data: customData });
    place.location.replace(`${playerUrl}?${query}`);
    return await outcome(calls, viewId, place);
  } finally {
    place.close();
  }
}

/**
 * @param {Calls} calls
 * @param {string} viewId
 * @param {Window} place
 */
async function outcome(calls, viewId, place) {
  let until = Date.now() + LONGEST_MS;
  while (Date.now() < until) {
    await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
    if (place.closed) until = Math.min(until, Date.now() + AFTERWARDS_MS);
    const { earned } = await calls.getAdView(viewId);
    if (earned !== null) return earned;
  }
  return null;
}
