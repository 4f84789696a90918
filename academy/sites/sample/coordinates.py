"""The two systems of coordinates: WGS-84 of satellites, and GCJ-02 of maps in China, some hundred metres off."""

from math import cos, pi, radians, sin, sqrt

_AXIS = 6378245.0
_FLATNESS = 0.00669342162296594323


def wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Find the point that GCJ-02 moves to this one, to a millimetre."""
    guess = (latitude, longitude)
    for _ in range(4):
        moved = gcj02(*guess)
        guess = (guess[0] + latitude - moved[0], guess[1] + longitude - moved[1])
    return round(guess[0], 6), round(guess[1], 6)


def gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Move a point of WGS-84 as maps in China do."""
    x, y = longitude - 105, latitude - 35
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    slope = radians(latitude)
    bend = 1 - _FLATNESS * sin(slope) ** 2
    north_degrees = north * 180 / (_AXIS * (1 - _FLATNESS) / (bend * sqrt(bend)) * pi)
    east_degrees = east * 180 / (_AXIS / sqrt(bend) * cos(slope) * pi)
    return latitude + north_degrees, longitude + east_degrees
