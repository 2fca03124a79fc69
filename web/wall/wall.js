// What stands where the picture would go on: what it takes, and the buttons for it.

import { element, icon, press } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal, coins, day, episodesInWords, inMoney } from "../words.js";

/** @typedef {import("../api.js").Quote} Quote */
/** @typedef {import("../api.js").Option} Option */
/** @typedef {{missingCoins: number, unlock: {agreed: Option, words: string} | null}} Wanted what coins are to be bought for */

/** @param {Quote} quote */
export function episodeOption(quote) {
  return quote.options.find((option) => option.kind === "episode") ?? null;
}

/**
 * @param {object} about
 * @param {string} about.title            the episode's
 * @param {Quote} about.quote
 * @param {import("../api.js").Lot[]} about.lots what the viewer holds, as far as it is known
 * @param {import("../refusal.js").Refusal | null} [about.refusal] why the last press on "Unlock" did not do it
 * @param {boolean} about.buying whether a buying is on its way
 * @param {(wanted: Wanted) => Promise<HTMLElement>} about.counter sells what is missing
 * @param {(option: Option) => Promise<void>} about.unlock
 * @param {() => Promise<void>} about.lookAgain asks for the quote again
 * @param {() => void} about.openLimits
 * @param {() => void} about.leave
 * @returns {HTMLElement}
 */
export function lockedWall({ title, quote, lots, refusal = null, buying, counter, unlock, lookAgain, openLimits, leave }) {
  const standings = quote.options.map((option) => standingOf(option, quote));
  const short = standings.find(({ reason }) => reason === "coins")?.option;
  const limited = standings.some(({ reason }) => reason === "limit");
  // One press is enough for any of them: no second may start while the first is on its way.
  let pressed = false;
  const once = (/** @type {Option} */ option) => async () => {
    if (pressed) return;
    pressed = true;
    await unlock(option).finally(() => (pressed = false));
  };
  return panel(
    `“${title}” is locked`,
    element("div", { role: "alert" }, refusal && complaint(refusal)),
    element("div", { class: "offers" }, ...standings.map((standing, at) => offer(standing, at === 0, once(standing.option)))),
    holdings(quote, lots),
    (short || buying) && counterFor(short, counter),
    ceiling(quote),
    limited && element("button", { type: "button", class: "quiet", onclick: openLimits }, "Your limits"),
    short && element("button", { type: "button", class: "quiet", onclick: press(lookAgain) }, "Look again"),
    element("button", { type: "button", class: "quiet plain", onclick: leave }, "Not now"),
  );
}

/** @typedef {{option: Option, reason: "coins" | "limit" | null, words: string}} Standing whether an option can be pressed */

/**
 * @param {Option} option
 * @param {Quote} quote
 * @returns {Standing}
 */
function standingOf(option, { dayLeftCoins, seriesLeftCoins }) {
  const { priceCoins, missingCoins } = option;
  if (missingCoins > 0) return { option, reason: "coins", words: `${coins(missingCoins)} missing` };
  if (dayLeftCoins !== null && priceCoins > dayLeftCoins) {
    return { option, reason: "limit", words: `Your limit leaves ${coins(dayLeftCoins)} today` };
  }
  if (seriesLeftCoins !== null && priceCoins > seriesLeftCoins) {
    return { option, reason: "limit", words: `Your limit leaves ${coins(seriesLeftCoins)} for this series` };
  }
  return { option, reason: null, words: bonusInWords(option) };
}

/**
 * @param {Standing} standing
 * @param {boolean} first the one that is nearest
 * @param {() => Promise<void>} unlock
 */
function offer({ option, reason, words }, first, unlock) {
  const { listCoins, priceCoins, money } = option;
  const saved = listCoins > priceCoins && element("s", { "aria-label": `instead of ${listCoins}` }, String(listCoins));
  return element(
    "button",
    { type: "button", class: first ? "offer main" : "offer", disabled: reason !== null, onclick: press(unlock) },
    element("span", { class: "what" }, element("strong", {}, nameOf(option)), words !== "" && element("small", {}, words)),
    element(
      "span",
      { class: "price" },
      element("strong", {}, saved, saved && " ", coins(priceCoins)),
      element("small", {}, `about ${inMoney(money)}`),
    ),
  );
}

/** @param {Option} option */
function nameOf({ kind, first, last, episodes }) {
  if (kind === "episode") return "Unlock this episode";
  if (kind === "rest") return `Finish the series (${episodes.length} left)`;
  return `Unlock ${episodesInWords(first, last).toLowerCase()}`;
}

/** @param {Option} option */
function bonusInWords({ bonusCoins, priceCoins }) {
  if (bonusCoins === 0) return "";
  return bonusCoins >= priceCoins ? "Your bonus covers all of it" : `Your bonus covers ${bonusCoins.toLocaleString("en")}`;
}

/**
 * @param {Quote} quote
 * @param {import("../api.js").Lot[]} lots
 */
function holdings({ bonusCoins, boughtCoins }, lots) {
  const expires = lots.find((lot) => lot.unit === "bonus" && lot.coins > 0 && lot.expiresAt)?.expiresAt;
  const bonus = bonusCoins > 0 && `${bonusCoins.toLocaleString("en")} bonus${expires ? `, the first to spend before ${day(expires)}` : ""}`;
  return element(
    "p",
    { class: "holdings" },
    element("span", { class: "coin", "aria-hidden": "true" }),
    element("span", {}, "You have ", element("strong", {}, coins(bonusCoins + boughtCoins)), bonus && ` (${bonus})`, "."),
  );
}

/** @param {Quote} quote */
function ceiling({ neverMoreThan }) {
  if (neverMoreThan === null) return null;
  const { coins: most, spentCoins, money } = neverMoreThan;
  const spent = spentCoins > 0 ? ` You have spent ${spentCoins.toLocaleString("en")} of them.` : "";
  return element("p", { class: "ceiling" }, `Never more than ${coins(most)} (about ${inMoney(money)}) for the whole series.${spent}`);
}

/**
 * The place of the counter, which is loaded by the first who needs it.
 * @param {Option | undefined} short the smallest option that coins are missing for
 * @param {(wanted: Wanted) => Promise<HTMLElement>} counter
 */
function counterFor(short, counter) {
  const words = short && `${nameOf(short)} (${coins(short.priceCoins)}) at once`;
  const wanted = { missingCoins: short?.missingCoins ?? 0, unlock: short && words ? { agreed: short, words } : null };
  const place = element("div", {}, element("div", { class: "waiting sells", role: "img", "aria-label": "Loading the prices" }));
  const open = async () => {
    try {
      place.replaceChildren(await counter(wanted));
    } catch (error) {
      const again = element("button", { type: "button", class: "quiet", onclick: press(open) }, "Try again");
      place.replaceChildren(element("div", { role: "alert" }, complaint(asRefusal(error))), again);
    }
  };
  open();
  return place;
}

/**
 * @param {object} about
 * @param {string} about.title
 * @param {import("../refusal.js").Refusal | null} about.refusal null for a viewer who has not been signed in
 * @param {() => Promise<void>} about.signIn
 * @returns {HTMLElement}
 */
export function signInWall({ title, refusal, signIn }) {
  return panel(
    "Sign in to watch",
    refusal ? complaint(refusal) : element("p", {}, `“${title}” starts as soon as you are signed in. New here? Sign up on the same page.`),
    element("button", { type: "button", class: "main", onclick: press(signIn) }, "Sign in or sign up"),
  );
}

/**
 * @param {string} heading
 * @param {...import("../dom.js").Child} content
 */
function panel(heading, ...content) {
  return element(
    "section",
    { class: "wall", "aria-labelledby": "wall-title" },
    element("h2", { id: "wall-title", tabindex: "-1" }, element("span", { class: "lock", "aria-hidden": "true" }, icon("lock")), heading),
    ...content,
  );
}
