// SPDX-License-Identifier: GPL-2.0-only
//
// See delay-factor.h.
#include "lab/ns3/delay-factor.h"

#include "ns3/double.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace swimlab
{

using namespace ns3;

namespace
{

Ptr<RandomVariableStream> MakeNormal(double spread)
{
    auto variable = CreateObject<NormalRandomVariable>();
    variable->SetAttribute("Mean", DoubleValue(1));
    variable->SetAttribute("Variance", DoubleValue(spread * spread));
    return variable;
}

/// Mu and sigma are those of the logarithm; with them the factor's mean is 1.
Ptr<RandomVariableStream> MakeLogNormal(double spread)
{
    const double variance = std::log(1 + spread * spread);
    auto variable = CreateObject<LogNormalRandomVariable>();
    variable->SetAttribute("Mu", DoubleValue(-variance / 2));
    variable->SetAttribute("Sigma", DoubleValue(std::sqrt(variance)));
    return variable;
}

Ptr<RandomVariableStream> MakeExponential()
{
    auto variable = CreateObject<ExponentialRandomVariable>();
    variable->SetAttribute("Mean", DoubleValue(1));
    return variable;
}

Ptr<RandomVariableStream> MakeEmpirical(const std::vector<std::chrono::nanoseconds>& samples)
{
    std::map<std::int64_t, std::size_t> counts; // ns-3 takes each value once
    for (const std::chrono::nanoseconds sample : samples)
    {
        ++counts[sample.count()];
    }
    const auto count = static_cast<double>(samples.size());
    const double mean = std::accumulate(samples.begin(),
                                        samples.end(),
                                        0.0,
                                        [](double sum, auto sample) {
                                            return sum + static_cast<double>(sample.count());
                                        }) /
                        count;
    auto variable = CreateObject<EmpiricalRandomVariable>();
    std::size_t upTo = 0;
    for (const auto& [sample, times] : counts)
    {
        upTo += times;
        variable->CDF(static_cast<double>(sample) / mean, static_cast<double>(upTo) / count);
    }
    return variable;
}

Ptr<RandomVariableStream> Make(const DelayShape& shape)
{
    switch (shape.distribution)
    {
    case DelayDistribution::CONSTANT:
        return nullptr;
    case DelayDistribution::NORMAL:
        return MakeNormal(shape.spread);
    case DelayDistribution::LOGNORMAL:
        return MakeLogNormal(shape.spread);
    case DelayDistribution::EXPONENTIAL:
        return MakeExponential();
    case DelayDistribution::EMPIRICAL:
        return MakeEmpirical(shape.samples);
    }
    return nullptr;
}

} // namespace

Ptr<RandomVariableStream> MakeDelayFactor(const DelayShape& shape, std::int64_t stream)
{
    const auto factor = Make(shape);
    if (factor)
    {
        factor->SetStream(stream);
    }
    return factor;
}

std::vector<Ptr<RandomVariableStream>> MakePairFactors(const Topology& topology)
{
    if (std::ranges::none_of(topology.shapes, &DelayShape::Varies))
    {
        return {};
    }
    std::vector<Ptr<RandomVariableStream>> factors;
    for (const PairPath& pair : topology.pairs)
    {
        const auto stream = DELAY_STREAM + 1 + static_cast<std::int64_t>(factors.size());
        factors.push_back(MakeDelayFactor(topology.shapes[pair.shape], stream));
    }
    return factors;
}

} // namespace swimlab
