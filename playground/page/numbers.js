// SPDX-License-Identifier: MIT
//
// What a cluster came to, in words and few numbers, from its metrics: those of the laboratory
// (docs/metrics.md), computed by its own code.

import {EVENTS} from "./opinions.js";

/** @typedef {import("./telling.js").Cluster} Cluster */

/** @param {string} name as the laboratory has it: "m007" @returns {string} as this page has it */
function shortName(name) {
    return `m${Number(name.slice(1))}`;
}

/**
 * @param {number | null | undefined} value seconds
 * @returns {string} "1.7 s"; a dash: not yet
 */
export function secondsText(value) {
    return value === null || value === undefined ? "–" : `${value.toFixed(value < 9.95 ? 2 : 1)} s`;
}

/** @param {number} ms @returns {string} "1:02.3" */
export function clockText(ms) {
    const tenths = Math.floor(ms / 100);
    const minutes = Math.floor(tenths / 600);
    const rest = tenths % 600;
    return `${minutes}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

/** @param {number} bytes @returns {string} */
export function bytesText(bytes) {
    return bytes < 1000 ? `${Math.round(bytes)} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/**
 * Everything that the tiles of a cluster say.
 * @typedef {object} Summary
 * @property {{member: string, suspect: string, dead: string, all: string, known: string} | null}
 *     crash
 *     the last one
 * @property {string} crashes how many, and their means
 * @property {number} buried how many healthy members were buried
 * @property {number} hung how often one was that was paused or stalled
 * @property {number} burials how often, by anybody
 * @property {string} messages a second and member
 * @property {string} bytes a second and member
 */

/**
 * @param {Cluster} cluster
 * @returns {Summary}
 */
export function summaryOf(cluster) {
    const {metrics} = cluster;
    const crashes = metrics?.["crashes"] ?? [];
    const last = crashes[crashes.length - 1];
    const wrong = metrics?.["false_positives"];
    const seconds = Math.max(0.001, cluster.nowMs / 1000);
    const perMember = seconds * cluster.opinions.members;
    return {
        crash: last ? {
            member: shortName(last.member),
            suspect: secondsText(last.first_suspect_s),
            dead: secondsText(last.first_dead_s),
            all: secondsText(last.full_dissemination_s),
            known: `${last.known_by} of ${last.should_know}`,
        } :
                      null,
        crashes: crashes.length > 1 ? meansText(crashes) : "",
        buried: wrong?.subjects ?? 0,
        hung: (metrics?.["disturbances"] ?? [])
                  .filter(
                      (/** @type {Record<string, any>} */ spell) => spell["first_dead_s"] !== null,
                      )
                  .length,
        burials: wrong?.events ?? 0,
        messages: (cluster.messages / perMember).toFixed(1),
        bytes: bytesText(cluster.bytes / perMember),
    };
}

/**
 * @param {readonly Record<string, any>[]} crashes
 * @returns {string}
 */
function meansText(crashes) {
    const mean = (/** @type {string} */ key) => {
        const values = crashes.map((crash) => crash[key]).filter((value) => value !== null);
        const sum = values.reduce((total, value) => total + value, 0);
        return values.length > 0 ? `${secondsText(sum / values.length)} (${values.length})` : "–";
    };
    return `${crashes.length} crashes, in the mean: buried after ${
        mean("first_dead_s")}, known to all after ${mean("full_dissemination_s")}`;
}

/**
 * A moment worth a line.
 * @typedef {{atMs: number, cluster: number, kind: "deed" | "suspect" | "refuted" | "dead" |
 *     "wrong" |
 *     "joined", text: string, member: number}} Moment
 */

/** The first of each kind, of what a cluster's members conclude of one incarnation. */
export class Moments {
    /** @param {number} cluster its number */
    constructor(cluster) {
        this.cluster = cluster;
        this.seen = new Set();
    }

    /**
     * @param {readonly import("./opinions.js").Row[]} rows
     * @param {import("./opinions.js").Opinions} opinions
     * @returns {Moment[]}
     */
    take(rows, opinions) {
        /** @type {Moment[]} */
        const found = [];
        for (const {atMs, event, observer, subject, source, incarnation} of rows) {
            const key = (incarnation * 65536 + subject) * 8 + EVENTS.indexOf(event);
            if (this.seen.has(key)) {
                continue;
            }
            this.seen.add(key);
            const accuser = source === 0xffff ? observer : source;
            const say = (/** @type {Moment["kind"]} */ kind, /** @type {string} */ text) =>
                found.push({atMs, cluster: this.cluster, kind, text, member: subject});
            if (event === "suspect") {
                say("suspect", `m${accuser} suspects m${subject}`);
            } else if (event === "refuted" && observer === subject) {
                say("refuted", `m${subject} objects, as incarnation ${incarnation}`);
            } else if (event === "dead" && opinions.conditionOf(subject) !== 3) {
                const apart = opinions.sideOf(observer) !== opinions.sideOf(subject);
                say(apart ? "dead" : "wrong",
                    `m${accuser} buries m${subject}, which is ${apart ? "cut off" : "not dead"}`);
            } else if (event === "dead") {
                say("dead", `m${accuser} buries m${subject}`);
            } else if (event === "joined") {
                say("joined", `m${observer} hears that m${subject} is back`);
            }
        }
        return found;
    }
}
