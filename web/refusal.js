// One error for everything that can go wrong on the way to an answer, so that the page has one way to tell it.

/**
 * A request that did not succeed: a problem document of the service (RFC 9457), or one of the page's own codes
 * (see `OWN_CODES` in words.js) when no answer came that could carry one.
 */
export class Refusal extends Error {
  /**
   * @param {string} code stable word, for example `episode_locked`
   * @param {{status?: number, title?: string, detail?: string, members?: Record<string, unknown>, cause?: unknown}} [more]
   */
  constructor(code, { status = 0, title = "", detail = "", members = {}, cause } = {}) {
    super(title || code, { cause });
    this.name = "Refusal";
    this.code = code;
    /** HTTP status, or 0 when there was no answer. */
    this.status = status;
    this.title = title;
    this.detail = detail;
    /** The problem's extra members, for example `priceCoins`. */
    this.members = members;
  }

  /**
   * A whole number among the problem's members.
   * @param {string} name
   * @returns {number | null} null when the problem does not say
   */
  number(name) {
    const value = this.members[name];
    return typeof value === "number" && Number.isInteger(value) ? value : null;
  }
}

/**
 * The refusal that an unsuccessful answer stands for.
 * @param {Response} response
 * @returns {Promise<Refusal>}
 */
export async function refusalOf(response) {
  const status = response.status;
  let problem;
  try {
    problem = await response.json();
  } catch {
    problem = null;
  }
  if (problem === null || typeof problem !== "object" || typeof problem.code !== "string") {
    // A proxy or a firewall on the way answered, not the service.
    return new Refusal(status >= 500 ? "service_down" : "unreadable_answer", { status });
  }
  const { type, title, code, detail, instance, status: stated, ...members } = problem;
  return new Refusal(code, { status, title, detail, members });
}

/**
 * The refusal that a failed `fetch` stands for.
 * @param {unknown} error what `fetch` threw
 * @returns {Refusal}
 */
export function refusalOfSilence(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof DOMException && error.name === "TimeoutError") return new Refusal("no_answer_in_time", { cause: error });
  return new Refusal(navigator.onLine ? "unreachable" : "offline", { cause: error });
}
