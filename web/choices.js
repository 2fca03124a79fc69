// What the viewer has chosen for this device: the only thing that the page keeps beyond the tab. Nothing in it is personal.

const KEY = "cliffhanger.choices";
/** The currencies that packs are sold in. */
export const CURRENCIES = ["AUD", "BRL", "CAD", "EUR", "GBP", "INR", "JPY", "KRW", "MXN", "USD"];
/** @type {Record<string, string>} the currency of a region (ISO 3166-1), where it is one of those */
const CURRENCY_OF = {
  AU: "AUD", BR: "BRL", CA: "CAD", GB: "GBP", IN: "INR", JP: "JPY", KR: "KRW", MX: "MXN",
  AT: "EUR", BE: "EUR", DE: "EUR", ES: "EUR", FI: "EUR", FR: "EUR", GR: "EUR", IE: "EUR", IT: "EUR", NL: "EUR", PT: "EUR",
};

/**
 * @typedef {object} Chosen
 * @property {string} [captions] a language (BCP 47), or `off`; absent: the page chooses
 * @property {string} [sound]    the language to hear; absent: the original
 * @property {string} [currency] ISO 4217; absent: that of the browser's region
 * @property {string} [device]   a random name
 * @property {string} [gifts]    `off`: none of others
 * @property {string} [named]    `on`: gifts with a name
 */

/** @returns {Chosen} */
export function chosen() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** @param {Chosen} changes */
export function choose(changes) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...chosen(), ...changes }));
  } catch {
    // Storage may be full or forbidden; the choice then holds for as long as what it was made for.
  }
}

/** @returns {string} the currency to show prices in */
export function currency() {
  const { currency: kept } = chosen();
  if (kept !== undefined && CURRENCIES.includes(kept)) return kept;
  const { region } = new Intl.Locale(navigator.language).maximize();
  return CURRENCY_OF[region ?? ""] ?? "USD";
}

/**
 * The language among those there are that fits a list of wishes best: the tag itself, else the same language elsewhere.
 * @param {string[]} there  tags (BCP 47)
 * @param {readonly string[]} wishes best first
 * @returns {string | null}
 */
export function bestLanguage(there, wishes) {
  const base = (/** @type {string} */ tag) => tag.toLowerCase().split("-")[0];
  for (const wish of wishes) {
    const found = there.find((tag) => tag.toLowerCase() === wish.toLowerCase()) ?? there.find((tag) => base(tag) === base(wish));
    if (found !== undefined) return found;
  }
  return null;
}

/** @param {string} tag a language (BCP 47), as its name in English */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
