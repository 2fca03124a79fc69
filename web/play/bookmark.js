// Where the viewer is, told to the service so that another device goes on there: at most every half minute, and when the viewer
// stops or leaves.

const EVERY_MS = 30_000;

/** @typedef {{seriesId: string, episode: number}} Place */

export class Bookmark {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {() => boolean} */ #mayTell;
  /** @type {{place: Place, player: import("./player.js").Player, nextAfter: number, told: number} | null} */ #open = null;

  /**
   * @param {import("../api.js").Api} api
   * @param {import("./deck.js").Deck} deck
   * @param {() => boolean} mayTell false for a guest, of whom nothing is kept
   */
  constructor(api, deck, mayTell) {
    this.#api = api;
    this.#mayTell = mayTell;
    for (const video of deck.videos) {
      video.addEventListener("timeupdate", () => !video.paused && this.#tell(video, EVERY_MS));
      video.addEventListener("pause", () => this.#tell(video, 0));
    }
    const leaving = () => this.#open !== null && this.#tell(this.#open.player.video, 0);
    addEventListener("pagehide", leaving);
    document.addEventListener("visibilitychange", () => document.hidden && leaving());
  }

  /**
   * @param {Place} place
   * @param {import("./player.js").Player} player that plays it
   */
  open(place, player) {
    this.#open = { place, player, nextAfter: 0, told: Date.now() };
  }

  /** The viewer goes elsewhere. */
  close() {
    if (this.#open !== null) this.#tell(this.#open.player.video, 0);
    this.#open = null;
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {number} afterMs how long nothing has been told for it to be worth telling
   */
  async #tell(video, afterMs) {
    const open = this.#open;
    const now = Date.now();
    if (open === null || open.player.video !== video || !this.#mayTell() || video.readyState === 0) return;
    // The service saves no sooner than it said, so nothing is sent that it would not take.
    if (now < open.nextAfter || now - open.told < afterMs) return;
    open.told = now;
    open.nextAfter = now + EVERY_MS;
    const { seriesId, episode } = open.place;
    const version = open.player.grant?.version;
    const position = { positionMs: Math.round(video.currentTime * 1000), ...(version ? { version } : {}) };
    // A position that could not be told is no reason to disturb anyone; the next one will be.
    await this.#api.putProgress(seriesId, episode, position).catch(() => undefined);
  }
}
