-- SPDX-License-Identifier: MIT
--
-- Opens what AES-GCM sealed, with keys of 16, 24 or 32 bytes and nonces of 12, as memberlist seals:
-- AES as FIPS 197 has it, GCM as NIST SP 800-38D. Wireshark's Lua has no cipher before version 4.4.
--
-- Made for speed in an interpreter, as a capture has thousands of packets: a round of AES is four
-- look-ups a word, and a multiplication by the key's H is one look-up a byte, in 16 tables that
-- take some milliseconds a key. Timing tells of secrets here, which does not matter to who has the
-- key and the capture at hand.

local bits = require("swim.bits")

local band, bxor, lshift, rshift = bits.band, bits.bxor, bits.lshift, bits.rshift
local byte, char = string.byte, string.char

local aes_gcm = {}

local BLOCK = 16
local SBOX = {}
-- A column's four products by its place in the round.
local T0, T1, T2, T3 = {}, {}, {}, {}

local function double(x)
    return band(bxor(lshift(x, 1), x >= 0x80 and 0x1b or 0), 0xff)
end

local function fill_tables()
    -- Walks the field by its generator 3 and, at the same pace, its inverse.
    local p, q = 1, 1
    repeat
        p = bxor(p, double(p))
        q = bxor(q, lshift(q, 1))
        q = bxor(q, lshift(q, 2))
        q = band(bxor(q, lshift(q, 4)), 0xff)
        q = q >= 0x80 and bxor(q, 0x09) or q
        local affine = bxor(q, lshift(q, 1), lshift(q, 2), lshift(q, 3), lshift(q, 4))
        SBOX[p] = bxor(band(bxor(affine, rshift(affine, 8)), 0xff), 0x63)
    until p == 1
    SBOX[0] = 0x63
    for x = 0, 255 do
        local s = SBOX[x]
        local s2 = double(s)
        local s3 = bxor(s2, s)
        T0[x] = bxor(lshift(s2, 24), lshift(s, 16), lshift(s, 8), s3)
        T1[x] = bxor(lshift(s3, 24), lshift(s2, 16), lshift(s, 8), s)
        T2[x] = bxor(lshift(s, 24), lshift(s3, 16), lshift(s2, 8), s)
        T3[x] = bxor(lshift(s, 24), lshift(s, 16), lshift(s3, 8), s2)
    end
end

fill_tables()

local function word_at(text, at)
    local a, b, c, d = byte(text, at, at + 3)
    return ((a * 256 + b) * 256 + c) * 256 + d
end

local function four_bytes(word)
    return band(rshift(word, 24), 0xff),
        band(rshift(word, 16), 0xff),
        band(rshift(word, 8), 0xff),
        band(word, 0xff)
end

local function text_of(word)
    return char(four_bytes(word))
end

local function substituted(word)
    local a, b, c, d = four_bytes(word)
    return bxor(lshift(SBOX[a], 24), lshift(SBOX[b], 16), lshift(SBOX[c], 8), SBOX[d])
end

--- The words of all round keys, from 0.
local function expanded(key)
    local size = #key / 4
    local words = {}
    for i = 0, size - 1 do
        words[i] = word_at(key, 4 * i + 1)
    end
    local constant = 1
    for i = size, 4 * (size + 7) - 1 do
        local word = words[i - 1]
        if i % size == 0 then
            local rotated = bxor(lshift(word, 8), rshift(word, 24))
            word = bxor(substituted(rotated), lshift(constant, 24))
            constant = double(constant)
        elseif size > 6 and i % size == 4 then
            word = substituted(word)
        end
        words[i] = bxor(words[i - size], word)
    end
    return words, size + 6
end

--- One word of a round: the diagonal that begins at a.
local function mixed(a, b, c, d, round_key)
    return bxor(
        T0[band(rshift(a, 24), 0xff)],
        T1[band(rshift(b, 16), 0xff)],
        T2[band(rshift(c, 8), 0xff)],
        T3[band(d, 0xff)],
        round_key
    )
end

local function last_mixed(a, b, c, d, round_key)
    return bxor(
        lshift(SBOX[band(rshift(a, 24), 0xff)], 24),
        lshift(SBOX[band(rshift(b, 16), 0xff)], 16),
        lshift(SBOX[band(rshift(c, 8), 0xff)], 8),
        SBOX[band(d, 0xff)],
        round_key
    )
end

--- AES of one block, as four words.
local function encrypted(cipher, a, b, c, d)
    local keys = cipher.words
    a, b, c, d = bxor(a, keys[0]), bxor(b, keys[1]), bxor(c, keys[2]), bxor(d, keys[3])
    local at = 4
    for _ = 2, cipher.rounds do
        a, b, c, d =
            mixed(a, b, c, d, keys[at]),
            mixed(b, c, d, a, keys[at + 1]),
            mixed(c, d, a, b, keys[at + 2]),
            mixed(d, a, b, c, keys[at + 3])
        at = at + 4
    end
    return last_mixed(a, b, c, d, keys[at]),
        last_mixed(b, c, d, a, keys[at + 1]),
        last_mixed(c, d, a, b, keys[at + 2]),
        last_mixed(d, a, b, c, keys[at + 3])
end

--- H times each byte at each of a block's 16 places: four tables, of the words of the products,
-- indexed by 256 * place + byte.
local function product_tables(a, b, c, d)
    local products = { {}, {}, {}, {} }
    local A, B, C, D = products[1], products[2], products[3], products[4]
    for place = 0, 256 * (BLOCK - 1), 256 do
        A[place], B[place], C[place], D[place] = 0, 0, 0, 0
        local bit = 128
        repeat
            A[place + bit], B[place + bit], C[place + bit], D[place + bit] = a, b, c, d
            -- By x, which GCM writes as a shift to the right.
            local carry = band(d, 1) == 1 and 0xe1000000 or 0
            d = bxor(rshift(d, 1), lshift(c, 31))
            c = bxor(rshift(c, 1), lshift(b, 31))
            b = bxor(rshift(b, 1), lshift(a, 31))
            a = bxor(rshift(a, 1), carry)
            bit = bit / 2
        until bit < 1
        bit = 2
        while bit < 256 do
            for rest = 1, bit - 1 do
                local both, high, low = place + bit + rest, place + bit, place + rest
                A[both] = bxor(A[high], A[low])
                B[both] = bxor(B[high], B[low])
                C[both] = bxor(C[high], C[low])
                D[both] = bxor(D[high], D[low])
            end
            bit = bit * 2
        end
    end
    return products
end

local function product(table, o, p, q, r, s, t, u, v, w, x, y, z, i, j, k, l)
    return bxor(
        table[o],
        table[256 + p],
        table[512 + q],
        table[768 + r],
        table[1024 + s],
        table[1280 + t],
        table[1536 + u],
        table[1792 + v],
        table[2048 + w],
        table[2304 + x],
        table[2560 + y],
        table[2816 + z],
        table[3072 + i],
        table[3328 + j],
        table[3584 + k],
        table[3840 + l]
    )
end

--- GHASH of what was hashed before, and one block more.
local function hashed_block(cipher, a, b, c, d, block, at)
    local p, q, r, s = byte(block, at, at + 3)
    a = bxor(a, ((p * 256 + q) * 256 + r) * 256 + s)
    p, q, r, s = byte(block, at + 4, at + 7)
    b = bxor(b, ((p * 256 + q) * 256 + r) * 256 + s)
    p, q, r, s = byte(block, at + 8, at + 11)
    c = bxor(c, ((p * 256 + q) * 256 + r) * 256 + s)
    p, q, r, s = byte(block, at + 12, at + 15)
    d = bxor(d, ((p * 256 + q) * 256 + r) * 256 + s)
    local o1, o2, o3, o4 = four_bytes(a)
    local o5, o6, o7, o8 = four_bytes(b)
    local o9, o10, o11, o12 = four_bytes(c)
    local o13, o14, o15, o16 = four_bytes(d)
    local A, B, C, D = cipher.A, cipher.B, cipher.C, cipher.D
    return product(A, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15, o16),
        product(B, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15, o16),
        product(C, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15, o16),
        product(D, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15, o16)
end

--- @return how many bytes text lacks to whole blocks, as zeros
local function padding(text)
    return ("\0"):rep(-#text % BLOCK)
end

--- The 64 bits of a length in bits.
local function length_text(size)
    local low = size * 8 % 4294967296
    return text_of((size * 8 - low) / 4294967296) .. text_of(low)
end

--- What makes the tag, before it is sealed itself.
local function ghash(cipher, aad, text)
    local blocks = aad .. padding(aad) .. text .. padding(text)
    blocks = blocks .. length_text(#aad) .. length_text(#text)
    local a, b, c, d = 0, 0, 0, 0
    for at = 1, #blocks, BLOCK do
        a, b, c, d = hashed_block(cipher, a, b, c, d, blocks, at)
    end
    return a, b, c, d
end

--- The text under the key stream that begins behind the nonce's first block.
local function streamed(cipher, nonce, text)
    local n1, n2, n3 = word_at(nonce, 1), word_at(nonce, 5), word_at(nonce, 9)
    local padded = text .. padding(text)
    local out = {}
    local counter = 2
    for at = 1, #text, BLOCK do
        local a, b, c, d = encrypted(cipher, n1, n2, n3, counter)
        out[#out + 1] = text_of(bxor(a, word_at(padded, at)))
            .. text_of(bxor(b, word_at(padded, at + 4)))
            .. text_of(bxor(c, word_at(padded, at + 8)))
            .. text_of(bxor(d, word_at(padded, at + 12)))
        counter = counter + 1
    end
    return table.concat(out):sub(1, #text)
end

--- @param key of 16, 24 or 32 bytes
function aes_gcm.cipher(key)
    local words, rounds = expanded(key)
    local cipher = { words = words, rounds = rounds }
    local products = product_tables(encrypted(cipher, 0, 0, 0, 0))
    cipher.A, cipher.B, cipher.C, cipher.D = products[1], products[2], products[3], products[4]
    return cipher
end

--- @param aad what the tag vouches for besides
-- @return the plain text, or nil if the tag is not that of this key, nonce, aad and text
function aes_gcm.open(cipher, nonce, aad, text, tag)
    local a, b, c, d = ghash(cipher, aad, text)
    local e, f, g, h =
        encrypted(cipher, word_at(nonce, 1), word_at(nonce, 5), word_at(nonce, 9), 1)
    local right = text_of(bxor(a, e)) .. text_of(bxor(b, f)) .. text_of(bxor(c, g))
    if right .. text_of(bxor(d, h)) ~= tag then
        return nil
    end
    return streamed(cipher, nonce, text)
end

return aes_gcm
