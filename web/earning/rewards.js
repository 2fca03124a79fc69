// In the account: checking in, what can be earned today, and coins that wait for their day.

import { element, part, press } from "../dom.js";
import { complaint } from "../notices.js";
import { placeIn } from "../place.js";
import { asRefusal, coins, day, sentenceFor } from "../words.js";
import { Calls } from "./calls.js";

/** @typedef {import("./calls.js").Rewards} Rewards */
/** @typedef {import("./calls.js").Checkin} Checkin */

/** @type {Record<string, string>} */
const TASKS = {
  "watch.episode": "Finish an episode",
  "watch.series": "Finish a series",
  "watch.minutes": "Watch",
  "referral.inviter": "A friend you invited",
  "referral.friend": "An invitation you redeemed",
  ad: "See an ad",
};

/** So few coins that are left of an allowance are spoken of: a day may bring as many. */
const FEW = 5;

/** @type {Record<string, string>} what a viewer reads for a code of earning */
const SENTENCES = {
  checkin_too_soon: "You have moved to another time zone. You can check in again twenty hours after the last time.",
  repair_unavailable: "That day cannot be mended any more.",
  reward_refused: "There is nothing to earn for this right now.",
};

/** @type {Record<string, string>} the same for why nothing is given, where there is more to say */
const REASONS = {
  unusual_activity: "Something about this looks unusual, so it brings no coins. Ask support if that is wrong.",
};

export class RewardsView {
  #calls;
  /** @type {() => unknown} */ #onCoins;
  #api;
  #place = element("div", {});
  #cashback = element("div", {});
  #told = element("div", { role: "status" });
  #inviting = element("div", {});
  #folded = element("details", {}, element("summary", {}, "Invite a friend"), this.#inviting);

  /**
   * @param {import("../api.js").Api} api
   * @param {() => unknown} onCoins coins have come: the wallet is out of date
   */
  constructor(api, onCoins) {
    this.#api = api;
    this.#calls = new Calls(api);
    this.#onCoins = onCoins;
    this.#folded.addEventListener("toggle", () => this.#invite());
    document.head.append(element("link", { rel: "stylesheet", href: "/earning/earning.css" }));
  }

  async open() {
    this.#told.replaceChildren();
    this.#arrange(placeIn(location.hash).over?.startsWith("invite-") ?? false);
    try {
      this.#show(await this.#calls.getRewards());
      const { showCashback } = await import("./cashback.js");
      await showCashback(this.#api, this.#cashback);
    } catch (error) {
      const again = element("button", { type: "button", class: "quiet", onclick: () => this.open() }, "Try again");
      this.#place.replaceChildren(complaint(asRefusal(error), inWordsOf), again);
    }
  }

  /** @param {Rewards} rewards */
  #show({ checkin, tasks, pending, adPlacements, allowance }) {
    const about = { type: "button", class: "main", disabled: checkin.done, onclick: press(() => this.#checkIn()) };
    const button = element("button", about, checkin.done ? "Checked in today" : "Check in");
    this.#place.replaceChildren(
      element("h3", {}, checkin.done ? `Day ${checkin.run} in a row` : `Day ${checkin.run} is waiting`),
      ladder(checkin),
      ...milestone(checkin),
      ...this.#repair(checkin.repair),
      checkin.ladder.length > 0 ? button : element("p", {}, "There is nothing for checking in right now."),
      element("h3", {}, "Today"),
      element("ul", { class: "lines" }, ...tasks.map((task) => element("li", {}, inWords(task), offersAd(task, adPlacements) && this.#adButton()))),
      ...allowed(allowance, tasks.some((task) => offersAd(task, adPlacements))),
      ...(pending.length > 0
        ? [element("h3", {}, "On their way"), element("ul", { class: "lines" }, ...pending.map((one) => element("li", {}, waitsFor(one))))]
        : []),
    );
  }

  /**
   * Mending a run, where a day was missed and all of the gap can be mended; nothing else speaks of it.
   * @param {import("./calls.js").RepairOffer | null} offer
   */
  #repair(offer) {
    const [date] = offer?.dates ?? [];
    if (!offer || date === undefined) return [];
    const label = `Mend ${day(`${date}T12:00:00Z`)} for ${coins(offer.coins)}`;
    const button = element("button", { type: "button", class: "quiet", onclick: press(() => this.#mend(date, offer.coins)) }, label);
    const days = offer.dates.length === 1 ? "A day is missing." : `${offer.dates.length} days are missing.`;
    return [element("div", {}, element("p", { class: "hint" }, `${days} Mended, today is day ${offer.run} in a row.`), button)];
  }

  /**
   * @param {string} date
   * @param {number} price
   */
  async #mend(date, price) {
    try {
      await this.#calls.repairRun(date, price);
      await this.open();
      this.#onCoins();
    } catch (error) {
      this.#told.replaceChildren(complaint(asRefusal(error), inWordsOf));
    }
  }

  #adButton() {
    // The window must be opened at once: who waits for a module first is blocked as a popup.
    const seen = press(() => this.#seeAd(window.open("", "_blank", "popup,width=480,height=640")));
    return element("button", { type: "button", class: "quiet", onclick: seen }, "See an ad");
  }

  /** @param {Window | null} place in which the ad plays */
  async #seeAd(place) {
    if (place === null) return this.#say("Your browser has blocked the window of the ad.");
    this.#say("The ad plays in a window of its own.");
    try {
      const { seeAd } = await import("./ads.js");
      const earned = await seeAd(this.#calls, place);
      if (earned === null) return this.#say("Nothing came of this ad.");
      await this.open();
      this.#say(earned.status === "paid" ? `${coins(earned.coins)} for the ad.` : `${coins(earned.coins)} for the ad, as soon as somebody has looked at it.`);
      this.#onCoins();
    } catch (error) {
      this.#told.replaceChildren(complaint(asRefusal(error), inWordsOf));
    }
  }

  /**
   * Invitations come last, folded; but first and open for who comes by one.
   * @param {boolean} invited
   */
  #arrange(invited) {
    const rest = [this.#place, this.#cashback, this.#told];
    part("panel-rewards", HTMLElement).replaceChildren(...(invited ? [this.#folded, ...rest] : [...rest, this.#folded]));
    if (invited && this.#folded.open) this.#invite();
    else if (invited) this.#folded.open = true;
  }

  /** What a viewer unfolds to invite friends; nothing of it is loaded or asked for before. */
  async #invite() {
    if (!this.#folded.open) return;
    const { InvitingView } = await import("./inviting.js");
    await new InvitingView(this.#calls, this.#inviting).open();
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.#told.replaceChildren(element("p", { class: "card" }, sentence));
  }

  async #checkIn() {
    try {
      const { earned } = await this.#calls.checkIn();
      const sum = earned.reduce((total, one) => total + one.coins, 0);
      await this.open();
      this.#say(`${coins(sum)} for today${earned.every(({ status }) => status === "paid") ? "" : ", as soon as somebody has looked at it"}.`);
      this.#onCoins();
    } catch (error) {
      this.#told.replaceChildren(complaint(asRefusal(error), inWordsOf));
    }
  }
}

/** @param {import("../refusal.js").Refusal} refusal */
function inWordsOf(refusal) {
  const { reasons } = refusal.members;
  const [reason] = Array.isArray(reasons) ? reasons : [];
  return REASONS[String(reason)] ?? SENTENCES[refusal.code] ?? sentenceFor(refusal);
}

/** @param {Checkin} checkin */
function ladder({ ladder: rungs, rung, done }) {
  const items = rungs.map((count, place) => {
    const had = place < rung || (place === rung && done);
    const now = place === rung ? { "aria-current": "step" } : {};
    return element("li", { class: had ? "had" : "", ...now }, element("span", { class: "unseen" }, `Day ${place + 1}${had ? ", had" : ""}: `), String(count));
  });
  return element("ol", { class: "ladder", "aria-label": "Coins for each day" }, ...items);
}

/**
 * What the run brings besides the ladder, when it comes to so many days.
 * @param {Checkin} checkin
 */
function milestone({ milestone: next }) {
  return next ? [element("p", { class: "hint" }, `${next.days} days in a row: ${coins(next.coins)} more.`)] : [];
}

/**
 * @param {import("./calls.js").Task} task
 * @param {string[]} placements
 */
function offersAd({ kind, hadCoins, mostCoins }, placements) {
  return kind === "ad" && placements.includes("web") && hadCoins < mostCoins;
}

/**
 * One line, where the allowance is used up or nearly so; it says what raises it, and nothing more.
 * @param {import("./calls.js").Allowance | null} allowance
 * @param {boolean} ads are to be seen here now
 */
function allowed(allowance, ads) {
  if (!allowance || allowance.leftCoins > FEW) return [];
  const { leftCoins, perAdCoins, perPurchaseCoins } = allowance;
  const left = leftCoins === 0 ? "Checking in and watching bring no more coins." : `Checking in and watching bring ${coins(leftCoins)} more.`;
  const ways = [...(ads && perAdCoins > 0 ? ["see an ad"] : []), ...(perPurchaseCoins > 0 ? ["buy coins"] : [])].join(" or ");
  return [element("p", { class: "hint" }, ways === "" ? left : `${left} ${ways[0]?.toUpperCase()}${ways.slice(1)} to earn more.`)];
}

/** @param {import("./calls.js").Task} task */
function inWords({ kind, coins: each, everySeconds, hadCoins, mostCoins }) {
  const what = everySeconds === null ? TASKS[kind] ?? kind : `${TASKS[kind] ?? kind} ${Math.round(everySeconds / 60)} minutes`;
  return `${what}: ${coins(each)}. Today ${hadCoins} of ${mostCoins}.`;
}

/** @param {import("./calls.js").PendingCoins} pending */
function waitsFor({ kind, coins: count, vestsAt }) {
  const what = `${coins(count)} (${(TASKS[kind] ?? "reward").toLowerCase()})`;
  return vestsAt === null ? `${what}: being looked at.` : `${what}: yours on ${day(vestsAt)}.`;
}
