// SPDX-License-Identifier: GPL-2.0-only
//
// What an application has only where somebody uses it: the trace sources that need memory and time
// of their own, and the broadcasts.
//
// Apart, because a simulation of the laboratory has a million applications that use none of it.
// Private to this module, as it is C++20.
#pragma once

#include "message-tap.h"
#include "swim-application.h"
#include "user-messages.h"

#include "ns3/event-id.h"
#include "ns3/packet.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/traced-callback.h"

#include <map>
#include <optional>
#include <string>

namespace ns3
{

struct SwimApplication::Extras final : public MessageTap
{
    explicit Extras(SwimApplication& application)
        : m_application(application)
    {
    }

    // Shows messages as packets, as ns3's applications do.
    void OnSent(const swim::Address& to, swim::wire::ByteView message) override;
    void OnReceived(const swim::Address& from, swim::wire::ByteView message) override;
    void OnStreamOpened(uint32_t exchange,
                        const swim::Address& to,
                        swim::wire::ByteView request) override;
    void OnStreamAnswered(uint32_t exchange, swim::wire::ByteView answer) override;
    void OnStreamGone(uint32_t exchange) override;

    TracedCallback<std::string_view, std::string_view, std::string_view, uint32_t, std::string_view>
        m_namedEventTrace;
    TracedCallback<Ptr<const Packet>, const Address&, const Address&> m_txWithAddressesTrace;
    TracedCallback<Ptr<const Packet>, const Address&, const Address&> m_rxWithAddressesTrace;
    TracedCallback<uint32_t, uint32_t, const std::string&> m_userMessageTrace;
    EventId m_firstLaunch; //!< while LaunchOptions::delay lasts
    std::optional<UserMessages> m_userMessages;

    /// Connects to a trace source among these, as MakeTraceSourceAccessor to one of the
    /// application.
    template <auto TRACE>
    static Ptr<const TraceSourceAccessor> MakeTraceAccessor()
    {
        return Ptr<const TraceSourceAccessor>(new TraceAccessor<TRACE>(), false);
    }

  private:
    template <auto TRACE>
    class TraceAccessor : public TraceSourceAccessor
    {
        template <typename Action>
        static bool With(ObjectBase* object, Action action)
        {
            auto* application = dynamic_cast<SwimApplication*>(object);
            if (application)
            {
                action(application->GetExtras().*TRACE);
            }
            return application != nullptr;
        }

        bool ConnectWithoutContext(ObjectBase* object, const CallbackBase& sink) const override
        {
            return With(object, [&](auto& trace) { trace.ConnectWithoutContext(sink); });
        }

        bool Connect(ObjectBase* object,
                     std::string context,
                     const CallbackBase& sink) const override
        {
            return With(object, [&](auto& trace) { trace.Connect(sink, context); });
        }

        bool DisconnectWithoutContext(ObjectBase* object, const CallbackBase& sink) const override
        {
            return With(object, [&](auto& trace) { trace.DisconnectWithoutContext(sink); });
        }

        bool Disconnect(ObjectBase* object,
                        std::string context,
                        const CallbackBase& sink) const override
        {
            return With(object, [&](auto& trace) { trace.Disconnect(sink, context); });
        }
    };

    SwimApplication& m_application;
    std::map<uint32_t, swim::Address> m_peers; //!< by exchange, of streams under way
};

} // namespace ns3
