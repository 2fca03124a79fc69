// The service's calls for creators about their money. Shapes: docs/openapi.json.

/** @typedef {{holdId: string, why: string, amount: number, until: string}} Held */
/** @typedef {{currency: string, earned: number, payable: number, held: Held[], debt: number}} Money in the currency's smallest unit */
/** @typedef {{day: string, currency: string, amount: number}} DayIncome */
/** @typedef {{money: Money[], days: DayIncome[], through: number, frozen: boolean, complete: boolean}} Earnings */
/** @typedef {{day: string, bytes: number, madeAt: string}} StatementLine */
/** @typedef {{items: StatementLine[], nextCursor: string | null}} Statements newest first */
/** @typedef {{day: string, jsonUrl: string, pdfUrl: string, expiresAt: string}} Statement */

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
}
