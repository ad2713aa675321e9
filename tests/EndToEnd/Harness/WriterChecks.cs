using Pryv.V1;

namespace EndToEnd.Harness;

/// <summary>What must hold of the writers' counters afterwards, on every node.</summary>
public static class WriterChecks
{
    /// <summary>Value and version are the number of acknowledged writes: each is there, none counted twice.</summary>
    public static async Task HoldOnAsync(this Writers writers, Node node)
    {
        Assert.Empty(writers.Surprises);
        var vars = await AllAsync(node);
        for (var client = 0; client < writers.Counts.Count; client++)
        {
            var count = writers.Counts[client];
            var var = vars.GetValueOrDefault(Writers.KeyOf(client));
            Assert.True(
                (var?.Json ?? "0", var?.Version ?? 0) == ($"{count}", count),
                $"on {node.Name}, client {client} had {count} writes acknowledged; there is value {var?.Json} in version {var?.Version}");
        }
    }

    private static async Task<Dictionary<string, Var>> AllAsync(Node node)
    {
        var request = new ListVarsRequest { Scope = "cluster", Prefix = "counter", PageSize = 10_000, Mode = new ReadMode() };
        var reply = await node.Vars.ListVarsAsync(request, deadline: DateTime.UtcNow + Until.Patience);
        return reply.Vars.ToDictionary(v => v.Key);
    }
}
