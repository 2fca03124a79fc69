// Sign-in by authorization code with PKCE (RFC 7636) on Cognito's hosted page, for a public client.
//
// The access token lives in memory only. The refresh token lives in sessionStorage: it survives a reload, dies with the
// tab, and other tabs do not see it. Neither is ever written to the console, to an address or to the page.

import { Refusal, refusalOfSilence } from "./refusal.js";

const ATTEMPT_KEY = "cliffhanger.attempt";
const SESSION_KEY = "cliffhanger.session";
const SCOPES = "openid email profile";
/** A token this close to its end is renewed before it is used, so that it does not expire on the way. */
const MARGIN_MS = 30_000;
const TIMEOUT_MS = 15_000;

/** @typedef {{access_token: string, refresh_token?: string, id_token?: string, expires_in: number}} TokenAnswer */
/** @typedef {{refreshToken: string, name: string}} Kept what a reload finds again */

/** The viewer's sign-in. Dispatches `change` when the viewer comes or goes. */
export class Session extends EventTarget {
  /** @type {import("./config.js").Config} */ #config;
  /** @type {Storage} */ #storage;
  /** @type {{token: string, until: number} | null} */ #access = null;
  /** @type {Kept | null} */ #kept = null;
  /** @type {Promise<string> | null} */ #renewal = null;

  /**
   * @param {import("./config.js").Config} config
   * @param {Storage} [storage]
   */
  constructor(config, storage = sessionStorage) {
    super();
    this.#config = config;
    this.#storage = storage;
    this.#kept = readJson(storage, SESSION_KEY);
  }

  get signedIn() {
    return this.#kept !== null;
  }

  /** How the viewer is called on the page; for display only, so the id token it comes from is not verified. */
  get name() {
    return this.#kept?.name ?? "";
  }

  /**
   * Leaves for the hosted page.
   * @param {string} returnTo `#/salt/2` of this page, or a room's page: `/studio.html#/salt`
   * @param {{prompt?: "login"}} [more] asks anew
   */
  async signIn(returnTo, more) {
    const attempt = { state: randomWord(), verifier: randomWord(), returnTo };
    this.#storage.setItem(ATTEMPT_KEY, JSON.stringify(attempt));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.#config.clientId,
      redirect_uri: this.#config.redirectUri,
      scope: SCOPES,
      state: attempt.state,
      code_challenge: base64url(new Uint8Array(digest)),
      code_challenge_method: "S256",
      ...more,
    });
    location.assign(`${this.#config.cognitoDomain}/oauth2/authorize?${query}`);
  }

  /**
   * Completes a sign-in if the page's address carries its answer.
   * @param {URLSearchParams} query the query the page was opened with
   * @returns {Promise<string | null>} the `returnTo` of the sign-in, or null when the address carries no answer
   * @throws {Refusal} `state_mismatch`, `sign_in_refused`, or why no answer came
   */
  async finishSignIn(query) {
    const code = query.get("code");
    const error = query.get("error");
    if (code === null && error === null) return null;
    const attempt = readJson(this.#storage, ATTEMPT_KEY);
    // An attempt is good for one answer, whatever the answer is.
    this.#storage.removeItem(ATTEMPT_KEY);
    // Without this check, someone else's code could sign the viewer in to someone else's account.
    if (attempt === null || query.get("state") !== attempt.state) throw new Refusal("state_mismatch");
    if (code === null) throw new Refusal("sign_in_refused", { detail: error ?? "" });
    const answer = await this.#askForTokens({
      grant_type: "authorization_code",
      code,
      redirect_uri: this.#config.redirectUri,
      code_verifier: attempt.verifier,
    });
    this.#keep(answer);
    return attempt.returnTo;
  }

  /**
   * A token that is good now.
   * @returns {Promise<string | null>} null for a guest
   * @throws {Refusal} `sign_in_ended`, or why no answer came
   */
  async accessToken() {
    if (this.#kept === null) return null;
    if (this.#access !== null && Date.now() < this.#access.until) return this.#access.token;
    return this.renew();
  }

  /**
   * A token in place of one that the service no longer takes: the present one where that has been renewed meanwhile.
   * @param {string} refused
   * @returns {Promise<string>}
   * @throws {Refusal} as `renew`
   */
  async tokenAfter(refused) {
    return this.#access !== null && this.#access.token !== refused ? this.#access.token : this.renew();
  }

  /**
   * Fetches a new access token. Calls that overlap share one request: with rotation, a refresh token works once.
   * @returns {Promise<string>}
   * @throws {Refusal} `sign_in_ended` when the refresh token is no longer good; else the viewer stays signed in
   */
  renew() {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renewOnce() {
    if (this.#kept === null) throw new Refusal("sign_in_ended");
    try {
      const answer = await this.#askForTokens({ grant_type: "refresh_token", refresh_token: this.#kept.refreshToken });
      return this.#keep(answer);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "sign_in_refused") throw error;
      this.forget();
      throw new Refusal("sign_in_ended", { cause: error });
    }
  }

  /** Forgets the tokens, here and at the issuer, and ends the hosted page's own session. */
  async signOut() {
    const refreshToken = this.#kept?.refreshToken;
    this.forget();
    if (refreshToken !== undefined) {
      const body = new URLSearchParams({ token: refreshToken, client_id: this.#config.clientId });
      // `no-cors`: nothing is read from the answer. A failed revocation must not keep the viewer signed in here.
      await fetch(`${this.#config.cognitoDomain}/oauth2/revoke`, {
        method: "POST",
        mode: "no-cors",
        credentials: "omit",
        body,
        signal: AbortSignal.timeout(3_000),
      }).catch(() => undefined);
    }
    const query = new URLSearchParams({ client_id: this.#config.clientId, logout_uri: this.#config.redirectUri });
    location.assign(`${this.#config.cognitoDomain}/logout?${query}`);
  }

  /** Drops the tokens. */
  forget() {
    this.#access = null;
    this.#kept = null;
    this.#storage.removeItem(SESSION_KEY);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {TokenAnswer} answer
   * @returns {string} the access token
   */
  #keep(answer) {
    const arrival = this.#kept === null;
    this.#access = { token: answer.access_token, until: Date.now() + answer.expires_in * 1000 - MARGIN_MS };
    this.#kept = {
      // A refresh answers with a new refresh token only where rotation is on.
      refreshToken: answer.refresh_token ?? this.#kept?.refreshToken ?? "",
      name: nameIn(answer.id_token) || (this.#kept?.name ?? ""),
    };
    this.#storage.setItem(SESSION_KEY, JSON.stringify(this.#kept));
    if (arrival) this.dispatchEvent(new Event("change"));
    return answer.access_token;
  }

  /**
   * @param {Record<string, string>} form
   * @returns {Promise<TokenAnswer>}
   */
  async #askForTokens(form) {
    let response;
    try {
      response = await fetch(`${this.#config.cognitoDomain}/oauth2/token`, {
        method: "POST",
        credentials: "omit",
        body: new URLSearchParams({ client_id: this.#config.clientId, ...form }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw refusalOfSilence(error);
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && typeof answer?.access_token === "string") return answer;
    if (response.status >= 500 || response.status === 429) throw new Refusal("service_down", { status: response.status });
    throw new Refusal("sign_in_refused", { status: response.status, detail: String(answer?.error ?? "") });
  }
}

/**
 * Where a `returnTo` leads when it is not a place on this page: sign-in has one return address for every page.
 * @param {string | null} returnTo
 * @returns {string | null} the room's address, or null for a place on this page
 */
export function otherPage(returnTo) {
  return returnTo !== null && /^\/\w+\.html(?:[?#]|$)/.test(returnTo) ? returnTo : null;
}

/** 256 random bits as 43 characters: the shortest verifier that RFC 7636 (section 4.1) allows. */
function randomWord() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string | undefined} idToken
 * @returns {string} the name or e-mail address in it, or nothing
 */
function nameIn(idToken) {
  try {
    const payload = (idToken ?? "").split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(payload), (c) => c.charCodeAt(0))));
    return String(claims.name ?? claims.email ?? "");
  } catch {
    return "";
  }
}

/**
 * @param {Storage} storage
 * @param {string} key
 */
function readJson(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
