// One wish is sent under one key until it has been answered: however it is put away meanwhile, over a reload, and over a sign-in.

const KEPT = "cliffhanger.payouts";

/** @typedef {import("./earnings-api.js").Wish} Wish */

/**
 * The key of a wish: the one that it was sent under already, where no answer to that has come.
 * @param {Wish} wish
 * @returns {{key: string, again: boolean}}
 */
export function keyOf(wish) {
  const kept = open();
  const before = kept[named(wish)];
  const key = before ?? crypto.randomUUID();
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, [named(wish)]: key }));
  return { key, again: before !== undefined };
}

/**
 * It has been answered: the same once more is another payout.
 * @param {Wish} wish
 */
export function answered(wish) {
  const { [named(wish)]: _, ...others } = open();
  if (Object.keys(others).length > 0) sessionStorage.setItem(KEPT, JSON.stringify(others));
  else sessionStorage.removeItem(KEPT);
}

/** @returns {Record<string, string>} keys by wish */
function open() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {Wish} wish */
function named({ currency, amount, speed, feeShown }) {
  return `${currency} ${amount} ${speed} ${feeShown}`;
}
