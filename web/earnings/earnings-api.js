// The service's calls for creators about their money. Shapes: docs/openapi.json.

/** @typedef {{holdId: string, why: string, amount: number, until: string}} Held */
/** @typedef {{currency: string, earned: number, balance: number, held: Held[], debt: number}} Money in the currency's smallest unit */
/** @typedef {{day: string, currency: string, amount: number}} DayIncome */
/** @typedef {{money: Money[], days: DayIncome[], through: number, frozen: boolean, complete: boolean}} Earnings */
/** @typedef {{day: string, bytes: number, madeAt: string}} StatementLine */
/** @typedef {{items: StatementLine[], nextCursor: string | null}} Statements newest first */
/** @typedef {{day: string, jsonUrl: string, pdfUrl: string, expiresAt: string}} Statement */
/** @typedef {"standard" | "instant"} Speed */
/** @typedef {{speed: Speed, fee: number, arrives: number, earliestAt: string, latestAt: string, rule: string | null}} Option */
/**
 * @typedef {object} Quote what a payout of `amount` would come to; `rule` of an option is what is in its way
 * @property {string} currency
 * @property {number} payable  may leave now, if nothing else is in the way
 * @property {number} held  set aside by holds
 * @property {number} recent
 * @property {number} recentDays
 * @property {number} reserve
 * @property {number} reserveBasisPoints
 * @property {number} reserveDays
 * @property {number} disputed
 * @property {number} minimum
 * @property {number} amount
 * @property {Option[]} options
 */
/** @typedef {{currency: string, amount: number, speed: Speed, feeShown: number}} Wish */
/**
 * @typedef {object} Payout
 * @property {string} payoutId
 * @property {string} status
 * @property {string} currency
 * @property {number} amount
 * @property {number} fee
 * @property {number} arrives
 * @property {string} createdAt
 * @property {string} changedAt
 * @property {string | null} arrivesAt
 * @property {string | null} paidAt
 * @property {string | null} rule
 * @property {string | null} waitsFor
 */
/** @typedef {{payouts: Payout[], nextCursor: string | null}} Payouts newest first */
/** @typedef {{set: boolean, ready: boolean, country: string | null, paysFrom: string | null, url: string | null}} Destination */
/** @typedef {{rhythm: "none" | "weekly", nextAt: string | null}} Schedule */
/** @typedef {{currency: string, day: number, month: number}} Limit */
/** @typedef {{tier: 1 | 2, url: string | null, code: string | null}} Check */
/** @typedef {{tier: 0 | 1 | 2, state: string, until: string | null, limits: Limit[], check: Check | null}} Verification */

/** Every call rejects with a `Refusal`, and may be repeated. */
export class EarningsApi {
  /** @type {import("../api.js").Api} */ #api;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @returns {Promise<Earnings>} */
  getEarnings() {
    return this.#api.sendAsViewer("GET", "/v1/creator/earnings");
  }

  /**
   * @param {string | null} cursor of the page before
   * @returns {Promise<Statements>}
   */
  listStatements(cursor) {
    const query = cursor === null ? "" : `?${new URLSearchParams({ cursor })}`;
    return this.#api.sendAsViewer("GET", `/v1/creator/statements${query}`);
  }

  /**
   * @param {string} day
   * @returns {Promise<Statement>} whose addresses are good for a few minutes
   */
  getStatement(day) {
    return this.#api.sendAsViewer("GET", `/v1/creator/statements/${encodeURIComponent(day)}`);
  }

  /**
   * @param {string} currency
   * @param {number | null} amount null for all that is payable
   * @returns {Promise<Quote>}
   */
  getQuote(currency, amount) {
    const asked = new URLSearchParams(amount === null ? { currency } : { currency, amount: String(amount) });
    return this.#api.sendAsViewer("GET", `/v1/payout-quote?${asked}`);
  }

  /**
   * @param {Wish} wish
   * @param {string} key the same for the same wish, so that sending it again pays once
   * @returns {Promise<Payout>}
   */
  requestPayout(wish, key) {
    return this.#api.sendAsViewer("POST", "/v1/payouts", wish, { headers: { "idempotency-key": key } });
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<Payouts>}
   */
  listPayouts(cursor) {
    return this.#api.sendAsViewer("GET", `/v1/payouts${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
  }

  /**
   * @param {string} payout
   * @returns {Promise<Payout>}
   */
  cancelPayout(payout) {
    return this.#api.sendAsViewer("POST", `/v1/payouts/${encodeURIComponent(payout)}/cancellation`);
  }

  /** @returns {Promise<Destination>} */
  getDestination() {
    return this.#api.sendAsViewer("GET", "/v1/payout-destination");
  }

  /**
   * @param {string} country of the bank
   * @returns {Promise<Destination>} with the provider's page to go on with
   */
  putDestination(country) {
    return this.#api.sendAsViewer("PUT", "/v1/payout-destination", { country, returnTo: "/earnings.html" });
  }

  /** @returns {Promise<Schedule>} */
  getSchedule() {
    return this.#api.sendAsViewer("GET", "/v1/payout-schedule");
  }

  /**
   * @param {"none" | "weekly"} rhythm
   * @returns {Promise<Schedule>}
   */
  putSchedule(rhythm) {
    return this.#api.sendAsViewer("PUT", "/v1/payout-schedule", { rhythm });
  }

  /** @returns {Promise<Verification>} */
  getVerification() {
    return this.#api.sendAsViewer("GET", "/v1/creator/verification");
  }

  /**
   * @param {1 | 2} tier
   * @returns {Promise<Verification>} with the provider's page to go on with
   */
  beginVerification(tier) {
    return this.#api.sendAsViewer("POST", "/v1/creator/verification", { tier });
  }
}
