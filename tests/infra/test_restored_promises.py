"""A stage whose ledger was restored: everything reads and writes that table, and the one before it stays as it is."""

from __future__ import annotations

from cliffhanger.functions import FUNCTIONS
from tests.infra.assembly import Assembly

NAME = "ledger-restored"


def ledger_of(assembly: Assembly, name: str) -> str:
    function = assembly.functions()[name]
    told = function.properties["Environment"]["Variables"]["LEDGER_TABLE"]
    return assembly.text(told, function.stack)


def test_every_function_of_the_ledger_is_told_the_restored_table_and_may_reach_no_other(restored: Assembly) -> None:
    for spec in FUNCTIONS:
        grants = {what for _, what in restored.grants_of(restored.functions()[spec.name])}
        assert not [what for what in grants if "data.Ledger" in what]
        if {"ledger:read", "ledger:append", "ledger:settle"} & set(spec.access):
            assert ledger_of(restored, spec.name) == NAME
            assert any(what.endswith(f":table/{NAME}/index/by-reference") for what in grants)


def test_both_consumers_read_the_stream_of_the_restored_table(restored: Assembly) -> None:
    mappings = [each.properties for each in restored.resources("AWS::Lambda::EventSourceMapping", "events")]
    streams = [each["EventSourceArn"] for each in mappings if "StartingPosition" in each]
    assert [f":table/{NAME}/stream/" in stream for stream in streams] == [True, True]


def test_the_table_before_stays_with_all_that_other_stacks_still_import_of_it(
    restored: Assembly, production: Assembly
) -> None:
    """An export that is in use cannot be taken away: the stack of tables is deployed first."""
    [made] = [each for each in restored.resources("AWS::DynamoDB::Table") if each.id.startswith("Ledger")]
    assert (made.definition["DeletionPolicy"], made.properties["DeletionProtectionEnabled"]) == ("Retain", True)
    exported = {
        stage: {
            name
            for name in assembly.templates["data"]["Outputs"]
            if name.startswith("ExportsOutput") and "Ledger" in name
        }
        for stage, assembly in (("restored", restored), ("before", production))
    }
    assert exported["restored"] == exported["before"] != set()


def test_the_restored_table_has_alarms_of_its_own(restored: Assembly) -> None:
    named = [
        dimension["Value"]
        for alarm in restored.resources("AWS::CloudWatch::Alarm", "data")
        for dimension in alarm.properties.get("Dimensions", [])
        if dimension["Name"] == "TableName"
    ]
    assert named.count(NAME) == 2
