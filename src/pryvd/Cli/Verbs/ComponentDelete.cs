using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

internal static class ComponentDelete
{
    public static Verb Create(Kit kit)
    {
        var name = ComponentArguments.Name();
        var ifVersion = Flags.IfVersion();
        ifVersion.Description = "Only if the component has this version";
        var yes = Flags.Yes();
        return new Verb("delete", "Stop and remove all instances of a component, then the component", "pryvd component delete core") { name, ifVersion, yes }
        .Does(kit, async call =>
        {
            var component = call.Value(name);
            await Question.Confirm(call, call.Value(yes), $"All instances of {Visible.Of(component)} will be stopped and removed.");
            var reply = await call.Write((id, options) =>
            {
                var request = new DeleteComponentRequest { RequestId = id, Name = component };
                if (call.Value(ifVersion) is { } version)
                {
                    request.IfVersion = version;
                }

                return call.Daemon.Components.DeleteComponentAsync(request, options);
            });
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(component)} is being deleted; it is gone when 'pryvd component list' no longer shows it.");
        });
    }
}
