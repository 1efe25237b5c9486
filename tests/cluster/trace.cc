// SPDX-License-Identifier: MIT
//
// See trace.h.
#include "trace.h"

#include "dissect.h"
#include "tests/protocol/agreement.h"

#include <array>
#include <cstdio>

namespace swim
{

namespace
{

std::string NameOf(Member member)
{
    return member == NOBODY ? "nobody" : 'm' + std::to_string(member);
}

std::string DescribeInput(const Input& input)
{
    switch (input.kind)
    {
    case Input::Kind::START:
        return "starts";
    case Input::Kind::JOIN:
        return "joins";
    case Input::Kind::LEAVE:
        return "leaves";
    case Input::Kind::RESUME:
        return "resumes";
    case Input::Kind::WAKE_UP:
        return "wakes up";
    case Input::Kind::DATAGRAM:
        return "< " + NameOf(input.from) + ": " + DescribeDatagram(input.bytes);
    case Input::Kind::STREAM:
        return "< " + NameOf(input.from) + " (stream): " + DescribeStream(input.bytes);
    case Input::Kind::ANSWER:
        return "< " + NameOf(input.from) + " (answer): " + DescribeStream(input.bytes);
    case Input::Kind::FAILURE:
        return "< " + NameOf(input.from) + " (stream): failed";
    case Input::Kind::REFUSAL:
        return "cannot send to " + NameOf(input.from);
    case Input::Kind::UPDATE:
        return "changes its metadata";
    case Input::Kind::BROADCAST:
        return "broadcasts";
    case Input::Kind::STALL:
        return "stalls";
    case Input::Kind::UNSTALL:
        return "goes on after a stall";
    }
    return "";
}

std::string DescribeEvent(const Event& event)
{
    std::string text(EventKindName(event.kind));
    if (event.subject != NONE)
    {
        text += ' ' + NameOf(VirtualNetwork::MemberOf(event.subject)) + '@' +
                std::to_string(event.incarnation);
    }
    if (event.source != NONE && event.source != event.subject)
    {
        text += " by " + NameOf(VirtualNetwork::MemberOf(event.source));
    }
    return text + (event.rejection ? ": " + std::string(RejectionName(*event.rejection)) : "");
}

} // namespace

std::string TimeOf(const VirtualNetwork& network)
{
    std::array<char, 32> text;
    const double seconds = std::chrono::duration<double>(network.Now().time_since_epoch()).count();
    std::snprintf(text.data(), text.size(), "%.6f s", seconds);
    return text.data();
}

std::string DescribeStep(const Step& step)
{
    std::string text =
        TimeOf(step.network) + ' ' + NameOf(step.member) + ' ' + DescribeInput(step.input) + '\n';
    for (const Event& event : step.out.Events())
    {
        text += "    ! " + DescribeEvent(event) + '\n';
    }
    for (const Outbox::Datagram& datagram : step.out.Datagrams())
    {
        text += "    > " + NameOf(step.network.MemberAt(datagram.to)) + ": " +
                DescribeDatagram(step.out.Bytes(datagram)) + '\n';
    }
    for (const Outbox::Stream& stream : step.out.Streams())
    {
        text += "    > " + NameOf(step.network.MemberAt(stream.to)) +
                " (stream): " + DescribeStream(step.out.Bytes(stream)) + '\n';
    }
    if (!step.out.StreamAnswer().empty())
    {
        text += "    > answer: " + DescribeStream(step.out.StreamAnswer()) + '\n';
    }
    return text;
}

std::string DescribeViews(const VirtualNetwork& network)
{
    std::string text;
    for (Member observer = 0; observer < network.Members(); ++observer)
    {
        for (Member subject = 0; network.At(observer) && subject < network.Members(); ++subject)
        {
            if (!Right(network, observer, subject))
            {
                text += (text.empty() ? "" : ", ") + NameOf(observer) + " holds " +
                        NameOf(subject) + " " +
                        std::string(StateName(StateIn(*network.At(observer), subject)));
            }
        }
    }
    return text;
}

} // namespace swim
