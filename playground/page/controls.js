// SPDX-License-Identifier: MIT
//
// The sliders: of the network, which acts from now on, and of each cluster's protocol, which tells
// the story again.

import {make} from "./dom.js";
import {NETWORK, PRESETS, PROTOCOL, SWITCHES} from "./settings.js";

/**
 * @typedef {import("./settings.js").Slider} Slider
 * @typedef {import("./settings.js").Variant} Variant
 */

/**
 * @param {Slider} slider
 * @param {string} value now
 * @param {boolean} changed whether it is otherwise than it was
 * @param {(value: string) => void} onValue
 * @returns {HTMLElement}
 */
function sliderOf(slider, value, changed, onValue) {
    const values = slider.values.includes(value) ? slider.values : [...slider.values, value];
    const place = values.indexOf(value);
    const output = make("output", {}, [value]);
    const input = make("input", {
        type: "range",
        min: "0",
        max: `${values.length - 1}`,
        value: `${place}`,
        "aria-valuetext": value,
        title: slider.why,
    });
    const shown = () => values[Number(input.value)] ?? value;
    input.addEventListener("input", () => {
        output.textContent = shown();
        input.setAttribute("aria-valuetext", shown());
    });
    input.addEventListener("change", () => onValue(shown()));
    return make(
        "label", {class: changed ? "slider changed" : "slider"}, [slider.label, output, input]);
}

/**
 * @param {HTMLElement} place
 * @param {Record<string, string>} network
 * @param {(key: string, value: string) => void} onValue
 */
export function showNetwork(place, network, onValue) {
    place.replaceChildren(
        make("h2", {}, ["Network, from now on"]),
        ...NETWORK.map(
            (slider) => sliderOf(
                slider,
                network[slider.key] ?? slider.values[0] ?? "",
                false,
                (value) => onValue(slider.key, value),
                ),
            ),
    );
}

/**
 * @param {HTMLElement} place
 * @param {readonly Variant[]} variants
 * @param {(name: string) => Record<string, string>} presetOf all parameters of a preset
 * @param {{onPreset: (at: number, preset: string) => void,
 *     onValues: (at: number, values: Record<string, string>) => void,
 *     onReset: (at: number) => void}} actions
 */
export function showVariants(place, variants, presetOf, actions) {
    place.replaceChildren(
        ...variants.map((variant, at) => {
            const letter = "AB"[at] ?? "";
            const preset = presetOf(variant.preset);
            const choice = make("select",
                {"aria-label": `Preset of cluster ${letter}`},
                PRESETS.map((name) => make("option", {value: name}, [name])));
            choice.value = variant.preset;
            choice.addEventListener("change", () => actions.onPreset(at, choice.value));
            const valueOf = (/** @type {string} */ key) =>
                variant.protocol[key] ?? preset[key] ?? "";
            const sliders = PROTOCOL.map(
                (slider) => sliderOf(
                    slider,
                    valueOf(slider.key),
                    slider.key in variant.protocol,
                    (value) => actions.onValues(at, {[slider.key]: value}),
                    ),
            );
            const switches = SWITCHES.map((each) => {
                const box = make("input", {type: "checkbox"});
                box.checked = valueOf(each.key) !== each.off;
                box.addEventListener(
                    "change",
                    () => actions.onValues(at, {
                        [each.key]: box.checked ? each.on : each.off,
                        ...(box.checked ? each.with : {})
                    }),
                );
                return make("label", {class: "switch", title: each.why}, [box, each.label]);
            });
            const badge = make("span", {class: `badge ${letter.toLowerCase()}`}, [letter]);
            const children = [
                make("h2", {}, [badge, "Protocol, from the start"]),
                choice,
                ...sliders,
                ...switches
            ];
            if (Object.keys(variant.protocol).length > 0) {
                const reset = make("button", {type: "button"}, ["As the preset has it"]);
                reset.addEventListener("click", () => actions.onReset(at));
                children.push(reset);
            }
            return make("section", {class: "card variant"}, children);
        }),
    );
}
