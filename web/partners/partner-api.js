// The service's calls for partners, in one mode. Shapes: docs/openapi.json.

/** @typedef {import("./places.js").Mode} Mode */
/** @typedef {{partnerId: string, name: string, reach: {all: boolean, series: string[]}, quotas: Record<Mode, number>}} Partner */

/** @typedef {{url: string, description: string, types: string[]}} EndpointTerms all that a person writes of an endpoint */
/** @typedef {"active" | "paused" | "disabled"} EndpointStatus */
/**
 * @typedef {EndpointTerms & {endpointId: string, status: EndpointStatus, reason: string | null, createdAt: string, changedAt: string,
 *   health: {failures: number, failingSince: string | null}}} Endpoint
 */
/** @typedef {{secret: string, formerSecret: string | null, formerUntil: string | null}} Secrets those in force */

/** @typedef {"pending" | "delivered" | "failed" | "held" | "dropped"} State what became of a delivery */
/** @typedef {{at: string, millis: number, status: number | null, code: string | null, answer: string}} Attempt */
/**
 * @typedef {object} Delivery
 * @property {string} deliveryId
 * @property {string} eventId
 * @property {string} type
 * @property {State} status
 * @property {boolean} test
 * @property {string} occurredAt
 * @property {number} attempts        how many were made
 * @property {string | null} nextAttemptAt
 */
/** @typedef {{delivery: Delivery, body: string, attempts: Attempt[]}} WholeDelivery the last attempts, oldest first */
/** @typedef {{status: State | null, type: string | null, since: string | null, until: string | null}} DeliveryFilter */
/** @typedef {{replayId: string, status: "running" | "done", found: number, sent: number}} Replay */

/** @typedef {{number: number, endsAt: string | null}} ClientSecret one that is in force; the newest does not end */
/** @typedef {{clientId: string, name: string, scopes: string[], secrets: ClientSecret[], createdAt: string, lastUsedDay: string | null}} Client */
/** @typedef {{client: Client, clientSecret: string}} ShownClient its secret is never shown again */

/** @typedef {{at: string, method: string, route: string, status: number, code: string, millis: number, requestId: string,
 *   clientId: string | null}} Request `code` is empty where there was no problem; without a client it is a member's change */
/** @typedef {{day: string, requests: number}} Day */
/** @typedef {{quota: number, remaining: number, days: Day[]}} Usage of clients; today first */
/** @typedef {{type: string, version: number, description: string, source: string, retentionDays: number, schema: object, example: object}} EventType */

/** Every call rejects with a `Refusal`. Those that take a key may be repeated under it; of a client only the secret is new. */
export class PartnerApi {
  /** @type {import("../api.js").Api} */ #api;
  #root;

  /**
   * @param {import("../api.js").Api} api
   * @param {Mode} mode
   */
  constructor(api, mode) {
    this.#api = api;
    this.#root = `/v1/partner/${mode}`;
  }

  /** @returns {Promise<Partner>} */
  getPartner() {
    return this.#api.sendAsViewer("GET", "/v1/partner");
  }

  /** @returns {Promise<{endpoints: Endpoint[]}>} */
  listEndpoints() {
    return this.#get("/endpoints");
  }

  /**
   * @param {EndpointTerms} body
   * @param {string} key
   * @returns {Promise<Endpoint>}
   */
  createEndpoint(body, key) {
    return this.#post("/endpoints", body, key);
  }

  /**
   * @param {string} endpointId
   * @returns {Promise<Endpoint>}
   */
  getEndpoint(endpointId) {
    return this.#get(endpointPath(endpointId));
  }

  /**
   * @param {string} endpointId
   * @param {EndpointTerms & {status: "active" | "paused"}} body `active` enables a disabled one again
   * @returns {Promise<Endpoint>}
   */
  putEndpoint(endpointId, body) {
    return this.#api.sendAsViewer("PUT", this.#root + endpointPath(endpointId), body);
  }

  /** @param {string} endpointId */
  deleteEndpoint(endpointId) {
    return this.#api.sendAsViewer("DELETE", this.#root + endpointPath(endpointId));
  }

  /**
   * @param {string} endpointId
   * @returns {Promise<Secrets>}
   */
  getSecret(endpointId) {
    return this.#get(`${endpointPath(endpointId)}/secret`);
  }

  /**
   * @param {string} endpointId
   * @param {number} overlapHours for so long the old secret signs beside the new one
   * @returns {Promise<Secrets>}
   */
  rotateSecret(endpointId, overlapHours) {
    return this.#post(`${endpointPath(endpointId)}/rotation`, { overlapHours });
  }

  /**
   * @param {string} endpointId
   * @param {string} type
   * @returns {Promise<Delivery>}
   */
  testEndpoint(endpointId, type) {
    return this.#post(`${endpointPath(endpointId)}/test`, { type });
  }

  /**
   * @param {string} endpointId
   * @param {DeliveryFilter} filter
   * @param {string | null} cursor of the page before
   * @returns {Promise<{deliveries: Delivery[], nextCursor: string | null}>} newest first
   */
  listDeliveries(endpointId, filter, cursor) {
    return this.#get(`${endpointPath(endpointId)}/deliveries${query({ ...filter, cursor })}`);
  }

  /**
   * @param {string} endpointId
   * @param {string} deliveryId
   * @returns {Promise<WholeDelivery>}
   */
  getDelivery(endpointId, deliveryId) {
    return this.#get(deliveryPath(endpointId, deliveryId));
  }

  /**
   * @param {string} endpointId
   * @param {string} deliveryId
   * @returns {Promise<Delivery>}
   */
  replay(endpointId, deliveryId) {
    return this.#post(`${deliveryPath(endpointId, deliveryId)}/replay`, {});
  }

  /**
   * @param {string} endpointId
   * @param {{since: string, until?: string, status: "failed" | "all"}} range
   * @param {string} key
   * @returns {Promise<Replay>}
   */
  replayAll(endpointId, range, key) {
    return this.#post(`${endpointPath(endpointId)}/replays`, range, key);
  }

  /**
   * @param {string} endpointId
   * @param {string} replayId
   * @returns {Promise<Replay>}
   */
  getReplay(endpointId, replayId) {
    return this.#get(`${endpointPath(endpointId)}/replays/${encodeURIComponent(replayId)}`);
  }

  /** @returns {Promise<{clients: Client[]}>} */
  listClients() {
    return this.#get("/clients");
  }

  /**
   * @param {{name: string, scopes: string[]}} body
   * @returns {Promise<ShownClient>}
   */
  createClient(body) {
    return this.#post("/clients", body);
  }

  /**
   * @param {string} clientId
   * @param {number} overlapHours for so long the old secret works beside the new one
   * @returns {Promise<ShownClient>}
   */
  rotateClient(clientId, overlapHours) {
    return this.#post(`/clients/${encodeURIComponent(clientId)}/rotation`, { overlapHours });
  }

  /** @param {string} clientId */
  deleteClient(clientId) {
    return this.#api.sendAsViewer("DELETE", `${this.#root}/clients/${encodeURIComponent(clientId)}`);
  }

  /**
   * @param {{status: string | null, since: string | null, until: string | null}} filter
   * @param {string | null} cursor of the page before
   * @returns {Promise<{requests: Request[], nextCursor: string | null}>} newest first
   */
  listRequests(filter, cursor) {
    return this.#get(`/requests${query({ ...filter, cursor })}`);
  }

  /** @returns {Promise<Usage>} */
  getUsage() {
    return this.#get("/usage");
  }

  /** @returns {Promise<{eventTypes: EventType[]}>} every version of every type */
  listEventTypes() {
    return this.#api.sendAsViewer("GET", "/v1/event-types");
  }

  /**
   * Sends a made-up event to the sandbox endpoints that want it, whatever the mode of this.
   * @param {string} type
   * @returns {Promise<{eventId: string, deliveries: number}>}
   */
  sendEvent(type) {
    return this.#api.sendAsViewer("POST", "/v1/partner/sandbox/events", { type });
  }

  /** @param {string} path */
  #get(path) {
    return this.#api.sendAsViewer("GET", this.#root + path);
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {string} [key]
   */
  #post(path, body, key) {
    return this.#api.sendAsViewer("POST", this.#root + path, body, key === undefined ? {} : { headers: { "idempotency-key": key } });
  }
}

/** @param {string} endpointId */
function endpointPath(endpointId) {
  return `/endpoints/${encodeURIComponent(endpointId)}`;
}

/**
 * @param {string} endpointId
 * @param {string} deliveryId
 */
function deliveryPath(endpointId, deliveryId) {
  return `${endpointPath(endpointId)}/deliveries/${encodeURIComponent(deliveryId)}`;
}

/** @param {Record<string, string | null>} members null is left out */
function query(members) {
  const given = Object.entries(members).filter((pair) => pair[1] !== null);
  return given.length === 0 ? "" : `?${new URLSearchParams(/** @type {[string, string][]} */ (given))}`;
}
