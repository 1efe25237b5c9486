// SPDX-License-Identifier: MIT
//
// What a reader takes along: the link, the scenario, the settings of a product.

import {blockOf, shortfallOf} from "./blocks.js";
import {byId, make, say} from "./dom.js";
import {scenario} from "./toml.js";

/**
 * @typedef {import("./blocks.js").ProductData} ProductData
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {import("./worker.js").Deed} Deed
 *
 * @typedef {object} Taken what it is about
 * @property {Settings} settings
 * @property {readonly Deed[]} deeds
 * @property {number} nowMs
 * @property {string} link
 */

export class Take {
    /**
     * @param {readonly ProductData[]} products
     * @param {(name: string) => Record<string, string>} presetOf
     * @param {() => Taken} now
     */
    constructor(products, presetOf, now) {
        this.products = products;
        this.presetOf = presetOf;
        this.now = now;
        this.dialog = byId("take", HTMLDialogElement);
        this.which = byId("take-which", HTMLSelectElement);
        this.product = byId("take-product", HTMLSelectElement);
        this.product.replaceChildren(
            ...products.map((each) => make("option", {value: each.name}, [each.title])),
        );
        this.which.addEventListener("change", () => this.fill());
        this.product.addEventListener("change", () => this.fill());
        for (const button of this.dialog.querySelectorAll("[data-copy]")) {
            button.addEventListener(
                "click", () => this.copy(button.getAttribute("data-copy") ?? ""));
        }
    }

    open() {
        const letters = this.now().settings.variants.map((_, i) => "AB"[i] ?? "");
        this.which.replaceChildren(
            ...letters.map((letter, i) => make("option", {value: `${i}`}, [letter])));
        this.fill();
        this.dialog.showModal();
    }

    fill() {
        const {settings, deeds, nowMs, link} = this.now();
        const variant = settings.variants[Number(this.which.value)] ?? settings.variants[0];
        const product = this.products.find((each) => each.name === this.product.value);
        if (!variant) {
            return;
        }
        const all = {...this.presetOf(variant.preset), ...variant.protocol};
        byId("take-link", HTMLTextAreaElement).value = link;
        // A scenario lasts for a second at least, and events are before its end.
        const last = deeds[deeds.length - 1]?.atMs ?? 0;
        const lasts = Math.max(1000, Math.ceil(nowMs), last + 1);
        byId("take-toml", HTMLTextAreaElement).value =
            scenario(settings.common, variant, deeds, lasts);
        byId("take-name", HTMLElement).textContent = product?.title ?? "";
        byId("take-block", HTMLTextAreaElement).value = product ? blockOf(product, all) : "";
        byId("take-cannot", HTMLElement).textContent = product ? shortfallOf(product, all) : "";
    }

    /** @param {string} id of a textarea */
    copy(id) {
        const area = byId(id, HTMLTextAreaElement);
        area.select();
        // A page from file:// may have no clipboard but this.
        const copied = document.execCommand("copy");
        say(copied ? "Copied." : "Select the text and copy it.");
    }
}
