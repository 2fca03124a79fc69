// The calls for what viewers earn. Shapes: docs/openapi.json.

/** @typedef {{kind: string, coins: number, status: "paid" | "waiting" | "held" | "refused", vestsAt: string | null}} Earned */
/** @typedef {{session: string, beatEveryMs: number, counted: boolean, earned: Earned[]}} WatchAnswer */
/** @typedef {{dates: string[], coins: number, run: number}} RepairOffer */
/** @typedef {{date: string, zone: string, done: boolean, run: number, rung: number, ladder: number[], nextAt: string, repair: RepairOffer | null,
 *   milestone: {days: number, coins: number} | null}} Checkin */
/** @typedef {{since: string, until: string, stage: "open" | "lapsed" | "rewarded" | "barred" | "undone", coins: number, status: string | null}} Referral */
/** @typedef {{code: string | null, inviterCoins: number, friendCoins: number, friends: Referral[], redeemed: Referral | null}} Invitation */
/** @typedef {{kind: string, coins: number, everySeconds: number | null, hadCoins: number, mostCoins: number}} Task */
/** @typedef {{kind: string, coins: number, status: string, since: string, vestsAt: string | null}} PendingCoins */
/** @typedef {{leftCoins: number, perAdCoins: number, perPurchaseCoins: number}} Allowance */
/** @typedef {{checkin: Checkin, tasks: Task[], hadCoins: number, mostCoins: number, pending: PendingCoins[], adPlacements: string[], allowance: Allowance | null}} Rewards */
/** @typedef {{viewId: string, customData: string, adUnit: string, playerUrl: string | null, coins: number, endsAt: string}} AdOffer */

import { chosen, choose } from "../choices.js";

export class Calls {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * @param {string} seriesId
   * @param {number} episode
   * @param {number} positionMs
   * @param {string | null} session of the episode before, which goes on
   * @returns {Promise<WatchAnswer>}
   */
  beginWatching(seriesId, episode, positionMs, session) {
    const path = `/v1/series/${encodeURIComponent(seriesId)}/episodes/${episode}/watch`;
    return this.#api.sendAsViewer("POST", path, { device: device(), zone: zone(), positionMs, session });
  }

  /**
   * @param {string} session as it was answered last
   * @param {number} positionMs
   * @returns {Promise<WatchAnswer>}
   */
  sendBeat(session, positionMs) {
    return this.#api.sendAsViewer("POST", "/v1/watch/beats", { session, positionMs }, { keepalive: true });
  }

  /** @returns {Promise<Rewards>} */
  getRewards() {
    return this.#api.sendAsViewer("GET", `/v1/rewards?zone=${encodeURIComponent(zone())}`);
  }

  /**
   * @param {string} date that was missed
   * @param {number} priceCoins as it was shown
   * @returns {Promise<{checkin: Checkin, date: string, coins: number, seq: number}>}
   */
  repairRun(date, priceCoins) {
    return this.#api.sendAsViewer("POST", "/v1/rewards/checkin/repair", { date, priceCoins, zone: zone() });
  }

  /** @returns {Promise<Invitation>} */
  openInvitation() {
    return this.#api.sendAsViewer("POST", "/v1/rewards/invitation", { device: device(), zone: zone() });
  }

  /**
   * @param {string} code
   * @returns {Promise<Referral>}
   */
  redeemInvitation(code) {
    return this.#api.sendAsViewer("POST", "/v1/rewards/invitation/redemption", { code, device: device(), zone: zone() });
  }

  /** @returns {Promise<{checkin: Checkin, earned: Earned[]}>} */
  checkIn() {
    return this.#api.sendAsViewer("POST", "/v1/rewards/checkin", { device: device(), zone: zone() });
  }

  /**
   * @param {string} placement
   * @returns {Promise<AdOffer>} leave to be paid for one ad
   */
  offerAd(placement) {
    return this.#api.sendAsViewer("POST", "/v1/rewards/ads", { device: device(), placement, zone: zone() });
  }

  /**
   * @param {string} viewId as it was offered
   * @returns {Promise<{earned: Earned | null}>}
   */
  getAdView(viewId) {
    return this.#api.sendAsViewer("GET", `/v1/rewards/ads/${encodeURIComponent(viewId)}`);
  }
}

/** @returns {string} this device's name: the service lets one device earn for a few viewers, not for many */
function device() {
  const { device: kept } = chosen();
  if (kept !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(kept)) return kept;
  const made = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  choose({ device: made });
  return made;
}

/** @returns {string} the viewer's time zone (IANA): a day begins at midnight there */
function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}
