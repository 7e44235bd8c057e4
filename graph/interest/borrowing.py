"""Arrays that compiled functions hand to each other without counting who uses them."""

from __future__ import annotations

from typing import Any

from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

__all__ = ["borrowed"]

_builders: Any = cgutils
_arrays: Any = arrayobj


def _borrowed(_typing: Any, arrays: Any) -> Any:
    """Return a tuple of the same arrays without a share in their keeping, which every call would count anew.

    What they were borrowed from must be there for as long as they are used.
    """

    def generated(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lent = []
        for kind, value in zip(arrays.types, _builders.unpack_tuple(builder, arguments[0]), strict=True):
            array = _arrays.make_array(kind)(context, builder, value)
            array.meminfo = _builders.get_null_value(array.meminfo.type)
            array.parent = _builders.get_null_value(array.parent.type)
            lent.append(array._getvalue())
        return context.make_tuple(builder, arrays, lent)

    return arrays(arrays), generated


borrowed: Any = intrinsic(_borrowed)
