// SPDX-License-Identifier: MIT
//
// What was done to the clusters, when, and what it made of the members: the part of a story that
// both clusters share.
//
// The page must know by itself who can be hit, since a deed is told to each cluster, goes into the
// link and into the scenario; the rules are those of the laboratory (virtual/fault.h).

/** @typedef {import("./worker.js").Deed} Deed */

export const RUNNING = 0;
export const PAUSED = 1;
export const STALLED = 2;
export const DOWN = 3;

/** @type {Record<string, {hits: readonly number[], then: number, says: string}>} */
export const MEMBER_VERBS = {
    crash: {hits: [RUNNING, PAUSED, STALLED], then: DOWN, says: "crashes"},
    restart: {hits: [DOWN], then: RUNNING, says: "starts again"},
    pause: {hits: [RUNNING], then: PAUSED, says: "stops"},
    resume: {hits: [PAUSED], then: RUNNING, says: "goes on"},
    stall: {hits: [RUNNING], then: STALLED, says: "stalls"},
    unstall: {hits: [STALLED], then: RUNNING, says: "goes on after the stall"},
    leave: {hits: [RUNNING], then: DOWN, says: "leaves"},
};

/** @type {Record<string, string>} */
export const VALUE_VERBS = {
    datagram_loss: "loss",
    delay: "delay",
    jitter: "jitter"
};

/** How many deeds a story may have: more fit into no link. */
export const MOST_DEEDS = 400;

export class Deeds {
    /** @param {number} members */
    constructor(members) {
        this.members = members;
        /** @type {Deed[]} by time */
        this.list = [];
        this.conditions = new Uint8Array(members);
        /** @type {Set<number>} those on one side; empty: there is no partition */
        this.side = new Set();
        /** @type {Record<string, string>} what the network was changed to */
        this.network = {};
    }

    /**
     * @param {string} verb
     * @param {number} member
     */
    canHit(verb, member) {
        const rule = MEMBER_VERBS[verb];
        return rule !== undefined && rule.hits.includes(this.conditions[member] ?? -1);
    }

    /**
     * Takes in a deed that comes after all others.
     * @param {number} atMs
     * @param {string} verb
     * @param {readonly number[] | string} operand members, or a value; of a heal nothing
     * @returns {Deed | null} null: it changes nothing
     */
    add(atMs, verb, operand = "") {
        if (this.list.length >= MOST_DEEDS) {
            return null;
        }
        const text = this.take(verb, operand);
        if (text === "") {
            return null;
        }
        const deed = {atMs, text};
        this.list.push(deed);
        return deed;
    }

    /**
     * @param {string} verb
     * @param {readonly number[] | string} operand
     * @returns {string} as the core takes it; empty: it changes nothing
     */
    take(verb, operand) {
        if (verb === "heal") {
            const parted = this.side.size > 0;
            this.side = new Set();
            return parted ? "heal" : "";
        }
        if (VALUE_VERBS[verb] !== undefined && typeof operand === "string") {
            this.network[verb] = operand;
            return `${verb} ${operand}`;
        }
        if (typeof operand === "string") {
            return "";
        }
        const members = [...new Set(operand)].sort((a, b) => a - b);
        if (verb === "partition") {
            const parts = members.length > 0 && members.length < this.members;
            this.side = parts ? new Set(members) : this.side;
            return parts ? `partition ${members.join(",")}` : "";
        }
        const hit = members.filter((member) => this.canHit(verb, member));
        for (const member of hit) {
            this.conditions[member] = MEMBER_VERBS[verb]?.then ?? RUNNING;
        }
        return hit.length > 0 ? `${verb} ${hit.join(",")}` : "";
    }

    /**
     * Deeds of strangers: what cannot be done is left out.
     * @param {any} given
     * @param {number} members
     * @returns {Deeds}
     */
    static cleaned(given, members) {
        const deeds = new Deeds(members);
        const list = Array.isArray(given) ? given : [];
        let lastMs = 0;
        for (const each of list) {
            const atMs = Math.max(lastMs, Math.round(Number(each?.atMs)));
            const parsed = parse(String(each?.text ?? ""), members);
            if (Number.isFinite(atMs) && atMs <= 36e5 && parsed && deeds.add(atMs, ...parsed)) {
                lastMs = atMs;
            }
        }
        return deeds;
    }
}

/**
 * @param {string} text as the core takes it
 * @param {number} members
 * @returns {[string, number[] | string] | null} the verb and its operand; null: it is no deed
 */
export function parse(text, members) {
    const [verb = "", operand = ""] = text.split(" ");
    if (verb === "heal") {
        return [verb, ""];
    }
    if (VALUE_VERBS[verb] !== undefined) {
        const right = verb === "datagram_loss" ? /^\d{1,2}(\.\d)?%$/ : /^\d{1,4}ms$|^[1-9]s$/;
        return right.test(operand) ? [verb, operand] : null;
    }
    if (verb !== "partition" && MEMBER_VERBS[verb] === undefined) {
        return null;
    }
    const numbers = operand.split(",").map(Number);
    const good = numbers.every((n) => Number.isInteger(n) && n >= 0 && n < members);
    return operand !== "" && good ? [verb, numbers] : null;
}

/**
 * "0-4, 9": short for many.
 * @param {readonly number[]} members in order
 * @returns {string[]}
 */
export function ranges(members) {
    /** @type {string[]} */
    const found = [];
    for (let i = 0; i < members.length; ++i) {
        const first = members[i] ?? 0;
        while (members[i + 1] === (members[i] ?? 0) + 1) {
            ++i;
        }
        const last = members[i] ?? first;
        found.push(first === last ? `${first}` : `${first}-${last}`);
    }
    return found;
}
