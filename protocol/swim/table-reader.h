// SPDX-License-Identifier: MIT
//
// Reads the table of a push/pull beside the reader's own. Tables are mostly in the same order and say of
// most members what is known of them, but for incarnation and state: such a line is compared, not decoded.
#pragma once

#include "swim/directory.h"
#include "swim/members.h"
#include "swim/stream-scanner.h"
#include "swim/wire.h"

namespace swim
{

/// Walks a whole push/pull message, once.
class TableReader
{
  public:
    /// @param message with its type byte
    TableReader(wire::ByteView message, const MemberTable& members, Directory& directory)
        : m_reader(message),
          m_members(members),
          m_directory(directory)
    {
    }

    /// @return whether another line was there; false at the end and at a malformed one
    bool Next();

    /// What the line says.
    const wire::PushNodeState& Said() const
    {
        return m_said;
    }

    /// @return whom it is about, where it says of a member all that is known but for the two numbers; NONE:
    /// anything else
    Slot Known() const
    {
        return m_known;
    }

    /// Whether it says of one who lives what is known, or was before.
    bool IsOld() const;

    /// The message, as far as it was read.
    const wire::PushPullReader& Message() const
    {
        return m_reader;
    }

  private:
    bool PassNext();

    wire::PushPullReader m_reader;
    const MemberTable& m_members;
    Directory& m_directory;
    Slot m_next = Slot(0); ///< who is next in our own order
    Slot m_known = NONE;
    wire::PushNodeState m_said;
};

} // namespace swim
