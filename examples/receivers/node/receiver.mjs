/**
 * A small complete receiver of webhooks: verifies, takes each event once, answers at once, works afterwards.
 *
 *     npm install
 *     WEBHOOK_SECRETS="whsec_..." node receiver.mjs
 *
 * Settings, from the environment:
 *
 * WEBHOOK_SECRETS  the endpoint's secret; while you rotate it, the new and the old one with a space between
 * PORT             where it listens; 8443 when unset
 * HOST             the address it listens at; every one when unset
 * CERTIFICATE      file with the certificate's chain and its private key (PEM); without it, a proxy in front speaks TLS
 */

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { Webhook } from "standardwebhooks";

const MAX_BODY_BYTES = 1_000_000;

/**
 * How many ids of events are remembered. A delivery may be repeated for days: keep yours where a restart does not lose
 * them, under a unique key, in the same transaction as what the event changes.
 */
const REMEMBERED = 100_000;

const webhooks = process.env.WEBHOOK_SECRETS.split(/\s+/)
  .filter(Boolean)
  .map((secret) => new Webhook(secret));
const taken = new Set();

/** What you do with an event. It may come in any order, and later than it happened: `occurredAt` says when. */
async function handle(event) {
  console.log(JSON.stringify({ handled: event.id, type: event.type }));
}

/** The body's bytes as they came, or null if there are too many: what is parsed and written again is signed no more. */
async function bodyOf(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The event, if one of our secrets has signed these bytes within five minutes of now; otherwise null. */
function verified(body, headers) {
  for (const webhook of webhooks) {
    try {
      return webhook.verify(body, headers);
    } catch {
      // signed with another secret, or by somebody else
    }
  }
  return null;
}

/** Lets an event be worked on, once, after the answer. */
function take(event, id) {
  if (taken.has(id)) return;
  taken.add(id);
  if (taken.size > REMEMBERED) taken.delete(taken.values().next().value);
  setImmediate(() => handle(event).catch((error) => console.error(JSON.stringify({ failed: id, error: String(error) }))));
}

/** Answers 204 to what it has taken, and to what it had taken before; anything else is sent again later. */
async function receive(request, response) {
  const answer = (status) => response.writeHead(status, { connection: "close" }).end();
  if (request.method !== "POST") return answer(405);
  const body = await bodyOf(request);
  if (body === null) return answer(413);
  const event = verified(body, request.headers);
  if (event === null) return answer(401);
  take(event, request.headers["webhook-id"]);
  return answer(204);
}

const listener = (request, response) => receive(request, response).catch(() => response.destroy());
const certificate = process.env.CERTIFICATE && readFileSync(process.env.CERTIFICATE);
const server = certificate
  ? https.createServer({ key: certificate, cert: certificate }, listener)
  : http.createServer(listener);
server.requestTimeout = 10_000;
server.listen(Number(process.env.PORT ?? 8443), process.env.HOST, () => {
  console.log(JSON.stringify({ listening: server.address().port }));
});
