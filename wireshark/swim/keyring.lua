-- SPDX-License-Identifier: MIT
--
-- The keys that the user gave, and what they open: memberlist's envelope
--   version | nonce of 12 bytes | ciphertext | tag of 16 bytes
-- Whoever receives one tries each of its keys. A label vouched for by the tag stands in front of
-- datagrams and requests, not of answers on streams; so labels that were seen are tried as well.

local aes_gcm = require("swim.aes_gcm")

local keyring = {}

local Keyring = {}
Keyring.__index = Keyring

local VERSION_SIZE, NONCE_SIZE, TAG_SIZE = 1, 12, 16
local PADDED, UNPADDED = 0, 1
local MOST_PADDING = 16
local MOST_LABELS = 16
-- Wireshark decodes a packet again whenever it is looked at.
local MOST_REMEMBERED = 4096

keyring.OVERHEAD = VERSION_SIZE + NONCE_SIZE + TAG_SIZE
keyring.NONCE_AT = VERSION_SIZE
keyring.TEXT_AT = VERSION_SIZE + NONCE_SIZE
keyring.TAG_SIZE = TAG_SIZE

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- @return the bytes, or nil if the text is no base64
local function from_base64(text)
    local digits = text:gsub("=+$", "")
    if #text % 4 ~= 0 or digits:find("[^%w+/]") or #text - #digits > 2 then
        return nil
    end
    local out, held, count = {}, 0, 0
    for digit in digits:gmatch(".") do
        held = held * 64 + ALPHABET:find(digit, 1, true) - 1
        count = count + 6
        if count >= 8 then
            count = count - 8
            local byte = math.floor(held / 2 ^ count)
            out[#out + 1] = string.char(byte)
            held = held - byte * 2 ^ count
        end
    end
    return table.concat(out)
end

--- A key in the forms in which it is handed around: base64, as Serf's and Consul's keygen write it,
-- or hexadecimal digits. @return its bytes, or nil and what is wrong
function keyring.key_of(text)
    local bytes
    if text:find("^%x+$") and (#text == 32 or #text == 48 or #text == 64) then
        bytes = text:gsub("%x%x", function(pair)
            return string.char(tonumber(pair, 16))
        end)
    else
        bytes = from_base64(text)
    end
    if bytes == nil then
        return nil, "is neither base64 nor hexadecimal"
    elseif #bytes ~= 16 and #bytes ~= 24 and #bytes ~= 32 then
        return nil, string.format("has %d bytes; a key has 16, 24 or 32", #bytes)
    end
    return bytes
end

--- @param text keys with spaces or commas between them
-- @param label of the cluster, where the capture does not show it
-- @return the ring; its `wrong` says what is the matter with those keys that it does not have
function keyring.new(text, label)
    local ring = setmetatable({ ciphers = {}, wrong = {}, label = label or "" }, Keyring)
    local number = 0
    for word in text:gmatch("[^%s,;]+") do
        number = number + 1
        local key, why = keyring.key_of(word)
        if key ~= nil then
            table.insert(ring.ciphers, { cipher = aes_gcm.cipher(key), number = number })
        else
            table.insert(ring.wrong, string.format("Key %d %s.", number, why))
        end
    end
    ring:forget()
    return ring
end

--- Forgets what was opened and which labels were seen: another capture has others.
function Keyring:forget()
    self.remembered = {}
    self.count = 0
    self.labels = self.label ~= "" and { self.label } or {}
end

function Keyring:is_empty()
    return #self.ciphers == 0
end

function Keyring:saw_label(label)
    for _, known in ipairs(self.labels) do
        if known == label then
            return
        end
    end
    if #self.labels < MOST_LABELS then
        table.insert(self.labels, label)
    end
end

--- Cuts off the padding of version 0: its last byte says how long it is.
local function without_padding(plain)
    local count = plain:byte(-1) or 0
    if count == 0 or count > MOST_PADDING or count > #plain then
        return nil
    end
    return plain:sub(1, -count - 1)
end

function Keyring:try(sealed, frame, label)
    local nonce = sealed:sub(VERSION_SIZE + 1, keyring.TEXT_AT)
    local text = sealed:sub(keyring.TEXT_AT + 1, -TAG_SIZE - 1)
    local tag = sealed:sub(-TAG_SIZE)
    for _, key in ipairs(self.ciphers) do
        local plain = aes_gcm.open(key.cipher, nonce, frame .. label, text, tag)
        if plain ~= nil then
            plain = sealed:byte(1) == PADDED and without_padding(plain) or plain
            return { plain = plain, number = key.number }
        end
    end
    return nil
end

--- @param sealed the envelope
-- @param frame the bytes in front of it on a stream, which the tag vouches for; "" in a datagram
-- @param label that stands in front of all, or nil
-- @return {plain, number of the key}, or nil
function Keyring:open(sealed, frame, label)
    if #sealed < keyring.OVERHEAD or sealed:byte(1) > UNPADDED then
        return nil
    end
    local known = self.remembered[sealed]
    if known ~= nil then
        return known
    end
    local opened = self:try(sealed, frame, label or "")
    for _, other in ipairs(label == nil and opened == nil and self.labels or {}) do
        opened = opened or self:try(sealed, frame, other)
    end
    if opened ~= nil then
        if self.count >= MOST_REMEMBERED then
            self.remembered, self.count = {}, 0
        end
        self.remembered[sealed] = opened
        self.count = self.count + 1
    end
    return opened
end

return keyring
