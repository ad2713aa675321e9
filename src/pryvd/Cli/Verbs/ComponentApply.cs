using System.CommandLine;
using System.Text.Json.Nodes;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentApply
{
    public static Verb Create(Kit kit)
    {
        var files = ComponentArguments.Files();
        var ifVersion = Flags.IfVersion();
        ifVersion.Description = "Only if the one component has this version; 0: only if it does not exist";
        var detach = new Option<bool>("--detach") { Description = "Do not wait until all instances are healthy [default: wait 5m, or --timeout]" };
        var yes = Flags.Yes();
        return new Verb(
            "apply", "Make the cluster run what files say: all of it is taken or nothing", "pryvd component apply core.yaml registry.yaml",
            "pryvd component apply core.yaml --yes --timeout 2m") { files, ifVersion, detach, yes }
        .Does(kit, async call =>
        {
            var given = await ComponentFiles.Read(call, call.Value(files));
            if (!call.Value(yes))
            {
                await Ask(call, given);
            }

            await new ArtifactUpload(call).Give(given.Uploads);
            var reply = await Apply(call, given, call.Value(ifVersion));
            if (call.Value(yes))
            {
                Show(call, ComponentText.Lines(reply.Components));
            }

            var names = reply.Components.Select(diff => diff.Name);
            var found = call.Value(detach) ? [] : await new HealthyWait(call).Run(names);
            call.Output.Print(Shape(reply, found), Summary(reply, call.Value(detach)));
        });
    }

    private static async Task Ask(Call call, ComponentFiles given)
    {
        var request = new PlanComponentsRequest { Files = { given.Files } };
        var plan = await call.Read(options => call.Daemon.Components.PlanComponentsAsync(request, options));
        Show(call, ComponentText.Lines(plan));
        if (ComponentText.Changes(plan))
        {
            await Question.Confirm(call, yes: false, "The cluster will make these changes.");
        }
    }

    private static Task<ApplyComponentsReply> Apply(Call call, ComponentFiles given, long? ifVersion) => call.Write((id, options) =>
    {
        var request = new ApplyComponentsRequest { RequestId = id, Files = { given.Files } };
        if (ifVersion is { } version)
        {
            request.IfVersion = version;
        }

        return call.Daemon.Components.ApplyComponentsAsync(request, options);
    });

    private static void Show(Call call, IEnumerable<string> lines)
    {
        if (!call.Output.IsJson)
        {
            lines.ToList().ForEach(line => call.Terminal.Out.WriteLine(Visible.Of(line)));
        }
    }

    private static string Summary(ApplyComponentsReply reply, bool isDetached)
    {
        var changed = reply.Components.Count(diff => diff.Change != "unchanged");
        var what = $"{reply.Components.Count} {(reply.Components.Count == 1 ? "component" : "components")} applied, {changed} changed";
        return isDetached ? $"{what}. See 'pryvd component list'." : $"{what}; all instances are healthy.";
    }

    private static JsonObject Shape(ApplyComponentsReply reply, IReadOnlyList<Component> found) => new()
    {
        ["index"] = reply.Index,
        ["components"] = JsonText.Array(reply.Components.Zip(reply.Versions), item =>
        {
            var json = ComponentShapes.Diff(item.First);
            json["version"] = item.Second;
            return json;
        }),
        ["healthy"] = found.Count > 0,
    };
}
