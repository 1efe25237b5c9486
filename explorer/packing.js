// SPDX-License-Identifier: MIT
//
// Unpacks what analysis/explore/packing.py packed: 13 bits in two characters, deflated, byte planes.

const BITS = 13;

/** @returns {string} the characters that neither JSON nor HTML takes for something else */
export function alphabet() {
    let letters = "";
    for (let code = 33; code < 127; ++code) {
        const letter = String.fromCharCode(code);
        letters += "\"<\\".includes(letter) ? "" : letter;
    }
    return letters;
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
export function bytesOf(text) {
    const letters = alphabet();
    const placeOf = new Uint8Array(128);
    for (let place = 0; place < letters.length; ++place) {
        placeOf[letters.charCodeAt(place)] = place;
    }
    const last = text.length - 1;
    const filling = parseInt(text[last], 16);
    const bytes = new Uint8Array(((last / 2) * BITS - filling) >> 3);
    let held = 0;
    let bits = 0;
    let at = 0;
    for (let place = 0; place < last; place += 2) {
        const pair = placeOf[text.charCodeAt(place)] * letters.length +
            placeOf[text.charCodeAt(place + 1)];
        held = (held << BITS) | pair;
        bits += BITS;
        while (bits >= 8) {
            bits -= 8;
            bytes[at++] = held >> bits;
        }
        held &= (1 << bits) - 1;
    }
    return bytes;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
async function inflate(bytes) {
    const stream = new DecompressionStream("deflate");
    const writer = stream.writable.getWriter();
    // Not awaited: it ends only when what comes out has been read. What is wrong shows there too.
    writer.write(bytes).catch(() => undefined);
    writer.close().catch(() => undefined);
    const parts = [];
    let length = 0;
    const reader = stream.readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
        parts.push(next.value);
        length += next.value.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        whole.set(part, at);
        at += part.length;
    }
    return whole;
}

/**
 * @param {string} text
 * @returns {Promise<any>}
 */
export async function unpackJson(text) {
    return JSON.parse(new TextDecoder().decode(await inflate(bytesOf(text))));
}

/**
 * As narrow as the numbers are.
 *
 * @param {Packed} packed
 * @returns {Promise<Numbers>}
 */
export async function unpack(packed) {
    const bytes = await inflate(bytesOf(packed.data));
    if (packed.planes === 1) {
        return bytes;
    }
    const numbers = packed.planes === 2 ? new Uint16Array(packed.n) : new Uint32Array(packed.n);
    for (let plane = 0; plane < packed.planes; ++plane) {
        const from = plane * packed.n;
        for (let place = 0; place < packed.n; ++place) {
            numbers[place] += bytes[from + place] * Math.pow(256, plane);
        }
    }
    return numbers;
}
