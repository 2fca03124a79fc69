// From taps to gifts: taps on the same gift that follow one another within a moment are one gift of many, sent once under one key.

import { asRefusal } from "../words.js";

/** So long after the last tap the gift is sent. */
const MOMENT_MS = 1_200;
/** A gift of more than so many coins is asked about before it is sent. */
const ASKED_ABOVE_COINS = 300;
/** Whether it was given is not known, or it certainly was not and may be tried: the same key asks again. */
const AGAIN = ["busy", "undecided", "unavailable", "rate_limited", "service_down", "no_answer_in_time", "unreachable", "offline"];

/** @typedef {import("./calls.js").Gift} Gift */
/** @typedef {import("./calls.js").Place} Place */
/** @typedef {{place: Place, gift: Gift, count: number, key: string, asked?: import("./calls.js").Asked}} Round taps on one gift */
/** @typedef {"counting" | "asking" | "sending" | "failed"} Stage */

/**
 * Dispatches `change` as a round goes on, `given` with the answer, `refused` with the refusal.
 */
export class Giving extends EventTarget {
  /** @type {import("./calls.js").Calls} */ #calls;
  /** @type {() => boolean} */ #named;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #most = 99;
  /** @type {Round | null} */ round = null;
  /** @type {Stage} */ stage = "counting";

  /**
   * @param {import("./calls.js").Calls} calls
   * @param {() => boolean} named whether others may see who gives
   */
  constructor(calls, named) {
    super();
    this.#calls = calls;
    this.#named = named;
    addEventListener("pagehide", () => this.settle());
  }

  /** @param {number} most so many of one gift are given at once */
  bound(most) {
    this.#most = most;
  }

  /**
   * @param {Place} place
   * @param {Gift} gift
   */
  tap(place, gift) {
    const same = this.round?.gift.gift === gift.gift && this.round.place === place;
    // It may have been given: under the same key it is not given twice.
    if (same && this.stage === "failed") return this.agree();
    if (this.round !== null && same && this.stage === "counting") {
      this.round.count += 1;
    } else {
      this.settle();
      this.round = { place, gift, count: 1, key: crypto.randomUUID() };
      this.#turn("counting");
    }
    clearTimeout(this.#timer);
    if (this.round.count >= this.#most) return this.#close();
    this.#timer = setTimeout(() => this.#close(), MOMENT_MS);
    this.#tell();
  }

  /** The viewer has agreed, or tries again. */
  agree() {
    if (this.round !== null) this.#send(this.round);
  }

  /** The viewer has thought better of it: nothing is sent. */
  drop() {
    clearTimeout(this.#timer);
    this.round = null;
    this.#tell();
  }

  /** No more taps come: what needs no question is sent, what does is dropped. */
  settle() {
    if (this.round === null) return;
    if (this.stage === "counting" && worth(this.round) <= ASKED_ABOVE_COINS) this.#send(this.round);
    else if (this.stage !== "sending") this.drop();
  }

  #close() {
    clearTimeout(this.#timer);
    if (this.round === null) return;
    if (worth(this.round) > ASKED_ABOVE_COINS) this.#turn("asking");
    else this.#send(this.round);
  }

  /** @param {Round} round */
  async #send(round) {
    clearTimeout(this.#timer);
    this.#turn("sending");
    const { place, gift, count, key } = round;
    // Under one key the same is asked, whatever has been picked meanwhile.
    const asked = (round.asked ??= { gift: gift.gift, count, priceShownCoins: gift.priceCoins, named: this.#named() });
    try {
      const given = await this.#calls.give(place, asked, key);
      this.#over(round);
      this.dispatchEvent(new CustomEvent("given", { detail: { round, given } }));
    } catch (error) {
      const refusal = asRefusal(error);
      if (this.round === round && AGAIN.includes(refusal.code)) this.#turn("failed");
      else this.#over(round);
      this.dispatchEvent(new CustomEvent("refused", { detail: { round, refusal } }));
    }
  }

  /** @param {Round} round */
  #over(round) {
    if (this.round === round) this.round = null;
    this.#tell();
  }

  /** @param {Stage} stage */
  #turn(stage) {
    this.stage = stage;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Round} round */
export function worth({ gift, count }) {
  return gift.priceCoins * count;
}
