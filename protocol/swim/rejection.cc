// SPDX-License-Identifier: MIT
//
// See rejection.h.
#include "swim/rejection.h"

#include "swim/enum-rows.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace swim
{

namespace
{

struct Row
{
    Rejection rejection;
    std::string_view name;
};

constexpr std::array ROWS = {
    Row{Rejection::LABEL_UNEXPECTED, "label header where none belongs"},
    Row{Rejection::LABEL_MALFORMED, "malformed label header"},
    Row{Rejection::LABEL_MISSING, "label missing"},
    Row{Rejection::LABEL_FOREIGN, "label of another cluster"},
    Row{Rejection::NO_KEY, "encrypted, and no key is configured"},
    Row{Rejection::ENCRYPTION_MALFORMED, "malformed encrypt frame"},
    Row{Rejection::UNDECRYPTABLE, "cannot be decrypted"},
    Row{Rejection::NOT_ENCRYPTED, "not encrypted"},
    Row{Rejection::WRONG_CRC, "wrong CRC"},
    Row{Rejection::COMPRESSION_MALFORMED, "malformed compressed message"},
    Row{Rejection::COMPRESSION_UNKNOWN, "unknown compression algorithm"},
    Row{Rejection::COMPRESSION_TOO_LARGE, "compressed message is too large"},
    Row{Rejection::EMPTY, "empty message"},
    Row{Rejection::NESTED_TOO_DEEPLY, "nested too deeply"},
    Row{Rejection::COMPOUND_TRUNCATED, "truncated compound"},
    Row{Rejection::MALFORMED, "malformed message"},
    Row{Rejection::TYPE_UNSUPPORTED, "message type not supported"},
    Row{Rejection::STREAM_EMPTY, "empty stream message"},
    Row{Rejection::STREAM_MALFORMED, "malformed stream message"},
    Row{Rejection::STREAM_TYPE_UNSUPPORTED, "stream message type not supported"},
    Row{Rejection::ALIVE_UNUSABLE, "alive without usable name, address or versions"},
    Row{Rejection::ALIVE_VETOED, "alive vetoed by the application"},
    Row{Rejection::TOO_MANY_MEMBERS, "more members than member_limit"},
    Row{Rejection::DIRECTORY_FULL, "a new name or new metadata, and the directory is full"},
    Row{Rejection::LAST_INCARNATION,
        "accusation at the last incarnation, which nobody could refute"},
    Row{Rejection::TOO_MANY_PING_REQS, "too many ping-reqs at once"},
    Row{Rejection::PUSH_PULL_MALFORMED, "malformed push/pull"},
    Row{Rejection::PUSH_PULL_STATE_UNKNOWN, "push/pull with an unknown member state"},
    Row{Rejection::PUSH_PULL_INCOMPATIBLE, "push/pull with incompatible versions"},
    Row{Rejection::PUSH_PULL_VETOED, "push/pull vetoed by the application"},
    Row{Rejection::PUSH_PULL_LAST_INCARNATION, "push/pull with a death at the last incarnation"},
    Row{Rejection::COORDINATE_VERSION, "coordinate of another version"},
    Row{Rejection::COORDINATE_MALFORMED, "malformed coordinate"},
    Row{Rejection::COORDINATE_DIMENSIONS, "coordinate of other dimensions"},
    Row{Rejection::COORDINATE_IMPLAUSIBLE, "implausible coordinate"},
    Row{Rejection::ROUND_TRIP_IMPLAUSIBLE, "round trip outside 0 s to 10 s"},
};

static_assert(AreInOrder(ROWS, &Row::rejection) &&
              ROWS.back().rejection == Rejection::ROUND_TRIP_IMPLAUSIBLE);

} // namespace

std::string_view RejectionName(Rejection rejection)
{
    return ROWS[static_cast<std::size_t>(rejection)].name;
}

std::optional<Rejection> FindRejection(std::string_view name)
{
    const auto row = std::ranges::find(ROWS, name, &Row::name);
    return row == ROWS.end() ? std::nullopt : std::optional(row->rejection);
}

} // namespace swim
