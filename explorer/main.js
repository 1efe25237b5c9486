// SPDX-License-Identifier: MIT
//
// The page: reads its data, shows a moment, and changes the moment by whatever the reader does. All that
// the page shows follows from `moment`, which the address holds.

import { BEGINNING, formatMoment, hasTime, parseMoment } from "./address.js";
import { Axis, AXIS_MARGIN_PX, busiestStep } from "./axis.js";
import { Detail } from "./detail.js";
import { byId, element, within } from "./elements.js";
import { packedRuns } from "./given.js";
import { IncidentList } from "./incidents.js";
import { deedOf, KEYS, keyWords } from "./keys.js";
import { movedPair } from "./matrix.js";
import { ORDERS } from "./orders.js";
import { unpackJson } from "./packing.js";
import { DARK, LIGHT } from "./palette.js";
import { panelOf } from "./panel.js";
import { Player, SPEEDS } from "./player.js";
import { measureScrubbing } from "./speed.js";
import { seconds } from "./words.js";

const THEMES = ["auto", "light", "dark"];

class Page {
    /** @param {import("./panel.js").Panel[]} panels */
    constructor(panels) {
        this.panels = panels;
        this.abouts = panels.map((panel) => panel.about);
        this.moment = Object.assign({}, BEGINNING);
        this.theme = "auto";
        this.printing = false;
        this.dark = window.matchMedia("(prefers-color-scheme: dark)");
        this.stepMs = Math.max(...panels.map((panel) => panel.views.stepMs));
        this.axis = new Axis(/** @type {HTMLCanvasElement} */ (byId("axis")), panels[0].replay,
            this.abouts);
        this.player = new Player(this.axis.endS, (timeS) => this._showTime(timeS),
            (playing) => this._tellPlaying(playing));
        this.detail = new Detail(this.abouts, (timeS) => this.seek(timeS));
        this.list = new IncidentList(this.abouts, (entry) => this.open(entry.id),
            (kind) => this._narrow(kind));
        this._addressTimer = 0;
        this.width = 0;
        this._controls();
        this._pointing();
        this._keys();
        this._surroundings();
    }

    palette() {
        const dark = this.theme === "dark" || (this.theme === "auto" && this.dark.matches);
        return dark && !this.printing ? DARK : LIGHT;
    }

    /** The page for the first time: all that is seen is drawn once. */
    begin() {
        this._readAddress();
        this.player.timeS = Math.min(this.moment.t, this.axis.endS);
        this.redraw();
    }

    /** All of the page anew, as the address says. */
    goToAddress() {
        this._readAddress();
        this.player.seek(this.moment.t);
    }

    _readAddress() {
        const moment = window.location.hash ? parseMoment(window.location.hash) :
            this._opening();
        const known = ORDERS.some(([name]) => name === moment.order);
        this.moment = Object.assign(moment, {order: known ? moment.order : BEGINNING.order});
        const select = /** @type {HTMLSelectElement} */ (byId("order"));
        select.value = this.moment.order;
        this.list.kind = Object.keys(Object.assign({}, ...this.abouts.map((about) => about.counts)))
            .includes(moment.kind) ? moment.kind : "";
        this._reorder();
        const entry = this.open(this.moment.incident, false);
        if (entry && !hasTime(window.location.hash)) {
            this.moment.t = entry.incident.t;
            this.moment.follow = this.moment.follow ||
                this.abouts[entry.run].names[entry.incident.subject] || "";
        }
        this._follow(this.moment.follow);
    }

    /** What a page shows that was opened without a moment: when most happened, and to whom first. */
    _opening() {
        const [panel] = this.panels;
        const first = this.list.entries.find(({incident}) => incident.subject >= 0);
        return Object.assign({}, BEGINNING, {
            t: busiestStep(panel.replay) * panel.views.stepMs / 1000,
            follow: first ? this.abouts[first.run].names[first.incident.subject] : "",
        });
    }

    /** Sizes and colours anew. */
    redraw() {
        const palette = this.palette();
        const root = document.documentElement;
        root.setAttribute("data-theme", palette === DARK ? "dark" : "light");
        palette.views.forEach((colour, place) => root.style.setProperty(`--view-${place}`, colour));
        const scale = Math.min(2, window.devicePixelRatio || 1);
        // All sizes are asked for before one is set: each question after that lays the page out anew.
        this.width = byId("panels").clientWidth;
        const axisPx = byId("axis-holder").clientWidth;
        const rooms = this.panels.map((panel) => panel.room());
        this.panels.forEach((panel, run) => panel.resize(rooms[run], scale, rooms.length === 1));
        this.axis.draw(axisPx, scale, palette);
        this.detail.resize();
        this._showTime(this.player.timeS);
    }

    /** @param {number} timeS */
    seek(timeS) {
        this.player.pause();
        this.player.seek(timeS);
    }

    /** @param {number} timeS */
    _showTime(timeS) {
        this.moment.t = timeS;
        const palette = this.palette();
        this.panels.forEach((panel) => panel.show(timeS, palette));
        this.detail.follow(timeS);
        // Of the width as it is then: on paper the axis is narrower than when it was drawn.
        byId("cursor").style.left = `calc(${AXIS_MARGIN_PX - 1}px + ` +
            `(100% - ${2 * AXIS_MARGIN_PX}px) * ${timeS / this.axis.endS})`;
        byId("clock").textContent = seconds(timeS, Math.max(10, this.stepMs));
        const slider = /** @type {HTMLInputElement} */ (byId("slider"));
        slider.value = String(timeS);
        slider.setAttribute("aria-valuetext", `${seconds(timeS, this.stepMs)} seconds`);
        this._tellAddress();
    }

    _tellAddress() {
        if (this._addressTimer) {
            return;
        }
        // Browsers refuse more than a hundred changes of the address in half a minute.
        this._addressTimer = window.setTimeout(() => {
            this._addressTimer = 0;
            const fragment = formatMoment(this.moment);
            if (fragment !== window.location.hash) {
                window.history.replaceState(null, "", fragment);
            }
        }, 400);
    }

    /** @param {boolean} playing */
    _tellPlaying(playing) {
        const button = byId("play");
        button.setAttribute("aria-pressed", String(playing));
        button.setAttribute("aria-label", playing ? "Pause" : "Play");
        button.classList.toggle("playing", playing);
    }

    /**
     * @param {string} id "" closes
     * @param {boolean} [go] to its time, and follow its member
     */
    open(id, go = true) {
        const entry = this.list.entries.find((each) => each.id === id) || null;
        this.moment.incident = entry ? entry.id : "";
        this.list.opened = this.moment.incident;
        this.list.draw();
        this.detail.show(entry);
        this.panels.forEach((panel) => {
            panel.network.messages = entry && panel.run === entry.run ?
                (entry.incident.lines || []).filter((line) => line.k === "message") : [];
        });
        if (entry && go) {
            const {subject, t} = entry.incident;
            this._follow(subject >= 0 ? this.abouts[entry.run].names[subject] : "");
            this.seek(t);
        }
        this._tellAddress();
        return entry;
    }

    /** @param {string} name "" nobody */
    _follow(name) {
        const known = this.abouts.some((about) => about.names.includes(name));
        this.moment.follow = known ? name : "";
        this.panels.forEach((panel) => panel.follow(panel.about.names.indexOf(name)));
        const select = /** @type {HTMLSelectElement} */ (byId("follow"));
        if (known && !Array.from(select.options).some((option) => option.value === name)) {
            select.append(element("option", {value: name}, [name]));
        }
        select.value = this.moment.follow;
    }

    /** @param {string} kind */
    _narrow(kind) {
        this.moment.kind = kind;
        this.list.kind = kind;
        this.list.draw();
        this._tellAddress();
    }

    _reorder() {
        const name = /** @type {import("./orders.js").OrderName} */ (this.moment.order);
        this.panels.forEach((panel) => panel.reorder(name));
    }

    _controls() {
        byId("play").addEventListener("click", () => this.player.toggle());
        const speed = /** @type {HTMLSelectElement} */ (byId("speed"));
        speed.append(...SPEEDS.map((each) => element("option", {value: String(each)}, [
            `${each} ×`])));
        speed.value = String(this.player.speed);
        speed.addEventListener("change", () => {
            this.player.speed = Number(speed.value);
        });
        const order = /** @type {HTMLSelectElement} */ (byId("order"));
        order.append(...ORDERS.map(([name, words]) => element("option", {value: name}, [words])));
        order.addEventListener("change", () => {
            this.moment.order = order.value;
            this._reorder();
            this._showTime(this.player.timeS);
        });
        const follow = /** @type {HTMLSelectElement} */ (byId("follow"));
        const subjects = new Set(this.list.entries.filter(({incident}) => incident.subject >= 0)
            .map(({incident, run}) => this.abouts[run].names[incident.subject]));
        follow.append(...["", ...Array.from(subjects).sort().slice(0, 400)].map((name) =>
            element("option", {value: name}, [name || "nobody"])));
        follow.addEventListener("change", () => {
            this._follow(follow.value);
            this._showTime(this.player.timeS);
        });
        const slider = /** @type {HTMLInputElement} */ (byId("slider"));
        slider.max = String(this.axis.endS);
        slider.step = String(this.stepMs / 1000);
        slider.addEventListener("input", () => this.seek(Number(slider.value)));
        byId("theme").addEventListener("click", () => this._do("theme"));
        byId("link").addEventListener("click", () => this._do("link"));
        byId("help").addEventListener("click", () => this._do("help"));
        byId("close").addEventListener("click", () => this.open(""));
        byId("keys").append(...KEYS.map(([key, , words]) => element("div", {}, [
            element("dt", {}, [element("kbd", {}, [keyWords(key)])]),
            element("dd", {}, [words])])));
    }

    _pointing() {
        const holder = byId("axis-holder");
        /** @param {PointerEvent} event */
        const scrub = (event) => this.seek(this.axis.timeAt(event.clientX -
            holder.getBoundingClientRect().left));
        holder.addEventListener("pointerdown", (event) => {
            holder.setPointerCapture(event.pointerId);
            scrub(event);
        });
        holder.addEventListener("pointermove", (event) => {
            if (event.buttons & 1) {
                scrub(event);
            }
        });
        this.panels.forEach((panel) => {
            const {matrix, network} = panel;
            /** @param {[number, number] | null} pair */
            const pick = (pair) => {
                // Linked: the same pair in the other run.
                this.panels.forEach((each) => {
                    const has = pair && Math.max(pair[0], pair[1]) < each.views.members.length;
                    each.pick(has ? pair : null);
                });
                this._showTime(this.player.timeS);
            };
            matrix.canvas.addEventListener("mousemove", (event) =>
                pick(matrix.pairAt(event.offsetX, event.offsetY)));
            matrix.canvas.addEventListener("mouseleave", () => pick(null));
            matrix.canvas.addEventListener("click", (event) => {
                const pair = matrix.pairAt(event.offsetX, event.offsetY);
                if (pair) {
                    this._follow(panel.about.names[panel.views.members[pair[1]]]);
                    this._showTime(this.player.timeS);
                }
            });
            matrix.canvas.addEventListener("keydown", (event) => {
                const moved = movedPair(matrix, event.key);
                if (moved) {
                    event.preventDefault();
                    pick(moved);
                }
            });
            network.canvas.addEventListener("click", (event) => {
                const member = network.memberAt(event.offsetX, event.offsetY);
                this._follow(member < 0 ? "" : panel.about.names[member]);
                this._showTime(this.player.timeS);
            });
        });
    }

    _keys() {
        document.addEventListener("keydown", (event) => {
            const deed = deedOf(event);
            if (deed) {
                event.preventDefault();
                this._do(deed);
            }
        });
    }

    /** @param {import("./keys.js").Deed} deed */
    _do(deed) {
        const {timeS, endS} = this.player;
        const help = /** @type {HTMLDialogElement} */ (byId("help-dialog"));
        switch (deed) {
        case "play": this.player.toggle(); break;
        case "back": this.seek(timeS - this.stepMs / 1000); break;
        case "on": this.seek(timeS + this.stepMs / 1000); break;
        case "farBack": this.seek(timeS - 1); break;
        case "farOn": this.seek(timeS + 1); break;
        case "begin": this.seek(0); break;
        case "end": this.seek(endS); break;
        case "previous": this._step(-1); break;
        case "next": this._step(1); break;
        case "theme":
            this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
            byId("theme").textContent = `theme: ${this.theme}`;
            this.redraw();
            break;
        case "link": this._copyLink(); break;
        case "help": help.open ? help.close() : help.showModal(); break;
        case "close": help.open ? help.close() : this.open(""); break;
        }
    }

    /** @param {number} by to the incident so many on in the list */
    _step(by) {
        const entries = this.list.visible();
        const at = entries.findIndex((entry) => entry.id === this.moment.incident);
        const next = entries[at < 0 ? (by > 0 ? 0 : entries.length - 1) : at + by];
        if (next) {
            this.open(next.id);
        }
    }

    _copyLink() {
        const url = window.location.href.replace(/#.*/, "") + formatMoment(this.moment);
        const say = (/** @type {string} */ text) => {
            byId("link").textContent = text;
            window.setTimeout(() => {
                byId("link").textContent = "copy link";
            }, 1500);
        };
        // From file:// some browsers give no clipboard: the address bar has the link all the same.
        const copied = navigator.clipboard ? navigator.clipboard.writeText(url) : Promise.reject();
        copied.then(() => say("copied"), () => say("see the address"));
    }

    _surroundings() {
        this.dark.addEventListener("change", () => this.redraw());
        window.addEventListener("hashchange", () => this.goToAddress());
        new ResizeObserver(() => {
            if (byId("panels").clientWidth !== this.width) {
                this.redraw();
            }
        }).observe(byId("panels"));
        window.addEventListener("beforeprint", () => {
            this.printing = true;
            this.redraw();
        });
        window.addEventListener("afterprint", () => {
            this.printing = false;
            this.redraw();
        });
    }
}

async function start() {
    if (typeof DecompressionStream === "undefined") {
        byId("loading").textContent = "This page needs a browser of 2023 or later.";
        return;
    }
    const runs = packedRuns();
    /** @type {import("./panel.js").Panel[]} */
    const panels = [];
    for (let run = 0; run < runs.length; ++run) {
        panels.push(await panelOf(run, runs[run], await unpackJson(runs[run].about)));
    }
    const about = panels[0].about;
    byId("title").textContent = about.title || about.name;
    byId("question").textContent = about.question;
    document.body.classList.toggle("two", panels.length > 1);
    within(panels[0].element, ".order-slot").append(byId("order-label"));
    within(panels[0].element, ".follow-slot").append(byId("follow-label"));
    byId("loading").hidden = true;
    byId("app").hidden = false;
    const page = new Page(panels);
    page.begin();
    const openedMs = performance.now();
    window.swimlab = {
        ready: false,
        openedMs,
        state: () => ({
            t: page.player.timeS,
            incident: page.moment.incident,
            follow: panels[0].network.follow,
            counts: panels.map((panel) => Array.from(panel.matrix.counts)),
        }),
        measure: (durationMs) => measureScrubbing((share) => page.seek(share * page.axis.endS),
            durationMs).then((found) => Object.assign({openedMs}, found)),
    };
    byId("opened").textContent = `Opened in ${(openedMs / 1000).toFixed(2)} s.`;
    byId("measure").addEventListener("click", () => {
        window.swimlab.measure(2000).then((speed) => {
            byId("speed-words").textContent =
                `${speed.framesPerSecond.toFixed(0)} frames a second ` +
                `while scrubbing, the slowest took ${speed.worstMs.toFixed(0)} ms.`;
        });
    });
    await painted();
    page.list.drawRest();
    await Promise.all(panels.map((panel) => panel.makeReady()));
    window.swimlab.ready = true;
}

/** @param {unknown} error */
function refuse(error) {
    byId("app").hidden = true;
    const loading = byId("loading");
    loading.hidden = false;
    loading.textContent = "This page is not whole: it was cut or changed after it was written " +
        `(${error instanceof Error ? error.message : error}). ./swimlab explore writes it anew.`;
}

/** Resolves when what is drawn has been shown. */
function painted() {
    return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

// The data stand behind the script: so a page that was cut can say so.
document.addEventListener("DOMContentLoaded", () => {
    start().catch(refuse);
});
