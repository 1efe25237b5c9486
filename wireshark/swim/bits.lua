-- SPDX-License-Identifier: MIT
--
-- Operations on the bits of 32-bit words, by whichever library this Lua has: Wireshark 4.2 and
-- earlier have Lua 5.2 with bit32, later ones Lua 5.4 without it, and all bring `bit`.
--
-- Results of `bit` are signed. So words are only combined and taken apart here and by those who use
-- this, never compared or used as an index; crc32.lua shows how a word becomes a number again.

return bit32 or bit or require("bit")
