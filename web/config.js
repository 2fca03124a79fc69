// What differs from one stage to the next: read once from /config.json, which the deployment writes beside the page.

import { Refusal, refusalOfSilence } from "./refusal.js";

/**
 * @typedef {object} Config
 * @property {string} stage          the stage's name, shown unless it is `prod`
 * @property {string} cognitoDomain  base URL of the sign-in pages, without a trailing slash
 * @property {string} clientId       the public client (no secret)
 * @property {string} redirectUri    where sign-in and sign-out return to; registered with the client to the letter
 */

/**
 * @returns {Promise<Config>}
 * @throws {Refusal} `config_missing` when the file is absent or does not fit; `offline`, `unreachable`, `no_answer_in_time`
 */
export async function loadConfig() {
  let response;
  try {
    response = await fetch("/config.json", { cache: "no-store", signal: AbortSignal.timeout(15_000) });
  } catch (error) {
    throw refusalOfSilence(error);
  }
  if (!response.ok) throw new Refusal("config_missing", { status: response.status });
  const raw = await response.json().catch(() => null);
  for (const name of ["stage", "cognitoDomain", "clientId"]) {
    if (typeof raw?.[name] !== "string" || raw[name] === "") throw new Refusal("config_missing", { detail: name });
  }
  return {
    stage: raw.stage,
    cognitoDomain: raw.cognitoDomain.replace(/\/+$/, ""),
    clientId: raw.clientId,
    redirectUri: raw.redirectUri ?? `${location.origin}/`,
  };
}
