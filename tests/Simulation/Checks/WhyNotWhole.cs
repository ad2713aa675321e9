using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Wire;

namespace Simulation;

/// <summary>Convergence: one leader, one configuration, every member has applied everything, all have the same state.</summary>
public static class WhyNotWhole
{
    /// <summary>Null when the cluster is whole.</summary>
    public static string? Tell(Cluster cluster)
    {
        if (cluster.Leader() is not { Process: { } leader } machine)
        {
            return "nobody leads";
        }

        var core = leader.Core;
        if (cluster.Operator.Wish is { } wish)
        {
            return $"the operator still wants the {wish}, {machine.Name} leads {Describe.Of(core.Configuration)}";
        }

        if (core.Configuration.IsJoint || core.ConfigurationIndex > core.Commit || core.Commit != core.LastIndex)
        {
            return $"{machine.Name} has not committed all that it holds";
        }

        return core.Configuration.Members.Keys
            .Select(id => Tell(cluster.Machines.FirstOrDefault(m => m.Member == id), machine))
            .FirstOrDefault(reason => reason is not null);
    }

    /// <summary>By contents: the index of a configuration is forgotten with its entry.</summary>
    public static bool IsSame(Configuration left, Configuration right) =>
        left == right || ConfigurationCodec.Encode(left).Span.SequenceEqual(ConfigurationCodec.Encode(right).Span);

    private static string? Tell(Machine? member, Machine leader)
    {
        if (member?.Process is not { } process)
        {
            return $"{member?.Name ?? "a member"} does not run";
        }

        var core = leader.Process!.Core;
        if (process.Core.Term != core.Term || process.Core.Leader != leader.Member)
        {
            return $"{member.Name} does not follow {leader.Name}";
        }

        if (process.Replica.Applied != core.Commit)
        {
            return $"{member.Name} has applied {process.Replica.Applied} of {core.Commit}";
        }

        if (!IsSame(process.Core.Configuration, core.Configuration))
        {
            return $"{member.Name} has another configuration";
        }

        return member.Store.Current.Digest == leader.Store.Current.Digest ? null : $"{member.Name} has another digest";
    }
}
