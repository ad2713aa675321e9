using System.Globalization;
using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;
using Pryv.Consensus.Wire;

namespace Simulation.Scenarios;

/// <summary>What a line of a scenario does: a command, then members by number, then name=value options.</summary>
internal sealed class ScenarioCommands(ScenarioWorld world)
{
    private long _tokens;

    public IReadOnlyList<string> Run(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = words.Where(w => w.Contains('=', StringComparison.Ordinal)).ToDictionary(w => w.Split('=')[0], w => w.Split('=')[1]);
        var numbers = words.Skip(1).Where(w => int.TryParse(w, out _)).Select(w => int.Parse(w, CultureInfo.InvariantCulture)).ToArray();
        Do(words[0], numbers, options);
        var said = world.TakeSaid();
        return said.Count == 0 ? ["ok"] : said;
    }

    private void Do(string command, int[] members, Dictionary<string, string> options)
    {
        switch (command)
        {
            case "add-nodes": AddNodes(members[0], options); break;
            case "join": world.Add(members[0], ReadOnlyMemory<byte>.Empty, [], 0); break;
            case "campaign": Campaign(members[0]); break;
            case "tick": Tick(members, options); break;
            case "propose": Propose(members[0], int.Parse(options.GetValueOrDefault("count", "1"), CultureInfo.InvariantCulture)); break;
            case "read": world[members[0]].Step(new ReplicaEvent.ReadAsked(++_tokens)); break;
            case "change": Change(members[0], options); break;
            case "remove": world[members[0]].Step(new ReplicaEvent.RemovalAsked(++_tokens, Id(members[1]))); break;
            case "transfer": world[members[0]].Step(new ReplicaEvent.TransferAsked(++_tokens, members.Length > 1 ? Id(members[1]) : MemberId.None)); break;
            case "stabilize": world.Stabilize(); break;
            case "deliver": world.Deliver(members.ElementAtOrDefault(0), members.ElementAtOrDefault(1), drop: false); break;
            case "drop": world.Deliver(members.ElementAtOrDefault(0), members.ElementAtOrDefault(1), drop: true); break;
            case "isolate": world.Links.Part(members, [.. world.Nodes.Select(n => n.Number).Except(members)]); break;
            case "cut": world.Links.CutOneWay(members[0], members[1]); break;
            case "heal": world.Links.Heal(); break;
            case "crash": world[members[0]].Crash(); break;
            case "restart": world[members[0]].Start(); break;
            case "hold-disk": world[members[0]].HoldsDisk = true; break;
            case "flush": world[members[0]].Flush(); break;
            case "status": Status(members, n => n.Status()); break;
            case "log": Status(members, n => n.Entries()); break;
            default: throw new SimulationException($"no scenario knows the command {command}");
        }
    }

    /// <summary>Numbers 1 to <paramref name="count"/>; learners=, witness=, log3=1,1,2 for the terms of a log, terms= for those that the members are in, append= for bytes, checkpoint= and autopilot= for intervals.</summary>
    private void AddNodes(int count, Dictionary<string, string> options)
    {
        var learners = Numbers(options.GetValueOrDefault("learners"));
        var witnesses = Numbers(options.GetValueOrDefault("witness"));
        world.Options = world.Options with
        {
            CheckpointEntries = (int)Numbers(options.GetValueOrDefault("checkpoint", "1000"))[0],
            AutopilotTicks = (int)Numbers(options.GetValueOrDefault("autopilot", "1000000"))[0],
            Raft = world.Options.Raft with { MaxAppendBytes = (int)Numbers(options.GetValueOrDefault("append", "65536"))[0] },
        };
        var terms = Numbers(options.GetValueOrDefault("terms"));
        var members = Enumerable.Range(1, count).Select(n => NewMember(
            n, learners.Contains(n) ? MemberRole.Learner : witnesses.Contains(n) ? MemberRole.Witness : MemberRole.Voter));
        var configuration = ConfigurationCodec.Encode(new Configuration(members, []));
        for (var number = 1; number <= count; number++)
        {
            var log = Numbers(options.GetValueOrDefault($"log{number}"));
            world.Add(number, configuration, log, number <= terms.Length ? terms[number - 1] : log.LastOrDefault());
        }
    }

    /// <summary>Until its election timer ends.</summary>
    private void Campaign(int member)
    {
        while (world[member].Replica!.Core.Role == RaftRole.Follower)
        {
            world[member].Step(new ReplicaEvent.Ticked());
        }
    }

    private void Tick(int[] members, Dictionary<string, string> options)
    {
        var count = int.Parse(options.GetValueOrDefault("count", "1"), CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            foreach (var node in world.Nodes.Where(n => n.Replica is not null && (members.Length == 0 || members.Contains(n.Number))).ToList())
            {
                node.Step(new ReplicaEvent.Ticked());
            }

            if (options.ContainsKey("stabilize"))
            {
                world.Stabilize();
            }
        }
    }

    private void Propose(int member, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var command = new Command(1, ++_tokens, 1, _tokens).Encode(0);
            world[member].Step(new ReplicaEvent.Proposed(_tokens, command));
        }
    }

    /// <summary>change 1 voters=2,3 learners=4 remove=5</summary>
    private void Change(int member, Dictionary<string, string> options)
    {
        var changes = Numbers(options.GetValueOrDefault("voters")).Select(n => Put(n, MemberRole.Voter))
            .Concat(Numbers(options.GetValueOrDefault("learners")).Select(n => Put(n, MemberRole.Learner)))
            .Concat(Numbers(options.GetValueOrDefault("remove")).Select(n => new MemberChange.Remove(Id((int)n))));
        world[member].Step(new ReplicaEvent.ChangeAsked(++_tokens, [.. changes]));
    }

    private void Status(int[] members, Func<ScenarioNode, string> tell)
    {
        foreach (var node in world.Nodes.Where(n => members.Length == 0 || members.Contains(n.Number)))
        {
            world.Say(tell(node));
        }
    }

    private static MemberChange Put(long number, MemberRole role) => new MemberChange.Put(NewMember((int)number, role));

    private static Member NewMember(int number, MemberRole role) =>
        new(Id(number), $"n{number}", $"n{number}:7411", role, role == MemberRole.Witness ? WantedRole.Witness : WantedRole.Auto);

    private static MemberId Id(int number) => new((ulong)number);

    private static long[] Numbers(string? list) =>
        list is null ? [] : [.. list.Split(',').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
}
