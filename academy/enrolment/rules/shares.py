"""How many places each gets where they are divided evenly: by number of people, nobody below what is bound."""

from collections.abc import Mapping


def shares(total: int, weights: Mapping[int, int], *, least: Mapping[int, int]) -> dict[int, int]:
    """Divide places by weight: whole numbers that add up to the total, the largest remainders rounded up.

    Nobody gets less than the `least` bound already; without any weight all count alike.
    """
    heavy = {key: max(weight, 0) for key, weight in weights.items()}
    if not sum(heavy.values()):
        heavy = dict.fromkeys(heavy, 1)
    found = {key: max(least.get(key, 0), 0) for key in heavy}
    open_, left = dict(heavy), total
    while open_:
        even = _rounded(max(left, 0), open_)
        bound = [key for key, number in even.items() if number < found[key]]
        if not bound:
            return found | even
        for key in bound:
            left -= found[key]
            del open_[key]
    return found


def _rounded(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Divide by weight and give what rounding leaves over to the largest remainders, the first of equals first."""
    whole = sum(weights.values()) or len(weights)
    exact = {key: divmod(total * weight, whole) for key, weight in weights.items()}
    if not sum(weights.values()):
        exact = {key: divmod(total, whole) for key in weights}
    found = {key: number for key, (number, _rest) in exact.items()}
    order = sorted(exact, key=lambda key: -exact[key][1])
    for key in order[: total - sum(found.values())]:
        found[key] += 1
    return found
