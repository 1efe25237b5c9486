// SPDX-License-Identifier: MIT
//
// See coordinates.h. Constants are serf's defaults; CE, CC and rho are Vivaldi's and Ledlie's
// names.
#include "swim/coordinates.h"

#include "swim/msgpack.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace swim
{

namespace
{

using Vector = std::array<double, Coordinate::DIMENSIONS>;

constexpr double CE = 0.25;           ///< how far one observation moves the error
constexpr double CC = 0.25;           ///< and the place
constexpr double GRAVITY_RHO_S = 150; ///< gravity is weak: at this distance it moves by one second
constexpr double ZERO_S = 1e-6;       ///< shorter is no length to divide by
constexpr double LARGEST_PLAUSIBLE = 1e6;
constexpr Duration LONGEST_RTT = std::chrono::seconds(10);
constexpr std::uint8_t PAYLOAD_VERSION = 1;

/// As Go's Duration.Seconds(): whole and fractional seconds apart, so that the bits are serf's.
double Seconds(Duration duration)
{
    constexpr std::int64_t SECOND = 1'000'000'000;
    const std::int64_t count = duration.count();
    return static_cast<double>(count / SECOND) + static_cast<double>(count % SECOND) / 1e9;
}

Vector Difference(const Vector& a, const Vector& b)
{
    Vector difference;
    for (std::size_t i = 0; i < difference.size(); ++i)
    {
        difference[i] = a[i] - b[i];
    }
    return difference;
}

double Length(const Vector& vector)
{
    double sum = 0;
    for (const double part : vector)
    {
        sum += part * part;
    }
    return std::sqrt(sum);
}

Vector Scaled(const Vector& vector, double factor)
{
    Vector scaled = vector;
    for (double& part : scaled)
    {
        part *= factor;
    }
    return scaled;
}

/// The distance that the space alone gives, without adjustments.
double RawDistance(const Coordinate& a, const Coordinate& b)
{
    return Length(Difference(a.vec, b.vec)) + a.height + b.height;
}

/// @return a vector of length one in a random direction
Vector RandomDirection(Rng& rng)
{
    Vector direction;
    for (double& part : direction)
    {
        part = rng.Unit() - 0.5;
    }
    const double length = Length(direction);
    return length > ZERO_S ? Scaled(direction, 1 / length) : Vector{1};
}

/// @return the coordinate moved away from the other by `force` seconds (towards it if negative)
Coordinate Pushed(const Coordinate& from, double force, const Coordinate& other, Rng& rng)
{
    Coordinate moved = from;
    const Vector difference = Difference(from.vec, other.vec);
    const double distance = Length(difference);
    const bool apart = distance > ZERO_S;
    const Vector direction = apart ? Scaled(difference, 1 / distance) : RandomDirection(rng);
    for (std::size_t i = 0; i < direction.size(); ++i)
    {
        moved.vec[i] += direction[i] * force;
    }
    if (apart)
    {
        moved.height = (moved.height + other.height) * force / distance + moved.height;
        moved.height = std::max(moved.height, Coordinate::HEIGHT_MIN);
    }
    return moved;
}

/// Reads the array `Vec`, and no more than eight of its numbers. @return whether it was an array
bool ReadVector(wire::Reader& reader, Vector& vector, std::uint32_t& dimensions)
{
    bool read = reader.Array(dimensions);
    for (std::uint32_t i = 0; read && i < dimensions; ++i)
    {
        read = i < vector.size() ? reader.Float(vector[i]) : reader.Skip();
    }
    return read;
}

} // namespace

bool Plausible(const Coordinate& coordinate)
{
    // Written so that what is not a number fails each comparison.
    const auto bounded = [](double part) { return std::abs(part) <= LARGEST_PLAUSIBLE; };
    return std::ranges::all_of(coordinate.vec, bounded) && bounded(coordinate.error) &&
           bounded(coordinate.adjustment) && bounded(coordinate.height) && coordinate.error >= 0 &&
           coordinate.height >= 0;
}

Duration EstimateRtt(const Coordinate& a, const Coordinate& b)
{
    const double raw = RawDistance(a, b);
    const double adjusted = raw + a.adjustment + b.adjustment;
    return Duration(static_cast<std::int64_t>((adjusted > 0 ? adjusted : raw) * 1e9));
}

void EncodeCoordinate(const Coordinate& coordinate, wire::Bytes& payload)
{
    wire::Writer writer(payload);
    writer.Byte(PAYLOAD_VERSION);
    writer.Map(4);
    writer.String("Adjustment");
    writer.Float64(coordinate.adjustment);
    writer.String("Error");
    writer.Float64(coordinate.error);
    writer.String("Height");
    writer.Float64(coordinate.height);
    writer.String("Vec");
    writer.Array(Coordinate::DIMENSIONS);
    for (const double part : coordinate.vec)
    {
        writer.Float64(part);
    }
}

std::optional<Rejection> DecodeCoordinate(wire::ByteView payload, Coordinate& coordinate)
{
    if (payload.empty() || payload[0] != PAYLOAD_VERSION)
    {
        return Rejection::COORDINATE_VERSION;
    }
    Coordinate told;
    std::uint32_t dimensions = 0;
    wire::Reader reader(payload.subspan(1));
    const bool read = wire::ReadMap(reader, [&](std::string_view key, bool& known) {
        if (key == "Adjustment")
        {
            return reader.Float(told.adjustment);
        }
        if (key == "Error")
        {
            return reader.Float(told.error);
        }
        if (key == "Height")
        {
            return reader.Float(told.height);
        }
        if (key == "Vec")
        {
            return ReadVector(reader, told.vec, dimensions);
        }
        known = false;
        return false;
    });
    if (!read)
    {
        return Rejection::COORDINATE_MALFORMED;
    }
    if (dimensions != told.vec.size())
    {
        return Rejection::COORDINATE_DIMENSIONS;
    }
    coordinate = told;
    return std::nullopt;
}

std::vector<LatencyFilter::Peer>::iterator LatencyFilter::Place(NameId name)
{
    return std::ranges::lower_bound(m_peers, name, {}, &Peer::name);
}

Duration LatencyFilter::Add(NameId name, Duration rtt)
{
    auto place = Place(name);
    if (place == m_peers.end() || place->name != name)
    {
        if (m_peers.size() == MOST_PEERS)
        {
            m_peers.erase(std::ranges::min_element(m_peers, {}, &Peer::lastHeard));
            place = Place(name);
        }
        place = m_peers.insert(place, Peer{});
        place->name = name;
    }
    place->lastHeard = m_heard++;
    place->rtts[place->samples++ % SIZE] = rtt;
    std::array<Duration, SIZE> sorted = place->rtts;
    const auto kept = std::min<std::uint32_t>(place->samples, SIZE);
    std::sort(sorted.begin(), sorted.begin() + kept);
    return sorted[kept / 2];
}

void LatencyFilter::Forget(NameId name)
{
    const auto place = Place(name);
    if (place != m_peers.end() && place->name == name)
    {
        m_peers.erase(place);
    }
}

std::optional<Rejection> Coordinates::Update(NameId peer,
                                             const Coordinate& other,
                                             Duration rtt,
                                             Rng& rng)
{
    if (!Plausible(other))
    {
        return Rejection::COORDINATE_IMPLAUSIBLE;
    }
    if (rtt < Duration::zero() || rtt > LONGEST_RTT)
    {
        return Rejection::ROUND_TRIP_IMPLAUSIBLE;
    }
    const double rttS = Seconds(m_filter.Add(peer, rtt));
    Spring(other, rttS, rng);
    Adjust(other, rttS);
    Gravitate(rng);
    if (!Plausible(m_own))
    {
        m_own = {};
        ++m_resets;
    }
    return std::nullopt;
}

/// Vivaldi: a spring between the two, as long as the round trip, pulls by the weight of the errors.
void Coordinates::Spring(const Coordinate& other, double rttS, Rng& rng)
{
    const double estimateS = Seconds(EstimateRtt(m_own, other));
    rttS = std::max(rttS, ZERO_S);
    const double wrongness = std::abs(estimateS - rttS) / rttS;
    const double weight = m_own.error / std::max(m_own.error + other.error, ZERO_S);
    const double error = CE * weight * wrongness + m_own.error * (1 - CE * weight);
    m_own.error = std::min(error, Coordinate::ERROR_MAX);
    m_own = Pushed(m_own, CC * weight * (rttS - estimateS), other, rng);
}

/// Half of what the round trips exceed the distances by, on average; the peer adds the other half.
void Coordinates::Adjust(const Coordinate& other, double rttS)
{
    m_surpluses[m_nextSurplus] = rttS - RawDistance(m_own, other);
    m_nextSurplus = (m_nextSurplus + 1) % ADJUSTMENT_WINDOW;
    double sum = 0;
    for (const double surplus : m_surpluses)
    {
        sum += surplus;
    }
    m_own.adjustment = sum / (2.0 * ADJUSTMENT_WINDOW);
}

void Coordinates::Gravitate(Rng& rng)
{
    const Coordinate origin;
    const double ratio = Seconds(EstimateRtt(origin, m_own)) / GRAVITY_RHO_S;
    m_own = Pushed(m_own, -(ratio * ratio), origin, rng);
}

} // namespace swim
