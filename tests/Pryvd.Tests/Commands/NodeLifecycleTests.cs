using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>M6: the table of valid transitions, written out a second time.</summary>
public sealed class NodeLifecycleTests
{
    // Rows: from. Columns: to, in the order of NodeState. One x for each valid step.
    private static readonly string[] Table =
    [
        ". x . . . . . . x", // discovered
        ". . x . . x . x x", // commissioning
        ". x . x x x . x .", // ready
        ". x x . x x . x .", // draining
        ". x x . . x . x .", // maintenance
        ". x x x x . x x x", // unreachable
        ". x x x x . . x x", // dead
        ". x x . . x . . x", // decommissioning
        ". . . . . . . . .", // decommissioned
    ];

    [Fact]
    public void Only_the_steps_of_the_table_are_valid()
    {
        foreach (var from in Enum.GetValues<NodeState>())
        {
            foreach (var to in Enum.GetValues<NodeState>())
            {
                var expected = Table[(int)from][(int)to * 2] == 'x';
                Assert.True(expected == NodeLifecycle.Allows(from, to), $"{from} to {to}");
            }
        }
    }

    [Fact]
    public void What_is_decommissioned_stays_so() => Assert.Empty(NodeLifecycle.After(NodeState.Decommissioned));

    [Fact]
    public void Every_state_is_read_back_from_its_word()
    {
        foreach (var state in Enum.GetValues<NodeState>())
        {
            Assert.True(Words.TryParseState(state.Word(), out var read));
            Assert.Equal(state, read);
        }

        Assert.False(Words.TryParseState("Ready", out _));
        Assert.False(Words.TryParseState("", out _));
    }
}
