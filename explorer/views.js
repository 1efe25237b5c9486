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
/** As many as a code has room for. */
export const VIEWS = 8;

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
 * The changes of pair `subject * n + observer` stand one after the other, and pairs in their order.
 *
 * @typedef {object} Views
 * @property {Numbers} members who is shown, by number
 * @property {number} stepMs
 * @property {Numbers} sequences of each pair
 * @property {Uint32Array} sequenceStarts
 * @property {Numbers} codes of all sequences, one after the other
 * @property {Uint32Array} rowStarts of each subject the first change; one more at the end
 * @property {Numbers} steps when each change was
 * @property {Uint32Array} tally how many changes to each view there are in a step, at `step * 8 + view`
 */

/**
 * Whose word each change was. Nothing is drawn of it, so it is read after the page has been.
 *
 * @typedef {object} Words
 * @property {Numbers} sources 0: not told, 1: the observer's own, 2: the subject's; from 3 on a place in
 *           the subject's list
 * @property {Numbers} lists of all subjects, one after the other
 * @property {Uint32Array} listStarts of each subject
 * @property {Numbers} incarnations 0: not told, else how far above the lowest of the subject, plus 1
 * @property {Numbers} lowest
 */

/**
 * @param {PackedViews} packed
 * @param {number} simulatedS
 * @returns {Promise<Views>}
 */
export async function readViews(packed, simulatedS) {
    const lastStep = Math.ceil(simulatedS * 1000 / packed.step_ms);
    const [members, lengths, codes, sequences, bases, steps] = await Promise.all([
        unpack(packed.members), unpack(packed.sequence_lengths), unpack(packed.sequence_codes),
        unpack(packed.sequences), unpack(packed.bases), unpack(packed.times, lastStep)]);
    const views = {
        members, stepMs: packed.step_ms, sequences, sequenceStarts: startsOf(lengths), codes,
        rowStarts: new Uint32Array(members.length + 1), steps,
        tally: new Uint32Array((lastStep + 1) * VIEWS),
    };
    fillSteps(views, bases, lastStep);
    return views;
}

/**
 * @param {PackedViews} packed
 * @returns {Promise<Words>}
 */
export async function readWords(packed) {
    const [sources, lengths, lists, incarnations, lowest] = await Promise.all([
        packed.sources, packed.list_lengths, packed.lists, packed.incarnations, packed.lowest,
    ].map((column) => unpack(column)));
    return {sources, lists, listStarts: startsOf(lengths), incarnations, lowest};
}

/** @param {Numbers} lengths */
function startsOf(lengths) {
    const starts = new Uint32Array(lengths.length + 1);
    for (let place = 0; place < lengths.length; ++place) {
        starts[place + 1] = starts[place] + lengths[place];
    }
    return starts;
}

/**
 * A number for each place and code of a sequence, and how many there are: times count from the first of
 * their group, which is one subject, one place in the pair's sequence and one code.
 *
 * @param {Views} views
 * @returns {[Uint32Array, number]} for each of `codes`
 */
function groupsOf({codes, sequenceStarts}) {
    const groups = new Uint32Array(codes.length);
    /** @type {Map<number, number>} */
    const numbers = new Map();
    for (let sequence = 0; sequence + 1 < sequenceStarts.length; ++sequence) {
        for (let at = sequenceStarts[sequence]; at < sequenceStarts[sequence + 1]; ++at) {
            const key = (at - sequenceStarts[sequence]) * 64 + codes[at];
            const number = numbers.get(key);
            groups[at] = number === undefined ? numbers.size : number;
            if (number === undefined) {
                numbers.set(key, numbers.size);
            }
        }
    }
    return [groups, numbers.size];
}

/**
 * Makes steps of the times that are in their place, and counts them. The first times of groups stand
 * in the order in which they come up.
 *
 * @param {Views} views
 * @param {Numbers} bases
 * @param {number} lastStep
 */
function fillSteps(views, bases, lastStep) {
    const {members, sequences, sequenceStarts, codes, rowStarts, steps, tally} = views;
    const n = members.length;
    const [groups, count] = groupsOf(views);
    const first = new Uint32Array(count);
    const cameUpFor = new Int32Array(count).fill(-1);
    let next = 0;
    let at = 0;
    let pair = 0;
    for (let subject = 0; subject < n; ++subject) {
        rowStarts[subject] = at;
        for (let observer = 0; observer < n; ++observer, ++pair) {
            const end = sequenceStarts[sequences[pair] + 1];
            for (let place = sequenceStarts[sequences[pair]]; place < end; ++place, ++at) {
                const group = groups[place];
                if (cameUpFor[group] !== subject) {
                    cameUpFor[group] = subject;
                    first[group] = bases[next++];
                }
                const step = Math.min(lastStep, first[group] + steps[at]);
                steps[at] = step;
                ++tally[step * VIEWS + viewOf(codes[place])];
            }
        }
    }
    rowStarts[n] = at;
}

/**
 * Whose word a change was, by number; NOBODY where that is not told.
 *
 * @param {Views} views
 * @param {Words} words
 * @param {number} at
 * @param {number} observer
 * @param {number} subject
 */
export function sourceOf(views, words, at, observer, subject) {
    const source = words.sources[at];
    return source === 0 ? NOBODY : source === 1 ? views.members[observer] :
        source === 2 ? views.members[subject] : words.lists[words.listStarts[subject] + source - 3];
}

/**
 * Of a change; -1 where that is not told.
 *
 * @param {Words} words
 * @param {number} at
 * @param {number} subject
 */
export function incarnationOf(words, at, subject) {
    const told = words.incarnations[at];
    return told === 0 ? -1 : words.lowest[subject] + told - 1;
}

/**
 * The last change of a pair at or before a step, and its code; null: there is none.
 *
 * @param {Views} views
 * @param {number} observer
 * @param {number} subject
 * @param {number} step
 */
export function lastChange(views, observer, subject, step) {
    const {sequences, sequenceStarts, rowStarts, codes, steps} = views;
    let at = rowStarts[subject];
    let pair = subject * views.members.length;
    for (let before = 0; before < observer; ++before, ++pair) {
        at += sequenceStarts[sequences[pair] + 1] - sequenceStarts[sequences[pair]];
    }
    let found = null;
    for (let place = sequenceStarts[sequences[pair]]; place < sequenceStarts[sequences[pair] + 1];
        ++place, ++at) {
        if (steps[at] <= step) {
            found = {at, code: codes[place]};
        }
    }
    return found;
}
