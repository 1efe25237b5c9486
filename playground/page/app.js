// SPDX-License-Identifier: MIT
//
// The page: what the reader does becomes deeds and settings, what the clusters do becomes a
// picture.

import {Author} from "./author.js";
import {showNetwork, showVariants} from "./controls.js";
import {Core} from "./core.js";
import {Deeds, MEMBER_VERBS} from "./deeds.js";
import {byId, radios, say} from "./dom.js";
import {Guide} from "./guide.js";
import {Handle} from "./handle.js";
import {keysOf} from "./keys.js";
import {legendOf} from "./legend.js";
import {clockText, Moments} from "./numbers.js";
import {palette} from "./palette.js";
import {Panel} from "./panel.js";
import {Reader} from "./reader.js";
import {defaults, MOST_MEMBERS} from "./settings.js";
import {hashOf, readHash} from "./share.js";
import {Take} from "./take.js";
import {MOST_MS, Telling} from "./telling.js";
import {Timeline, wordsOf} from "./timeline.js";

/**
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {import("./stories.js").Story} Story
 */

const SPEEDS = ["0.05", "0.25", "1", "4", "16", "64", "max"];
/** Of the real time of a frame, how much a worker may take at once. */
const BUDGET_MS = 14;
/** How often numbers change, in real time. */
const TELL_EVERY_MS = 200;

export class App {
    /**
     * @param {ArrayBuffer} wasm
     * @param {Core} core for what is known of presets
     * @param {string} workerSource
     * @param {import("./blocks.js").ProductData[]} products
     */
    constructor(wasm, core, workerSource, products) {
        this.core = core;
        /** @type {Map<string, Record<string, string>>} */
        this.presets = new Map();
        this.telling = new Telling(async () => {
            const handle = new Handle(workerSource);
            const {same} = await handle.load(wasm.slice(0));
            if (!same) {
                throw new Error("a worker of this browser makes something else of the core");
            }
            return handle;
        }, defaults());
        /** @type {Panel[]} */
        this.panels = [];
        this.playing = false;
        this.speed = "1";
        this.tool = "crash";
        this.selected = -1;
        this.author = new Author(this);
        this.reader = new Reader(this);
        this.colours = palette();
        this.lastFrameAt = 0;
        this.nextTellAt = 0;
        /** How many deeds have their line. */
        this.deedsShown = 0;
        /** Frames drawn a second, of late. */
        this.rate = 0;
        this.timeline = new Timeline(byId("line", HTMLCanvasElement), byId("moments", HTMLElement));
        this.guide = new Guide(byId("story", HTMLSelectElement), byId("scene", HTMLElement), {
            begin: (story) => void this.author.tellStory(story),
            play: (speed) => this.play(String(speed)),
            end: () => say("The story is yours now."),
        });
        this.take = new Take(products, (name) => this.presetOf(name), () => ({
            settings: this.telling.settings,
            deeds: this.telling.deeds.list,
            nowMs: this.telling.nowMs,
            link: this.link(),
        }));
        /** @type {(speed: string) => void} */
        this.showSpeed = () => {};
        /** @type {(tool: string) => void} */
        this.showTool = () => {};
        this.wire();
    }

    /** @param {string} name @returns {Record<string, string>} */
    presetOf(name) {
        const known = this.presets.get(name) ?? this.core.preset(name);
        this.presets.set(name, known);
        return known;
    }

    wire() {
        const button = (/** @type {string} */ id, /** @type {() => void} */ act) =>
            byId(id, HTMLButtonElement).addEventListener("click", act);
        button("play", () => (this.playing ? this.stop() : this.play()));
        button("again", () => void this.author.again(0));
        button("fresh", () => void this.author.forget());
        button("dice", () => this.author.dice());
        button("compare", () => this.author.compare());
        button("export", () => this.take.open());
        button("theme", () => this.turn());
        button("about", () => byId("what", HTMLDialogElement).showModal());
        button("hit", () => this.reader.hitSelected(this.tool));
        button("random", () => this.reader.hitRandom());
        button("partition", () => this.reader.partition());
        button("heal", () => this.reader.act("heal"));
        /** @type {(id: string, act: (value: number) => void) => void} */
        const number = (id, act) => {
            const input = byId(id, HTMLInputElement);
            input.addEventListener("change", () => act(Number(input.value)));
        };
        number("members", (members) => this.author.change({members}));
        number("seed", (seed) => this.author.change({seed}));
        number("member", (member) => this.reader.select(member));
        this.showSpeed = radios(byId("speeds", HTMLElement),
            SPEEDS.map((value) => ({
                value,
                label: value === "max" ? "max" : `${value}×`,
                title: `${value} times as quick as life`
            })),
            (value) => this.setSpeed(value));
        this.showTool = radios(/** @type {HTMLElement} */ (document.querySelector(".tools")),
            Object.keys(MEMBER_VERBS).map((value) => ({
                value,
                label: value,
                title: `A click on a member: it ${MEMBER_VERBS[value]?.says ?? ""}`
            })),
            (value) => this.setTool(value));
        document.addEventListener("keydown", keysOf(this));
        addEventListener("hashchange", () => void this.open());
        addEventListener("resize", () => this.draw(performance.now()));
        matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.paint());
    }

    async open() {
        const linked = readHash(location.hash);
        if (linked) {
            await this.tell(linked.settings, linked.deeds, linked.atMs);
        } else if (this.telling.clusters.length === 0) {
            await this.tell(defaults(), new Deeds(defaults().common.members), 0);
        }
    }

    /**
     * @param {Settings} settings
     * @param {Deeds} deeds
     * @param {number} atMs
     */
    async tell(settings, deeds, atMs) {
        byId("trouble", HTMLElement).textContent = "";
        this.timeline.clear();
        try {
            await this.telling.begin(settings, deeds, atMs, {
                onReady: () => this.arrange(),
                onProgress: (share) => {
                    byId("clock", HTMLOutputElement).textContent = `${Math.round(share * 100)} %`;
                },
            });
        } catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            byId("trouble", HTMLElement).textContent = why;
            throw error;
        }
        this.draw(performance.now());
        this.tellNumbers(performance.now(), true);
        this.keepLink();
    }

    /** Panels for the clusters that there are, and controls as the settings are. */
    arrange() {
        const {settings, clusters, deeds} = this.telling;
        const place = byId("clusters", HTMLElement);
        const two = clusters.length > 1;
        place.classList.toggle("two", two);
        this.panels = clusters.map((cluster, i) => {
            const variant = settings.variants[i];
            const changed =
                Object.entries(variant?.protocol ?? {}).map(([key, value]) => `${key} = ${value}`);
            const title = [variant?.preset ?? "", ...changed].join(", ");
            const panel = new Panel("AB"[i] ?? "", title, cluster, {
                onHit: (member) => this.reader.hit(this.tool, member),
                onSelect: (member) => this.reader.select(member),
                onTip: (text, x, y) => this.tip(text, x, y),
            });
            const moments = new Moments(i);
            cluster.onRows = (rows) => this.timeline.add(moments.take(rows, cluster.opinions), two);
            cluster.onStep = (step) => {
                if (this.telling.progress === 1) {
                    const now = performance.now();
                    panel.ring.take(step.flights, step.nowMs, this.pace, now);
                }
            };
            return panel;
        });
        this.deedsShown = 0;
        place.replaceChildren(...this.panels.map((panel) => panel.element));
        byId("members", HTMLInputElement).value = `${settings.common.members}`;
        byId("members", HTMLInputElement).max = `${MOST_MEMBERS}`;
        byId("seed", HTMLInputElement).value = `${settings.common.seed}`;
        byId("compare", HTMLButtonElement).setAttribute("aria-pressed", String(two));
        this.reader.select(Math.min(this.selected, settings.common.members - 1));
        showNetwork(byId("network", HTMLElement),
            {...settings.common.network, ...deeds.network},
            (key, value) => this.reader.act(key, value));
        showVariants(
            byId("variants", HTMLElement), settings.variants, (name) => this.presetOf(name), {
                onPreset: (at, preset) => this.author.vary(at, {preset, protocol: {}}),
                onValues: (at, values) => this.author.adjust(at, values),
                onReset: (at) => this.author.vary(
                    at, {preset: settings.variants[at]?.preset ?? "", protocol: {}}),
            });
        this.setTool(this.tool);
        this.setSpeed(this.speed);
        this.paint();
    }

    paint() {
        this.colours = palette();
        for (const panel of this.panels) {
            panel.matrix.paintWith(this.colours);
        }
        byId("legend", HTMLElement).replaceChildren(...legendOf(this.colours));
        this.draw(performance.now());
    }

    turn() {
        const root = document.documentElement;
        root.dataset["theme"] = root.dataset["theme"] === "light" ? "dark" : "light";
        this.paint();
    }

    link() {
        const {settings, deeds, nowMs} = this.telling;
        return location.href.replace(/#.*$/, "") + hashOf(settings, deeds.list, nowMs);
    }

    // Time.

    get pace() {
        return this.speed === "max" ? 1000 : Number(this.speed);
    }

    /** @param {string} speed */
    setSpeed(speed) {
        this.speed = speed;
        this.showSpeed(speed);
    }

    /** @param {number} steps */
    hurry(steps) {
        const at = SPEEDS.findIndex((each) => each === "max" || Number(each) >= this.pace);
        this.setSpeed(SPEEDS[Math.min(Math.max(0, at + steps), SPEEDS.length - 1)] ?? "1");
    }

    /** @param {string} tool */
    setTool(tool) {
        this.tool = tool;
        this.showTool(tool);
    }

    play(speed = this.speed) {
        this.setSpeed(speed);
        this.playing = true;
        this.lastFrameAt = 0;
        this.showPlaying();
    }

    /** The address is the story so far, so that a reload or a bookmark keeps it. */
    keepLink() {
        history.replaceState(null, "", this.link());
    }

    stop() {
        this.playing = false;
        if (Number.isFinite(this.telling.nowMs)) {
            this.keepLink();
        }
        this.showPlaying();
        this.tellNumbers(performance.now(), true);
    }

    showPlaying() {
        const button = byId("play", HTMLButtonElement);
        button.textContent = this.playing ? "❚❚" : "▶";
        button.setAttribute("aria-label", this.playing ? "Stop" : "Play");
    }

    toggle() {
        if (this.playing) {
            this.stop();
        } else {
            this.play();
        }
    }

    /** @param {number} realMs */
    frame(realMs) {
        const spent = this.lastFrameAt === 0 ? 16 : Math.min(100, realMs - this.lastFrameAt);
        this.lastFrameAt = realMs;
        this.rate = 0.95 * this.rate + 0.05 * (1000 / Math.max(1, spent));
        if (this.playing && !this.telling.busy) {
            const now = this.telling.nowMs;
            const stopMs = Math.min(this.guide.stopMs, MOST_MS);
            const until = Math.min(stopMs, now + spent * this.pace);
            void this.telling.step(until, BUDGET_MS).then(() => this.arriveAt(stopMs));
        }
        this.draw(realMs);
        this.tellNumbers(realMs, false);
    }

    /** @param {number} stopMs */
    arriveAt(stopMs) {
        if (this.playing && this.telling.nowMs >= stopMs) {
            this.stop();
            this.guide.arrive();
        }
    }

    /** @param {number} realMs */
    draw(realMs) {
        const {nowMs, deeds} = this.telling;
        if (!Number.isFinite(nowMs) || this.telling.progress < 1) {
            return;
        }
        for (const panel of this.panels) {
            panel.draw(this.selected, this.colours, realMs);
        }
        byId("clock", HTMLOutputElement).textContent = clockText(nowMs);
        this.timeline.draw(deeds.list, nowMs, this.colours);
    }

    /** @param {number} untilMs deeds that are planned show when their time has come */
    showDeeds(untilMs) {
        const {list} = this.telling.deeds;
        for (let deed = list[this.deedsShown]; deed && deed.atMs <= untilMs;
             deed = list[++this.deedsShown]) {
            const {atMs, text} = deed;
            const moment = {
                atMs,
                cluster: -1,
                kind: /** @type {"deed"} */ ("deed"),
                text: wordsOf(text),
                member: -1
            };
            this.timeline.add([moment], false);
        }
    }

    /** @param {number} realMs @param {boolean} now at once */
    tellNumbers(realMs, now) {
        if ((!now && realMs < this.nextTellAt) || this.telling.progress < 1) {
            return;
        }
        this.nextTellAt = realMs + TELL_EVERY_MS;
        this.showDeeds(this.telling.nowMs);
        for (const panel of this.panels) {
            panel.tell();
            void panel.cluster.ask(realMs, now).then((isNew) => {
                if (isNew) {
                    panel.tell();
                }
            });
        }
        const slowest = Math.min(...this.telling.clusters.map((each) => each.speed));
        const tells = slowest > 0 && Number.isFinite(slowest) ?
            `the core tells ${slowest < 10 ? slowest.toFixed(1) : Math.round(slowest)}× life` :
            "";
        byId("pace", HTMLElement).textContent =
            this.playing && this.rate > 0 ? `${tells} · ${Math.round(this.rate)} frames / s` : "";
    }

    /** @param {string} text @param {number} x @param {number} y */
    tip(text, x, y) {
        const tip = byId("tip", HTMLElement);
        tip.hidden = text === "";
        tip.textContent = text;
        tip.style.left = `${Math.min(x + 14, innerWidth - 350)}px`;
        tip.style.top = `${y + 16}px`;
    }

    toggleMessages() {
        for (const panel of this.panels) {
            panel.ring.showsMessages = !panel.ring.showsMessages;
            panel.ring.clear();
        }
    }
}

/** @param {string} base64 @returns {Promise<ArrayBuffer>} */
async function unpacked(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
}

/** @returns {Promise<App>} */
export async function main() {
    const root = document.documentElement;
    root.dataset["theme"] = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    const textOf = (/** @type {string} */ id) => byId(id, HTMLScriptElement).textContent ?? "";
    const wasm = await unpacked(textOf("core"));
    const core = await Core.load(wasm);
    const {same, hash} = core.sameEverywhere();
    byId("same", HTMLElement).textContent = same ?
        `Checked in this browser: a run with every kind of fault says the same bytes as natively (${
            hash}).` :
        `This browser makes something else of the core (${hash}): do not trust what you see.`;
    const app = new App(wasm, core, textOf("worker"), JSON.parse(textOf("products")));
    await app.open();
    const frame = (/** @type {number} */ realMs) => {
        app.frame(realMs);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return app;
}
