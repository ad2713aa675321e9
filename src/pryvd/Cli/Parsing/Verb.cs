using System.CommandLine;
using Pryvd.Cli.Calling;

namespace Pryvd.Cli.Parsing;

/// <summary>A command with examples; what it does is one function from a call to an exit code.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    public Verb Does(Kit kit, Func<Call, Task> action) => Does(kit, async call =>
    {
        await action(call);
        return ExitCode.Done;
    });

    public Verb Does(Kit kit, Func<Call, Task<int>> action)
    {
        SetAction(async (parsed, stop) =>
        {
            using var call = new Call(kit, parsed, stop);
            try
            {
                return await action(call);
            }
            catch (Exception e)
            {
                return Report.Failure(kit.Terminal, await call.Explain(e));
            }
        });
        return this;
    }
}
