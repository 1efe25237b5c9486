// SPDX-License-Identifier: MIT
//
// What must hold of everything that a member sends: sizes, how often news is passed on, who may be
// quoted, and that nobody acknowledges what nobody asked.
//
// Judged from the bytes alone.
#pragma once

#include "dissect.h"

#include <compare>
#include <map>
#include <set>

namespace swim
{

class MessageInvariants
{
  public:
    MessageInvariants(const Config& config, std::uint32_t members);

    /// @throw Violation
    void Check(const Step& step);

  private:
    /// A kind of news about a member at an incarnation, as said by somebody.
    struct News
    {
        std::size_t kind = 0; ///< its place in Message
        Member subject = NOBODY;
        std::uint32_t incarnation = 0;
        Member source = NOBODY;

        auto operator<=>(const News&) const = default;
    };

    /// An ack or a nack that somebody may expect of a member.
    struct Owed
    {
        Address to;
        std::uint32_t seqNo = 0;
        bool relayed = false;
        bool nacked = false;
        Instant until{};
    };

    struct Sender
    {
        std::uint32_t life = 0;
        std::map<News, std::uint32_t> passedOn; ///< how often
        std::vector<Owed> owed;
        std::map<std::uint32_t, std::set<Member>> asked; ///< by ping-req's number: whom
    };

    static News NewsOf(const Message& message);

    void Listen(const Step& step, Sender& sender) const;
    void CheckDatagram(const Step& step, Sender& sender, const Outbox::Datagram& datagram);
    void CheckTicks(const Step& step) const;
    void CheckPingReq(const Step& step,
                      Sender& sender,
                      const Address& relay,
                      const wire::PingReq& request) const;
    static void CheckAnswer(Sender& sender, const Address& to, std::uint32_t seqNo, bool nack);
    void CheckNews(const Step& step, Sender& sender, const News& news, bool toSubject);
    void CheckRepetitions(const Step& step, Sender& sender) const;
    void CheckTable(const Step& step, wire::ByteView message) const;
    void CheckSources(const Step& step) const;

    const Config& m_config;
    std::vector<Sender> m_senders;
    std::set<News> m_said; ///< accusations that their source itself sent
};

} // namespace swim
