// Watching to earn: while an episode plays, where it is goes to the service every few seconds; what came of it is told once.

import { asRefusal, coins } from "../words.js";
import { Calls } from "./calls.js";

/** @typedef {{seriesId: string, episode: number}} Place */
/** @typedef {{place: Place, player: import("../play/player.js").Player, toldMs: number}} Open */
/** Codes after which nothing goes on as it was; anything else is tried again with the next beat. */
const OVER = ["watch_ended", "watch_forged"];

export class Beats {
  #calls;
  /** @type {(sentence: string) => void} */ #tell;
  /** @type {Open | null} */ #open = null;
  /** The session of whatever was watched last; the next episode goes on with it. @type {string | null} */ #session = null;
  /** What the session is in. @type {Open | null} */ #begun = null;
  #everyMs = 15_000;
  #counted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** Each request goes on from what the one before was answered. */
  #line = Promise.resolve();

  /**
   * @param {import("../api.js").Api} api
   * @param {import("../play/deck.js").Deck} deck
   * @param {(sentence: string) => void} tell says that coins have come
   */
  constructor(api, deck, tell) {
    this.#calls = new Calls(api);
    this.#tell = tell;
    for (const video of deck.videos) video.addEventListener("ended", () => this.#open?.player.video === video && this.#beat(this.#open));
  }

  /**
   * @param {Place} place
   * @param {import("../play/player.js").Player} player that plays it
   */
  open(place, player) {
    this.close();
    this.#open = { place, player, toldMs: 0 };
    this.#begin(this.#open);
  }

  /** The viewer goes elsewhere: what was watched until now is told. */
  close() {
    clearTimeout(this.#timer);
    if (this.#open !== null) this.#beat(this.#open);
    this.#open = null;
  }

  /** @param {Open} open */
  #begin(open) {
    const { seriesId, episode } = open.place;
    open.toldMs = at(open);
    const from = open.toldMs;
    this.#counted = false;
    this.#ask(open, async () => {
      const answer = await this.#calls.beginWatching(seriesId, episode, from, this.#session);
      this.#begun = open;
      return answer;
    });
  }

  /** @param {Open} open */
  #beat(open) {
    const positionMs = at(open);
    // A picture that stands still has nothing to tell.
    if (this.#counted || positionMs === open.toldMs) return this.#later(open);
    open.toldMs = positionMs;
    this.#ask(open, async () => {
      if (this.#begun === open && this.#session !== null) return this.#calls.sendBeat(this.#session, positionMs);
      if (this.#open === open) this.#begin(open); // it could not be begun when it should have been
      return null;
    });
  }

  /**
   * Nothing of this may disturb who watches: what fails is tried again, or left.
   * @param {Open} open
   * @param {() => Promise<import("./calls.js").WatchAnswer | null>} ask
   */
  #ask(open, ask) {
    this.#line = this.#line.then(async () => {
      try {
        const answer = await ask();
        if (answer === null) return;
        this.#session = answer.session;
        this.#everyMs = answer.beatEveryMs;
        this.#counted = answer.counted;
        const sum = answer.earned.reduce((total, one) => total + (one.status === "paid" ? one.coins : 0), 0);
        if (sum > 0) this.#tell(`${coins(sum)} for watching.`);
      } catch (error) {
        const { code, members } = asRefusal(error);
        if (!OVER.includes(code)) return this.#later(open);
        this.#session = null;
        if (this.#open !== open) return;
        // Were it begun anew, two pages would end each other's sessions again and again, and neither would earn.
        if (members.because === "followed") this.#counted = true;
        else this.#begin(open);
        return;
      }
      this.#later(open);
    });
  }

  /** @param {Open} open */
  #later(open) {
    clearTimeout(this.#timer);
    if (this.#open !== open || this.#counted) return;
    this.#timer = setTimeout(() => this.#open === open && this.#beat(open), this.#everyMs);
  }
}

/** @param {Open} open */
function at({ player }) {
  return Math.round(player.video.currentTime * 1000);
}
