// SPDX-License-Identifier: MIT
//
// A cluster in a worker of its own, so that the page stays quick whatever the cluster does. Works
// for pages from file://, whose workers are made of blobs.
//
// A story is what was done to the cluster and when. It is told in steps that the page asks for; a
// step ends when its time is reached or its budget of real time is spent, whichever is first.

import {Core} from "./core.js";

/**
 * @typedef {object} Deed
 * @property {number} atMs
 * @property {string} text as Core.do takes it
 *
 * @typedef {{kind: "load", wasm: ArrayBuffer}
 *     | {kind: "start", settings: string, deeds: Deed[]}
 *     | {kind: "do", deed: Deed}
 *     | {kind: "forget"}
 *     | {kind: "run", untilMs: number, budgetMs: number}
 *     | {kind: "metrics"}
 *     | {kind: "check"}} Order
 */

/** How much of a cluster's time is told between two looks at the real clock. */
const SLICE_MS = 20;

export class Teller {
    constructor() {
        /** @type {Core | null} */
        this.core = null;
        /** @type {Deed[]} those that are still to be done, by time */
        this.deeds = [];
    }

    /** @returns {Core} */
    get loaded() {
        if (!this.core) {
            throw new Error("the core is not loaded yet");
        }
        return this.core;
    }

    /**
     * @param {Order} order
     * @returns {Promise<object>}
     */
    async obey(order) {
        switch (order.kind) {
            case "load":
                this.core = await Core.load(order.wasm);
                return this.core.sameEverywhere();
            case "start":
                this.loaded.start(order.settings);
                this.deeds = order.deeds.slice();
                this.doDue();
                return this.loaded.look();
            case "do":
                this.deeds.push(order.deed);
                this.doDue();
                return {};
            case "forget":
                this.deeds = [];
                return {};
            case "run":
                return this.run(order.untilMs, order.budgetMs);
            case "metrics":
                return {metrics: this.loaded.metrics()};
            case "check":
                return {wrongViews: this.loaded.wrongViews()};
        }
    }

    doDue() {
        while (this.deeds[0] && this.deeds[0].atMs <= this.loaded.nowMs()) {
            this.loaded.do(this.deeds[0].text);
            this.deeds.shift();
        }
    }

    /**
     * @param {number} untilMs
     * @param {number} budgetMs
     */
    run(untilMs, budgetMs) {
        const core = this.loaded;
        const began = performance.now();
        let nowMs = core.nowMs();
        const beganMs = nowMs;
        while (nowMs < untilMs && performance.now() - began < budgetMs) {
            const dueMs = this.deeds[0] ? this.deeds[0].atMs : Infinity;
            nowMs = Math.min(untilMs, dueMs, nowMs + SLICE_MS);
            core.run(nowMs);
            this.doDue();
        }
        const spentMs = performance.now() - began;
        return {...core.look(), toldMs: nowMs - beganMs, spentMs};
    }
}
