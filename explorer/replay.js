// SPDX-License-Identifier: MIT
//
// All views at any moment. The changes are put into the order of time once, each with what it replaces,
// so that moving by a step either way costs what changes in it and no more.

import { ALIVE, UNKNOWN } from "./views.js";
import { RUNNING } from "./truth.js";

/** The state of all pairs, at `subject * n + observer`: codes of views.js. */
export class Replay {
    /**
     * @param {import("./views.js").Views} views
     * @param {About} about
     */
    constructor(views, about) {
        this.views = views;
        this.members = views.members.length;
        this.steps = Math.ceil(about.simulated_s * 1000 / views.stepMs) + 1;
        /** @type {Uint8Array} */
        this.state = initialState(views, about);
        this.step = 0;
        const changes = withRestarts(views, about, this.state.slice());
        this.pairs = changes.pairs;
        this.after = changes.after;
        this.before = changes.before;
        /** The first change of each step; one more at the end. */
        this.starts = changes.starts;
        this._run(0, 1);
    }

    /** @param {number} step */
    seek(step) {
        const wanted = Math.max(0, Math.min(this.steps - 1, step));
        if (wanted > this.step) {
            this._run(this.step + 1, wanted + 1);
        } else {
            const {pairs, before, starts, state} = this;
            for (let at = starts[this.step + 1] - 1; at >= starts[wanted + 1]; --at) {
                state[pairs[at]] = before[at];
            }
        }
        this.step = wanted;
    }

    /**
     * @param {number} from
     * @param {number} to
     */
    _run(from, to) {
        const {pairs, after, starts, state} = this;
        for (let at = starts[from]; at < starts[to]; ++at) {
            state[pairs[at]] = after[at];
        }
    }
}

/**
 * @param {import("./views.js").Views} views
 * @param {About} about
 */
function initialState(views, about) {
    const n = views.members.length;
    const state = new Uint8Array(n * n);
    const present = Array.from(views.members, (member) => about.initial[member] & RUNNING);
    const group = Array.from(views.members, (member) => about.groups[member] || 0);
    for (let subject = 0; subject < n; ++subject) {
        for (let observer = 0; observer < n; ++observer) {
            const known = about.converged && present[subject] && present[observer] &&
                group[subject] === group[observer];
            state[subject * n + observer] = known || subject === observer ? ALIVE : UNKNOWN;
        }
    }
    return state;
}

/**
 * The changes by step, with those of processes that start anew and know nobody, which come before the
 * others of their step.
 *
 * @param {import("./views.js").Views} views
 * @param {About} about
 * @param {Uint8Array} state at the start; is used up
 */
function withRestarts(views, about, state) {
    const n = views.members.length;
    const steps = Math.ceil(about.simulated_s * 1000 / views.stepMs) + 1;
    const placeOf = new Map(Array.from(views.members, (member, place) => [member, place]));
    /** @type {Map<number, number[]>} */
    const restarts = new Map();
    for (const [timeS, member] of about.restarts) {
        const observer = placeOf.get(member);
        const step = Math.floor(timeS * 1000 / views.stepMs);
        if (observer !== undefined) {
            restarts.set(step, (restarts.get(step) || []).concat(observer));
        }
    }
    const order = byStep(views, steps);
    const room = views.codes.length + about.restarts.length * n;
    const changes = {
        pairs: new Uint32Array(room), after: new Uint8Array(room), before: new Uint8Array(room),
        starts: new Uint32Array(steps + 1),
    };
    let at = 0;
    /** @type {(pair: number, code: number) => void} */
    const change = (pair, code) => {
        changes.pairs[at] = pair;
        changes.before[at] = state[pair];
        changes.after[at++] = code;
        state[pair] = code;
    };
    for (let step = 0; step < steps; ++step) {
        changes.starts[step] = at;
        for (const observer of restarts.get(step) || []) {
            for (let subject = 0; subject < n; ++subject) {
                const pair = subject * n + observer;
                if (subject !== observer && state[pair] !== UNKNOWN) {
                    change(pair, UNKNOWN);
                }
            }
        }
        for (let place = order.starts[step]; place < order.starts[step + 1]; ++place) {
            change(order.pairs[place], order.codes[place]);
        }
    }
    changes.starts[steps] = at;
    return changes;
}

/**
 * Counted and dealt out: they are millions.
 *
 * @param {import("./views.js").Views} views
 * @param {number} steps
 */
function byStep(views, steps) {
    const starts = new Uint32Array(steps + 1);
    const last = steps - 1;
    for (let at = 0; at < views.steps.length; ++at) {
        ++starts[Math.min(last, views.steps[at]) + 1];
    }
    for (let step = 0; step < steps; ++step) {
        starts[step + 1] += starts[step];
    }
    const next = starts.slice();
    const pairs = new Uint32Array(views.steps.length);
    const codes = new Uint8Array(views.steps.length);
    const n = views.members.length * views.members.length;
    for (let pair = 0; pair < n; ++pair) {
        for (let at = views.starts[pair]; at < views.starts[pair + 1]; ++at) {
            const place = next[Math.min(last, views.steps[at])]++;
            pairs[place] = pair;
            codes[place] = views.codes[at];
        }
    }
    return {starts, pairs, codes};
}
