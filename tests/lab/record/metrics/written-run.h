// SPDX-License-Identifier: GPL-2.0-only
//
// A run written by hand, row by row, and its metrics: what a record says is all that there is.
#pragma once

#include "lab/record/metrics/metrics-pass.h"
#include "lab/scenario/verbs.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace swimlab
{

class WrittenRun
{
  public:
    /// Everybody knows everybody from the start.
    WrittenRun(std::uint32_t members, double seconds)
    {
        for (std::uint32_t member = 0; member < members; ++member)
        {
            m_facts.names.push_back("m" + std::to_string(member));
        }
        m_facts.groupOf.resize(members);
        m_facts.endNs = Ns(seconds);
    }

    /// A setting of the resolved scenario.
    WrittenRun& With(const std::string& key, const std::string& value)
    {
        m_facts.settings[key] = value;
        return *this;
    }

    /// Several clusters side by side. @param groups by member: which one, from 0
    WrittenRun& Group(std::vector<std::uint32_t> groups)
    {
        m_facts.groupOf = std::move(groups);
        return *this;
    }

    /// A row of ground truth about one member.
    WrittenRun& Do(double at, Verb verb, MemberId member, std::string value = "")
    {
        m_rows.push_back({Ns(at), Done{verb, member, {}, std::move(value)}});
        return *this;
    }

    WrittenRun& Restart(double at, MemberId member, std::uint32_t incarnation)
    {
        m_rows.push_back({Ns(at), Done{Verb::RESTART, member, incarnation, ""}});
        return *this;
    }

    /// A row of ground truth about everybody.
    WrittenRun& DoToAll(double at, Verb verb, std::string value = "")
    {
        m_rows.push_back({Ns(at), Done{verb, {}, {}, std::move(value)}});
        return *this;
    }

    /// @param sides by member
    WrittenRun& Part(double at, const std::vector<int>& sides)
    {
        for (MemberId member = 0; member < sides.size(); ++member)
        {
            Do(at, Verb::PARTITION, member, std::to_string(sides[member]));
        }
        return *this;
    }

    /// A member concludes something. @param source whose word it was; itself where not given
    WrittenRun& Say(double at,
                    MemberId observer,
                    swim::EventKind kind,
                    MemberId subject,
                    std::optional<std::uint32_t> incarnation = 1,
                    std::optional<MemberId> source = {})
    {
        m_rows.push_back({Ns(at),
                          Conclusion{.timeNs = Ns(at),
                                     .observer = observer,
                                     .kind = kind,
                                     .subject = subject,
                                     .incarnation = incarnation,
                                     .source = source.value_or(observer)}});
        return *this;
    }

    WrittenRun& Suspect(double at, MemberId by, MemberId whom, std::uint32_t incarnation = 1)
    {
        return Say(at, by, swim::EventKind::SUSPECT, whom, incarnation);
    }

    WrittenRun& Dead(double at, MemberId by, MemberId whom, std::uint32_t incarnation = 1)
    {
        return Say(at, by, swim::EventKind::DEAD, whom, incarnation);
    }

    WrittenRun& Alive(double at, MemberId by, MemberId whom, std::uint32_t incarnation = 2)
    {
        return Say(at, by, swim::EventKind::JOINED, whom, incarnation);
    }

    Json Metrics()
    {
        std::ranges::stable_sort(m_rows, {}, &Row::timeNs);
        Foretell();
        MetricsPass pass(m_facts);
        for (const Row& row : m_rows)
        {
            if (const auto* conclusion = std::get_if<Conclusion>(&row.what))
            {
                pass.Conclude(*conclusion);
                continue;
            }
            const auto& done = std::get<Done>(row.what);
            pass.Truth({row.timeNs, done.verb, done.subject, done.incarnation, done.value});
        }
        return pass.Finish();
    }

    static TimeNs Ns(double seconds)
    {
        return static_cast<TimeNs>(seconds * 1e9 + 0.5);
    }

  private:
    struct Done
    {
        Verb verb;
        std::optional<MemberId> subject;
        std::optional<std::uint32_t> incarnation;
        std::string value;
    };

    struct Row
    {
        TimeNs timeNs;
        std::variant<Done, Conclusion> what;
    };

    /// What the plan of a simulation, or a first look at a record, tells before the first row.
    void Foretell()
    {
        m_facts.steps.clear();
        m_facts.disturbed.clear();
        std::optional<TimeNs> parting;
        for (const Row& row : m_rows)
        {
            const auto* done = std::get_if<Done>(&row.what);
            if (done == nullptr)
            {
                continue;
            }
            if (done->subject && Disturbances::Begins(done->verb, done->value))
            {
                m_facts.disturbed.push_back(*done->subject);
            }
            if (done->verb == Verb::PARTITION && parting == row.timeNs)
            {
                ++m_facts.steps.back().rows;
            }
            else if (IsStep(done->verb))
            {
                const bool isOfMember = done->subject && done->verb != Verb::PARTITION;
                m_facts.steps.push_back({.verb = done->verb,
                                         .member = isOfMember ? *done->subject : 0,
                                         .timeNs = row.timeNs});
            }
            parting = done->verb == Verb::PARTITION ? std::optional(row.timeNs) : std::nullopt;
        }
    }

    RunFacts m_facts;
    std::vector<Row> m_rows;
};

} // namespace swimlab
