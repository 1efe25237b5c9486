// SPDX-License-Identifier: MIT
//
// Leases: an example of a detector, which docs/tutorial/detector.md leads through.
//
// - A member takes a lease from each of `guardians` random others, and renews it every `interval`. A
//   guardian that is believed dead is renewed too, and another one beside it.
// - A guardian whose lease has run out asks its member (suspect). Who does not answer within `grace` is
//   dead, and everybody is told. Who was asked by somebody that is not its guardian gives the lease back.
// - Once an interval, one of the dead is told so, and one of the living is told of it: who lives after
//   all takes its next incarnation and greets everybody, and nobody misses a verdict for ever.
// - Who joins, and who comes back, is granted a lease by those who meet it, until it has its own.
#include "detectors/kind.h"
#include "detectors/member-base.h"

#include <algorithm>

namespace swim::detectors
{

namespace
{

// The messages.
enum class Type : std::uint8_t
{
    RENEW = static_cast<std::uint8_t>(CommonType::OWN), ///< I take a lease from you, or renew it
    ASK,                                                ///< your lease has run out: do you live?
    GREET,                                              ///< I live, and need no lease of you
    VERDICT, ///< name and incarnation of somebody who is dead
};

constexpr std::uint8_t Byte(Type type)
{
    return static_cast<std::uint8_t>(type);
}

// The detector.
class Lease final : public MemberBase
{
  public:
    Lease(const Setup& setup, const Rng& rng, Directory& directory, const Values& values)
        : MemberBase(setup, rng, directory),
          m_wanted(values.Count("guardians")),
          m_interval(values.Time("interval")),
          m_term(values.Time("term")),
          m_grace(values.Time("grace"))
    {
    }

  protected:
    // Timers.
    void OnStart() override
    {
        m_nextRenewal = m_now; // so that nobody is without a guardian
        m_started = true;
    }

    Instant Next() const override
    {
        return std::min(m_nextRenewal, *std::ranges::min_element(m_leaseUntil));
    }

    void Fire(Outbox& out) override
    {
        const auto lease = std::ranges::min_element(m_leaseUntil);
        const Slot slot(static_cast<std::uint32_t>(lease - m_leaseUntil.begin()));
        if (m_nextRenewal <= *lease)
        {
            Renew(out);
            SpreadOneDeath(out);
        }
        else if (m_members.At(slot).State() == MemberState::ALIVE)
        {
            *lease = m_now + m_grace;
            Doubt(slot, MemberState::SUSPECT, OwnName(), out);
            Send(Type::ASK, slot, TrafficKind::PING_REQ, out);
        }
        else
        {
            *lease = NEVER;
            Doubt(slot, MemberState::DEAD, OwnName(), out);
            ForOthers([&](Slot to) { SendVerdict(slot, to, out); });
        }
    }

    // Messages.
    bool IsWhole(Way way, std::uint8_t type, ByteReader body) const override
    {
        if (type == Byte(Type::VERDICT))
        {
            body.Name();
            body.Number<std::uint32_t>();
        }
        return way == Way::DATAGRAM && type <= Byte(Type::VERDICT) && body.AtEnd();
    }

    bool OnDatagram(Slot from, std::uint8_t type, ByteReader& body, Outbox& out) override
    {
        if (type == Byte(Type::VERDICT))
        {
            const Slot slot = FindByName(body.Name());
            OnVerdict(from, slot, body.Number<std::uint32_t>(), out);
            return true;
        }
        if (m_members.At(from).State() == MemberState::DEAD)
        {
            SendVerdict(from, from, out); // it comes back with its next incarnation
            return true;
        }
        Trust(from, NameOf(from), out);
        if (type == Byte(Type::ASK))
        {
            Send(Guards(from) ? Type::RENEW : Type::GREET, from, TrafficKind::ACK, out);
            return true;
        }
        m_leaseUntil[from.Value()] = type == Byte(Type::RENEW) ? m_now + m_term : NEVER;
        return true;
    }

    TrafficKind KindOf(std::uint8_t type) const override
    {
        return type == Byte(Type::RENEW) ? TrafficKind::PING : TrafficKind::GOSSIP;
    }

    // Who comes and goes.
    void OnMet(Slot slot) override
    {
        m_leaseUntil.resize(std::max<std::size_t>(m_leaseUntil.size(), slot.Value() + 1), NEVER);
        m_leaseUntil[slot.Value()] = m_started ? m_now + m_term : NEVER;
    }

    void OnReturn(Slot slot, Outbox& out) override
    {
        OnMet(slot);
        MemberBase::OnReturn(slot, out);
    }

    void OnLeft(Slot slot, Outbox& /*out*/) override
    {
        m_leaseUntil[slot.Value()] = NEVER;
    }

    void OnJoined(Outbox& out) override
    {
        ForOthers([&](Slot to) { Send(Type::GREET, to, TrafficKind::GOSSIP, out); });
        m_nextRenewal = m_now;
    }

  private:
    // What it does.
    void Renew(Outbox& out)
    {
        m_nextRenewal = m_now + m_interval;
        std::uint32_t living = 0;
        std::vector<Slot> others;
        ForOthers([&](Slot slot) {
            if (!m_members.At(slot).Gone())
            {
                Guards(slot) ? void(++living) : others.push_back(slot);
            }
        });
        for (; living < m_wanted && !others.empty(); ++living)
        {
            std::swap(others[m_rng.Below(others.size())], others.back());
            m_guardians.push_back(others.back());
            others.pop_back();
        }
        for (const Slot guardian : m_guardians)
        {
            Send(Type::RENEW, guardian, TrafficKind::PING, out);
        }
        ++m_counters.probes;
    }

    void SpreadOneDeath(Outbox& out)
    {
        std::vector<Slot> dead;
        std::vector<Slot> living;
        ForOthers([&](Slot slot) { (m_members.At(slot).Gone() ? dead : living).push_back(slot); });
        if (dead.empty())
        {
            return;
        }
        const Slot one = dead[m_rng.Below(dead.size())];
        SendVerdict(one, one, out);
        if (!living.empty())
        {
            SendVerdict(one, living[m_rng.Below(living.size())], out);
        }
    }

    void OnVerdict(Slot from, Slot about, std::uint32_t incarnation, Outbox& out)
    {
        if (about == Self() && incarnation < Incarnation())
        {
            Send(Type::GREET, from, TrafficKind::GOSSIP, out); // it has missed a greeting
            return;
        }
        if (about == NONE || incarnation < m_members.At(about).incarnation)
        {
            return;
        }
        if (about == Self())
        {
            Outdo(incarnation);
            ++m_counters.refutations;
            ForOthers([&](Slot to) { Send(Type::GREET, to, TrafficKind::GOSSIP, out); });
            m_nextRenewal = m_now;
            return;
        }
        m_leaseUntil[about.Value()] = NEVER;
        Doubt(about, MemberState::DEAD, NameOf(from), out);
    }

    void Send(Type type, Slot to, TrafficKind kind, Outbox& out) const
    {
        const std::size_t start = Begin(Byte(type), out);
        SendTo(to, kind, start, out);
    }

    void SendVerdict(Slot about, Slot to, Outbox& out) const
    {
        const std::size_t start = Begin(Byte(Type::VERDICT), out);
        ByteWriter writer(out.Arena());
        writer.Name(NameText(about));
        writer.Number(m_members.At(about).incarnation);
        SendTo(to, TrafficKind::GOSSIP, start, out);
    }

    bool Guards(Slot slot) const
    {
        return std::ranges::find(m_guardians, slot) != m_guardians.end();
    }

    /// All but itself and those who left.
    template <typename Call>
    void ForOthers(Call call) const
    {
        for (const Slot slot : FirstIds<Slot>(m_members.Slots()))
        {
            if (slot != Self() && m_members.At(slot).State() != MemberState::LEFT)
            {
                call(slot);
            }
        }
    }

    std::uint32_t m_wanted;
    Duration m_interval;
    Duration m_term;
    Duration m_grace;
    Instant m_nextRenewal = NEVER;
    std::vector<Slot> m_guardians;     ///< who were asked for a lease, the dead too
    std::vector<Instant> m_leaseUntil; ///< by slot; NEVER: no lease
    bool m_started = false;
};

// The parameters.
constexpr std::string_view SOURCE = "this example";

constexpr Parameter ROWS[] = {
    CountParameter("guardians", "3", 1, 100, "How many members each takes a lease from.", SOURCE),
    TimeParameter("interval", "1s", "Time between two renewals.", SOURCE),
    TimeParameter("term", "4s", "How long a lease lasts; longer than the interval.", SOURCE),
    TimeParameter("grace", "1s", "How long who is asked may take to answer.", SOURCE),
};

std::optional<std::string> Wrong(const Values& values)
{
    if (values.Time("term") <= values.Time("interval"))
    {
        return "term must be longer than interval, or leases run out before they are renewed";
    }
    return std::nullopt;
}

Duration HealsWithin(const Values& values, std::uint32_t members)
{
    return values.Time("term") + values.Time("grace") + 20 * members * values.Time("interval");
}

} // namespace

extern const Kind LEASE_KIND{
    .name = "lease",
    .meaning = "Each takes leases from a few others, who ask when one runs out, and then tell.",
    .source = "docs/tutorial/detector.md",
    .parameters = ROWS,
    .suspects = true,
    .buries = true,
    .leaves = true,
    .heals = Heals::NETWORKS,
    .staysWrong = "",
    .healsWithin = HealsWithin,
    .pairBytes = [](const Values&) -> std::uint64_t { return 60; },
    .check = Wrong,
    .make = [](const Values& values) -> DetectorMaker {
        return [values](const Detector::Setup& setup, const Rng& rng, Directory& directory) {
            return std::make_unique<Lease>(setup, rng, directory, values);
        };
    },
};

} // namespace swim::detectors
