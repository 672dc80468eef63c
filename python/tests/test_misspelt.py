"""What a person mistypes is told by its own name."""

import pytest
from conftest import NOWHERE

import wellhead
from wellhead import Consumer, KafkaException


@pytest.mark.parametrize("name", ["groupid", "group_id", "gruop.id", "group.ids"])
def test_a_misspelt_group_id_names_the_one_that_is_meant(name):
    with pytest.raises(KafkaException) as e:
        Consumer({"bootstrap.servers": NOWHERE, name: "g"})
    assert name in str(e.value) and '"group.id"' in e.value.args[0].str(), str(e.value)
    with pytest.raises(ValueError, match="group.id"):
        Consumer({"bootstrap.servers": NOWHERE})


def test_a_directory_may_have_a_comma_in_its_name(tmp_path):
    """Its address was taken for two."""
    with wellhead.Broker(tmp_path / "a,b 100%") as b, wellhead.Producer({"bootstrap.servers": b.bootstrap_servers}) as p:
        p.produce("t", b"x")
        assert p.flush(20) == 0
