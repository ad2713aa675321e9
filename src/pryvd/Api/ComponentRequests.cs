using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Model.Components;
using Pryvd.Specs;

namespace Pryvd.Api;

/// <summary>What requests say of components, checked before anything is asked of the leader.</summary>
internal static class ComponentRequests
{
    /// <summary>The specs of the files.</summary>
    /// <exception cref="Grpc.Core.RpcException">Something is wrong with them: invalid argument, with each fault on a line, as file:line:column: message.</exception>
    public static IReadOnlyList<ComponentSpec> Specs(IEnumerable<ComponentFile> files)
    {
        var (specs, faults) = SpecFiles.Read([.. files.Select(Of)]);
        return faults.Count == 0 ? specs : throw Errors.Invalid(string.Join('\n', faults));
    }

    /// <summary>How the specs differ from what the cluster has, in their order.</summary>
    public static IReadOnlyList<SpecDiff> Diffs(ClusterState state, IEnumerable<ComponentSpec> specs) =>
        [.. specs.Select(spec => SpecDiff.Of(state.Running.Components.GetValueOrDefault(spec.Name), spec))];

    public static PutComponent Put(ApplyComponentsRequest request, IReadOnlyList<ComponentSpec> specs)
    {
        var command = new PutComponent { Writes = { specs.Select(spec => new ComponentWrite { Name = spec.Name, SpecJson = SpecJson.Write(spec) }) } };
        if (request.HasIfVersion)
        {
            if (specs.Count != 1)
            {
                throw Errors.Invalid($"if_version is for one component, but the files hold {specs.Count}; apply them one at a time.");
            }

            command.Writes[0].IfVersion = request.IfVersion;
        }

        return command;
    }

    public static ChangeComponent Change(ChangeComponentRequest request)
    {
        var isInstance = InstanceId.TryParse(request.Target, out var instance);
        var command = new ChangeComponent { Name = isInstance ? instance.Component : Name(request.Target) };
        switch (request.Change, isInstance)
        {
            case ("stop" or "start", false):
                command.Stopped = request.Change == "stop";
                break;
            case ("restart", false):
                command.RestartAll = true;
                break;
            case ("restart", true):
                command.Restart.Add(instance.Ordinal);
                break;
            case ("stop" or "start", true):
                throw Errors.Invalid($"A component is stopped or started as a whole; to stop {request.Target} alone, lower the count or drain its node.");
            default:
                throw Errors.Invalid($"'{Clip.To(request.Change, 32)}' is no change; it is stop, start or restart.");
        }

        return command;
    }

    public static DeleteComponent Delete(DeleteComponentRequest request)
    {
        var command = new DeleteComponent { Name = Name(request.Name) };
        if (request.HasIfVersion)
        {
            command.IfVersion = request.IfVersion;
        }

        return command;
    }

    public static string Name(string name) => SpecRules.IsComponentName(name)
        ? name
        : throw Errors.Invalid($"'{Clip.To(name, 64)}' is no component; a name has letters, digits and ._-, a letter or digit first.");

    public static InstanceId Instance(string text) => InstanceId.TryParse(text, out var instance)
        ? instance
        : throw Errors.Invalid($"'{Clip.To(text, 64)}' is no instance; it is COMPONENT/NUMBER, such as core/0.");

    private static SpecFile Of(ComponentFile file) => new(
        Clip.To(file.Name, 256),
        file.Yaml,
        file.Artifacts.ToDictionary(item => item.Key, item => new ArtifactFacts(item.Value.Sha256, item.Value.Size), StringComparer.Ordinal));
}
