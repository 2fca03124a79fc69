// Two screens, one behind the other: the episode that plays, and the one that is likely to be next, loaded so far that it
// starts at once. The picture of the one before stays until the next one has a picture of its own.

import { Player } from "./player.js";

/** @typedef {import("./player.js").AskForGrant} AskForGrant */

/** Dispatches `refused` and `waiting-for-viewer` of the player in front, `change` when another is in front. */
export class Deck extends EventTarget {
  /** @type {Player[]} the one in front first */ #players;
  /** @type {{key: string, loading: Promise<boolean>} | null} what the one behind has been asked to load */ #ahead = null;
  #showing = 0;

  /** @param {HTMLVideoElement[]} videos two */
  constructor(videos) {
    super();
    this.#players = videos.map((video) => new Player(video));
    for (const player of this.#players) {
      player.addEventListener("refused", (event) => {
        if (!(event instanceof CustomEvent)) return;
        if (player === this.front) this.dispatchEvent(new CustomEvent("refused", { detail: event.detail }));
        else this.#ahead = null;
      });
      player.addEventListener("waiting-for-viewer", () => player === this.front && this.dispatchEvent(new Event("waiting-for-viewer")));
      player.video.addEventListener("loadeddata", () => player === this.front && this.#reveal());
    }
    this.#reveal();
  }

  get players() {
    return [...this.#players];
  }

  get front() {
    return this.#players[0];
  }

  get videos() {
    return this.#players.map((player) => player.video);
  }

  /** @returns {boolean} whether any picture can be seen, be it that of an episode that is over */
  get hasPicture() {
    return this.#players.some((player) => "shown" in player.video.dataset && player.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
  }

  /**
   * Loads the beginning of what is likely to be next.
   * @param {string} key names it
   * @param {AskForGrant} ask
   * @returns {Promise<void>}
   * @throws {import("../refusal.js").Refusal} why it cannot be loaded
   */
  async prepare(key, ask) {
    if (this.#ahead?.key === key) return;
    const loading = this.#players[1].load(ask);
    this.#ahead = { key, loading };
    try {
      await loading;
    } catch (error) {
      if (this.#ahead?.loading === loading) this.#ahead = null;
      throw error;
    }
  }

  /**
   * Plays something, at once if it was prepared.
   * @param {string} key
   * @param {AskForGrant} ask
   * @returns {Promise<boolean>} false when something else was shown or all was closed meanwhile
   * @throws {import("../refusal.js").Refusal} why it does not play; the one before stands still then
   */
  async show(key, ask) {
    const showing = ++this.#showing;
    const [before, next] = this.#players;
    before.rest();
    const loading = this.#ahead?.key === key ? this.#ahead.loading : next.load(ask);
    this.#ahead = null;
    this.#players.reverse();
    try {
      next.play();
      if (!(await loading) || showing !== this.#showing) return false;
    } catch (error) {
      if (showing === this.#showing) this.#players.reverse();
      throw error;
    }
    this.#reveal();
    return true;
  }

  /** Stops both and forgets them. */
  close() {
    this.#showing += 1;
    this.#ahead = null;
    for (const player of this.#players) {
      player.close();
      delete player.video.dataset.shown;
    }
  }

  /** Puts the front one's picture to the front once it has one, and lets go of what stood there. */
  #reveal() {
    const [front, behind] = this.#players;
    this.dispatchEvent(new Event("change"));
    if (front.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if ("shown" in front.video.dataset) return;
    front.video.dataset.shown = "";
    if ("shown" in behind.video.dataset) {
      delete behind.video.dataset.shown;
      behind.close();
    }
  }
}
