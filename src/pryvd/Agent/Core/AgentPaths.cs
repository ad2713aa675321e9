using System.Globalization;
using Pryvd.Model.Components;

namespace Pryvd.Agent.Core;

/// <summary>Where the agent keeps things in the data folder.</summary>
/// <param name="Data">Absolute path.</param>
public sealed record AgentPaths(string Data)
{
    /// <summary>Artifacts by their content.</summary>
    public string Artifacts => $"{Data}/artifacts";

    /// <summary>Unpacked versions: COMPONENT/VERSION-CONTENT.</summary>
    public string Versions => $"{Data}/components";

    public string Homes => $"{Data}/homes";

    public string Scratches => $"{Data}/scratch";

    /// <summary>Output of instances.</summary>
    public string Logs => $"{Data}/logs";

    public string Version(VersionKey key) => string.Create(CultureInfo.InvariantCulture, $"{Versions}/{key.Component}/{key.Version}-{key.Content}");

    public string Home(InstanceId instance) => $"{Homes}/{instance}";

    public string Scratch(InstanceId instance) => $"{Scratches}/{instance}";

    /// <summary>The instance's own folder.</summary>
    public string DataOf(Assignment assignment) => assignment.Spec.KeepsData ? Home(assignment.Instance) : Scratch(assignment.Instance);

    public string LogsOf(InstanceId instance) => $"{Logs}/{instance}";
}
