// Amounts and days as people read and type them.

/**
 * @param {number} amount in the currency's smallest unit
 * @param {string} currency ISO 4217
 */
export function shown(amount, currency) {
  return formatOf(currency).format(amount / 10 ** digitsOf(currency));
}

/**
 * An amount as it stands in a field.
 * @param {number} amount in the currency's smallest unit
 * @param {string} currency ISO 4217
 */
export function typed(amount, currency) {
  const digits = digitsOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}

/**
 * What was typed, in the currency's smallest unit; null where it is no amount. With a sign between thousands it is none: "1,500" is
 * fifteen hundred to some, and one and a half to others.
 * @param {string} text
 * @param {string} currency ISO 4217
 * @returns {number | null}
 */
export function amountOf(text, currency) {
  const digits = digitsOf(currency);
  const [, whole, part = ""] = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || part.length > digits) return null;
  return Number(whole + part.padEnd(digits, "0")) || null;
}

/** @param {string} day ISO 8601 */
export function dayOf(day) {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** @param {string} time RFC 3339 */
export function dateOf(time) {
  return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** @param {string} day ISO 8601 */
export function dateInShort(day) {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/**
 * The last so many days, today among them, oldest first.
 * @param {number} count
 * @param {Date} now
 */
export function lastDays(count, now) {
  return Array.from({ length: count }, (_, back) => new Date(now.getTime() - (count - 1 - back) * 86_400_000).toISOString().slice(0, 10));
}

/** @param {string} currency ISO 4217 */
function formatOf(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency });
}

/** @param {string} currency ISO 4217 */
function digitsOf(currency) {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}
