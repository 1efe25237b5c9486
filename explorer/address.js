// SPDX-License-Identifier: MIT
//
// The moment in the address of the page, so that a colleague who gets the link sees the same.
//
//     #t=62.4&incident=7&follow=m017&order=router
//
// What is not there is as the page begins. Of two runs, `incident=b7` is one of the second.

/** @typedef {{t: number, incident: string, follow: string, order: string, kind: string}} Moment */

/** @type {Moment} */
export const BEGINNING = {t: 0, incident: "", follow: "", order: "name", kind: ""};

/**
 * @param {string} fragment with or without its "#"
 * @returns {Moment}
 */
export function parseMoment(fragment) {
    const moment = Object.assign({}, BEGINNING);
    const found = new URLSearchParams(fragment.replace(/^#/, ""));
    const t = Number(found.get("t"));
    moment.t = Number.isFinite(t) && t > 0 ? t : 0;
    if (/^b?\d+$/.test(found.get("incident") || "")) {
        moment.incident = found.get("incident") || "";
    }
    const words = /** @type {("follow" | "order" | "kind")[]} */ (["follow", "order", "kind"]);
    for (const key of words) {
        moment[key] = found.get(key) || BEGINNING[key];
    }
    return moment;
}

/**
 * Whether it says a time; an incident without one is meant as it begins.
 *
 * @param {string} fragment
 */
export function hasTime(fragment) {
    return new URLSearchParams(fragment.replace(/^#/, "")).has("t");
}

/** @param {Moment} moment */
export function formatMoment(moment) {
    const parts = new URLSearchParams();
    // All digits of a record: a moment that was rounded down would be just before what it is about.
    parts.set("t", String(Number(moment.t.toFixed(9))));
    for (const key of /** @type {("incident" | "follow" | "order" | "kind")[]} */ ([
        "incident", "follow", "order", "kind"])) {
        if (moment[key] !== BEGINNING[key]) {
            parts.set(key, moment[key]);
        }
    }
    return `#${parts}`;
}
