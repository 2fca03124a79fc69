// Money out: each currency's way to a payout, and under them how payouts stand, who the creator is, and where money goes.

import { complaint } from "../notices.js";
import { asRefusal } from "../words.js";
import { bank, rhythm } from "./payout-bank.js";
import { payouts } from "./payout-list.js";
import { person } from "./payout-person.js";
import { way } from "./payout-way.js";
import { inWords } from "./payout-words.js";
import { ANEW, card } from "./till.js";

/** @typedef {import("./till.js").Till} Till */

/** What an address of this page may name. */
const PLACES = ["pay-out", "bank", "weekly"];

/**
 * Fills the places that the page has left for this. The address may name one of them, and what was picked there before a
 * sign-in: `#/pay-out/EUR/1250/instant`, `#/bank/DE`, `#/weekly`; `#/anew/weekly` where that was asked for.
 * @param {Map<string, import("./held.js").Wallet>} wallets by currency
 * @param {HTMLElement} place where what holds for all currencies goes
 * @param {Omit<Till, "cameAt">} room
 */
export async function moneyOut(wallets, place, room) {
  const places = location.hash.split("/").slice(1);
  const [named = "", ...picks] = places.slice(places[0] === ANEW ? 1 : 0);
  const kind = PLACES.includes(named) ? named : null;
  /** @type {Till} */
  const till = { ...room, cameAt: places[0] === ANEW ? Date.now() : null };
  // A reload, or a look back in the history, is no fresh sign-in.
  if (places.length > 0) history.replaceState(null, "", "#/");
  const { calls } = till;
  const [destination, verification] = [calls.getDestination(), calls.getVerification()];
  const standing = Promise.all([destination.then((found) => found.paysFrom).catch(() => null), verification.then((found) => found.limits).catch(() => [])]);
  const moved = async (/** @type {string} */ currency) => {
    const wallet = wallets.get(currency);
    const now = await calls.getEarnings().catch(() => null);
    // Not under the hands of somebody who is at it.
    if (wallet === undefined || wallet.place.querySelector(".agreement, :focus") !== null) return;
    if (now !== null) wallet.holds = now.money.find((one) => one.currency === currency)?.held ?? [];
    way(currency, wallet, [], standing, placed, till);
  };
  const all = Promise.all([
    known("payouts", "Payouts", calls.listPayouts(null), (found) => payouts(found, moved, till)),
    known("person", "Who you are", verification, (found) => person(found, [...wallets.keys()], till)),
    known("bank", "Your bank", destination, (found) => bank(found, kind === "bank" ? picks[0] : undefined, till)),
    known("weekly", "Every week", calls.getSchedule(), (found) => rhythm(found, till)),
  ]);
  const placed = all.then((cards) => place.replaceChildren(...cards));
  await Promise.all([...wallets].map(([currency, wallet]) => way(currency, wallet, kind === "pay-out" && picks[0] === currency ? picks.slice(1) : [], standing, placed, till)));
  const cards = await all;
  if (kind !== "pay-out") cards.find(({ id }) => id === kind)?.querySelector("button")?.focus();
}

/**
 * A card, or in its place why it cannot be told now.
 * @template T
 * @param {string} id
 * @param {string} title
 * @param {Promise<T>} answer
 * @param {(found: T) => HTMLElement} build
 */
async function known(id, title, answer, build) {
  try {
    return build(await answer);
  } catch (error) {
    return card(id, title, complaint(asRefusal(error), inWords));
  }
}
