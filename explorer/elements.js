// SPDX-License-Identifier: MIT
//
// Elements of the page made and found in one line each.

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
    const found = document.getElementById(id);
    if (!found) {
        throw new Error(`the page has no ${id}`);
    }
    return found;
}

/**
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function within(parent, selector) {
    const found = parent.querySelector(selector);
    if (!(found instanceof HTMLElement)) {
        throw new Error(`the page has no ${selector}`);
    }
    return found;
}

/**
 * @param {string} tag
 * @param {{[name: string]: string}} [attributes]
 * @param {(Node | string)[]} [content]
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, content = []) {
    const made = document.createElement(tag);
    for (const name of Object.keys(attributes)) {
        made.setAttribute(name, attributes[name]);
    }
    made.append(...content);
    return made;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {{[name: string]: string | number}} [attributes]
 * @param {(Node | string)[]} [content]
 * @returns {SVGElement}
 */
export function drawing(tag, attributes = {}, content = []) {
    const made = document.createElementNS(SVG, tag);
    for (const name of Object.keys(attributes)) {
        made.setAttribute(name, String(attributes[name]));
    }
    made.append(...content);
    return /** @type {SVGElement} */ (made);
}
