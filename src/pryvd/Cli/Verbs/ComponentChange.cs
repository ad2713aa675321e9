using System.CommandLine;
using Pryv.V1;
using Pryvd.Cli.Calling;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Verbs;

/// <summary>What stop, start and restart have in common: one request, and a word on how it goes on.</summary>
internal static class ComponentChange
{
    public static Verb Create(Kit kit, string change, string description, string said, Argument<string> target, params string[] examples) =>
        new Verb(change, description, examples) { target }.Does(kit, async call =>
        {
            var name = call.Value(target);
            var reply = await call.Write((id, options) => call.Daemon.Components.ChangeComponentAsync(
                new ChangeComponentRequest { RequestId = id, Target = name, Change = change }, options));
            call.Output.Print(Shapes.Write(reply), $"{Visible.Of(name)} {said}; 'pryvd component show {Visible.Of(name.Split('/')[0])}' shows how far it is.");
        });
}
