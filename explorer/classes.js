// SPDX-License-Identifier: MIT
//
// What a view is worth: the few classes that the page colours.
//
// A view is set against what is true at the moment, and an accusation against its verdict, which is that
// of the metrics. "Wrong" is a member that runs and is held for gone though nothing excuses it;
// "outdated" is what has not been heard yet.

import { ALIVE, DEAD, LEFT, PARTED, SUSPECT, WRONG, verdictOf, viewOf } from "./views.js";
import { DISTURBED, PAUSED, RUNNING, STALLED, UNPLUGGED } from "./truth.js";

/** @typedef {{name: string, says: string}} ViewClass */

export const CLASS_UNKNOWN = 0;
export const CLASS_ALIVE = 1;
export const CLASS_SUSPECT = 2;
export const CLASS_GONE = 3;
export const CLASS_CUT = 4;
export const CLASS_WRONG = 5;
export const CLASS_OUTDATED = 6;
export const CLASS_OFF = 7;

/** @type {ViewClass[]} */
export const CLASSES = [
    {name: "unknown", says: "never heard of it"},
    {name: "alive", says: "held for alive, and runs"},
    {name: "suspect", says: "suspected"},
    {name: "gone", says: "held for gone, and is gone or out of order"},
    {name: "cut off", says: "held for gone across a cut"},
    {name: "wrong", says: "held for gone, and lives"},
    {name: "outdated", says: "has not heard yet that it is gone, or back"},
    {name: "no process", says: "the observer does not run"},
];

/** Where several pairs share a pixel, the first of these shows. */
export const PRIORITY = [CLASS_WRONG, CLASS_CUT, CLASS_SUSPECT, CLASS_OUTDATED, CLASS_GONE,
    CLASS_UNKNOWN, CLASS_OFF, CLASS_ALIVE];

/** Different health that matters to a class: runs well, runs but is disturbed, does not run. */
export const HEALTHS = 3;

/** @param {number} flags of truth.js */
export function healthOf(flags) {
    if (!(flags & RUNNING)) {
        return 2;
    }
    return flags & (PAUSED | STALLED | UNPLUGGED | DISTURBED) ? 1 : 0;
}

/**
 * @param {number} code of views.js
 * @param {number} health of the subject
 */
export function classOf(code, health) {
    const runs = health < 2;
    switch (viewOf(code)) {
    case ALIVE:
        return runs ? CLASS_ALIVE : CLASS_OUTDATED;
    case SUSPECT:
        return CLASS_SUSPECT;
    case DEAD:
    case LEFT:
        if (!runs) {
            return CLASS_GONE;
        }
        if (verdictOf(code) === WRONG) {
            return CLASS_WRONG;
        }
        if (verdictOf(code) === PARTED) {
            return CLASS_CUT;
        }
        return health === 1 ? CLASS_GONE : CLASS_OUTDATED;
    default:
        return CLASS_UNKNOWN;
    }
}

/** All of `classOf`, at `health * 64 + code`. */
export function classTable() {
    const table = new Uint8Array(64 * HEALTHS);
    for (let health = 0; health < HEALTHS; ++health) {
        for (let code = 0; code < 64; ++code) {
            table[health * 64 + code] = classOf(code, health);
        }
    }
    return table;
}
