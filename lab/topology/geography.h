// SPDX-License-Identifier: GPL-2.0-only
//
// From places on the Earth to the delay of a fibre between them.
#pragma once

#include <chrono>
#include <span>

namespace swimlab
{

/// In degrees: north and east are positive.
struct Position
{
    double latitude = 0;
    double longitude = 0;
};

/// Kilometres along the surface of a sphere of the Earth's mean radius (haversine formula).
double GreatCircleKm(Position a, Position b);

/// Light in glass covers 200,000 km a second, two thirds of its speed in vacuum.
/// @param km distance of the ends
/// @param stretch length of the fibre over that distance
std::chrono::nanoseconds PropagationDelay(double km, double stretch);

/// The middle of places on the sphere, so that the date line is no seam; of opposite places, where
/// every middle is as good, the first. @param positions not empty
Position Mean(std::span<const Position> positions);

} // namespace swimlab
