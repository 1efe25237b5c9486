// SPDX-License-Identifier: MIT
//
// Every change of every view, as analysis/explore/views.py packed them: sorted by subject, then by
// observer, then by time. Members are places among those that are shown, sources are members' numbers.

import { unpack } from "./packing.js";

export const NOBODY = -1;

/** The view that a code leaves. */
export const UNKNOWN = 0;
export const ALIVE = 1;
export const SUSPECT = 2;
export const DEAD = 3;
export const LEFT = 4;

/** What an accusation is worth. */
export const RIGHT = 1;
export const PARTED = 2;
export const WRONG = 3;

/** @param {number} code */
export function viewOf(code) {
    return code & 7;
}

/** @param {number} code */
export function verdictOf(code) {
    return (code >> 3) & 3;
}

/** @param {number} code */
export function isRefuted(code) {
    return (code & 32) !== 0;
}

/**
 * @typedef {object} Views
 * @property {Numbers} members who is shown, by number
 * @property {number} stepMs
 * @property {Uint32Array} starts of pair `subject * n + observer` the first change; one more at the end
 * @property {Uint32Array} steps when
 * @property {Uint8Array} codes
 * @property {Int32Array} sources whose word it was; NOBODY where that is not told
 * @property {Int32Array} incarnations -1 where that is not told
 */

/**
 * @param {PackedViews} packed
 * @returns {Promise<Views>}
 */
export async function readViews(packed) {
    const names = /** @type {const} */ ([
        "members", "sequence_lengths", "sequence_codes", "sequences", "sources", "list_lengths",
        "lists", "incarnations", "lowest", "bases", "times"]);
    const found = await Promise.all(names.map((name) => unpack(packed[name])));
    /** @type {{[name: string]: Numbers}} */
    const columns = {};
    names.forEach((name, place) => {
        columns[name] = found[place];
    });
    const views = {
        members: columns.members,
        stepMs: packed.step_ms,
        starts: new Uint32Array(columns.sequences.length + 1),
        steps: new Uint32Array(packed.changes),
        codes: new Uint8Array(packed.changes),
        sources: new Int32Array(packed.changes),
        incarnations: new Int32Array(packed.changes),
    };
    fillCodes(views, columns);
    fillTimes(views, columns);
    fillSources(views, columns);
    return views;
}

/**
 * @param {Views} views
 * @param {{[name: string]: Numbers}} columns
 */
function fillCodes(views, columns) {
    const lengths = columns.sequence_lengths;
    const offsets = new Uint32Array(lengths.length + 1);
    lengths.forEach((length, place) => {
        offsets[place + 1] = offsets[place] + length;
    });
    let at = 0;
    for (let pair = 0; pair < columns.sequences.length; ++pair) {
        views.starts[pair] = at;
        const sequence = columns.sequences[pair];
        for (let place = offsets[sequence]; place < offsets[sequence + 1]; ++place) {
            views.codes[at++] = columns.sequence_codes[place];
        }
    }
    views.starts[columns.sequences.length] = at;
}

/**
 * The times count from the first of their group: one subject, one place in the pair's sequence, one
 * code. The groups' first times stand in the order in which they come up.
 *
 * @param {Views} views
 * @param {{[name: string]: Numbers}} columns
 */
function fillTimes(views, columns) {
    const members = views.members.length;
    /** @type {Map<number, number>} */
    const groups = new Map();
    let next = 0;
    for (let subject = 0; subject < members; ++subject) {
        groups.clear();
        for (let pair = subject * members; pair < (subject + 1) * members; ++pair) {
            for (let at = views.starts[pair]; at < views.starts[pair + 1]; ++at) {
                const key = ((at - views.starts[pair]) << 6) | views.codes[at];
                let base = groups.get(key);
                if (base === undefined) {
                    base = columns.bases[next++];
                    groups.set(key, base);
                }
                views.steps[at] = base + columns.times[at];
            }
        }
    }
}

/**
 * @param {Views} views
 * @param {{[name: string]: Numbers}} columns
 */
function fillSources(views, columns) {
    const members = views.members.length;
    let list = 0;
    for (let subject = 0; subject < members; ++subject) {
        for (let observer = 0; observer < members; ++observer) {
            const pair = subject * members + observer;
            for (let at = views.starts[pair]; at < views.starts[pair + 1]; ++at) {
                const told = columns.incarnations[at];
                views.incarnations[at] = told === 0 ? -1 : columns.lowest[subject] + told - 1;
                const source = columns.sources[at];
                views.sources[at] = source === 0 ? NOBODY :
                    source === 1 ? views.members[observer] :
                        source === 2 ? views.members[subject] : columns.lists[list + source - 3];
            }
        }
        list += columns.list_lengths[subject];
    }
}

/**
 * The last change of a pair at or before a step; -1: none.
 *
 * @param {Views} views
 * @param {number} observer
 * @param {number} subject
 * @param {number} step
 */
export function lastChange(views, observer, subject, step) {
    const pair = subject * views.members.length + observer;
    let found = -1;
    for (let at = views.starts[pair]; at < views.starts[pair + 1]; ++at) {
        if (views.steps[at] <= step) {
            found = at;
        }
    }
    return found;
}
