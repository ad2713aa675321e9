using System.Globalization;
using Pryv.Consensus;
using Pryvd.Agent.Drivers;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>Makes start orders and environments from assignments: nothing is left to decide or to replace.</summary>
public static class StartOrders
{
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <param name="assignment">The order.</param>
    /// <param name="self">This node.</param>
    /// <param name="epoch">Of the order.</param>
    /// <param name="run">A number higher than all before.</param>
    /// <param name="leaseEndBootMs">For leased ones.</param>
    /// <returns>The program in it may still be relative: to the artifact, or a name to be found on the search path.</returns>
    public static StartOrder Of(Assignment assignment, AgentSelf self, Epoch epoch, long run, long? leaseEndBootMs)
    {
        var spec = assignment.Spec;
        var environment = EnvironmentOf(assignment, self, epoch);
        return new StartOrder
        {
            Instance = assignment.Instance,
            Generation = assignment.Generation,
            Run = run,
            SpecVersion = assignment.RunVersion,
            Restart = assignment.Restart,
            Driver = spec.Driver,
            Command = [.. spec.Command.Select(word => Replace(word, environment))],
            Environment = environment,
            WorkingDirectory = environment[InstanceVariables.Artifact],
            User = spec.User,
            Stop = spec.Stop,
            Limits = spec.Limits,
            LogFolder = self.Paths.LogsOf(assignment.Instance),
            Logs = spec.Logs,
            LeaseEndBootMs = leaseEndBootMs,
        };
    }

    /// <summary>The whole environment of an instance, of its hooks and of its command checks.</summary>
    public static SortedDictionary<string, string> EnvironmentOf(Assignment assignment, AgentSelf self, Epoch epoch)
    {
        var data = self.Paths.DataOf(assignment);
        var all = EnvironmentOf(VersionKey.Of(assignment), assignment.Spec, self);
        all["HOME"] = data;
        all[InstanceVariables.Instance] = assignment.Instance.ToString();
        all[InstanceVariables.Ordinal] = assignment.Instance.Ordinal.ToString(CultureInfo.InvariantCulture);
        all[InstanceVariables.Data] = data;
        all[InstanceVariables.Generation] = assignment.Generation.ToString(CultureInfo.InvariantCulture);
        all[InstanceVariables.Epoch] = epoch.ToString();
        foreach (var (name, port) in assignment.Ports)
        {
            all[InstanceVariables.PortOf(name)] = port.ToString(CultureInfo.InvariantCulture);
        }

        if (assignment.Spec.Artifact is null)
        {
            all[InstanceVariables.Artifact] = data;
        }

        return WithOwn(all, assignment.Spec);
    }

    /// <summary>What is the same for all instances of a version on this node: the environment of prepare steps.</summary>
    public static SortedDictionary<string, string> EnvironmentOfPrepare(VersionKey key, ComponentSpec spec, AgentSelf self) =>
        WithOwn(EnvironmentOf(key, spec, self), spec);

    /// <summary>A word with each <c>${NAME}</c> replaced; an unknown one stays as it is written.</summary>
    public static string Replace(string word, IReadOnlyDictionary<string, string> environment) =>
        Placeholders.Fill(word, name => environment.TryGetValue(name, out var value) ? value : $"${{{name}}}");

    private static SortedDictionary<string, string> EnvironmentOf(VersionKey key, ComponentSpec spec, AgentSelf self) => new(StringComparer.Ordinal)
    {
        ["PATH"] = SearchPath,
        [InstanceVariables.Component] = spec.Name,
        [InstanceVariables.Node] = self.Name,
        [InstanceVariables.Datacenter] = self.Datacenter,
        [InstanceVariables.Address] = self.Address,
        [InstanceVariables.Artifact] = self.Paths.Version(key),
        [InstanceVariables.Socket] = self.Socket,
    };

    /// <summary>The component's own variables over what is given; they may name given ones.</summary>
    private static SortedDictionary<string, string> WithOwn(SortedDictionary<string, string> given, ComponentSpec spec)
    {
        var all = new SortedDictionary<string, string>(given, StringComparer.Ordinal);
        foreach (var (name, value) in spec.Environment)
        {
            all[name] = Replace(value, given);
        }

        return all;
    }
}
