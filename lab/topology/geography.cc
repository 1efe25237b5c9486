// SPDX-License-Identifier: GPL-2.0-only
//
// Spherical trigonometry, accurate to the half per cent by which the Earth is not a sphere.
#include "lab/topology/geography.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace swimlab
{

namespace
{

constexpr double EARTH_RADIUS_KM = 6371.0088; // IUGG mean radius
constexpr double FIBRE_KM_PER_NS = 200'000 / 1e9;
constexpr double RADIANS_PER_DEGREE = std::numbers::pi / 180;

} // namespace

double GreatCircleKm(Position a, Position b)
{
    const double sinLatitude = std::sin((b.latitude - a.latitude) / 2 * RADIANS_PER_DEGREE);
    const double sinLongitude = std::sin((b.longitude - a.longitude) / 2 * RADIANS_PER_DEGREE);
    const double haversine =
        sinLatitude * sinLatitude + std::cos(a.latitude * RADIANS_PER_DEGREE) *
                                        std::cos(b.latitude * RADIANS_PER_DEGREE) * sinLongitude *
                                        sinLongitude;
    // Rounding can lift opposite places above 1, where asin has no value.
    return 2 * EARTH_RADIUS_KM * std::asin(std::sqrt(std::min(1.0, haversine)));
}

std::chrono::nanoseconds PropagationDelay(double km, double stretch)
{
    return std::chrono::nanoseconds(std::llround(km * stretch / FIBRE_KM_PER_NS));
}

Position Mean(std::span<const Position> positions)
{
    constexpr double OPPOSITE = 1e-9;
    double x = 0;
    double y = 0;
    double z = 0;
    for (const Position& position : positions)
    {
        const double latitude = position.latitude * RADIANS_PER_DEGREE;
        const double longitude = position.longitude * RADIANS_PER_DEGREE;
        x += std::cos(latitude) * std::cos(longitude);
        y += std::cos(latitude) * std::sin(longitude);
        z += std::sin(latitude);
    }
    if (std::hypot(x, y, z) < OPPOSITE)
    {
        return positions.front();
    }
    return {std::atan2(z, std::hypot(x, y)) / RADIANS_PER_DEGREE,
            std::atan2(y, x) / RADIANS_PER_DEGREE};
}

} // namespace swimlab
