// One <video> playing one granted HLS stream: through hls.js where Media Source Extensions exist, else natively.

import { Refusal } from "../refusal.js";
import { Tracks } from "./tracks.js";

const HLS_MODULE = "../vendor/hls-1.7.4.min.js";
const NATIVE_TYPE = "application/vnd.apple.mpegurl";
/** Seconds ahead while it only waits to be shown, and while it plays. */
const AHEAD_S = { waiting: 4, playing: 20 };
const SETTINGS = {
  // CMAF needs no transmuxing, so there is nothing for a worker to do.
  enableWorker: false,
  capLevelToPlayerSize: true,
  lowLatencyMode: false,
  // The first picture counts most: begin with the smallest rendition, without a fragment to measure the line, and ask for the
  // next one before this one has been taken in.
  startLevel: 0,
  testBandwidth: false,
  startFragPrefetch: true,
  maxBufferLength: AHEAD_S.waiting,
  maxBufferSize: 0, // bytes that it would load whatever their seconds
  backBufferLength: 30,
  // The library's way to draw captions needs a `data:` address, which the policy does not allow.
  renderTextTracksNatively: false,
};
/** A renewal that is due, overdue or unreadable is tried no sooner than this. */
const SOONEST_RENEWAL_MS = 5_000;
/** A browser's timer holds 31 bits; more would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @typedef {import("../api.js").Grant} Grant */
/** @typedef {import("../api.js").Delivery} Delivery */
/** @typedef {(delivery: Delivery) => Promise<Grant>} AskForGrant */

/** Loads the library ahead of the first press. It is the largest file of the page, so nothing else waits for it. */
export function warmUp() {
  import(HLS_MODULE).catch(() => undefined);
}

/**
 * Dispatches `refused` (`detail`: a {@link Refusal}) when a stream that had been opened cannot go on, and `waiting-for-viewer`
 * when the browser wants a press on "play" first.
 */
export class Player extends EventTarget {
  /** @type {HTMLVideoElement} */ video;
  /** @type {Tracks} */ tracks;
  /** @type {Grant | null} */ #grant = null;
  /** @type {import("../vendor/hls-1.7.4.min.js").default | null} */ #hls = null;
  /** @type {AskForGrant | null} */ #ask = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #renewal;
  /** Counts openings, so that an answer to an earlier one is not taken for the present one's. */
  #opening = 0;
  /** Set while a refused stream is being asked for again; a second refusal before anything played is final. */
  #repairing = false;
  /** Whether it shall play as soon as it can. */
  #wanted = false;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    this.tracks = new Tracks(video);
    video.addEventListener("playing", () => (this.#repairing = false));
    video.addEventListener("error", () => this.#nativeError());
    // Timers stand still while a machine sleeps; a grant that ran out meanwhile is renewed on waking.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#grant !== null && Date.now() >= Date.parse(this.#grant.renewAfter)) this.#renew();
    });
  }

  /** The grant that the stream plays under. */
  get grant() {
    return this.#grant;
  }

  /**
   * Asks for a grant and loads the beginning of what it opens, from where the viewer stopped.
   * @param {AskForGrant} ask
   * @returns {Promise<boolean>} false when another opening or `close` came in between
   * @throws {Refusal} why there is no grant, `player_missing` or `cannot_play_here`
   */
  async load(ask) {
    this.close();
    const opening = this.#opening;
    const grant = await ask("cookies");
    if (opening !== this.#opening) return false;
    this.#ask = ask;
    await this.#attach(grant, (grant.resumeMs ?? 0) / 1000);
    return opening === this.#opening;
  }

  /** Plays what is loaded or still loading. */
  play() {
    this.#wanted = true;
    if (this.#hls !== null) this.#hls.config.maxBufferLength = AHEAD_S.playing;
    const opening = this.#opening;
    this.video.play().catch((error) => {
      if (opening === this.#opening && error.name === "NotAllowedError") this.dispatchEvent(new Event("waiting-for-viewer"));
    });
  }

  /** Stops where it is and keeps the picture, but loads nothing more. */
  rest() {
    this.#opening += 1;
    this.#wanted = false;
    this.#ask = null;
    clearTimeout(this.#renewal);
    this.video.pause();
    this.#hls?.stopLoad();
  }

  /** Stops and forgets the stream. */
  close() {
    this.rest();
    this.#grant = null;
    this.#repairing = false;
    this.#detach();
  }

  #detach() {
    clearTimeout(this.#renewal);
    this.tracks.leave();
    this.#hls?.destroy();
    this.#hls = null;
    this.video.removeAttribute("src");
    this.video.load();
  }

  /**
   * @param {Grant} grant
   * @param {number} from seconds into the episode
   */
  async #attach(grant, from) {
    const opening = this.#opening;
    const { default: Hls } = await import(HLS_MODULE).catch((cause) => {
      throw new Refusal("player_missing", { cause });
    });
    if (opening !== this.#opening) return;
    this.#detach();
    this.#grant = grant;
    if (Hls.isSupported()) {
      this.#attachThrough(Hls, grant.playlistUrl, from);
    } else if (this.video.canPlayType(NATIVE_TYPE) !== "") {
      this.video.src = grant.playlistUrl;
      this.video.currentTime = from;
      this.tracks.follow();
    } else {
      throw new Refusal("cannot_play_here");
    }
    this.#planRenewal(grant);
    if (this.#wanted) this.play();
  }

  /**
   * @param {any} Hls the library
   * @param {string} playlistUrl
   * @param {number} from
   */
  #attachThrough(Hls, playlistUrl, from) {
    const hls = new Hls({ ...SETTINGS, startPosition: from });
    let refused = false;
    hls.on(Hls.Events.ERROR, (/** @type {string} */ _, /** @type {any} */ data) => {
      if (hls !== this.#hls || refused) return;
      if (data.response?.code === 403) {
        // The library would try other renditions and wait in between; all of them hang on the same grant.
        refused = true;
        hls.stopLoad();
        this.#repair();
      } else if (data.fatal) {
        this.#fatal(hls, data);
      }
    });
    this.#hls = hls;
    this.tracks.followThrough(hls, Hls.Events);
    hls.loadSource(playlistUrl);
    hls.attachMedia(this.video);
  }

  /** @param {Grant} grant */
  #planRenewal(grant) {
    clearTimeout(this.#renewal);
    const due = Date.parse(grant.renewAfter) - Date.now();
    const wait = Math.min(Math.max(due || 0, SOONEST_RENEWAL_MS), LONGEST_TIMER_MS);
    this.#renewal = setTimeout(() => this.#renew(), wait);
  }

  /** Asks for a fresh grant behind a playing picture. */
  async #renew() {
    const opening = this.#opening;
    const held = this.#grant;
    if (this.#ask === null || held === null) return;
    const fresh = await this.#ask(held.delivery).catch((error) => error);
    // Closed, or repaired with a newer grant meanwhile.
    if (opening !== this.#opening || held !== this.#grant) return;
    if (fresh instanceof Refusal && fresh.code === "episode_locked") {
      // It is the viewer's no longer: a refund.
      this.#refuse(fresh);
    } else if (fresh instanceof Error) {
      // Anything else is not told: the old grant still has time to run.
      this.#planRenewal(held);
    } else if (fresh.playlistUrl === held.playlistUrl) {
      // New cookies under the same addresses: the stream goes on by itself.
      this.#grant = fresh;
      this.#planRenewal(fresh);
    } else {
      await this.#swap(fresh);
    }
  }

  /** @param {Grant} grant */
  async #swap(grant) {
    const paused = this.video.paused && this.video.currentTime > 0;
    if (paused) this.#wanted = false;
    await this.#attach(grant, this.video.currentTime || (grant.resumeMs ?? 0) / 1000);
  }

  /**
   * @param {any} hls
   * @param {any} data hls.js's error
   */
  #fatal(hls, data) {
    if (data.type === "mediaError" && !this.#repairing) {
      this.#repairing = true;
      hls.recoverMediaError();
    } else if (data.type === "networkError") {
      this.#refuse(data.response?.code === 404 ? "stream_missing" : navigator.onLine ? "stream_unreachable" : "offline", data.details);
    } else {
      this.#refuse("stream_broken", data.details);
    }
  }

  /** A natively played stream does not tell why it failed; a lost grant is the likeliest reason, so it is asked for again. */
  #nativeError() {
    if (this.#hls === null && this.#grant !== null) this.#repair();
  }

  /** The stream answered 403: the grant ran out, or the browser keeps no cookies. Ask again, once. */
  async #repair() {
    const opening = this.#opening;
    if (this.#ask === null || this.#grant === null || this.#repairing) return this.#refuse("stream_refused");
    this.#repairing = true;
    const nothingPlayed = this.video.readyState === HTMLMediaElement.HAVE_NOTHING;
    try {
      const grant = await this.#ask(nothingPlayed ? "query" : this.#grant.delivery);
      if (opening === this.#opening) await this.#swap(grant);
    } catch (error) {
      if (opening === this.#opening) this.#refuse(error instanceof Refusal ? error : "stream_refused");
    }
  }

  /**
   * @param {string | Refusal} why
   * @param {string} [detail]
   */
  #refuse(why, detail = "") {
    this.close();
    const refusal = why instanceof Refusal ? why : new Refusal(why, { detail });
    this.dispatchEvent(new CustomEvent("refused", { detail: refusal }));
  }
}
