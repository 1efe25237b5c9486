// SPDX-License-Identifier: MIT
//
// What a member makes of messages that nobody sent: random bytes, and real messages with damage. What it
// rejects changes nothing, and nothing makes it stumble.
#pragma once

#include "tests/cluster/violation.h"

#include <vector>

namespace swim::detectors
{

/// Messages as members sent them, some of each way and type.
class Corpus
{
  public:
    void Add(const Input& input);

    struct Message
    {
        Input::Kind way;
        wire::Bytes bytes;
    };

    const std::vector<Message>& All() const
    {
        return m_messages;
    }

  private:
    std::vector<Message> m_messages;
};

struct Victim
{
    Detector& detector;
    NameId name;
    Address seed; ///< of another member
    Instant now;
};

/// Tells the member `count` messages with damage, and then lets it go on for a while.
/// @throw Violation
void CheckMalformed(const Victim& victim, const Corpus& corpus, std::uint32_t count, Rng& rng);

} // namespace swim::detectors
