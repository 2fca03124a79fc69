// The service's calls for a brand's campaigns. Shapes: docs/openapi.json.

/** @typedef {"cashback" | "scan" | "watch.episode"} Kind */
/**
 * @typedef {{partnerId: string, name: string, kinds: Kind[], startsAt: string, endsAt: string, returnDays: number, viewerTimes: number,
 *   viewerCoins: number, countries: string[]}} Terms
 */
/** @typedef {{campaignId: string, status: "paused" | "live" | "closed", terms: Terms, fundedCoins: number}} Campaign */
/**
 * @typedef {object} Numbers
 * @property {number} claims
 * @property {number} confirmations
 * @property {number} returns
 * @property {number} claimedCoins     left the budget as pending
 * @property {number} confirmedCoins
 * @property {number} clawedBackCoins  came back, of pending or of confirmed ones
 * @property {number} fundedCoins
 * @property {number} givenBackCoins   went back to the brand unspent
 */
/** @typedef {{day: string, numbers: Numbers, refused: Record<string, number>}} Day */
/**
 * @typedef {object} Report
 * @property {string} campaignId
 * @property {string} name
 * @property {boolean} complete       else the newest entries are not in it yet
 * @property {number} leftCoins
 * @property {number} pendingCoins
 * @property {number} spentCoins
 * @property {Numbers} total
 * @property {Record<string, number>} refused
 * @property {Day[]} days             the oldest first
 */

/** Every call rejects with a `Refusal`. */
export class CampaignApi {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * @param {string | null} cursor of the page before
   * @returns {Promise<{campaigns: Campaign[], nextCursor: string | null}>} newest first
   */
  list(cursor) {
    const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return this.#api.sendAsViewer("GET", `/v1/partner/live/campaigns${query}`);
  }

  /**
   * @param {string} campaignId
   * @returns {Promise<Campaign>}
   */
  get(campaignId) {
    return this.#api.sendAsViewer("GET", `/v1/partner/live/campaigns/${encodeURIComponent(campaignId)}`);
  }

  /**
   * @param {string} campaignId
   * @returns {Promise<Report>}
   */
  report(campaignId) {
    return this.#api.sendAsViewer("GET", `/v1/partner/live/campaigns/${encodeURIComponent(campaignId)}/report`);
  }
}
