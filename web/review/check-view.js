// One check: who the document says that a person is, beside whom the lists name, and the decision.

import { element } from "../dom.js";
import { badge, choice, facts } from "../partners/parts.js";
import { back, heading } from "../room/pieces.js";
import { asRefusal, day, listed, moment } from "../words.js";
import { keepDraft, takeDraft } from "./draft.js";
import { reviewAddress } from "./queue-view.js";
import { NOT_ASKED_ANEW, outcomeInWords, reasonsInWords, reviewSentence, VERDICTS, WHY, whyInWords } from "./review-words.js";

/** @typedef {import("./review.js").Around} Around */
/** @typedef {import("./review-api.js").Detail} Detail */
/** @typedef {import("./review-api.js").Review} Review */
/** @typedef {import("./review-api.js").Verdict} Verdict */

const MOST_NOTE = 1000;

/**
 * @param {Around} around
 * @param {string} reviewId
 * @returns {Promise<import("../room/room.js").View>}
 */
export async function checkView(around, reviewId) {
  const [detail, me] = await Promise.all([around.api.getReview(reviewId), around.api.whoAmI()]);
  const { review } = detail;
  const title = review === null ? "Nothing waits here" : `Tier ${review.tier} for ${review.personId}`;
  /** @type {(Node | string)[]} */
  const content = [back("#/", "What waits"), heading(title)];
  if (review === null) content.push(element("p", { class: "empty" }, "It has been decided, or is over."));
  else content.push(element("p", {}, `${whyInWords(review)}. Waits since ${moment(review.since)}.`), second(review, me));
  content.push(element("div", { class: "compared" }, person(detail), ...detail.entries.map((entry, at) => hit(detail, entry, at))));
  const draft = takeDraft(reviewId);
  const form = review === null ? null : decision(around, review, draft, me);
  if (form !== null) content.push(form.element);
  if (detail.decisions.length > 0) content.push(past(detail, me));
  return { title, content, isDirty: () => form !== null && form.isDirty() };
}

/**
 * @param {Review} review
 * @param {string | null} me
 */
function second({ needsTwo, firstApproval }, me) {
  if (!needsTwo) return "";
  if (firstApproval === null) return element("p", { class: "hint" }, "Two reviewers must approve it; one can refuse it.");
  if (firstApproval === me) return element("p", { class: "hint" }, "You have approved it; another reviewer's approval decides. You can still refuse it.");
  return element("p", { class: "hint" }, element("code", {}, firstApproval), " has approved it; a second approval decides.");
}

/** @param {Detail} detail */
function person({ identity, told }) {
  const heads = element("h2", {}, "The document says");
  if (identity === null) {
    const words = told ? "Nothing any more: it was erased at the provider." : "The provider does not answer now. Come back before you decide.";
    return element("section", { class: "card" }, heads, element("p", {}, words));
  }
  return element(
    "section",
    { class: "card" },
    heads,
    facts([
      ["Name", identity.name ? element("bdi", {}, identity.name) : "none that can be read"],
      ["Born", identity.birthDate ? day(identity.birthDate) : "not told"],
      ["Issued by", identity.country || "not told"],
    ]),
  );
}

/**
 * One above the other, each by itself: in a sentence, names that are written in different directions run into one another.
 * @param {string[]} written
 */
function names(written) {
  return element("ul", { class: "names" }, ...written.map((name) => element("li", {}, element("bdi", {}, name))));
}

/**
 * @param {Detail} detail
 * @param {import("./review-api.js").Entry} entry
 * @param {number} at
 */
function hit({ review }, entry, at) {
  const points = review?.hits[at];
  return element(
    "section",
    { class: "card" },
    element("h2", {}, `${entry.list} says `, points?.strong && badge(["Strong", "bad"])),
    facts([
      ["Names", entry.names.length > 0 ? names(entry.names) : "no more: the list in force does not have it"],
      ["Born", listed(entry.births) || "not told"],
      ["Of", listed(entry.countries) || "not told"],
      ["Programmes", listed(entry.programs)],
      ["Entry", element("code", {}, entry.entry)],
      ["Points", points && `${points.score} of 100: ${reasonsInWords(points.reasons)}`],
    ]),
  );
}

/**
 * @param {Around} around
 * @param {Review} review
 * @param {import("./draft.js").Draft | null} draft what was decided before a sign-in that was made for it, just now
 * @param {string | null} me
 */
function decision({ api, go, again }, review, draft, me) {
  const boxes = VERDICTS.map(([value]) => element("input", { type: "radio", name: "verdict", value, required: true }));
  const verdicts = element(
    "fieldset",
    { class: "verdicts" },
    element("legend", {}, "Decision"),
    ...VERDICTS.map(([, words], at) => element("label", {}, boxes[at], words)),
  );
  const { select, element: why } = choice("Why", []);
  const note = element("textarea", { maxlength: String(MOST_NOTE), rows: "4" });
  const alert = element("div", { role: "alert" });
  const send = element("button", { type: "submit", class: "main" }, "Decide");
  /** @returns {Verdict | null} */
  const chosen = () => VERDICTS.map(([value]) => value).find((_, at) => boxes[at].checked) ?? null;
  const offer = () => {
    const verdict = chosen();
    const reasons = verdict === null ? [] : WHY[verdict];
    select.replaceChildren(...reasons.map(([value, words]) => element("option", { value }, words)));
    select.disabled = verdict === null;
    send.textContent = VERDICTS.find(([value]) => value === verdict)?.[1] ?? "Decide";
  };
  for (const box of boxes) {
    // Nobody approves twice: that would change nothing.
    box.disabled = box.value === "approve" && me !== null && review.firstApproval === me;
    box.checked = !box.disabled && box.value === draft?.verdict;
    box.addEventListener("change", offer);
  }
  offer();
  if (draft !== null) {
    select.value = draft.reason;
    note.value = draft.note;
    alert.append(element("p", {}, "You have signed in again. This is what you had picked; nothing is decided yet."));
  }
  const form = element(
    "form",
    { class: "fields decision" },
    verdicts,
    why,
    element("label", {}, "Note, for other reviewers only", note),
    element("p", { class: "hint" }, "Write nothing of the person that does not have to be kept. A note can be erased; the decision stays."),
    alert,
    send,
  );
  const cameAt = draft === null ? null : Date.now();
  let gone = false;
  /** @param {import("./draft.js").Draft} picked */
  const signInAgain = (picked) => {
    keepDraft(picked);
    gone = true;
    again(reviewAddress(review.reviewId));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const verdict = chosen();
    if (verdict === null || send.getAttribute("aria-busy") === "true") return;
    send.setAttribute("aria-busy", "true");
    const picked = { verdict, reason: select.value, note: note.value };
    try {
      const { status } = await api.decideReview(review.reviewId, picked);
      gone = true;
      go("#/", status === "awaiting" ? "Approved. A second reviewer has to approve it as well." : "Decided.");
    } catch (error) {
      const refusal = asRefusal(error);
      const round = isRound(refusal, cameAt);
      alert.replaceChildren(element("p", {}, `${round ? NOT_ASKED_ANEW : reviewSentence(refusal)} `, element("code", {}, refusal.code)));
      if (refusal.code === "sign_in_too_old" && !round) {
        const act = () => signInAgain({ reviewId: review.reviewId, ...picked });
        alert.append(element("button", { type: "button", onclick: act }, "Sign in again"));
      }
    } finally {
      send.removeAttribute("aria-busy");
    }
  });
  return { element: form, isDirty: () => !gone && note.value.trim() !== "" };
}

/**
 * Whether a sign-in that was made just now is too old still: one more would lead round and round.
 * @param {import("../refusal.js").Refusal} refusal
 * @param {number | null} cameAt when the reviewer came back from it, in milliseconds since 1970
 */
function isRound(refusal, cameAt) {
  const mostMs = (refusal.number("maxAgeSeconds") ?? 0) * 1_000;
  return refusal.code === "sign_in_too_old" && cameAt !== null && Date.now() - cameAt < mostMs;
}

/**
 * @param {Detail} detail
 * @param {string | null} me
 */
function past({ decisions }, me) {
  return element(
    "section",
    {},
    element("h2", {}, "Decided before"),
    element(
      "ol",
      { class: "past" },
      ...decisions.map((one) =>
        element(
          "li",
          {},
          element("p", {}, badge(outcomeInWords(one)), ` ${one.reason.replaceAll("_", " ")}, by ${one.by === me ? "you" : one.by}, ${moment(one.at)}`),
          one.note !== "" && element("p", { dir: "auto" }, one.note),
        ),
      ),
    ),
  );
}
