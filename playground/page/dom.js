// SPDX-License-Identifier: MIT
//
// What all parts of the page need of the document.

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
    const found = document.getElementById(id);
    if (!(found instanceof type)) {
        throw new Error(`the page has no ${type.name} called ${id}`);
    }
    return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(name, attributes = {}, children = []) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
}

/**
 * Says something to who listens instead of looking.
 * @param {string} text
 */
export function say(text) {
    byId("said", HTMLElement).textContent = text;
}

/**
 * One of several, as buttons; arrows move between them.
 * @param {HTMLElement} group
 * @param {readonly {value: string, label: string, title: string}[]} choices
 * @param {(value: string) => void} onChoice
 * @returns {(value: string) => void} shows which is chosen
 */
export function radios(group, choices, onChoice) {
    const buttons = choices.map(({value, label, title}) => {
        const button =
            make("button", {type: "button", role: "radio", title, "data-value": value}, [label]);
        button.addEventListener("click", () => onChoice(value));
        return button;
    });
    group.replaceChildren(...buttons);
    group.addEventListener("keydown", (event) => {
        const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
        const at = buttons.findIndex((button) => button === document.activeElement);
        if (step !== undefined && at >= 0) {
            const next = buttons[(at + step + buttons.length) % buttons.length];
            next?.focus();
            onChoice(next?.dataset["value"] ?? "");
            event.preventDefault();
            event.stopPropagation();
        }
    });
    return (value) => {
        for (const button of buttons) {
            const chosen = button.dataset["value"] === value;
            button.setAttribute("aria-checked", String(chosen));
            button.tabIndex = chosen ? 0 : -1;
        }
    };
}

/**
 * As many pixels as the screen has there.
 * @param {HTMLCanvasElement} canvas
 */
export function fit(canvas) {
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width > 0 && height > 0 && (canvas.width !== width || canvas.height !== height)) {
        canvas.width = width;
        canvas.height = height;
    }
}
