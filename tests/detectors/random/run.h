// SPDX-License-Identifier: MIT
//
// A random cluster of a detector: all of it drawn from a seed, held to what all detectors owe, and to
// what its kind promises.
#pragma once

#include "malformed.h"
#include "tests/cluster/faults.h"
#include "views.h"
#include "virtual/transcript-hash.h"

#include <iosfwd>
#include <string>

namespace swim::detectors
{

/// What a seed draws: settings, members, and how much goes wrong.
struct Draw
{
    /// @param kind outlives this
    Draw(const Kind& kind, std::uint64_t seed);

    /// Whether in the end everybody must be right about everybody.
    bool Heals() const
    {
        return static_cast<int>(kind.heals) > static_cast<int>(weather);
    }

    std::string Describe() const;

    const Kind& kind;
    std::uint64_t seed;
    Values values;
    std::uint32_t members = 0;
    bool joining = false; ///< everybody joins one after the other; otherwise all know all
    Weather weather = Weather::CALM;
};

/// The rules, in order: what they believe (views.h), the same bytes for the same seed, what the kind
/// promises of the end, and messages that nobody sent (malformed.h).
class RandomRun
{
  public:
    /// @param trace where every fault and conclusion is written; may be null
    RandomRun(const Draw& draw, std::ostream* trace);

    /// @throw Violation with time, member and rule
    void Execute();

    /// @return of all that was sent and concluded
    std::uint64_t Hash() const
    {
        return m_hash.Value();
    }

  private:
    void Start();
    void Observe(Member member, const Detector& detector, const Outbox& out);
    bool Right(Member observer, Member subject) const;
    bool AllRight() const;
    void AwaitAgreement(const char* rule);
    void SendNonsense();
    void Promise(bool holds, const char* rule) const;
    void Log(const std::string& line);

    const Draw m_draw;
    std::ostream* m_trace;
    VirtualNetwork m_network;
    std::vector<Detector*> m_processes; ///< each member's newest
    Views m_views;
    Corpus m_corpus;
    Faults m_faults;
    TranscriptHash m_hash;
};

/// Runs it twice, and wants the same bytes. @throw Violation
void CheckRandomCluster(const Draw& draw, std::ostream* trace = nullptr);

} // namespace swim::detectors
