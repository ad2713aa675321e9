using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model.Components;
using Pryvd.Tests.Commands;

namespace Pryvd.Tests.Store;

/// <summary>Logs with every kind of command from one seed, many of them refused.</summary>
internal static class RandomLog
{
    public static List<Entry> Of(int seed, int length)
    {
        var random = new Random(seed);
        var log = new List<Entry> { Make.Entry(1, Make.Bootstrap()) };
        while (log.Count < length)
        {
            log.Add(Next(random, log.Count + 1));
        }

        return log;
    }

    private static Entry Next(Random random, long index)
    {
        if (random.Next(20) == 0)
        {
            return new Entry(new LogIndex(index), new Term(1), random.Next(2) == 0 ? EntryKind.Noop : EntryKind.Configuration, new byte[] { 1, (byte)index });
        }

        var command = Command(random).At(Make.StartMs + random.Next(1_000_000));
        return Make.Entry(index, random.Next(2) == 0 ? command : command.With(Make.RequestId(random.Next(200)), index - random.Next(1, 60)));
    }

    private static CommandEnvelope Command(Random random)
    {
        var number = random.Next(2, 7);
        var name = "n" + number;
        var key = "k" + random.Next(5);
        string[] states = ["commissioning", "ready", "unreachable", "dead", "maintenance", "draining"];
        return random.Next(24) switch
        {
            >= 14 => Running(random, name, "id" + number),
            < 4 => Make.Set(random.Next(2) == 0 ? "cluster" : "node/" + name, key, random.Next(100).ToString(), random.Next(3) == 0 ? random.Next(4) : null),
            4 => Make.Delete("cluster", key),
            5 => Make.Set("cluster", "pryvd.events.max_count", random.Next(10, 60).ToString()),
            6 => Make.Set("cluster", "pryvd.history.max_versions", random.Next(1, 9).ToString()),
            7 => Make.Token("t" + random.Next(20)),
            8 or 9 => Make.Admit("t" + random.Next(20), Make.Node(name, "id" + number, random.Next(2, 90).ToString(), (byte)random.Next(2, 90)), Make.Write("", key, "true")),
            10 => Make.State(name, states[random.Next(6)], states[random.Next(6)]),
            11 => Make.Dismiss(name, random.Next(2) == 0 ? "left" : "expired"),
            12 => Make.Envelope(envelope => envelope.ChangeNodeTags = new ChangeNodeTags { Node = name, Set = { [key] = "v" } }),
            _ => Make.Envelope(envelope => envelope.CommissionNode = new CommissionNode { Name = name, Group = "g" + random.Next(2), Tags = { [key] = "c" } }),
        };
    }

    /// <summary>Few components, versions and ordinals, so that some decisions and statuses fit the records.</summary>
    private static CommandEnvelope Running(Random random, string node, string nodeId)
    {
        var component = "c" + random.Next(2);
        var spec = MakeRunning.Spec(component, random.Next(1, 4), new PortSpec("http", null)) with { Priority = random.Next(3) };
        return random.Next(8) switch
        {
            < 2 => MakeRunning.Put(spec, random.Next(3) == 0 ? random.Next(3) : null),
            2 => MakeRunning.Change(component, stopped: random.Next(3) == 0, restartAll: random.Next(2) == 0),
            3 => random.Next(4) == 0 ? MakeRunning.Delete(component) : MakeRunning.Grace(random.Next(2) == 0 ? "id1" : node, random.Next(3) * 1_000),
            4 => MakeRunning.Status("id1", new StatusRecord { Component = component, Ordinal = random.Next(3), Generation = random.Next(600), State = "healthy" }),
            _ => MakeRunning.Decide([.. Enumerable.Range(0, 200).Select(_ => Decision(random, component, random.Next(2) == 0 ? "id1" : nodeId))]),
        };
    }

    private static Decision Decision(Random random, string component, string nodeId) => new()
    {
        Component = component,
        Ordinal = random.Next(3),
        Action = ((string[])["place", "place", "place", "update", "stop", "start", "remove"])[random.Next(7)],
        NodeId = nodeId,
        Ports = { ["http"] = random.Next(1_000, 1_010) },
        Reason = "by chance",
        ComponentVersion = random.Next(1, 4),
        AssignmentChanged = random.Next(3) > 0 ? 0 : random.Next(600),
        NodeChanged = nodeId == "id1" ? 1 : random.Next(600),
    };
}
