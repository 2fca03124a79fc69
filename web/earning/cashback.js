// In the account's tab for earning: what brands' campaigns have given, pending with its day, and what became of it.

import { element } from "../dom.js";
import { coins, day } from "../words.js";

/**
 * @typedef {{campaignName: string, kind: string, status: "pending" | "confirmed" | "returned", coins: number, clawedBackCoins: number,
 *   since: string, confirmsAt: string | null}} Cashback
 */

const SHOWN = 10;

/** @type {Record<string, string>} what a campaign gives for */
const DEEDS = { cashback: "for what you bought", scan: "for its code", "watch.episode": "for an episode" };

/**
 * Shows a viewer's cashback in a place, or nothing where there is none or it cannot be told now: the tab is whole without it.
 * @param {import("../api.js").Api} api
 * @param {HTMLElement} place
 */
export async function showCashback(api, place) {
  /** @type {{pendingCoins: number, cashback: Cashback[]}} */ let found;
  try {
    found = await api.sendAsViewer("GET", "/v1/cashback");
  } catch {
    return;
  }
  const lines = found.cashback.slice(0, SHOWN).map((one) => element("li", {}, inWords(one)));
  if (lines.length > 0) place.replaceChildren(element("h3", {}, "Cashback"), element("ul", { class: "lines" }, ...lines));
}

/** @param {Cashback} one */
function inWords({ campaignName, kind, status, coins: count, clawedBackCoins, confirmsAt }) {
  const what = `${campaignName}, ${DEEDS[kind] ?? "a reward"}`;
  const left = `${what}: ${coins(count - clawedBackCoins)}`;
  const back = clawedBackCoins > 0 ? ` ${coins(clawedBackCoins)} went back with what you returned.` : "";
  if (status === "confirmed") return `${left}, yours.${back}`;
  if (status === "returned") return `${what}: nothing is left.${back}`;
  return `${left}, ${confirmsAt === null ? "being looked at" : `yours on ${day(confirmsAt)}`}.${back}`;
}
