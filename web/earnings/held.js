// What is on a creator's account and cannot be paid out now: each part of it, why, and until when.

import { element } from "../dom.js";
import { dateOf, shown } from "./money.js";

/** @typedef {import("./earnings-api.js").Held} Held */
/** @typedef {import("./earnings-api.js").Quote} Quote */
/**
 * @typedef {object} Wallet what there is of a currency
 * @property {HTMLElement} place with its `.payable`, `.aside`, `.held` and `.ways`
 * @property {Held[]} holds
 * @property {string} blocked for how long nothing can be paid out, whatever there is; empty where that is not so
 */

/** @type {Record<string, string>} */
const WHYS = { hold: "Set aside", payout: "A payout on its way" };

/**
 * All of it.
 * @param {Quote} quote
 * @param {string} blocked
 */
export function aside({ held, recent, reserve, disputed, payable }, blocked) {
  return held + recent + reserve + disputed + (blocked === "" ? 0 : payable);
}

/**
 * @param {Held[]} holds
 * @param {Quote} quote
 * @param {string} blocked
 */
export function heldLines(holds, { currency, recent, recentDays, reserve, reserveBasisPoints, reserveDays, disputed, payable }, blocked) {
  const amount = (/** @type {number} */ part) => shown(part, currency);
  return [
    ...holds.map((one) => `${WHYS[one.why] ?? WHYS.hold}: ${amount(one.amount)}, until ${dateOf(one.until)} at the latest`),
    recent > 0 && `Come in lately: ${amount(recent)}. Each part can be paid out ${recentDays} days after it came.`,
    reserve > 0 &&
      `Kept for what may be taken back: ${amount(reserve)}, which is ${reserveBasisPoints / 100} % of what came in. Each part stays until ${reserveDays} days after it came.`,
    disputed > 0 && `In dispute: ${amount(disputed)}, until the banks of those who paid have decided.`,
    blocked !== "" && payable > 0 && `Everything else: ${amount(payable)}, ${blocked}.`,
  ]
    .filter((words) => words !== false)
    .map((words) => element("li", {}, words));
}
