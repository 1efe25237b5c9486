// SPDX-License-Identifier: MIT
//
// A story while it is told: one or two clusters with the same seed and the same deeds, side by side
// at one moment. Nothing here knows how it is shown.
//
// A change of the protocol's settings tells the story again from its beginning up to the same
// moment, with all that was done: a story is its settings, its seed and its deeds, and nothing
// else, so whoever opens its link sees the same.

import {Deeds} from "./deeds.js";
import {Opinions, rowsOf} from "./opinions.js";
import {textOf} from "./settings.js";

/**
 * @typedef {import("./handle.js").Handle} Handle
 * @typedef {import("./handle.js").Step} Step
 * @typedef {import("./opinions.js").Row} Row
 * @typedef {import("./settings.js").Settings} Settings
 *
 * What the tellers of clusters can do; Handle, or a test's own.
 * @typedef {Pick<Handle, "start" | "do" | "forget" | "run" | "metrics" | "wrongViews" | "end">}
 *     Worker
 */

/** At the longest: what is told for longer is a study of the laboratory. */
export const MOST_MS = 36e5;

/** One of the clusters. */
export class Cluster {
    /**
     * @param {Worker} worker
     * @param {number} members
     */
    constructor(worker, members) {
        this.worker = worker;
        this.nowMs = 0;
        this.opinions = new Opinions(members);
        /** @type {Record<string, any> | null} */
        this.metrics = null;
        this.metricsAtMs = -1;
        this.messages = 0;
        this.bytes = 0;
        this.recordEnded = false;
        /** Times of the cluster and of the worker, of late. */
        this.told = {ms: 0, spentMs: 0};
        /** When metrics may be asked for again, and whether an answer is on its way. */
        this.nextMetricsAt = 0;
        this.asking = false;
        /** @type {((rows: Row[]) => void) | null} */
        this.onRows = null;
        /** @type {((step: Step) => void) | null} */
        this.onStep = null;
    }

    /** @param {import("./core.js").Sight} sight */
    take(sight) {
        const rows = rowsOf(sight.rows);
        this.nowMs = sight.nowMs;
        this.messages = sight.messages;
        this.bytes = sight.bytes;
        this.recordEnded = sight.recordEnded;
        this.opinions.take(sight, rows);
        this.onRows?.(rows);
    }

    /** @param {number} untilMs @param {number} budgetMs */
    async run(untilMs, budgetMs) {
        const step = await this.worker.run(untilMs, budgetMs);
        this.take(step);
        this.told.ms = 0.8 * this.told.ms + step.toldMs;
        this.told.spentMs = 0.8 * this.told.spentMs + step.spentMs;
        this.onStep?.(step);
    }

    /** How many times quicker than life the worker tells, of late. */
    get speed() {
        return this.told.spentMs > 0 ? this.told.ms / this.told.spentMs : 0;
    }

    /**
     * Metrics take longer the more has happened: never more than a tenth of the time goes there.
     * @param {number} realMs
     * @param {boolean} now at once
     * @returns {Promise<boolean>} whether there are new ones
     */
    async ask(realMs, now) {
        const isDue = now || realMs >= this.nextMetricsAt;
        if (this.asking || !isDue || this.metricsAtMs === this.nowMs || this.nowMs === 0) {
            return false;
        }
        this.asking = true;
        const began = performance.now();
        this.metricsAtMs = this.nowMs;
        this.metrics = await this.worker.metrics();
        this.asking = false;
        this.nextMetricsAt = realMs + Math.max(300, 10 * (performance.now() - began));
        return true;
    }
}

export class Telling {
    /**
     * @param {() => Promise<Worker>} hire makes a worker with the core loaded
     * @param {Settings} settings
     */
    constructor(hire, settings) {
        this.hire = hire;
        this.settings = settings;
        this.deeds = new Deeds(settings.common.members);
        /** @type {Cluster[]} */
        this.clusters = [];
        /** @type {Worker[]} those that are not needed now */
        this.idle = [];
        this.busy = false;
        /** How far a story that is told again has come, from 0 to 1; 1: it is there. */
        this.progress = 1;
        /** Which telling this is: an answer to an earlier one does not count. */
        this.number = 0;
    }

    get nowMs() {
        return this.clusters.reduce((least, each) => Math.min(least, each.nowMs), Infinity);
    }

    /**
     * Tells from the beginning to a moment.
     * @param {Settings} settings
     * @param {Deeds} deeds
     * @param {number} atMs
     * @param {{onReady?: () => void, onProgress?: (progress: number) => void}} listener told
     *     when the clusters are there, before anything happens in them, and how far they are
     */
    async begin(settings, deeds, atMs, listener = {}) {
        const number = ++this.number;
        while (this.busy) {
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
        if (number !== this.number) {
            return;  // a later one waits too
        }
        this.busy = true;
        this.progress = 0;
        try {
            this.settings = settings;
            this.deeds = deeds;
            await this.start();
            listener.onReady?.();
            while (this.nowMs < atMs && number === this.number) {
                await Promise.all(this.clusters.map((each) => each.run(atMs, 60)));
                this.progress = this.nowMs / atMs;
                listener.onProgress?.(this.progress);
            }
        } finally {
            this.busy = false;
            this.progress = 1;
        }
    }

    async start() {
        const {common, variants} = this.settings;
        while (this.clusters.length > 0) {
            this.idle.push(/** @type {Cluster} */ (this.clusters.pop()).worker);
        }
        for (const variant of variants) {
            const worker = this.idle.pop() ?? (await this.hire());
            const cluster = new Cluster(worker, common.members);
            cluster.take(await worker.start(textOf(common, variant), this.deeds.list));
            this.clusters.push(cluster);
        }
        for (const worker of this.idle.splice(0)) {
            worker.end();
        }
    }

    /**
     * Lets all go on together.
     * @param {number} untilMs
     * @param {number} budgetMs
     * @returns {Promise<boolean>} false: another step is still under way
     */
    async step(untilMs, budgetMs) {
        if (this.busy || this.clusters.length === 0) {
            return false;
        }
        this.busy = true;
        try {
            const until = Math.min(untilMs, MOST_MS);
            await Promise.all(
                this.clusters.filter((each) => each.nowMs < until)
                    .map((each) => each.run(until, budgetMs)),
            );
        } finally {
            this.busy = false;
        }
        return true;
    }

    /** Forgets what was planned for later. @returns {boolean} whether there was anything */
    dropPlanned() {
        const now = this.clusters.reduce((most, each) => Math.max(most, each.nowMs), 0);
        const past = this.deeds.list.filter((deed) => deed.atMs <= Math.ceil(now));
        if (past.length === this.deeds.list.length) {
            return false;
        }
        this.deeds = Deeds.cleaned(past, this.settings.common.members);
        for (const cluster of this.clusters) {
            void cluster.worker.forget();
        }
        return true;
    }

    /**
     * Does something to all clusters, at the next whole millisecond that none has passed. What was
     * planned for later will not happen: nobody planned it for what is so now.
     * @param {string} verb
     * @param {readonly number[] | string} operand
     * @returns {string} what was done; empty: it changes nothing
     */
    act(verb, operand = "") {
        const now = this.clusters.reduce((most, each) => Math.max(most, each.nowMs), 0);
        this.dropPlanned();
        const deed = this.deeds.add(Math.ceil(now), verb, operand);
        if (deed) {
            for (const cluster of this.clusters) {
                void cluster.worker.do(deed);
            }
        }
        return deed?.text ?? "";
    }
}
