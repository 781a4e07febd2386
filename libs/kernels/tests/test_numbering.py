"""Each batch has codes into the values that it uses, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.kernels.numbering import Numbering


@given(st.lists(st.lists(st.integers(-1, 100))), st.sampled_from([np.int8, np.int16, np.int32]))
def test_codes_lead_to_the_same_values(batches: list[list[int]], kind: type[np.signedinteger]) -> None:
    numbering = Numbering(101)
    for batch in batches:
        codes, found = numbering.of(np.array(batch, kind))
        assert [int(found[code]) if code >= 0 else -1 for code in codes] == batch
        assert found.tolist() == list(dict.fromkeys(code for code in batch if code >= 0))


def test_every_other_code_of_a_longer_array_is_taken_as_it_is() -> None:
    codes, found = Numbering(10).of(np.arange(10, dtype=np.int16)[::3])
    assert (codes.tolist(), found.tolist()) == ([0, 1, 2, 3], [0, 3, 6, 9])


def test_codes_without_a_value_are_refused() -> None:
    with pytest.raises(ValueError, match="below 3, got 3"):
        Numbering(3).of(np.array([0, 3], np.int32))
