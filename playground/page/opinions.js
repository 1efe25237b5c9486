// SPDX-License-Identifier: MIT
//
// What a cluster thinks of its members, beside what is true: from the looks that a worker sends.

import {ROW_BYTES} from "./core.js";
import {DOWN, RUNNING} from "./deeds.js";

/** @typedef {import("./core.js").Sight} Sight */

/** As playground/session.h numbers views. */
export const UNKNOWN = 0;
export const ALIVE = 1;
export const SUSPECT = 2;
export const DEAD = 3;
export const LEFT = 4;

/** As include/swim/event-kind.h numbers conclusions. */
export const EVENTS =
    ["joined", "suspect", "refuted", "dead", "left", "updated", "conflict", "rejected"];

export const NOBODY = 0xffff;

/** Places in JUDGEMENTS of palette.js. */
const EMPTY = 0;
const RIGHT = 1;
const SUSPECTED = 2;
const GONE = 3;
const WRONG = 4;
const LATE = 5;
const APART = 6;

/**
 * A conclusion.
 * @typedef {{atMs: number, event: string, observer: number, subject: number, source: number,
 *     incarnation: number}} Row
 */

/**
 * @param {Uint8Array} bytes
 * @returns {Row[]}
 */
export function rowsOf(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rows = [];
    for (let at = 0; at < bytes.byteLength; at += ROW_BYTES) {
        rows.push({
            atMs: (view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32) / 1e6,
            incarnation: view.getUint32(at + 8, true),
            observer: view.getUint16(at + 12, true),
            subject: view.getUint16(at + 14, true),
            source: view.getUint16(at + 16, true),
            event: EVENTS[view.getUint8(at + 18)] ?? "",
        });
    }
    return rows;
}

export class Opinions {
    /** @param {number} members */
    constructor(members) {
        this.members = members;
        this.views = new Uint8Array(members * members).fill(ALIVE);
        /** Four bytes a member: condition, health score, side, life. */
        this.state = new Uint8Array(4 * members);
        this.judgements = new Uint8Array(members * members).fill(RIGHT);
        /** By pair: when the observer last changed its mind, and on whose word. */
        this.since = new Float32Array(members * members);
        this.source = new Uint16Array(members * members).fill(NOBODY);
        /** By subject: how many who run suspect it, hold it for gone, and do so wrongly. */
        this.suspecting = new Uint16Array(members);
        this.burying = new Uint16Array(members);
        this.wronging = new Uint16Array(members);
        this.running = members;
        /** Cells by their judgement. */
        this.counts = [0, members * members, 0, 0, 0, 0, 0];
        this.version = 0;
    }

    /** @param {number} member */
    conditionOf(member) {
        return this.state[4 * member] ?? DOWN;
    }

    /** @param {number} member */
    healthOf(member) {
        return this.state[4 * member + 1] ?? 0;
    }

    /** @param {number} member */
    sideOf(member) {
        return this.state[4 * member + 2] ?? 0;
    }

    /** @param {number} observer @param {number} subject */
    viewOf(observer, subject) {
        return this.views[observer * this.members + subject] ?? UNKNOWN;
    }

    /**
     * @param {Sight} sight
     * @param {readonly Row[]} rows those of the sight
     */
    take(sight, rows) {
        for (const row of rows) {
            if (row.subject !== NOBODY) {
                const at = row.observer * this.members + row.subject;
                this.since[at] = row.atMs;
                this.source[at] = row.source;
            }
        }
        const sameState = sight.state.every((byte, i) => byte === this.state[i] || i % 4 === 1);
        this.state = sight.state;
        if (sight.views === null && sameState) {
            return;
        }
        this.views = sight.views ?? this.views;
        this.judge();
        ++this.version;
    }

    judge() {
        const n = this.members;
        this.suspecting.fill(0);
        this.burying.fill(0);
        this.wronging.fill(0);
        this.counts.fill(0);
        this.running = 0;
        for (let observer = 0; observer < n; ++observer) {
            const condition = this.conditionOf(observer);
            this.running += condition === RUNNING ? 1 : 0;
            if (condition === DOWN) {
                this.judgements.fill(EMPTY, observer * n, (observer + 1) * n);
                this.counts[EMPTY] = (this.counts[EMPTY] ?? 0) + n;
            } else {
                this.judgeRow(observer, condition === RUNNING);
            }
        }
    }

    /**
     * The inner loop of all that is drawn: numbers in typed arrays, and nothing that is made anew.
     * @param {number} observer
     * @param {boolean} counts whether it is one of those who are asked
     */
    judgeRow(observer, counts) {
        const {members, views, state, judgements, suspecting, burying, wronging} = this;
        const row = observer * members;
        const side = state[4 * observer + 2];
        const found = [0, 0, 0, 0, 0, 0, 0];
        for (let subject = 0; subject < members; ++subject) {
            const view = views[row + subject];
            const isDown = state[4 * subject] === DOWN;
            let judgement = EMPTY;
            if (view === ALIVE) {
                judgement = isDown ? LATE : RIGHT;
            } else if (view === SUSPECT) {
                judgement = SUSPECTED;
            } else if (view !== UNKNOWN) {
                judgement = isDown ? GONE : side === state[4 * subject + 2] ? WRONG : APART;
            }
            judgements[row + subject] = judgement;
            found[judgement] = (found[judgement] ?? 0) + 1;
            if (counts && judgement >= SUSPECTED && judgement !== LATE) {
                const tally = judgement === SUSPECTED ? suspecting : burying;
                tally[subject] = (tally[subject] ?? 0) + 1;
                if (judgement === WRONG) {
                    wronging[subject] = (wronging[subject] ?? 0) + 1;
                }
            }
        }
        this.counts = this.counts.map((count, i) => count + (found[i] ?? 0));
    }
}
